"""A replayed month with what was seen on the way, for tests to hold against its rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from pydantic import SecretStr

from search.encoders.http import HttpEncoder
from search.engine import SearchEngine
from search.monitoring import Monitoring
from search.progress import Progress, Stage
from search.settings import Settings
from search.store.store import Store
from search.usage.span import Span
from search.usage.views import Now, Quota
from tests.simulated_month.replay import Look, Month, Tally
from tests.simulated_month.story import DAY, DAYS, HOUR, Incident, Kind, Story

# On day 10, at noon: two thirds of the month are still to come.
FORECAST_AT = 9 * DAY + 12 * HOUR


@dataclass(frozen=True, slots=True)
class Played:
    """The month when it is over: what was seen on the way, and Monitoring at its last moment."""

    month: Month
    tally: Tally
    monitoring: Monitoring
    store: Store
    states: dict[str, Now]
    waking: list[Now]
    quota: Quota

    def span(self, since: float, until: float, steps: int = 1) -> Span:
        """Return a span of equal steps."""
        step = (until - since) / steps
        return Span([self.month.moment(since + number * step) for number in range(steps + 1)])

    @property
    def whole(self) -> Span:
        """The month, by days."""
        return self.span(0, DAYS * DAY, DAYS)

    def the(self, kind: Kind) -> Incident:
        """Return the first incident of a kind."""
        return self.month.story.of(kind)[0]

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Return what plain SQL says."""
        with self.store.database.connection() as connection:
            return connection.execute(query.encode(), parameters).fetchall()

    def value(self, query: str, *parameters: object) -> Any:  # noqa: ANN401 - whatever is asked
        """Return the one value that plain SQL says."""
        [(value,)] = self.rows(query, *parameters)
        return value


def play(conninfo: str, store: Store, story: Story) -> Played:
    """Replay a story into a migrated database, and look at it on the way."""
    settings = Settings.read().model_copy(
        update={"database_url": SecretStr(conninfo), "vector_database_url": None}
    )
    month = Month(story, settings)
    states: dict[str, Now] = {}
    waking: list[Now] = []
    quotas: list[Quota] = []

    def note(name: str, engine: SearchEngine) -> None:
        states[name] = engine.monitoring.now()

    def listen(engine: SearchEngine, progress: Progress) -> None:
        if progress.stage is Stage.WAKING and len(waking) < 3:
            waking.append(engine.monitoring.now())

    looks: dict[float, Look] = {
        moment: partial(note, name) for name, moment in _moments(story).items()
    }
    looks[FORECAST_AT] = lambda engine: quotas.append(engine.monitoring.quota())
    with month.server:
        tally = month.run(looks=looks, listen=listen)
    encoder = HttpEncoder(month.server.model_url, token="hf_nobody_asks")
    ends = month.moment(DAYS * DAY) - timedelta(seconds=1)
    monitoring = Monitoring(store, settings, lambda: encoder, lambda _: True, lambda: ends)
    return Played(month, tally, monitoring, store, states, waking, quotas[0])


def _moments(story: Story) -> dict[str, float]:
    """Name moments to look at."""
    (outage,), (token,), (slow,) = (story.of(kind) for kind in (Kind.OUTAGE, Kind.TOKEN, Kind.SLOW))
    return {
        "before": outage.since - 60,
        "outage": outage.until - 60,
        "after the outage": outage.until + HOUR,
        "slow": slow.until - 60,
        "token": (token.since + token.until) / 2,
        "after the token": token.until + 2 * HOUR,
    }
