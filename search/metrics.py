"""What happens, counted for Prometheus: an observer of the journal.

Labels come from closed sets only: no ids, no addresses, nothing that anybody else could choose.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import psutil
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    values,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from search.calls import (
    OK,
    REMEMBERED,
    UNDER_WAY,
    BreakerChange,
    BreakerState,
    Call,
    Purpose,
    SearchRecord,
)
from search.errors import EncoderError, LikenessError, SettingError

# Upper edges in seconds: a remembered search takes hundredths, a model that wakes up to 300.
EDGES: Final = (
    0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 7.5, 10, 20, 30, 60, 120, 180, 300,
)  # fmt: skip
ORIGINS: Final = frozenset({"page", "command", "api"})
OTHER: Final = "other"
# The variable of prometheus-client under which several processes are counted together.
FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
_HTTP: Final = range(100, 600)


class Metrics:
    """One a process, for the life of it: engines come and go, counters only rise.

    Where PROMETHEUS_MULTIPROC_DIR was set when the process began, all processes that share that
    folder are counted together. Raises SettingError when the folder cannot be used.
    """

    def __init__(self) -> None:
        # When a series began says nothing that a counter that fell does not, for twice the answer.
        disable_created_metrics()  # type: ignore[no-untyped-call] # the library's
        self._folder = _shared_folder()
        self._own = own = CollectorRegistry()
        self._outcomes = frozenset({OK, *(kind.code for kind in LikenessError.kinds())})
        self._begun = threading.local()
        self._calls = Counter(
            "likeness_encoder_calls",
            "Attempts at the encoder; status is the class of the HTTP status, none (no answer), "
            "unsent, or local for an encoder in this process.",
            ("purpose", "outcome", "status"),
            registry=own,
        )
        self._errors = Counter(
            "likeness_encoder_errors", "Attempts that failed.", ("kind",), registry=own
        )
        self._retries = Counter(
            "likeness_encoder_retries", "Attempts after a photo's first.", registry=own
        )
        self._hits = Counter(
            "likeness_cache_hits",
            "Photos whose embedding was known: calls that were saved.",
            ("purpose",),
            registry=own,
        )
        self._call_seconds = Histogram(
            "likeness_encoder_call_seconds",
            "Successful attempts at a warm model.",
            registry=own,
            buckets=EDGES,
        )
        self._cold_seconds = Histogram(
            "likeness_encoder_cold_start_seconds",
            "From a photo's first attempt to its embedding, where the model was being loaded.",
            registry=own,
            buckets=EDGES,
        )
        self._searches = Counter(
            "likeness_searches", "Searches.", ("origin", "outcome"), registry=own
        )
        self._search_seconds = Histogram(
            "likeness_search_seconds",
            "Successful searches as a whole.",
            ("remembered",),
            registry=own,
            buckets=EDGES,
        )
        self._stage_seconds = Histogram(
            "likeness_search_stage_seconds",
            "Whose time it is, of successful searches that were not remembered.",
            ("stage",),
            registry=own,
            buckets=EDGES,
        )
        self._breakers = Gauge(
            "likeness_breaker_processes",
            "Processes whose circuit breaker is in this state.",
            ("state",),
            registry=own,
            multiprocess_mode="livesum",
        )
        self._lost = Counter(
            "likeness_journal_lost_records",
            "Records of calls and searches that were never written.",
            registry=own,
        )
        self._start_at_zero()

    def on_call(self, call: Call) -> None:
        """Count an attempt, or one that was saved."""
        if call.outcome == REMEMBERED:
            self._hits.labels(call.purpose).inc()
        elif call.outcome != UNDER_WAY:
            self._count(call)

    def on_search(self, search: SearchRecord) -> None:
        """Count a search and its time."""
        origin = search.origin if search.origin in ORIGINS else OTHER
        self._searches.labels(origin, self._closed(search.outcome)).inc()
        if search.outcome != OK:
            return
        stages = {
            "encoder": search.encoder_seconds,
            "database": search.database_seconds,
            "rest": search.rest_seconds,
        }
        remembered = "yes" if search.remembered else "no"
        self._search_seconds.labels(remembered).observe(sum(stages.values()))
        if not search.remembered:
            for stage, seconds in stages.items():
                self._stage_seconds.labels(stage).observe(seconds)

    def on_breaker(self, change: BreakerChange) -> None:
        """Show the state of this process's breaker."""
        self._show_breaker(change.state)

    def on_lost(self, records: int) -> None:
        """Count records that were never written."""
        self._lost.inc(records)

    def forget_breaker(self) -> None:
        """Show a closed breaker: a new engine has a new one."""
        self._show_breaker(BreakerState.CLOSED)

    def scraped(
        self, others: Iterable[Collector] = (), *, alone: bool = False
    ) -> CollectorRegistry:
        """Return a registry of everything, for one answer; what `others` collect as well.

        `alone` leaves out other processes. Where it is False, this and whoever collects may raise
        anything: their files may be gone, or cut short by a kill.
        """
        registry = CollectorRegistry()
        if self._folder is None or alone:
            registry.register(self._own)
        else:
            MultiProcessCollector(registry, self._folder)  # type: ignore[no-untyped-call] # the library's
        for other in others:
            registry.register(other)
        return registry

    def close(self) -> None:
        """Take this process out of what is said of living ones."""
        if self._folder is not None:
            mark_process_dead(os.getpid(), self._folder)  # type: ignore[no-untyped-call] # the library's

    def _start_at_zero(self) -> None:
        """Show what may happen before it does: the first time is seen as a rise then."""
        failures = sorted({kind.code for kind in EncoderError.kinds()})
        for kind in failures:
            self._errors.labels(kind)
        for origin in ORIGINS:
            for outcome in (OK, *failures):
                self._searches.labels(origin, outcome)
        for purpose in Purpose:
            self._hits.labels(purpose)
        for remembered in ("yes", "no"):
            self._search_seconds.labels(remembered)
        for stage in ("encoder", "database", "rest"):
            self._stage_seconds.labels(stage)
        self.forget_breaker()

    def _count(self, call: Call) -> None:
        outcome = self._closed(call.outcome)
        self._calls.labels(call.purpose, outcome, _status(call)).inc()
        if call.attempt > 1:
            self._retries.inc()
        began = self._began(call)
        if outcome != OK:
            self._errors.labels(outcome).inc()
        elif call.cold:
            ended = call.started_at + timedelta(seconds=call.seconds)
            self._cold_seconds.observe(max((ended - began).total_seconds(), call.seconds))
        else:
            self._call_seconds.observe(call.seconds)

    def _began(self, call: Call) -> datetime:
        """Return when the photo's first attempt began: one photo's attempts are of one thread."""
        if call.attempt == 1:
            self._begun.at = call.started_at
        began: datetime = getattr(self._begun, "at", call.started_at)
        return began

    def _closed(self, outcome: str) -> str:
        return outcome if outcome in self._outcomes else OTHER

    def _show_breaker(self, shown: BreakerState) -> None:
        for state in BreakerState:
            self._breakers.labels(state).set(state is shown)


def _status(call: Call) -> str:
    if call.status is not None:
        return f"{call.status // 100}xx" if call.status in _HTTP else OTHER
    if call.reached:
        return "none"
    return "unsent" if call.host else "local"


def _shared_folder() -> str | None:
    """Return where processes are counted together, cleared of those that were killed."""
    folder = os.environ.get(FOLDER)
    if not folder or values.ValueClass is values.MutexValue:
        return None
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        for process in _gauging(Path(folder)):
            if not psutil.pid_exists(process):
                mark_process_dead(process, folder)  # type: ignore[no-untyped-call] # the library's
    except OSError:
        raise SettingError(name=FOLDER, expected="@reasons.metrics_folder") from None
    return folder


def _gauging(folder: Path) -> set[int]:
    """Return the processes that say something of themselves as living ones."""
    numbers = {path.stem.rpartition("_")[2] for path in folder.glob("gauge_live*.db")}
    return {int(number) for number in numbers if number.isdecimal()}
