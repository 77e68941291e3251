"""The set of photos that this tab works with; one that was searched with has an address."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import streamlit as st

from pages.parts.visitor import visitor
from search.batch import Batch, GivenFile, Phase, needed
from search.engine import SearchEngine
from search.errors import StoreError

# `_SEEN` is the id of a set that came in by its address: only that, for what becomes of the set is
# for the engine to say.
_FILES, _BATCH, _SEEN, _ROUND = "batch_files", "batch", "batch_seen", "batch_round"
_PARAMETER = "batch"

log = logging.getLogger(__name__)


def kept_batch(engine: SearchEngine) -> Batch | None:
    """Return the tab's set, or the one that its address names; None without one.

    One that was searched with is found again after the page was loaded anew, as on a telephone.
    What was forgotten of it meanwhile is gone from it. Raises StoreError.
    """
    batch = _made_here()
    if batch is not None:
        _refresh(engine, batch)
    else:
        st.session_state[_SEEN] = _named()
        batch = engine.batches.find(_named())
    if batch is not None and batch.phase not in (Phase.READING, Phase.READY):
        tell_address(batch)
    return batch


def is_lost(batch: Batch | None) -> bool:
    """Tell whether the tab's address names a set that is not here any more."""
    return batch is None and bool(_named())


def viewer(batch: Batch) -> str | None:
    """Return who looks at a set, as `Batches.rows` wants it: None where it was made in this tab."""
    return None if batch is _made_here() else visitor()


def add_files(engine: SearchEngine, files: Sequence[GivenFile]) -> None:
    """Add files to the set, and have it read; one that was searched with already gives way."""
    batch = _made_here()
    is_open = batch is not None and batch.phase in (Phase.READING, Phase.READY)
    before: list[GivenFile] = st.session_state.get(_FILES, []) if is_open else []
    if batch is not None:
        batch.stop()
    st.session_state[_FILES] = [*needed([*before, *files])]
    st.session_state[_BATCH] = engine.batches.open(st.session_state[_FILES])
    st.session_state[_ROUND] = upload_round() + 1
    _tell_nothing()


def forget_batch() -> None:
    """Begin anew, with no photos; what is under way comes to its end."""
    batch = _made_here()
    if batch is not None:
        batch.stop()
    st.session_state.pop(_BATCH, None)
    st.session_state.pop(_FILES, None)
    st.session_state[_ROUND] = upload_round() + 1
    _tell_nothing()


def forget_files() -> None:
    """Let go of the files: the set has what it needs of them."""
    st.session_state.pop(_FILES, None)


def upload_round() -> int:
    """Return a number that is another one whenever the uploader is to be empty."""
    counted: int = st.session_state.get(_ROUND, 0)
    return counted


def tell_address(batch: Batch) -> None:
    """Put the set into the page's address."""
    if st.query_params.get(_PARAMETER) != str(batch.id):
        st.query_params[_PARAMETER] = str(batch.id)


def _tell_nothing() -> None:
    st.query_params.pop(_PARAMETER, None)
    st.session_state.pop(_SEEN, None)


def _made_here() -> Batch | None:
    """Return the set whose files came in by this tab."""
    batch: Batch | None = st.session_state.get(_BATCH)
    return batch


def _named() -> str:
    """Return the set's id as the address has it, or as it had before another page was opened."""
    named: str = st.query_params.get(_PARAMETER) or st.session_state.get(_SEEN, "")
    return named


def _refresh(engine: SearchEngine, batch: Batch) -> None:
    try:
        engine.batches.refresh(batch)
    except StoreError as error:
        # Nobody sees it here but whoever made it, and what they have found stays in sight.
        log.info("a set is shown as it was: %s", error, extra={"code": error.code})
