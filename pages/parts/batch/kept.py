"""The set of photos that this tab works with; one that was searched with has an address."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from search.batch import Batch, GivenFile, Phase
from search.engine import SearchEngine

_FILES, _BATCH, _ROUND = "batch_files", "batch", "batch_round"
_PARAMETER = "batch"


def kept_batch(engine: SearchEngine) -> Batch | None:
    """Return the tab's set, or the one that its address names; None without one.

    One that was searched with is found again after the page was loaded anew, as on a telephone.
    """
    batch: Batch | None = st.session_state.get(_BATCH)
    if batch is None:
        batch = engine.batches.find(st.query_params.get(_PARAMETER, ""))
        st.session_state[_BATCH] = batch
    if batch is None:
        st.query_params.pop(_PARAMETER, None)
    elif batch.phase not in (Phase.READING, Phase.READY):
        tell_address(batch)
    return batch


def add_files(engine: SearchEngine, files: Sequence[GivenFile]) -> None:
    """Add files to the set, and have it read; one that was searched with already gives way."""
    batch: Batch | None = st.session_state.get(_BATCH)
    is_open = batch is not None and batch.phase in (Phase.READING, Phase.READY)
    before: list[GivenFile] = st.session_state.get(_FILES, []) if is_open else []
    if batch is not None:
        batch.stop()
    st.session_state[_FILES] = [*before, *files]
    st.session_state[_BATCH] = engine.batches.open(st.session_state[_FILES])
    st.session_state[_ROUND] = upload_round() + 1


def forget_batch() -> None:
    """Begin anew, with no photos; what is under way comes to its end."""
    batch: Batch | None = st.session_state.pop(_BATCH, None)
    if batch is not None:
        batch.stop()
    st.session_state.pop(_FILES, None)
    st.session_state[_ROUND] = upload_round() + 1
    st.query_params.pop(_PARAMETER, None)


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
