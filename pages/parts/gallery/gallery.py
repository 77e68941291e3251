"""The component that shows photos with products beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final

import streamlit as st

from pages.parts.judging.judging import choose_texts, read_parts, read_scripts

TEXTS: Final = ("photo", "no_picture", "empty", "close")

_component = st.components.v2.component(
    "likeness_gallery",
    html=read_parts("gallery/gallery.html"),
    css=read_parts(
        "judging/ground.css", "gallery/picture.css", "gallery/gallery.css", "judging/no_picture.css"
    ),
    js=read_scripts("gallery/elements.js", "gallery/gallery.js"),
)


class Tone(StrEnum):
    """How a mark is meant."""

    GOOD = "good"
    BAD = "bad"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Item:
    """A product: its picture's address, its name, what else is known, its value and its mark."""

    picture: str
    name: str
    known: str
    value: str
    mark: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Row:
    """A photo's address, what is said of it, and products."""

    photo: str
    title: str
    items: Sequence[Item]


@dataclass(frozen=True, slots=True)
class Head:
    """What stands over pictures that were asked for: a title, and how many of how many there are.

    Another `token` tells that somebody has just asked, and the pictures come into view.
    """

    title: str
    count: str
    token: str


def gallery(
    rows: Sequence[Row],
    *,
    language: str,
    texts: Mapping[str, str],
    key: str,
    side_by_side: bool = True,
    head: Head | None = None,
    on_close: Callable[[], None] = lambda: None,
) -> None:
    """Show the rows, or the text `empty` where there is none.

    Rows of one product stand side by side, unless each row is to have a line of its own. Pictures
    with a `head` can be closed: `on_close` is called then, before the page runs again.
    """
    _component(
        key=key,
        data={
            "language": language,
            "sideBySide": side_by_side,
            "words": choose_texts(TEXTS, texts, language),
            "rows": [asdict(row) for row in rows],
            "head": head and asdict(head),
        },
        on_close_change=on_close,
    )
