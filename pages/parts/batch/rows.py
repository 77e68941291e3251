"""The component that shows the photos of a set, each with its best products beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

import streamlit as st

from pages.parts.judging.judging import choose_texts, read_parts, read_scripts

TEXTS: Final = ("open", "no_picture")

_component = st.components.v2.component(
    "likeness_batch",
    html=read_parts("batch/rows.html"),
    css=read_parts(
        "judging/ground.css",
        "gallery/picture.css",
        "batch/rows.css",
        "results/standing.css",
        "judging/no_picture.css",
    ),
    js=read_scripts("gallery/elements.js", "batch/rows.js"),
)


@dataclass(frozen=True, slots=True)
class Item:
    """A product: its picture's address, what is known of it, and its value on the scale.

    `standing` is "similar", "doubtful" or "below", and `mark` says so.
    """

    picture: str
    name: str
    known: str
    value: str
    score: float
    mark: str
    standing: str


@dataclass(frozen=True, slots=True)
class Row:
    """A photo as it is shown: its picture's address, None while there is none, and how far it is.

    `shows` is what the picture is called, `said` what there is to say of it. `search` is the id of
    its search, and `address` where that is seen; "" without one.
    """

    name: str
    photo: str | None
    shows: str
    state: str
    busy: bool
    said: str
    search: str
    address: str
    items: Sequence[Item]


def batch_rows(
    rows: Sequence[Row], *, status: str, language: str, texts: Mapping[str, str], key: str
) -> str | None:
    """Show the rows; return the id of the search that somebody wants to see, once.

    `status` is told to whoever cannot see them, whenever it is another one.
    """
    shown = _component(
        key=key,
        data={
            "language": language,
            "words": choose_texts(TEXTS, texts, language),
            "status": status,
            "rows": [asdict(row) for row in rows],
        },
        on_opened_change=lambda: None,
    )
    wanted: object = shown.opened
    return wanted if isinstance(wanted, str) and wanted else None
