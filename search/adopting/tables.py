"""The founding tables: which are there, what they lack, whether they changed, and their copy."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from search.adopting import SOURCE
from search.adopting.report import AdoptionReport
from search.adopting.source import TablesSource, usable
from search.errors import ImportDatabaseAway, ImportQueryRefused, TablesAway, TablesForbidden
from search.importing.importer import Importer
from search.importing.report import ImportReport
from search.store.database import Connection
from search.store.foreign import foreign_connection
from search.store.founding import (
    CATALOGUE,
    PICTURES,
    PRODUCTS,
    VECTORS,
    Table,
    find_tables,
    fingerprint,
    grant_of,
    reading_vectors,
)
from search.store.founding_rows import lonely_pictures
from search.store.founding_vectors import VectorCounts
from search.store.store import Store

# Another reading of the same tables is another catalogue: raised when it changes what is kept.
_READING: Final = 2

OnImport = Callable[[ImportReport], None]


@dataclass(frozen=True, slots=True)
class ShopTables:
    """Tables that were recognised: those of the catalogue by kind, and that of the vectors."""

    catalogue: Mapping[str, Table]
    vectors: Table | None

    @property
    def found(self) -> tuple[str, ...]:
        """Every table that is read, with its schema."""
        return tuple(f"{table.schema}.{table.name}" for table in self._all)

    @property
    def missing(self) -> tuple[str, ...]:
        """Tables, and columns of others, that tell nothing because they are not there."""
        kinds = {table.kind for table in self._all}
        tables = [kind for kind in (*CATALOGUE, VECTORS) if kind not in kinds]
        return (*tables, *(f"{table.name}.{c}" for table in self._all for c in table.missing))

    @property
    def _all(self) -> Sequence[Table]:
        return (*self.catalogue.values(), *((self.vectors,) if self.vectors else ()))


@dataclass(slots=True)
class Tables:
    """The shop's tables at an address. `base` is where pictures without an address are."""

    store: Store
    address: str
    base: str | None

    @contextmanager
    def opened(self) -> Iterator[OpenTables | None]:
        """Look at the tables at one moment; None where they are not there.

        Raises TablesForbidden, TablesAway or a StoreError.
        """
        try:
            with foreign_connection(self.address) as connection:
                shop = self._recognise(connection)
                yield OpenTables(self, connection, shop) if shop else None
        except (ImportDatabaseAway, ImportQueryRefused) as error:
            raise TablesAway(**error.facts) from error

    def _recognise(self, connection: Connection) -> ShopTables | None:
        found = find_tables(connection, CATALOGUE)
        if not {PRODUCTS, PICTURES} <= usable(found).keys():
            return None
        with self.store.database.connection() as own:
            vectors = find_tables(own, (VECTORS,)).get(VECTORS)
            _refuse_forbidden(found, vectors, connection, own)
        if vectors is not None and not vectors.is_usable:
            vectors = None
        return ShopTables(usable(found), vectors)


@dataclass(slots=True)
class OpenTables:
    """Tables as they are at one moment."""

    _tables: Tables
    _connection: Connection
    shop: ShopTables

    def fingerprint(self) -> str:
        """Return what changes with any row, and with what is made of them; in milliseconds."""
        told: dict[str, Any] = {"reading": _READING, "base": self._tables.base}
        told |= fingerprint(self._connection, self.shop.catalogue.values())
        if self.shop.vectors:
            vectors = self.shop.vectors
            patient = self._tables.store.database.patient_connection()
            with patient as own, reading_vectors(own, vectors):
                told |= fingerprint(own, [vectors])
        return json.dumps(told, sort_keys=True)

    def total(self, fingerprint_: str) -> int:
        """Return how many products there are, by a fingerprint."""
        return int(json.loads(fingerprint_)[PRODUCTS][1])

    def copy(
        self, importer: Importer, on_progress: OnImport, before: Before, *, dry_run: bool
    ) -> AdoptionReport:
        """Copy what has changed since `before`, or tell what would be copied."""
        source = TablesSource(self._connection, self.shop.catalogue, self._tables.base)
        imported = importer.run(
            source, SOURCE, on_progress, dry_run=dry_run, prune=True, adopting=True
        )
        others = {"lonely_picture": lonely_pictures(self._connection, self.shop.catalogue)}
        # What is read is read: nobody's clean-up has to wait for us while vectors are copied.
        self._connection.commit()
        return AdoptionReport.of(
            "tables",
            imported,
            self._copy_vectors(source, imported, before, dry_run=dry_run),
            others=others,
            tables=self.shop.found,
            missing=self.shop.missing,
        )

    def _copy_vectors(
        self, source: TablesSource, imported: ImportReport, before: Before, *, dry_run: bool
    ) -> VectorCounts:
        store, vectors = self._tables.store, self.shop.vectors
        if vectors is None:
            return VectorCounts((), {})
        # A query's copy tells nothing of these tables, nor does its fingerprint.
        report = before.report if before.report and before.report.way == "tables" else None
        if report is not None and not self._moved(imported, before):
            return report.vectors
        return store.founding_vectors.copy(vectors, source.pictures, SOURCE, dry_run=dry_run)

    def _moved(self, imported: ImportReport, before: Before) -> bool:
        """Tell whether vectors may have to be copied: others, or for other pictures."""
        then, now = json.loads(before.fingerprint or "{}"), json.loads(before.now)
        pictures, products = imported.pictures, imported.products
        return then.get(VECTORS) != now.get(VECTORS) or any(
            (
                then.get("reading") != now.get("reading"),
                pictures.added or pictures.changed or pictures.removed,
                products.added or products.removed,
                then.get(PICTURES) != now.get(PICTURES),
            )
        )


@dataclass(frozen=True, slots=True)
class Before:
    """What the last copy was made of and what came of it, and the fingerprint as it is `now`."""

    fingerprint: str | None
    report: AdoptionReport | None
    now: str


def _refuse_forbidden(
    found: Mapping[str, Table], vectors: Table | None, shop: Connection, own: Connection
) -> None:
    """Raise TablesForbidden, with the statement that an administrator has to run, if any is."""
    closed = [table for table in found.values() if not table.is_readable]
    closed_vectors = [vectors] if vectors is not None and not vectors.is_readable else []
    if not closed and not closed_vectors:
        return
    grants = [grant_of(shop, closed), grant_of(own, closed_vectors)]
    names = [f"{table.schema}.{table.name}" for table in (*closed, *closed_vectors)]
    raise TablesForbidden(tables=", ".join(names), grant=" ".join(filter(None, grants)))
