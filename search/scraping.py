"""What Prometheus is answered: what was counted, and what is read from the database meanwhile."""

from __future__ import annotations

import logging
import platform
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import choose_encoder

from search import __version__
from search.engine import SearchEngine
from search.errors import LikenessError
from search.metrics import Metrics
from search.usage.views import Allowance, Now, Quota, State

# Nobody who asks more often than this asks the database.
KEPT_SECONDS: Final = 5.0
# Prometheus waits ten seconds, and a database that is away takes as long to say so.
PATIENCE_SECONDS: Final = 2.0

GetEngine = Callable[[], SearchEngine]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Figures:
    """What the database says, and what the engine says of itself; None of what could not be had.

    `failure` is why there is no engine, or no database.
    """

    engine_up: bool = False
    database_up: bool = False
    failure: LikenessError | None = None
    quota: Quota | None = None
    now: Now | None = None
    encoder: dict[str, str] | None = None


class Scraping:
    """Answers Prometheus, whatever else does not work. For any number of threads.

    `engine` returns the running engine, opens it or raises; it may take its time. The database is
    asked at most once in `kept` seconds and by one thread; nobody waits for it when it has been
    asked for longer than `patience`: what it said before is told then, and how old that is.
    `clock` is in seconds.
    """

    def __init__(
        self,
        metrics: Metrics,
        engine: GetEngine,
        *,
        kept: float = KEPT_SECONDS,
        patience: float = PATIENCE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._metrics = metrics
        self._engine = engine
        self._kept = kept
        self._patience = patience
        self._clock = clock
        self._changed = threading.Condition()
        self._reading = False
        self._asked_at = self._ended_at = self._read_at = float("-inf")
        self._figures = Figures()

    def answer(self, accept: str) -> tuple[bytes, str]:
        """Return all metrics and their content type, in the format that `accept` asks for.

        Where the other processes' cannot be read, only this one's.
        """
        try:
            encode, content_type = choose_encoder(accept)
        except (TypeError, ValueError):  # a version that is none
            encode, content_type = choose_encoder("")
        try:
            return encode(self._metrics.scraped([self])), content_type
        except Exception as error:  # noqa: BLE001 - somebody else's files may hold anything
            log.warning("other processes' metrics cannot be read: %s", error)
            return encode(self._metrics.scraped([self], alone=True)), content_type

    def collect(self) -> Iterable[Metric]:
        """Yield what is not counted but read."""
        figures = self.recent()
        yield _info("likeness_build", "This program.", _build())
        yield _gauge("likeness_engine_up", "Whether searches can be made.", figures.engine_up)
        yield _gauge("likeness_database_up", "Whether the database answers.", figures.database_up)
        if figures.encoder is not None:
            yield _info("likeness_encoder", "Who is asked for embeddings.", figures.encoder)
        if figures.now is not None:
            yield _state(figures.now.state)
        if figures.quota is not None and figures.quota.counts:
            yield from _quota(figures.quota)
        if figures.quota is not None:
            about = "How old the encoder's state and the quota are: they are read at most so often."
            yield _gauge("likeness_figures_age_seconds", about, self._clock() - self._read_at)

    def recent(self) -> Figures:
        """Return figures of the last seconds, or else what is known by now."""
        with self._changed:
            if not self._reading and not self._is_recent():
                self._reading, self._asked_at = True, self._clock()
                # A daemon: a database that hangs must not keep the process from ending.
                threading.Thread(target=self._read, name="scraping", daemon=True).start()
            left = self._asked_at + self._patience - self._clock()
            self._changed.wait_for(lambda: not self._reading, left)
            return self._figures

    def _is_recent(self) -> bool:
        return self._clock() - self._ended_at < self._kept

    def _read(self) -> None:
        """Ask the engine, the database and the log in turn, and tell at once what each says."""
        self._tell(engine_up=False, database_up=False, failure=None)
        try:
            engine = self._engine()
            self._tell(engine_up=True)
            self._tell(encoder=_encoder(engine))
            engine.store.database.version()
            self._tell(database_up=True)
            monitoring = engine.monitoring.as_written()
            self._tell(quota=monitoring.quota(), now=monitoring.now())
        except LikenessError as error:
            self._tell(failure=error)  # what was told until then says of what
        finally:
            with self._changed:
                self._reading, self._ended_at = False, self._clock()
                self._changed.notify_all()

    def _tell(self, **changes: Any) -> None:  # noqa: ANN401 - any of the figures
        with self._changed:
            self._figures = replace(self._figures, **changes)
            if "quota" in changes:
                self._read_at = self._clock()


def _encoder(engine: SearchEngine) -> dict[str, str] | None:
    try:
        encoder = engine.encoder
    except LikenessError:  # a setting of it is wrong, which the state says
        return None
    return {"name": encoder.name, "host": encoder.host, "space": str(encoder.space)}


def _build() -> dict[str, str]:
    return {"version": __version__, "python": platform.python_version()}


def _state(current: State) -> Metric:
    family = GaugeMetricFamily(
        "likeness_encoder_state", "1 for the state that the encoder is in.", labels=["state"]
    )
    for state in State:
        family.add_metric([state.value], state is current)
    return family


def _quota(quota: Quota) -> Iterator[Metric]:
    """Yield one gauge a figure; of a period without a limit there is neither limit nor left."""
    periods = {"month": quota.month, "day": quota.day}
    figures: dict[str, tuple[str, Callable[[Allowance], float | None]]] = {
        "used_calls": ("Calls made in this period of UTC's.", lambda period: period.used),
        "limit_calls": ("Calls allowed in it.", lambda period: period.limit or None),
        "left_calls": ("Calls left in it.", lambda period: period.left),
        "reset_timestamp_seconds": ("When the next begins.", lambda p: p.resets_at.timestamp()),
    }
    for name, (about, of) in figures.items():
        family = GaugeMetricFamily(f"likeness_quota_{name}", about, labels=["period"])
        for label, period in periods.items():
            if (figure := of(period)) is not None:
                family.add_metric([label], figure)
        yield family
    if quota.forecast is not None:
        about = "Calls of this month at its end, if it goes on like this."
        yield _gauge("likeness_quota_forecast_calls", about, quota.forecast.total)


def _gauge(name: str, about: str, figure: float) -> Metric:
    return GaugeMetricFamily(name, about, value=figure)


def _info(name: str, about: str, told: dict[str, str]) -> Metric:
    return InfoMetricFamily(name, about, value=told)
