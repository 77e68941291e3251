"""The frame around every page: title, menu, language, who is here, and who may see what."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import streamlit as st

from pages.parts import access
from pages.parts.account.closed import show_closed
from pages.parts.account.head import show_account, show_motto
from pages.parts.account.notes import show_note
from pages.parts.document import listen
from pages.parts.errors import guarded_page
from pages.parts.pages_seen import note_page
from pages.parts.texts import choose_language, texts
from pages.sign_in import show_sign_in
from search.access.caller import Caller
from search.access.roles import Right
from search.errors import LikenessError
from search.language import Language

HERE = Path(__file__).parent
LOGO = str(HERE / "parts" / "logo.svg")
# In the order of the menu; the first one is at the bare address too.
RIGHTS = {
    "search": Right.SEARCH,
    "batch": Right.SEARCH_MANY,
    "history": Right.KEEP_HISTORY,
    "threshold": Right.SEARCH,
    "usage": Right.SEE_USAGE,
    "catalogue": Right.SEE_CATALOGUE,
}


def main(t: Language) -> None:
    """Show the page that is asked for, or why it is not for whoever is here."""
    who, trouble = _caller(t)
    pages = {name: _page(name, who, t) for name in RIGHTS}
    page = st.navigation(list(pages.values()), position="top" if who else "hidden")
    name = next(name for name, one in pages.items() if one is page)
    _show_head(who, t)
    listen(t, page.url_path, [one.url_path for one in pages.values()])
    note_page(page.url_path)
    if trouble is not None:
        raise trouble
    if who is None:
        show_sign_in()
        return
    show_note(t)
    if who.may(RIGHTS[name]):
        page.run()
    else:
        show_closed(page.title, RIGHTS[name], who, t)


def _caller(t: Language) -> tuple[Caller | None, LikenessError | None]:
    """Return who is here; or else why nobody knows, as when the database has to be asked."""
    must_ask = access.must_ask()
    try:
        with st.spinner(t.text("page.starting"), show_time=True) if must_ask else nullcontext():
            return access.caller(), None
    except LikenessError as error:
        return None, error


def _page(name: str, who: Caller | None, t: Language) -> st.Page:
    is_shown = who is not None and who.may(RIGHTS[name])
    return st.Page(
        HERE / f"{name}.py",
        title=t.text(f"page.{name}"),
        url_path=name,
        default=name == "search",
        # Hidden, and there all the same: what stands at its address is ours to say.
        visibility="visible" if is_shown or name == "search" else "hidden",
    )


def _show_head(who: Caller | None, t: Language) -> None:
    st.html(HERE / "parts" / "frame.css")
    if access.get_access().is_on:
        st.html(HERE / "parts" / "account" / "account.css")
    if who is not None:
        st.logo(LOGO, size="large")
    with st.container(key="frame_head", horizontal=True, vertical_alignment="center"):
        if who is not None:
            show_motto(who, t)
            show_account(who, t)
        choose_language()


st.set_page_config(page_title="Likeness", page_icon=str(HERE / "parts" / "icon.svg"), layout="wide")
guarded_page(lambda: main(texts()))
