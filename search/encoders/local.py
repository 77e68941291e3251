"""CLIP ViT-B/32 in this process, by the library fastembed: no photo leaves the machine.

fastembed is optional (requirements-local.txt): it is imported when the model is first needed.
"""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from PIL import Image

from search.encoders.hub import HUB_MODEL, fetch_model, is_model_in
from search.errors import BadAnswer, LocalModelBroken, LocalPackagesMissing
from search.photo import Photo
from search.progress import Progress, Report, Stage, silent
from search.vectors import CLIP, Embedding

if TYPE_CHECKING:
    from fastembed import ImageEmbedding

log = logging.getLogger(__name__)

# The model sees the middle square alone. The rest of a long strip would only be enlarged with it,
# to more than fits into memory.
LONGEST_SHAPE = 4


class LocalEncoder:
    """The image half of CLIP ViT-B/32, 512 numbers, in the space of openai/clip-vit-base-patch32.

    `given` is a folder with the model; nothing is fetched then. Without it the model is fetched
    from `hub` into the folder `fetched` when it is first needed and not there: 352 MB, once.
    `threads` is how many cores one photo may use. Construction reads no model; it raises
    LocalPackagesMissing, and LocalModelBroken where the given folder holds none.
    """

    name = "local CLIP"
    address = ""
    space = CLIP

    def __init__(
        self, given: Path | None, fetched: Path, *, hub: str | None = None, threads: int = 1
    ) -> None:
        if importlib.util.find_spec("fastembed") is None:
            raise LocalPackagesMissing
        if given is not None and not is_model_in(given):
            raise LocalModelBroken(reason="@reasons.local_files")
        self._folder = given or fetched
        self._fetch: Callable[[], None] | None = None
        if given is None:
            self._fetch = lambda: fetch_model(fetched, hub)
        self._threads = threads
        self._lock = Lock()
        self._loading: Future[ImageEmbedding] | None = None

    def encode(self, photo: Photo, report: Report = silent) -> Embedding:
        """Return the photo's embedding.

        Raises LocalModelUnfetched, and LocalModelBroken where the model is damaged or another one.
        """
        model = self._model(report)
        report(Progress(Stage.ENCODING))
        try:
            (vector,) = model.embed([middle(photo.image)])
        except Exception as error:  # onnxruntime's errors have no kind in common but this
            log.warning("the local model cannot be run: %s", error)
            raise LocalModelBroken(reason="@reasons.local_other") from error
        try:
            return Embedding.from_numbers(vector, self.space)
        except BadAnswer as error:
            raise LocalModelBroken(**error.facts) from error

    def close(self) -> None:
        """Let the model's memory go."""
        with self._lock:
            self._loading = None

    def _model(self, report: Report) -> ImageEmbedding:
        """Return the model, loaded by whoever is first; the others wait for it, or for its error.

        After an error the next photo tries anew: the network may be there by then.
        """
        with self._lock:
            loading = self._loading
            is_first = loading is None
            if loading is None:
                loading = self._loading = Future()
        if not loading.done():
            is_there = self._fetch is None or is_model_in(self._folder)
            report(Progress(Stage.LOADING if is_there else Stage.FETCHING_MODEL))
        if is_first:
            try:
                loading.set_result(self._load(report))
            except BaseException as error:
                with self._lock:
                    self._loading = None
                loading.set_exception(error)
                raise
        return loading.result()

    def _load(self, report: Report) -> ImageEmbedding:
        try:
            from fastembed import ImageEmbedding  # noqa: PLC0415 - optional, and slow to import
        except ImportError as error:
            log.warning("fastembed cannot be imported: %s", error)
            raise LocalPackagesMissing from error
        if self._fetch is not None and not is_model_in(self._folder):
            self._fetch()
            report(Progress(Stage.LOADING))
        try:
            return ImageEmbedding(
                HUB_MODEL,
                cache_dir=str(self._folder),
                threads=self._threads,
                providers=["CPUExecutionProvider"],
                specific_model_path=str(self._folder),
            )
        except Exception as error:  # as above; and whatever a damaged JSON file leads to
            log.warning("the local model cannot be loaded: %s", error)
            raise LocalModelBroken(reason="@reasons.local_damaged") from error


def middle(image: Image.Image) -> Image.Image:
    """Cut the ends off a strip that is more than LONGEST_SHAPE times as long as it is wide."""
    longest = LONGEST_SHAPE * min(image.size)
    width, height = (min(side, longest) for side in image.size)
    if (width, height) == image.size:
        return image
    left, top = (image.width - width) // 2, (image.height - height) // 2
    return image.crop((left, top, left + width, top + height))
