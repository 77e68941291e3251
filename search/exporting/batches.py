"""A set of photos as tables: a row a photo with its best products, or a row a product."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from search.batch.files import LeftOut
from search.batch.rows import BEST, PhotoRow, State
from search.exporting.cells import Cell, Column, Sheet, Similarity
from search.exporting.products import (
    BELOW,
    SIMILAR,
    column,
    product_cells,
    product_columns,
    standing,
)
from search.exporting.results import search_cell
from search.exporting.thumbnails import Thumbnails, small
from search.hits import Hit
from search.language import Language
from search.prices import price_said
from search.threshold import Threshold
from search.tuning.scales import Scale

# Where a search is seen, by its id; "" where that is not known.
AddressOf = Callable[[UUID], str]

_MARKS = {SIMILAR: "✓", BELOW: ""}
_DOUBTFUL_MARK = "?"


def list_sheet(rows: Sequence[PhotoRow], words: Language, address_of: AddressOf) -> Sheet:
    """Return a row for each photo and product; a photo without any has one that says why."""
    lines = _lines(rows)
    line = lines[0] if lines else None
    named = [column("photo_number", words), Column(words.text("exporting.column.photo"), 30)]
    about = product_columns(words, lines) if lines else []
    last = [column("search", words), Column(words.text("exporting.column.note"), 60)]
    cells = [
        [row.number, row.name, *product, *_last(row, words, address_of)]
        for row in rows
        for product in _products(row, len(about), line, words)
    ]
    name = words.text("exporting.sheet.list")
    return Sheet(name, [*named, *about, *last], cells, 2)


def side_by_side_sheet(
    rows: Sequence[PhotoRow], words: Language, address_of: AddressOf, thumbnails: Thumbnails
) -> Sheet:
    """Return a row a photo, its best products side by side, all with pictures."""
    columns = [
        column("photo_number", words),
        Column(words.text("exporting.column.photo"), is_pictures=True),
        Column(words.text("exporting.column.file"), 24),
        column("similar", words),
    ]
    for place in range(1, BEST + 1):
        columns += [
            Column(words.text("exporting.column.nth_picture", n=place), is_pictures=True),
            Column(words.text("exporting.column.nth_product", n=place), 26),
            Column(words.text("exporting.column.nth_similarity", n=place), 11),
        ]
    columns += [column("search", words), Column(words.text("exporting.column.note"), 40)]
    cells = [_side_by_side(row, words, address_of, thumbnails) for row in rows]
    return Sheet(words.text("exporting.sheet.photos"), columns, cells, 3)


def left_out_sheet(left_out: Sequence[LeftOut], words: Language) -> Sheet | None:
    """Return the files that are no photos, and why; None when there are none."""
    if not left_out:
        return None
    columns = [
        Column(words.text("exporting.column.file"), 40),
        Column(words.text("exporting.column.note"), 80),
    ]
    rows = [[file.name, words.error(file.error).sentence] for file in left_out]
    return Sheet(words.text("exporting.sheet.left_out"), columns, rows)


def _lines(rows: Sequence[PhotoRow]) -> list[Threshold]:
    """Return the lines of a set; one on another scale comes first, for it needs a column more."""
    lines = [row.search.threshold for row in rows if row.search is not None]
    return sorted(lines, key=lambda line: line.scale is Scale.COSINE)


def _products(
    row: PhotoRow, width: int, line: Threshold | None, words: Language
) -> Iterator[list[Cell]]:
    """Yield the cells of a photo's products; `width` empty ones where there are none."""
    if row.search is None or line is None or not row.search.hits:
        yield [None] * width
        return
    # Somebody may have changed the line while the set was searched with.
    own = replace(row.search.threshold, scale=line.scale)
    for hit in row.search.hits:
        for product in (hit.product, *hit.same):
            yield product_cells(hit, product, own, words)


def _last(row: PhotoRow, words: Language, address_of: AddressOf) -> list[Cell]:
    """Return where a photo's search is, and what is to be said of it."""
    where = search_cell(row.search, address_of(row.search.id)) if row.search else None
    return [where, _note(row, words)]


def _note(row: PhotoRow, words: Language) -> str:
    if row.error is not None:
        return words.error(row.error).sentence
    if row.state is State.FORGOTTEN:
        return words.text("exporting.forgotten")
    if row.state is not State.DONE:
        return words.text("exporting.not_searched")
    return "" if row.twin is None else words.text("exporting.twin", n=row.twin)


def _side_by_side(
    row: PhotoRow, words: Language, address_of: AddressOf, thumbnails: Thumbnails
) -> list[Cell]:
    photo = small(row.thumbnail, row.name) if row.thumbnail else None
    similar = row.similar if row.search else None
    cells: list[Cell] = [row.number, photo, row.name, similar]
    for hit in row.search.hits if row.search else ():
        cells += _hit(hit, row, words, thumbnails)
    cells += [None] * (4 + 3 * BEST - len(cells))
    return cells + _last(row, words, address_of)


def _hit(hit: Hit, row: PhotoRow, words: Language, thumbnails: Thumbnails) -> list[Cell]:
    product, name = hit.product, words.choose(hit.product.name)
    told = (name, product.article, price_said(product, words))
    where = standing(hit.score, row.search.threshold) if row.search else BELOW
    return [
        thumbnails.of(hit.picture, name),
        "\n".join(filter(None, told)),
        Similarity(hit.score, _MARKS.get(where, _DOUBTFUL_MARK)),
    ]
