"""An error as a person should meet it: what happened, what to do, and details for the curious."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from pages.parts import access
from pages.parts.coming_back import come_back_after
from pages.parts.plain import plain
from pages.parts.texts import texts
from search.access.roles import Right
from search.errors import AddressRetired, CatalogueError, LikenessError
from search.language import Fact, Language, Spoken

log = logging.getLogger("likeness")

_DETAILS = ("host", "status", "request_id", "detail")


def show_error(error: LikenessError) -> None:
    """Show an error in the reader's language."""
    t = texts()
    spoken = spoken_plainly(error, t)
    st.error(f"**{spoken.what}**\n\n{spoken.next}", icon=":material/error:")
    if isinstance(error, AddressRetired):
        _show_ways()
    if isinstance(error, CatalogueError) and access.may(Right.SEE_CATALOGUE):
        page = Path(__file__).parent.parent / "catalogue.py"
        st.page_link(page, label=t.text("error.to_catalogue"), icon=":material/arrow_forward:")
    details = {name: error.facts[name] for name in _DETAILS if error.facts.get(name)}
    if details:
        with st.expander(t.text("error.details")):
            st.code(
                "\n".join(f"{name}: {value}" for name, value in details.items()),
                language=None,
                wrap_lines=True,
            )


def spoken_plainly(error: LikenessError, t: Language) -> Spoken:
    """Say an error for Markdown: what somebody typed, or a server answered, stays a text in it."""
    return t.error(error, {name: _fact(fact, t) for name, fact in error.facts.items()})


def _fact(fact: Fact, t: Language) -> Fact:
    names_a_text = isinstance(fact, str) and fact.startswith("@") and fact[1:] in t
    return fact if names_a_text or not isinstance(fact, str) else plain(fact)


def guarded(part: Callable[[], None]) -> None:
    """Run a part; an error of ours that it lets through is shown where the part had come to."""
    try:
        part()
    except LikenessError as error:
        show_error(error)


def guarded_page(page: Callable[[], None]) -> None:
    """Run a page in the same way; what the database kept from being drawn is drawn when it can."""
    try:
        page()
    except LikenessError as error:
        show_error(error)
        come_back_after(error)


def show_anything(error: Exception) -> bool:
    """Show what no page foresaw; Streamlit calls this instead of printing a traceback."""
    log.error("a page failed", exc_info=error)
    show_error(error if isinstance(error, LikenessError) else LikenessError())
    return True


def _show_ways() -> None:
    """Say, in one screen, how CLIP vectors are to be had today."""
    t = texts()
    with st.container(border=True):
        st.markdown(f"**{t.text('ways.title')}**")
        for way in ("endpoint", "server", "hosted", "local", "builtin"):
            st.markdown(f"**{t.text(f'ways.{way}.name')}** — {t.text(f'ways.{way}.how')}")
            st.code(t.text(f"ways.{way}.settings").strip(), language="bash", wrap_lines=True)
