"""The built-in encoder: what a thing is, from EfficientNet-Lite0, and what colour it has.

It needs no token and no network. Import this module only where this encoder was chosen: it brings
onnxruntime with it.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime  # type: ignore[import-untyped]  # it ships no types
from PIL import Image

from search.encoders.colour import colour_part
from search.encoders.subject import framed, product_weight, shrunk
from search.errors import EncoderBroken
from search.photo import Photo
from search.progress import Progress, Report, Stage, silent
from search.vectors import DIMENSIONS, Embedding, Vector, VectorSpace

WEIGHTS = Path(__file__).parent / "weights" / "efficientnet-lite0.onnx"
WEIGHTS_SHA256 = "fdfb94ea4a6dad906667f9eef83b29aa151f29b16a663dde84ccd5f712b86437"
# Raise it whenever the same picture gets another vector: the weights, the frame, the colour part
# or its share. Vectors stored under another revision are then indexed anew, never compared.
SPACE = VectorSpace("likeness/efficientnet-lite0-colour", revision="2")

# How much of the cosine similarity of two pictures the colour decides.
COLOUR_SHARE = 0.2
# Tools encode many pictures together; the app one by one.
BATCH = 16
# More would wait for the same cores, and the 7 MB in which each computes are kept for the next.
AT_ONCE = min(os.cpu_count() or 1, 8)


class BuiltinEncoder:
    """EfficientNet-Lite0 and colour, 512 numbers; see scripts/export_builtin_encoder.py.

    Construction reads the weights (4 MB) and raises EncoderBroken when they are missing or damaged.
    `threads` is how many cores one picture may use. Any number of threads may call at once: AT_ONCE
    of them compute, the others wait. `sha256` is what the weights must hash to; a benchmark passes
    that of another export.
    """

    name = "built-in"
    address = ""
    space = SPACE

    def __init__(
        self, weights: Path = WEIGHTS, *, sha256: str = WEIGHTS_SHA256, threads: int = 1
    ) -> None:
        self._session = _session(_read(weights, sha256), threads)
        self._computing = threading.BoundedSemaphore(AT_ONCE)

    def encode(self, photo: Photo, report: Report = silent) -> Embedding:
        """Return the photo's embedding."""
        report(Progress(Stage.ENCODING))
        return Embedding(self.encode_images([photo.image])[0], self.space)

    def encode_images(self, images: Sequence[Image.Image]) -> Vector:
        """Return float32 [len(images), 512], each row of unit length, for pictures of any size."""
        vectors = np.empty((len(images), DIMENSIONS), np.float32)
        for start in range(0, len(images), BATCH):
            batch = [image.convert("RGB") for image in images[start : start + BATCH]]
            vectors[start : start + BATCH] = self._encode_batch(batch)
        return vectors

    def close(self) -> None:
        """Nothing is held open; the weights go with the object."""

    def _encode_batch(self, images: list[Image.Image]) -> Vector:
        small = [shrunk(image) for image in images]
        weights = [product_weight(pixels) for pixels in small]
        pictures = np.stack(list(map(framed, images, weights)))
        with self._computing:
            (deep,) = self._session.run(None, {"pictures": pictures})
        colour = np.stack(list(map(colour_part, small, weights)))
        joined = np.hstack(
            [
                np.sqrt(1 - COLOUR_SHARE) * _unit(np.asarray(deep, np.float64)),
                np.sqrt(COLOUR_SHARE) * colour,
            ]
        )
        return joined.astype(np.float32)


def _unit(rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    unit: npt.NDArray[np.float64] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def _read(weights: Path, sha256: str) -> bytes:
    """Return the file's bytes once they are known to be the ones that were exported."""
    try:
        content = weights.read_bytes()
    except OSError as error:
        raise EncoderBroken(reason=f"{weights.name}: {error.strerror}") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise EncoderBroken(reason=f"{weights.name} is not the file that Likeness came with")
    return content


def _session(content: bytes, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Without the arena each picture takes its 7 MB from the C library's heap: small blocks settle
    # where they were, and the next 7 MB are added to it. That was a gigabyte for fifty people.
    options.enable_cpu_mem_arena = True
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
