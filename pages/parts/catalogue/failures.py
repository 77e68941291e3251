"""Pictures that are left out, by reason, and trying them again."""

from __future__ import annotations

import streamlit as st

from pages.parts import access
from pages.parts.errors import spoken_plainly
from search.access.roles import Right
from search.engine import SearchEngine
from search.indexing.failures import error_of
from search.indexing.telling import host_of
from search.language import Language
from search.store.picture_failures import FailureReason


def show_failures(engine: SearchEngine, t: Language) -> None:
    """List every reason with its pictures, and offer to try again; nothing where none failed."""
    failures = engine.indexing.failures()
    if not failures:
        return
    count = engine.indexing.failed()
    st.header(t.text("catalogue.left_out"), anchor=False)
    st.caption(t.text("catalogue.left_out_note", n=count))
    for failure in failures:
        _show(failure, t)
    if not access.may(Right.RUN):
        return
    busy = engine.indexing.is_here or engine.indexing.current() is not None
    if st.button(t.text("catalogue.retry", n=count), icon=":material/refresh:", disabled=busy):
        engine.indexing.start(retry=True)
        st.rerun()


def _show(failure: FailureReason, t: Language) -> None:
    spoken = spoken_plainly(error_of(failure.code, failure.facts), t)
    with st.expander(f"**{t.value(failure.pictures)}** · {spoken.what}"):
        st.markdown(spoken.next)
        table = {
            t.text("catalogue.article"): [picture.article for picture in failure.first],
            t.text("catalogue.place"): [host_of(picture.address) for picture in failure.first],
        }
        st.dataframe(table, hide_index=True, width="stretch")
        if failure.pictures > len(failure.first):
            st.caption(t.text("catalogue.first_of", n=len(failure.first), total=failure.pictures))
