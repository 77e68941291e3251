"""The pictures of a cell of the confusion matrix, or of the products at the line."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import groupby
from uuid import uuid4

import streamlit as st

from pages.parts.gallery.gallery import Head, Item, Row, Tone, gallery
from pages.parts.photos import photo_address
from pages.parts.tuning.choice import Choice
from search.addresses import picture_path
from search.engine import SearchEngine
from search.evaluation import Cell, Evaluation, Example
from search.examples import JUST
from search.language import Language
from search.tuning.scales import Scale, bin_of

_OPENED = "threshold_cell"
_AT_ONCE = 12


@dataclass(frozen=True, slots=True)
class _Opened:
    """A cell at a line in whole hundredths; each opening has a `token` of its own."""

    cell: Cell
    scale: Scale
    line: int
    token: str = field(default_factory=lambda: uuid4().hex, compare=False)


def open_cell(cell: str, scale: str, line: int) -> None:
    """Show this cell's pictures; the same cell at the same line again closes them."""
    asked = _Opened(Cell(cell), Scale(scale), line)
    st.session_state[_OPENED] = None if st.session_state.get(_OPENED) == asked else asked


def opened_cell(scale: Scale) -> tuple[str, int] | None:
    """Return the cell that is shown on this scale, and the line at which it was opened."""
    opened = _opened_on(scale)
    return None if opened is None else (str(opened.cell), opened.line)


def show_pictures(
    engine: SearchEngine, choice: Choice, evaluation: Evaluation, t: Language
) -> None:
    """Show the opened cell's pictures, if one is open on this scale."""
    opened = _opened_on(choice.scale)
    if opened is None:
        return
    with st.spinner(t.text("threshold.looking")):
        found = engine.examples.of(
            choice.source.key, choice.scale, opened.line / 100, opened.cell, _AT_ONCE
        )
    gallery(
        _rows(engine, found, t),
        language=t.code,
        texts=t.entry("gallery"),
        key="threshold_pictures",
        head=_head(opened, len(found), evaluation, t),
        on_close=_close,
    )


def _opened_on(scale: Scale) -> _Opened | None:
    opened: _Opened | None = st.session_state.get(_OPENED)
    return opened if opened and opened.scale == scale else None


def _close() -> None:
    st.session_state[_OPENED] = None


def _head(opened: _Opened, shown: int, evaluation: Evaluation, t: Language) -> Head:
    title = t.text(f"threshold.cell.{opened.cell}", threshold=t.similarity(opened.line / 100))
    total, is_counted = _total(opened, evaluation)
    count = ""
    if shown and total is not None:
        about = "" if is_counted else "≈\N{NO-BREAK SPACE}"
        count = t.text(
            "threshold.cell.shown",
            shown=shown,
            total=f"{about}{t.value(max(shown, round(total)))}",
        )
    return Head(title, count, opened.token)


def _total(opened: _Opened, evaluation: Evaluation) -> tuple[float | None, bool]:
    """Return how many pairs the cell has, None if nobody knows, and whether they are counted."""
    line, curves = bin_of(opened.line / 100), evaluation.curves
    pooled, is_counted = evaluation.overview.counts.sum(axis=0), evaluation.overview.sampled is None
    if opened.cell is Cell.JUST_ABOVE:
        return float(pooled[line : line + JUST].sum()), is_counted
    if opened.cell is Cell.JUST_BELOW:
        return float(pooled[max(0, line - JUST) : line].sum()), is_counted
    if opened.cell is Cell.FALSE_NEGATIVE and evaluation.measurable_from is not None:
        return None, False
    cells = {
        Cell.TRUE_POSITIVE: curves.true_positives,
        Cell.FALSE_POSITIVE: curves.false_positives,
        Cell.FALSE_NEGATIVE: curves.false_negatives,
        Cell.TRUE_NEGATIVE: curves.true_negatives,
    }
    total = float(cells[opened.cell][line])
    return None if math.isnan(total) else total, evaluation.complete and is_counted


def _rows(engine: SearchEngine, found: list[Example], t: Language) -> list[Row]:
    """One row a photo, in the order in which the photos come first."""
    order = {photo: place for place, photo in enumerate(dict.fromkeys(e.photo for e in found))}
    return [
        Row(photo_address(engine, photo), "", [_item(example, t) for example in examples])
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
