"""Judgements as a CSV file, out and in; a round trip loses nothing.

The columns are `photo` (fingerprint, hexadecimal), `source`, `article` and `key` (which name the
product: articles may repeat, keys do not within a source), `verdict`, `who`, `made_at` (ISO 8601),
`origin`, `similarity`, `space` ("model" or "model@revision") and `id`. A file from elsewhere needs
`photo`, `article` and `verdict` only.
"""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from search.errors import JudgementsUnreadable
from search.formulas import defused, restored
from search.judgement import FINGERPRINT_BYTES, Judgement, Origin, Verdict
from search.language import Fact
from search.people import LONGEST_NAME, excerpt, name_of, tidy
from search.store.judgements import Judgements, Listed, ProductName
from search.tables import NoTable, Row, decoded, rows
from search.vectors import VectorSpace

COLUMNS = (
    "photo",
    "source",
    "article",
    "key",
    "verdict",
    "who",
    "made_at",
    "origin",
    "similarity",
    "space",
    "id",
)
# What the id of a row without one is made of. Files from before there were keys have the same ids.
_SAID = tuple(column for column in COLUMNS if column != "key")
NEEDED = frozenset({"photo", "article", "verdict"})
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
# Two machines' clocks never differ by more.
CLOCKS_APART = timedelta(days=1)


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
    """This row is no judgement. Facts that are texts of the file are cut to a readable length."""

    def __init__(self, reason: str, **facts: Fact) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = {
            name: excerpt(fact) if isinstance(fact, str) else fact for name, fact in facts.items()
        }


def written(judgements: Iterable[Listed]) -> Iterator[str]:
    """Yield the lines of a CSV file, the names of the columns first, each with its line end.

    It is for programs, and for `JudgementsReader`: its commas and points are the same in every
    language, and what is marked lest a spreadsheet runs it is read as it was.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    for cells in _table(judgements):
        writer.writerow([defused(cell) for cell in cells])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _table(judgements: Iterable[Listed]) -> Iterator[Sequence[str]]:
    yield COLUMNS
    for listed in judgements:
        said = listed.judgement
        yield (
            said.photo.hex(),
            *listed.product,
            said.verdict,
            said.who,
            said.made_at.isoformat() if said.made_at else "",
            said.origin,
            "" if said.similarity is None else repr(said.similarity),
            str(said.space),
            str(said.id),
        )


def text_of(data: bytes) -> str:
    """Return the text of a file of judgements; raise JudgementsUnreadable when it is not UTF-8."""
    try:
        return decoded(data)
    except NoTable as error:
        raise JudgementsUnreadable(reason=f"@reasons.judgements_{error.reason}") from error


@dataclass(frozen=True, slots=True)
class _Known:
    """What a file may speak of: products as it names them, and spaces by their names.

    The space without a name is that of judgements that name none.
    """

    products: Mapping[ProductName, int]
    spaces: Mapping[str, VectorSpace]


class JudgementsReader:
    """Reads judgements from CSV files; asks the database for the products and spaces they name."""

    def __init__(self, judgements: Judgements, space: Callable[[], VectorSpace]) -> None:
        self._judgements = judgements
        self._space = space

    def read(self, text: str) -> tuple[list[Judgement], tuple[RowProblem, ...]]:
        """Return the judgements in the order of the file, and the rows that are none.

        Raises JudgementsUnreadable when the text is no CSV file with the needed columns.
        """
        try:
            read = [_restored(row) for row in rows(text, NEEDED)]
        except NoTable as error:
            raise JudgementsUnreadable(reason=f"@reasons.judgements_{error.reason}") from error
        named = {_product(row.cells) for row in read}
        known = _Known(self._judgements.numbers(named), self._spaces())
        before: Counter[tuple[str, ...]] = Counter()
        judgements: list[Judgement] = []
        problems: list[RowProblem] = []
        for row in read:
            said = tuple(row.cells.get(column, "") for column in COLUMNS)
            try:
                judgements.append(_judgement(row.cells, known, before[said]))
            except _RowError as error:
                problems.append(RowProblem(row.line, error.reason, error.facts))
            before[said] += 1
        return judgements, tuple(problems)

    def _spaces(self) -> dict[str, VectorSpace]:
        """Return the spaces that there are: a file's word makes no new ones, each is a table."""
        own = self._space()
        return {str(space): space for space in (*self._judgements.spaces(), own)} | {"": own}


def _judgement(cells: Mapping[str, str], known: _Known, before: int) -> Judgement:
    """Return what a row says, `before` of whose like stand above it in the file."""
    product_id = known.products.get(_product(cells))
    if product_id is None:
        raise _RowError("judgements.no_product", article=cells["article"])
    return Judgement(
        id=_id(cells, before),
        photo=_photo(cells["photo"]),
        product_id=product_id,
        verdict=_verdict(cells["verdict"]),
        who=_who(cells.get("who", "")),
        space=_space(cells.get("space", ""), known.spaces),
        origin=_origin(cells.get("origin", "")),
        similarity=_similarity(cells.get("similarity", "")),
        made_at=_made_at(cells.get("made_at", "")),
    )


def _product(cells: Mapping[str, str]) -> ProductName:
    return ProductName(cells.get("source", ""), cells["article"], cells.get("key", ""))


def _restored(row: Row) -> Row:
    return Row(row.line, {column: restored(cell) for column, cell in row.cells.items()})


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
        if made_at.tzinfo is None:
            made_at = made_at.replace(tzinfo=UTC)
        made_at = made_at.astimezone(UTC)
    except ValueError:
        raise _RowError("judgements.no_time", time=text) from None
    except OverflowError:
        raise _RowError("judgements.impossible_time", time=text) from None
    if not EARLIEST <= made_at <= datetime.now(UTC) + CLOCKS_APART:
        raise _RowError("judgements.impossible_time", time=text)
    return made_at


def _space(text: str, known: Mapping[str, VectorSpace]) -> VectorSpace:
    model, _, revision = tidy(text).partition("@")
    # A model may go by another name here than in the file.
    found = known.get(str(VectorSpace.named(model, revision)))
    if found is None:
        raise _RowError("judgements.no_space", space=text)
    return found


def _id(cells: Mapping[str, str], before: int) -> UUID:
    """Return the row's id; one that lacks it gets the same one whenever the file is read.

    Rows that say the same have ids of their own, or who changed their mind and changed it back
    would lose their last word.
    """
    text = cells.get("id", "").strip()
    if not text:
        said = [cells.get(column, "") for column in _SAID]
        key = [cells["key"]] if cells.get("key") else []
        return uuid5(NAMESPACE_URL, "\x1f".join([*said, *key, str(before)]))
    try:
        return UUID(text)
    except ValueError:
        raise _RowError("judgements.no_id", id=text) from None
