"""Catalogue pictures -> vectors, resumable: what is stored is not encoded again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from search.calls import Errand, Purpose, on_errand
from search.encoders import Encoder
from search.errors import BadAnswer, LikenessError, PhotoError, PhotoRejected
from search.photo import read_photo
from search.store.embeddings import Embeddings
from search.store.products import StoredPicture
from search.vectors import Embedding

BATCH = 32
IN_FLIGHT = 4
# What is wrong with one picture only. Anything else would meet every picture: it ends the run.
_THIS_PICTURE_ONLY = (PhotoError, PhotoRejected, BadAnswer)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Indexed:
    """How far indexing has come: pictures done and failed, of all that were to do."""

    done: int
    failed: int
    total: int
    first_failure: LikenessError | None = None


OnProgress = Callable[[Indexed], None]
_Outcome = tuple[StoredPicture, Embedding | LikenessError]


def index(
    encoder: Encoder,
    embeddings: Embeddings,
    *,
    total: int,
    on_progress: OnProgress,
    again: bool = False,
) -> Indexed:
    """Encode the pictures that have no vector in the encoder's space, or all of them `again`.

    A picture that cannot be encoded is counted and passed over. An error that would meet every
    picture (a refused token, an unreachable server) is raised; what was encoded is stored first.
    """
    state = Indexed(0, 0, total)
    on_progress(state)
    with ThreadPoolExecutor(IN_FLIGHT, "index") as pool:
        for batch in _batches(encoder, embeddings, again=again):
            outcomes = list(pool.map(lambda picture: _encode(encoder, picture), batch))
            embeddings.add((p, found) for p, found in outcomes if isinstance(found, Embedding))
            state = _counted(state, [found for _, found in outcomes])
            on_progress(state)
    return state


def _batches(
    encoder: Encoder, embeddings: Embeddings, *, again: bool
) -> Iterator[list[StoredPicture]]:
    after = 0
    while batch := embeddings.missing(encoder.space, after=after, limit=BATCH, again=again):
        yield batch
        after = batch[-1].id


def _encode(encoder: Encoder, picture: StoredPicture) -> _Outcome:
    try:
        # Said in the thread that asks: those of a pool know nothing of their maker's errand.
        with on_errand(Errand(Purpose.INDEX)):
            return picture, encoder.encode(read_photo(picture.content))
    except LikenessError as error:
        log.warning("picture %s was not indexed: %s", picture.id, error)
        return picture, error


def _counted(state: Indexed, found: list[Embedding | LikenessError]) -> Indexed:
    failures = [outcome for outcome in found if isinstance(outcome, LikenessError)]
    for failure in failures:
        if not isinstance(failure, _THIS_PICTURE_ONLY):
            raise failure
    return Indexed(
        done=state.done + len(found) - len(failures),
        failed=state.failed + len(failures),
        total=state.total,
        first_failure=state.first_failure or next(iter(failures), None),
    )
