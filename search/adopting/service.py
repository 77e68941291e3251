"""What the engine offers: the catalogue as it is in a shop's own tables, copied and refreshed."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime

from search.adopting import SOURCE
from search.adopting.query import OpenQuery, Query
from search.adopting.report import AdoptionReport
from search.adopting.state import (
    AdoptionState,
    Examination,
    Unfollowed,
    elsewhere,
    report_of,
)
from search.adopting.tables import Before, OpenTables, Tables
from search.calls import this_process
from search.demo.loading import SOURCE as DEMO
from search.errors import AdoptingElsewhere, ImportEmpty, LikenessError, TablesMissing
from search.importing.importer import Importer
from search.importing.report import ImportReport
from search.photo import Photo
from search.settings import Settings
from search.store.founding import PICTURES, PRODUCTS
from search.store.store import Store
from search.upkeep import CLOSING_SECONDS, Upkeep

# How often whoever copies tells how far it is.
BEAT_SECONDS = 0.5

OnProgress = Callable[[int, int], None]
"""Called with how many products are done, and of how many."""

log = logging.getLogger(__name__)


class _Closed(Exception):
    """The engine is being closed."""


class Adoption:
    """One an engine. Every method may be called from several threads at once.

    `read` reads pictures, `after` is called when the catalogue has changed, `now` is the time of
    day, aware.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        read: Callable[[bytes], Photo],
        after: Callable[[], object],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._settings = settings
        self._importer = Importer(store, read, max_bytes=settings.max_bytes)
        self._after = after
        self._now = now
        self._closed = False
        self._thread: threading.Thread | None = None
        self._seen_at: datetime | None = None
        self._looked_at: datetime | None = None
        self._begins = False
        self._unfollowed: Unfollowed | None = None
        self.last_error: LikenessError | None = None
        self._upkeep = Upkeep(
            self._refresh_unasked,
            seconds=settings.catalogue_refresh_minutes * 60.0,
            name="adoption",
            fails="the catalogue could not be brought up to date with the shop's tables",
        )

    @property
    def is_wanted(self) -> bool:
        """Whether a query says where the catalogue comes from."""
        return self._settings.catalogue_query is not None

    @property
    def is_possible(self) -> bool:
        """Whether the database is somebody's, so that there may be tables in it."""
        return self.is_wanted or self._settings.database is not None

    def start(self) -> None:
        """Look at the tables in the background, now and every CATALOGUE_REFRESH_MINUTES."""
        if self.is_possible:
            self._begins = True
            self._upkeep.start()

    def refresh(
        self,
        on_progress: OnProgress = lambda _done, _total: None,
        *,
        dry_run: bool = False,
    ) -> AdoptionReport | None:
        """Copy what has changed in the source; None when nothing has, which takes milliseconds.

        With `dry_run` nothing is written and the report tells what would be. Raises TablesMissing,
        TablesForbidden, TablesAway, AdoptingElsewhere, an ImportFailed or a StoreError; what was
        copied until then stays, and the next time the rest is.
        """
        try:
            report = self._refresh(on_progress, dry_run=dry_run)
        except _Closed:
            return None
        except LikenessError as error:
            # Nobody misses tables that were never copied.
            missed = not isinstance(error, TablesMissing) or self._store.adoptions.state().report
            if missed and not isinstance(error, AdoptingElsewhere):
                self.last_error = error
            raise
        self.last_error = None
        self._looked_at = self._now()
        return report

    def refresh_quietly(self) -> None:
        """Refresh; what stands in the way is kept for whoever looks, and said in the log."""
        try:
            self.refresh()
        except AdoptingElsewhere:
            self._notice()
        except TablesMissing as error:
            self._unfollowed = None
            self._notice()
            if self.last_error is error:
                log.warning("the catalogue's tables are gone: %s", error)
        except LikenessError as error:
            if not self._closed:
                log.warning("the catalogue could not be brought up to date: %s", error)

    def _refresh_unasked(self) -> None:
        """Refresh; what is not followed is only looked at, for whoever may want it."""
        try:
            is_followed = self._is_followed()
            if is_followed:
                self.refresh_quietly()
        finally:
            self._begins = False
        self._unfollowed = None if is_followed else self._look()

    def _is_followed(self) -> bool:
        """Tell whether to copy unasked: not products beside what was brought in otherwise."""
        known = self.is_wanted or self._store.adoptions.state().adopted_at is not None
        return known or not self._store.products.has_others((SOURCE, DEMO))

    def _look(self) -> Unfollowed | None:
        """Return what there is in the tables; None where nothing of it can be copied now."""
        try:
            found = self.examine()
        except TablesMissing:
            return None
        except LikenessError as error:
            # Nobody asked for these tables, so it is nobody's trouble.
            log.info("the shop's tables could not be looked at: %s", error)
            return None
        if found.shop is None or found.products == 0:
            return None
        setting = "DATABASE_URL" if self._settings.database_url else "VECTOR_DATABASE_URL"
        return Unfollowed(found.products, found.shop.found, setting)

    def start_now(self) -> None:
        """Refresh in the background of this process, unless that is under way."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(
                target=self.refresh_quietly, name="adoption", daemon=True
            )
            self._thread.start()

    def join(self, seconds: float) -> bool:
        """Wait for what `start_now` began, at most so long; return whether it is done."""
        if self._thread is not None:
            self._thread.join(seconds)
        return self._thread is None or not self._thread.is_alive()

    @property
    def is_here(self) -> bool:
        """Whether this process is at it: somebody asked, or it looks for the first time."""
        return self._begins or (self._thread is not None and self._thread.is_alive())

    def state(self) -> AdoptionState:
        """Return how things stand, in whichever process, without looking; raise a StoreError."""
        # Asked first: what ends meanwhile is then still under way, and not as if it had never been.
        is_here = self.is_here
        stored = self._store.adoptions.state()
        return AdoptionState(
            report_of(stored),
            stored.adopted_at,
            self._looked_at,
            stored.copying,
            self.last_error,
            is_here=is_here,
            unfollowed=self._unfollowed if stored.adopted_at is None else None,
        )

    def examine(self) -> Examination:
        """Look at the source without copying anything; raise as refresh does."""
        with self._source().opened() as opened:
            if opened is None:
                raise self._missing()
            trial = opened.try_out() if isinstance(opened, OpenQuery) else None
            shop = opened.shop if isinstance(opened, OpenTables) else None
            fingerprint = opened.fingerprint()
            stored = self._store.adoptions.state()
            return Examination(
                shop,
                trial,
                opened.total(fingerprint),
                is_fresh=stored.fingerprint == fingerprint,
                is_followed=self._is_followed(),
                adopted_at=stored.adopted_at,
            )

    def close(self) -> None:
        """End a refresh in the background; the next one goes on."""
        self._closed = True
        self._upkeep.close()
        self.join(CLOSING_SECONDS)

    def _refresh(self, on_progress: OnProgress, *, dry_run: bool) -> AdoptionReport | None:
        with self._source().opened() as opened:
            if opened is None:
                raise self._missing()
            fingerprint = opened.fingerprint()
            if not dry_run and self._store.adoptions.state().fingerprint == fingerprint:
                self._notice()
                return None
            total = opened.total(fingerprint)
            if dry_run:
                stored = self._store.adoptions.state()
                before = Before(stored.fingerprint, report_of(stored), fingerprint)
                return opened.copy(
                    self._importer, self._heard(on_progress, total), before, dry_run=True
                )
            with self._store.adoptions.turn() as ours:
                stored = self._store.adoptions.state()
                if not ours:
                    raise elsewhere(stored)
                self._store.adoptions.begin(this_process(), total)
                before = Before(stored.fingerprint, report_of(stored), fingerprint)
                report = opened.copy(
                    self._importer, self._telling(on_progress, total), before, dry_run=False
                )
                if report.products.added + report.products.changed + report.products.unchanged == 0:
                    raise ImportEmpty(path=self._path)
                self._store.adoptions.finish(fingerprint, report.plain())
        self._notice()
        return report

    def _notice(self) -> None:
        """Have what was counted looked at again when somebody has copied since we last looked."""
        adopted_at = self._store.adoptions.state().adopted_at
        if adopted_at != self._seen_at:
            self._seen_at = adopted_at
            self._after()

    def _source(self) -> Tables | Query:
        settings = self._settings
        server = self._store.server
        address = settings.catalogue_database or (server.conninfo if server else None)
        if settings.catalogue_query is not None and address is not None:
            return Query(address, settings.catalogue_query)
        if settings.database is None or address is None:
            # What is in a database of our own is ours.
            raise self._missing()
        return Tables(self._store, address, settings.picture_base_url)

    @property
    def _path(self) -> str:
        return "CATALOGUE_QUERY" if self.is_wanted else PRODUCTS

    @staticmethod
    def _missing() -> TablesMissing:
        return TablesMissing(tables=f"{PRODUCTS}, {PICTURES}")

    def _heard(self, on_progress: OnProgress, total: int) -> Callable[[ImportReport], None]:
        def heard(report: ImportReport) -> None:
            if self._closed:
                raise _Closed
            on_progress(min(report.met + report.products.left_out, total), total)

        return heard

    def _telling(self, on_progress: OnProgress, total: int) -> Callable[[ImportReport], None]:
        """Return what also tells every other process how far this one is."""
        hear = self._heard(on_progress, total)
        told = time.monotonic()

        def heard(report: ImportReport) -> None:
            nonlocal told
            hear(report)
            done = report.met + report.products.left_out
            if time.monotonic() - told >= BEAT_SECONDS or done >= total:
                told = time.monotonic()
                self._store.adoptions.beat(done)

        return heard
