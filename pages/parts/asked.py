"""What is searched with, as this tab and the page's address have it.

A search that was made has an address, `?search=<uuid>`, and a text `?text=…`: whoever opens it sees
the same. What came in by other ways is kept by the tab alone, until it is found.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import streamlit as st

from pages.parts.pages_seen import came_from_elsewhere
from search.aim import WHOLE, Aim
from search.narrowing import Narrow

_ASKED, _ROUND, _TOLD, _NARROW = "asked", "asked_round", "asked_told", "asked_narrow"
_SEARCH, _AGAIN, _TEXT = "search", "again", "text"


@dataclass(frozen=True, slots=True)
class AskedPhoto:
    """A picture's file, and the part of it that is searched with."""

    data: bytes
    aim: Aim = WHOLE


@dataclass(frozen=True, slots=True)
class AskedAddress:
    """Where a picture is in the web; it becomes an AskedPhoto when it is here."""

    address: str


@dataclass(frozen=True, slots=True)
class AskedProduct:
    """A product of the catalogue, by its number."""

    product_id: int


@dataclass(frozen=True, slots=True)
class AskedText:
    """An article or words."""

    text: str


@dataclass(frozen=True, slots=True)
class AskedSearch:
    """A search that was made, by its UUID; its results of then, or those that it has `again`."""

    search: str
    again: bool = False


Asked = AskedPhoto | AskedAddress | AskedProduct | AskedText | AskedSearch


def asked() -> Asked | None:
    """Return what is searched with; what somebody opened by its address comes first."""
    search, text = _usual(st.query_params.get(_SEARCH)), st.query_params.get(_TEXT)
    told = st.session_state.get(_TOLD)
    if told and not search and not text and not came_from_elsewhere():
        # The way back led to the bare page, or somebody chose it in the menu.
        ask(None)
        st.session_state[_TOLD] = None
    elif search and search != told:
        ask(AskedSearch(search, again=_AGAIN in st.query_params))
        st.session_state[_TOLD] = search
    elif text and text != told:
        ask(AskedText(text))
        st.session_state[_TOLD] = text
    kept: Asked | None = st.session_state.get(_ASKED)
    return kept


def _usual(search: str | None) -> str | None:
    """Write an id as ids are written; what is none stays as it is, and is told to be none."""
    try:
        return search and str(UUID(search.strip()))
    except ValueError:
        return search


def ask(new: Asked | None, narrow: Narrow | None = None) -> None:
    """Let the page search with something else, among all products unless it is narrowed."""
    st.session_state[_ASKED] = new
    if isinstance(new, AskedSearch):
        st.session_state.pop(_NARROW, None)  # as it was then
    else:
        st.session_state[_NARROW] = narrow
    st.session_state[_ROUND] = asked_round() + 1


def replace_asked(new: Asked) -> None:
    """Let another thing stand for the same wish: a picture for its address, a part for all of it.

    What the products are narrowed to stays.
    """
    st.session_state[_ASKED] = new


def asked_round() -> int:
    """Return a number that is another one for each thing that is asked for."""
    counted: int = st.session_state.get(_ROUND, 0)
    return counted


def narrowed(as_found: Narrow | None = None) -> Narrow | None:
    """Return what the products are narrowed to in this tab; `as_found` until somebody chooses."""
    narrow: Narrow | None = st.session_state.get(_NARROW, as_found)
    return narrow


def narrow_to(narrow: Narrow | None) -> None:
    """Search among these products alone, or among all."""
    st.session_state[_NARROW] = narrow


def tell_search(search: UUID) -> None:
    """Put a search into the page's address."""
    _tell(_SEARCH, str(search))


def tell_text(text: str) -> None:
    """Put a text that was looked for into the page's address."""
    _tell(_TEXT, text)


def tell_nothing() -> None:
    """Let the address be the bare page's: nothing was found that it could lead to."""
    st.session_state[_TOLD] = None
    for name in (_SEARCH, _TEXT, _AGAIN):
        if name in st.query_params:
            del st.query_params[name]


def _tell(name: str, value: str) -> None:
    st.session_state[_TOLD] = value
    for other in {_SEARCH, _TEXT, _AGAIN} - {name}:
        if other in st.query_params:
            del st.query_params[other]
    if st.query_params.get(name) != value:
        st.query_params[name] = value
