"""CATALOGUE_QUERY: any other shop's tables, described by one query with the standard columns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import Final

from search.adopting import SOURCE
from search.adopting.report import AdoptionReport
from search.adopting.tables import Before, OnImport
from search.errors import ImportDatabaseAway, TablesAway
from search.importing.cells import COLUMNS, check_columns
from search.importing.importer import Importer
from search.importing.query import QuerySource, query_text
from search.store.foreign import foreign_fingerprint, foreign_rows
from search.store.founding_vectors import SpaceCounts, VectorCounts
from search.vectors import VectorSpace

# So many rows are asked for to see what a query returns.
TRIED_ROWS: Final = 5
# Columns one of which is enough, and which a result lacks something without.
_WISHED: Final = (
    ("category", "category_en", "category_ru"),
    ("price",),
    ("link",),
    ("project",),
    ("description",),
)
# The vectors of a query's rows are of whatever models the rows name: counted together.
_ANY_SPACE: Final = VectorSpace("CATALOGUE_QUERY")


@dataclass(frozen=True, slots=True)
class Trial:
    """What a query returned when it was tried: its columns, and standard ones that it lacks."""

    rows: int
    columns: tuple[str, ...]
    missing: tuple[str, ...]
    ignored: tuple[str, ...]


@dataclass(slots=True)
class Query:
    """A query as it stands in the setting: a SELECT, or the name of a file after an @."""

    address: str
    setting: str

    @contextmanager
    def opened(self) -> Iterator[OpenQuery]:
        """Read the query; raise ImportUnreadable where it stands in a file that is not there.

        Its database being away is TablesAway, also while the query runs.
        """
        try:
            yield OpenQuery(self.address, query_text(self.setting))
        except ImportDatabaseAway as error:
            raise TablesAway(**error.facts) from error


@dataclass(slots=True)
class OpenQuery:
    """A query on its database."""

    _address: str
    _query: str

    def try_out(self) -> Trial:
        """Run the query for a few rows; raise ImportQueryRefused or ImportColumns."""
        with foreign_rows(self._address, self._query) as answer:
            columns = [name.strip().lower() for name in answer.columns]
            ignored = check_columns(columns, "CATALOGUE_QUERY")
            rows = sum(1 for _ in islice(answer.rows, TRIED_ROWS))
        missing = [names[0] for names in _WISHED if not set(names) & set(columns)]
        known = tuple(name for name in columns if name in COLUMNS)
        return Trial(rows, known, tuple(missing), ignored)

    def fingerprint(self) -> str:
        """Return what changes with any row of the answer; the rows stay in the database."""
        rows, told = foreign_fingerprint(self._address, self._query)
        return f"{rows} {told} {sha256(self._query.encode()).hexdigest()}"

    def total(self, fingerprint_: str) -> int:
        """Return how many rows there are, by a fingerprint: at least as many as products."""
        return int(fingerprint_.split(maxsplit=1)[0])

    def copy(
        self, importer: Importer, on_progress: OnImport, before: Before, *, dry_run: bool
    ) -> AdoptionReport:
        """Copy what the query returns, or tell what would be copied."""
        del before  # the importer compares row by row
        source = QuerySource(self._address, self._query)
        imported = importer.run(
            source, SOURCE, on_progress, dry_run=dry_run, prune=True, adopting=True
        )
        told = imported.vectors
        space = SpaceCounts(_ANY_SPACE, told.added, told.changed, told.unchanged)
        vectors = VectorCounts((space,) if imported.has_vectors else (), {})
        return AdoptionReport.of("query", imported, vectors, others={})
