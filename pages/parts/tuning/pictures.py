"""The pictures of a cell of the confusion matrix, or of the products at the line."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from pages.parts.gallery.gallery import Item, Row, Tone, gallery
from pages.parts.tuning.choice import Choice
from search.addresses import photo_path, picture_path
from search.engine import SearchEngine
from search.evaluation import Cell, Example
from search.language import Language
from search.tuning.scales import Scale

_OPENED = "threshold_cell"
_AT_ONCE = 12


def open_cell(cell: str, scale: str, line: int) -> None:
    """Show this cell's pictures; the same cell at the same line again closes them."""
    asked = (Cell(cell), Scale(scale), line)
    st.session_state[_OPENED] = None if st.session_state.get(_OPENED) == asked else asked


def opened_cell(scale: Scale) -> str | None:
    """Return the cell that is shown on this scale."""
    asked = st.session_state.get(_OPENED)
    return str(asked[0]) if asked and asked[1] == scale else None


def show_pictures(engine: SearchEngine, choice: Choice, t: Language) -> None:
    """Show the opened cell's pictures, if one is open on this scale."""
    asked: tuple[Cell, Scale, int] | None = st.session_state.get(_OPENED)
    if asked is None or asked[1] != choice.scale:
        return
    cell, scale, line = asked
    st.subheader(t.text(f"threshold.cell.{cell}", threshold=t.similarity(line / 100)), anchor=False)
    with st.spinner(t.text("threshold.looking")):
        found = engine.examples.of(choice.source.key, scale, line / 100, cell, _AT_ONCE)
    gallery(_rows(found, t), language=t.code, texts=t.entry("gallery"), key="threshold_pictures")


def _rows(found: list[Example], t: Language) -> list[Row]:
    """One row a photo, in the order in which the photos come first."""
    order = {photo: place for place, photo in enumerate(dict.fromkeys(e.photo for e in found))}
    return [
        Row(photo_path(photo), "", [_item(example, t) for example in examples])
        for photo, examples in groupby(sorted(found, key=lambda e: order[e.photo]), _photo)
    ]


def _photo(example: Example) -> bytes:
    return example.photo


def _item(example: Example, t: Language) -> Item:
    mark, tone = _MARKS[example.is_match]
    return Item(
        picture=picture_path(example.picture),
        name=t.choose(example.product.name),
        known=example.product.article,
        value=t.similarity(example.value),
        mark=t.text(f"threshold.mark.{mark}"),
        tone=tone,
    )


_MARKS = {
    True: ("match", Tone.GOOD),
    False: ("different", Tone.BAD),
    None: ("unknown", Tone.QUIET),
}
