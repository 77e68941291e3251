"""Judgements as a CSV file, out and in; a round trip loses nothing.

The columns are `photo` (fingerprint, hexadecimal), `source` and `article` (which name the product),
`verdict`, `who`, `made_at` (ISO 8601), `origin`, `similarity`, `space` ("model" or
"model@revision") and `id`. A file from elsewhere needs `photo`, `article` and `verdict` only.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from search.errors import JudgementsUnreadable
from search.judgement import Judgement, Origin, Verdict
from search.language import Fact
from search.people import LONGEST_NAME, name_of, tidy
from search.store.judgements import Listed
from search.store.products import Products
from search.vectors import VectorSpace

COLUMNS = (
    "photo",
    "source",
    "article",
    "verdict",
    "who",
    "made_at",
    "origin",
    "similarity",
    "space",
    "id",
)
NEEDED = frozenset({"photo", "article", "verdict"})
FINGERPRINT_BYTES = 32
# A spreadsheet takes a cell that begins so for a formula, and runs what somebody wrote as a name.
# An apostrophe before it makes it a text; so does one before an apostrophe, to be told apart again.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that was left out: the line of the file at which it ends, and why.

    `reason` is the key of a sentence in `search/messages`, `facts` fill it.
    """

    line: int
    reason: str
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How many judgements were added, how many were known, and what was left out."""

    added: int
    known: int
    problems: tuple[RowProblem, ...]


class _RowError(Exception):
    """This row is no judgement."""

    def __init__(self, reason: str, **facts: Fact) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts


@dataclass(frozen=True, slots=True)
class _Row:
    """A row as it was read: the line at which it ends, and its cells by column."""

    line: int
    cells: Mapping[str, str]


def written(judgements: Iterable[Listed]) -> Iterator[str]:
    """Yield the lines of a CSV file, the names of the columns first, each with its line end."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    for cells in _table(judgements):
        writer.writerow([_defused(cell) for cell in cells])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _table(judgements: Iterable[Listed]) -> Iterator[Sequence[str]]:
    yield COLUMNS
    for listed in judgements:
        said = listed.judgement
        yield (
            said.photo.hex(),
            listed.source,
            listed.article,
            said.verdict,
            said.who,
            said.made_at.isoformat() if said.made_at else "",
            said.origin,
            "" if said.similarity is None else repr(said.similarity),
            str(said.space),
            str(said.id),
        )


class JudgementsReader:
    """Reads judgements from CSV files; asks the catalogue for the products they name."""

    def __init__(self, products: Products, space: Callable[[], VectorSpace]) -> None:
        self._products = products
        self._space = space

    def read(self, text: str) -> tuple[list[Judgement], tuple[RowProblem, ...]]:
        """Return the judgements in the order of the file, and the rows that are none.

        Raises JudgementsUnreadable when the text is no CSV file with the needed columns.
        """
        rows = list(_rows(text))
        numbers = self._numbers(rows)
        judgements: list[Judgement] = []
        problems: list[RowProblem] = []
        for row in rows:
            try:
                judgements.append(self._judgement(row.cells, numbers))
            except _RowError as error:
                problems.append(RowProblem(row.line, error.reason, error.facts))
        return judgements, tuple(problems)

    def _numbers(self, rows: Iterable[_Row]) -> dict[tuple[str, str], int]:
        """Return the products' numbers by source and article, in as many questions as sources."""
        articles: dict[str, set[str]] = {}
        for row in rows:
            articles.setdefault(row.cells.get("source", ""), set()).add(row.cells["article"])
        return {
            (source, article): number
            for source, named in articles.items()
            for article, number in self._products.numbers(sorted(named), source or None).items()
        }

    def _judgement(
        self, cells: Mapping[str, str], numbers: Mapping[tuple[str, str], int]
    ) -> Judgement:
        source, article = cells.get("source", ""), cells["article"]
        product_id = numbers.get((source, article))
        if product_id is None:
            raise _RowError("judgements.no_product", article=article)
        return Judgement(
            id=_id(cells),
            photo=_photo(cells["photo"]),
            product_id=product_id,
            verdict=_verdict(cells["verdict"]),
            who=_who(cells.get("who", "")),
            space=_space(cells.get("space", "")) or self._space(),
            origin=_origin(cells.get("origin", "")),
            similarity=_similarity(cells.get("similarity", "")),
            made_at=_made_at(cells.get("made_at", "")),
        )


def _rows(text: str) -> Iterator[_Row]:
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        raise JudgementsUnreadable(reason="@reasons.judgements_not_csv")
    head = text.partition("\n")[0]
    # Where a comma is part of numbers, spreadsheets put a semicolon between cells.
    delimiter = ";" if ";" in head and "," not in head else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = [name.strip().lower() for name in next(reader, [])]
        if not set(columns) >= NEEDED:
            raise JudgementsUnreadable(reason="@reasons.judgements_columns")
        for cells in reader:
            if any(cell.strip() for cell in cells):
                padded = [*cells, *[""] * (len(columns) - len(cells))]
                restored = [_restored(cell) for cell in padded]
                yield _Row(reader.line_num, dict(zip(columns, restored, strict=False)))
    except csv.Error as error:
        raise JudgementsUnreadable(reason="@reasons.judgements_not_csv") from error


def _defused(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _restored(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _photo(text: str) -> bytes:
    try:
        photo = bytes.fromhex(text)
    except ValueError:
        photo = b""
    if len(photo) != FINGERPRINT_BYTES:
        raise _RowError("judgements.no_photo")
    return photo


def _verdict(text: str) -> Verdict:
    try:
        return Verdict(text.strip().lower())
    except ValueError:
        raise _RowError("judgements.no_verdict", verdict=text) from None


def _origin(text: str) -> Origin:
    try:
        return Origin(text.strip()) if text.strip() else Origin.IMPORT
    except ValueError:
        raise _RowError("judgements.no_origin", origin=text) from None


def _who(text: str) -> str:
    name = name_of(text)
    if name is None:
        raise _RowError("judgements.long_name", limit=LONGEST_NAME)
    return name


def _similarity(text: str) -> float | None:
    if not text.strip():
        return None
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = math.nan
    if not -1 <= value <= 1:
        raise _RowError("judgements.no_similarity", similarity=text)
    return value


def _made_at(text: str) -> datetime | None:
    if not text.strip():
        return None
    try:
        made_at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise _RowError("judgements.no_time", time=text) from None
    return made_at if made_at.tzinfo else made_at.replace(tzinfo=UTC)


def _space(text: str) -> VectorSpace | None:
    model, _, revision = tidy(text).partition("@")
    return VectorSpace.named(model, revision) if model else None


def _id(cells: Mapping[str, str]) -> UUID:
    """Return the row's id; one that lacks it gets the same one whenever it is read."""
    text = cells.get("id", "").strip()
    if not text:
        said = [cells.get(column, "") for column in COLUMNS]
        return uuid5(NAMESPACE_URL, "\x1f".join(said))
    try:
        return UUID(text)
    except ValueError:
        raise _RowError("judgements.no_id", id=text) from None
