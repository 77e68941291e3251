"""What stands at the address of a page that somebody may not see."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.parts.account.allowing import who_may
from search.access.caller import Caller
from search.access.roles import Right
from search.language import Language

_SEARCH_PAGE = Path(__file__).parents[2] / "search.py"


def show_closed(title: str, right: Right, who: Caller, t: Language) -> None:
    """Say who may see a page, as whom somebody is here, and whom to ask; nothing of the page."""
    st.title(title, anchor=False)
    role = t.text("account.your_role", role=t.text(f"roles.{who.role}"))
    st.info(f"{who_may(right, t)} {role}", icon=":material/lock:")
    if st.button(t.text("account.to_search"), icon=":material/image_search:", type="primary"):
        # Without a word on parameters Streamlit clears them all, and refuses to clear the one that
        # is bound to the language.
        st.switch_page(_SEARCH_PAGE, query_params={})
