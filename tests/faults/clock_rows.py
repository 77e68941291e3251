"""The row in which the clock goes back by an hour: at the engine, which takes its time from us."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg.conninfo import make_conninfo

from search.calls import utc_now
from search.encoders.http import HttpEncoder
from search.engine import SearchEngine
from search.photo import read_photo
from search.settings import Settings
from search.store.database import Database
from search.store.store import Store
from search.usage.span import Preset, span_of
from tests.catalogues import products, unit_vectors
from tests.fake_huggingface import FakeHuggingFace, pixels_vector
from tests.faults.house import House, Seen
from tests.faults.row import OK, Base, Row, answers

_BACK = timedelta(hours=1)
_SEARCHES = 2


@dataclass(frozen=True, slots=True)
class ClockBack(Base):
    """Calls and searches are recorded by a clock that is set back; the usage page counts them."""

    def do(self, house: House) -> None:
        """Leave it to `see`: the app's own clock is the machine's."""

    def see(self, house: House) -> list[Seen]:
        """Search before and after, with an engine of its own, and read what the page reads."""
        with _a_database(house) as conninfo, FakeHuggingFace(embed=pixels_vector) as fake:
            clock = _Clock()
            encoder = HttpEncoder(fake.model_url, now=clock)
            with closing(Store.on(Database(conninfo))) as store:
                store.products.add("test", products(unit_vectors(3)))
            settings = Settings.read().model_copy(update={"quota_stops": True})
            store = Store.on(Database(conninfo))
            with closing(SearchEngine(settings, store, encoder, now=clock)) as engine:
                for _ in range(_SEARCHES):
                    engine.search(read_photo(house.photo()))
                clock.back()
                for _ in range(_SEARCHES):
                    engine.search(read_photo(house.photo()))
                return [Seen("searches before and after it", 200), _counted(engine, clock)]

    def undo(self, house: House) -> None:
        """Nothing is left to do: the engine is closed."""


class _Clock:
    """Stands at noon, until it is set back: no midnight comes between."""

    def __init__(self) -> None:
        self._now = utc_now().replace(hour=12, minute=0, second=0, microsecond=0)

    def __call__(self) -> datetime:
        return self._now

    def back(self) -> None:
        self._now -= _BACK


def _counted(engine: SearchEngine, clock: _Clock) -> Seen:
    """Read the usage page's figures at the time that the clock shows."""
    monitoring, span = engine.monitoring, span_of(Preset.DAY, clock() + 2 * _BACK, "UTC")
    monitoring.now()
    monitoring.latency(span_of(Preset.HOUR, clock(), "UTC"))
    quota, outcomes = monitoring.quota(), monitoring.outcomes(span)
    figures = (quota.month.used, quota.day.used, outcomes.calls, monitoring.searches(span).total)
    who = f"usage page: calls of the month {figures[0]}, of the day {figures[1]}"
    is_right = figures == (2 * _SEARCHES,) * 4
    return Seen(who, 200) if is_right else Seen(who, 500, "miscounted", str(figures))


@contextmanager
def _a_database(house: House) -> Iterator[str]:
    with house.connect() as connection:
        connection.execute("CREATE DATABASE clock")
    try:
        yield make_conninfo(house.server.conninfo, dbname="clock")
    finally:
        with house.connect() as connection:
            connection.execute("DROP DATABASE clock WITH (FORCE)")


CLOCK_ROWS: tuple[Row, ...] = (
    ClockBack(
        "clock back",
        "clock: set back by an hour (at the engine, which is given its time; the machine's own"
        " stays as it is)",
        expected=answers(OK, OK),
    ),
)
