"""What a text found as tables: its products, in the order shown, and what was looked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from search.exporting.cells import Cell, Column, Link, Sheet
from search.exporting.products import catalogue_cells, catalogue_columns, column
from search.exporting.thumbnails import Thumbnails
from search.finding import Match
from search.language import Language


@dataclass(frozen=True, slots=True)
class Looked:
    """What was looked for, and when.

    `text` is what was typed, `read_as` how the other keyboard layout reads it, where that was what
    fitted. `address` is where it is seen, "" where that is not known. `zone` is the reader's, see
    `Language.moment`.
    """

    text: str
    at: datetime
    read_as: str | None = None
    address: str = ""
    zone: tzinfo | None = None


def found_sheet(
    matches: Sequence[Match], looked: Looked, words: Language, thumbnails: Thumbnails | None
) -> Sheet:
    """Return the products that were found, best first, without a similarity: there is none.

    Without `thumbnails` there are no pictures, and each row says what was looked for.
    """
    columns = [column("rank", words), *catalogue_columns(words)]
    if thumbnails is None:
        columns += [column("words", words), column("search", words)]
    else:
        columns.insert(1, Column(words.text("exporting.column.picture"), is_pictures=True))
    rows: list[list[Cell]] = []
    for rank, match in enumerate(matches, 1):
        cells = [rank, *catalogue_cells(match.product, words)]
        if thumbnails is None:
            cells += [looked.text, _address(looked)]
        else:
            shows = words.choose(match.product.name)
            cells.insert(1, thumbnails.of(match.picture, shows) if match.picture else None)
        rows.append(cells)
    frozen = 0 if thumbnails is None else 2
    return Sheet(words.text("exporting.sheet.products"), columns, rows, frozen)


def looked_sheet(
    matches: Sequence[Match], total: int, looked: Looked, narrowed: str, words: Language
) -> Sheet:
    """Return what was looked for; `narrowed` says among which products, "" for all.

    `total` is how many there are, with those that are not among the `matches`.
    """
    columns = [Column("", 26), Column("", 60)]
    rows = list(_looked(matches, total, looked, narrowed, words))
    return Sheet(words.text("exporting.sheet.about"), columns, rows, is_list=False)


def _looked(
    matches: Sequence[Match], total: int, looked: Looked, narrowed: str, words: Language
) -> Iterator[list[Cell]]:
    def row(name: str, cell: Cell) -> list[Cell]:
        return [words.text(f"exporting.about.{name}"), cell]

    yield row("words", looked.text)
    if looked.read_as is not None:
        yield row("read_as", looked.read_as)
    yield row("made_at", words.moment(looked.at, looked.zone))
    if address := _address(looked):
        yield row("search", address)
    if narrowed:
        yield row("narrowed", narrowed)
    yield row("found", total)
    if total > len(matches):
        yield row("listed", len(matches))


def _address(looked: Looked) -> Cell:
    return Link(looked.address) if looked.address else None
