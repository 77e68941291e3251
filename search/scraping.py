"""What Prometheus is answered: what was counted, and what is read from the database meanwhile."""

from __future__ import annotations

import platform
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import choose_encoder

from search import __version__
from search.engine import SearchEngine
from search.errors import LikenessError
from search.metrics import Metrics
from search.usage.views import Allowance, Quota, State

# Nobody who asks more often than this asks the database.
KEPT_SECONDS: Final = 5.0
# Prometheus waits ten seconds, and a database that is away takes as long to say so.
PATIENCE_SECONDS: Final = 2.0

GetEngine = Callable[[], SearchEngine]


@dataclass(frozen=True, slots=True)
class Figures:
    """What the database says, and what the engine says of itself; None of what could not be had."""

    engine_up: bool = False
    quota: Quota | None = None
    state: State | None = None
    encoder: dict[str, str] | None = None


class Scraping:
    """Answers Prometheus, whatever else does not work. For any number of threads.

    `engine` returns the running engine, opens it or raises; it may take its time. The database is
    asked at most once in `kept` seconds and by one thread; nobody waits for it longer than
    `patience`. `clock` is in seconds.
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
        self._read_at = float("-inf")
        self._figures = Figures()

    def answer(self, accept: str) -> tuple[bytes, str]:
        """Return all metrics and their content type, in the format that `accept` asks for."""
        encode, content_type = choose_encoder(accept)
        return encode(self._metrics.scraped([self])), content_type

    def collect(self) -> Iterable[Metric]:
        """Yield what is not counted but read."""
        figures = self._recent()
        yield _info("likeness_build", "This program.", _build())
        yield _gauge("likeness_engine_up", "Whether searches can be made.", figures.engine_up)
        yield _gauge(
            "likeness_database_up", "Whether the database answers.", figures.quota is not None
        )
        if figures.encoder is not None:
            yield _info("likeness_encoder", "Who is asked for embeddings.", figures.encoder)
        if figures.state is not None:
            yield _state(figures.state)
        if figures.quota is not None and figures.quota.counts:
            yield from _quota(figures.quota)

    def _recent(self) -> Figures:
        """Return figures of the last seconds; empty ones when they do not come in time."""
        with self._changed:
            if self._is_recent():
                return self._figures
            if not self._reading:
                self._reading = True
                # A daemon: a database that hangs must not keep the process from ending.
                threading.Thread(target=self._read, name="scraping", daemon=True).start()
            in_time = self._changed.wait_for(self._is_recent, self._patience)
            return self._figures if in_time else Figures()

    def _is_recent(self) -> bool:
        return self._clock() - self._read_at < self._kept

    def _read(self) -> None:
        figures = Figures()
        try:
            figures = _figures(self._engine)
        finally:
            with self._changed:
                self._figures, self._read_at, self._reading = figures, self._clock(), False
                self._changed.notify_all()


def _figures(get_engine: GetEngine) -> Figures:
    try:
        engine = get_engine()
    except LikenessError:
        return Figures()
    encoder = _encoder(engine)
    try:
        quota, state = engine.monitoring.quota(), engine.monitoring.now().state
    except LikenessError:
        return Figures(engine_up=True, encoder=encoder)
    return Figures(engine_up=True, quota=quota, state=state, encoder=encoder)


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
