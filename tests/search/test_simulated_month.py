"""The simulated month: what was counted is what happened, and Monitoring tells it as it was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from search.calls import BreakerState
from search.store.database import Database
from search.store.embedded import EmbeddedServer
from search.store.store import Store
from search.usage.span import Span
from search.usage.views import State
from tests.simulated_month.played import Played, play
from tests.simulated_month.story import DAY, DAYS, HOUR, Kind, tell

FIRST = date(2026, 11, 1)
SCALE, SEED = 0.1, 2


@pytest.fixture(scope="module")
def played(server: EmbeddedServer, _migrated: str) -> Iterator[Played]:
    """Let the month happen, a tenth as large, in a database of its own."""
    name = "simulated_month"
    with (
        psycopg.connect(server.conninfo, autocommit=True) as connection,
        pytest.MonkeyPatch.context() as patch,
    ):
        for proxy in ("NO_PROXY", "no_proxy"):
            patch.setenv(proxy, "127.0.0.1,localhost")
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {_migrated}")
        conninfo = make_conninfo(server.conninfo, dbname=name)
        store = Store.on(Database(conninfo))
        yield play(conninfo, store, tell(SEED, FIRST, SCALE))
        store.close()
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_story_is_the_same_for_the_same_seed() -> None:
    """Whoever replays it gets the month that was described."""
    assert tell(3, FIRST, 0.02) == tell(3, FIRST, 0.02)
    assert tell(3, FIRST, 0.02).asked != tell(4, FIRST, 0.02).asked


def test_troubles_come_one_at_a_time_on_working_days() -> None:
    """Whichever day a month begins on; only the changed model lasts, and under others."""
    for offset in range(7):
        first = FIRST + timedelta(days=offset)
        story = tell(1, first, 0.01)
        passing = sorted(
            (i for i in story.incidents if i.kind is not Kind.MODEL), key=lambda i: i.since
        )
        assert all(one.until < other.since for one, other in pairwise(passing))
        assert all((first + timedelta(seconds=i.since)).weekday() < 5 for i in passing)
        [outage] = story.of(Kind.OUTAGE)
        assert outage.until - outage.since == HOUR


def test_what_was_served_is_what_was_counted(played: Played) -> None:
    """Day by day, no request of the server's is missing, and none was counted twice."""
    served = dict(played.tally.served)
    assert sum(served.values()) == played.month.server.count > 900
    assert played.value("SELECT count(*) FROM likeness.calls WHERE reached") == sum(served.values())
    assert played.store.calls.used_by_day(played.tally.host, FIRST) == served


def test_every_search_is_recorded_with_its_end(played: Played) -> None:
    """As many as were made, and each kind of failure as often as people met it."""
    ends = dict(played.rows("SELECT outcome, count(*) FROM likeness.search_log GROUP BY 1"))
    found = ends.pop("ok")
    assert ends == dict(played.tally.failed)
    assert found + sum(ends.values()) == played.tally.searches


def test_the_quota_is_what_sql_counts(played: Played) -> None:
    """Used, saved and by day."""
    quota = played.monitoring.quota()
    used = played.value("SELECT count(*) FROM likeness.calls WHERE reached")
    saved = played.value("SELECT count(*) FROM likeness.calls WHERE outcome = 'remembered'")
    assert (quota.month.used, quota.saved) == (used, saved)
    assert saved == played.tally.remembered
    assert quota.saved_share == saved / (saved + used)
    assert {day: calls for day, calls in quota.by_day.items() if calls} == dict(played.tally.served)


def test_the_cache_saved_its_share(played: Played) -> None:
    """Between 15 and 25 % of all searches needed no call."""
    figures = played.monitoring.searches(played.whole)
    assert figures.remembered == played.tally.remembered
    assert 0.15 < figures.remembered / figures.total < 0.25


def test_the_forecast_of_day_10_comes_true(played: Played) -> None:
    """It is within 10 % of what the month ended with."""
    end = sum(played.tally.served.values())
    forecast = played.quota.forecast
    assert forecast is not None
    assert forecast.total == pytest.approx(end, rel=0.10)
    assert played.quota.month.used == sum(calls for day, calls in played.quota.by_day.items())


def test_outcomes_are_what_sql_counts(played: Played) -> None:
    """In all, by status, and by day; attempts and retries."""
    outcomes = played.monitoring.outcomes(played.whole)
    totals = {(total.outcome, total.status): total.calls for total in outcomes.totals}
    assert totals == {
        (outcome, status): calls
        for outcome, status, calls in played.rows(
            "SELECT outcome, status, count(*) FROM likeness.calls GROUP BY 1, 2"
        )
    }
    by_day: dict[str, list[int]] = {outcome: [0] * DAYS for outcome, _ in totals}
    for outcome, day, calls in played.rows(
        "SELECT outcome, (started_at AT TIME ZONE 'UTC')::date, count(*)"
        " FROM likeness.calls GROUP BY 1, 2"
    ):
        by_day[outcome][(day - FIRST).days] = calls
    assert {outcome: list(counts) for outcome, counts in outcomes.by_bucket.items()} == by_day
    attempts = "SELECT count(*) FROM likeness.calls WHERE outcome <> 'remembered'"
    assert outcomes.calls == played.value(attempts)
    assert outcomes.retries == played.value(attempts + " AND attempt > 1")


def test_percentiles_are_those_of_warm_calls(played: Played) -> None:
    """As SQL computes them; the cold starts, forty times as long, do not touch them."""
    latency = played.monitoring.latency(played.whole)
    [(count, found)] = played.rows(
        "SELECT count(*), percentile_cont('{0.5,0.9,0.95,0.99}'::float8[])"
        " WITHIN GROUP (ORDER BY seconds) FROM likeness.calls WHERE outcome = 'ok' AND NOT cold"
    )
    calls = latency.calls
    assert (calls.count, calls.exact) == (count, True)
    assert [calls.p50, calls.p90, calls.p95, calls.p99] == pytest.approx(found)
    assert 1.0 < (calls.p50 or 0) < 1.5
    assert (calls.p99 or 99) < 10 < max(played.tally.woken)
    assert sum(latency.counts) == count


def test_cold_starts_are_counted_as_the_server_had_them(played: Played) -> None:
    """One a start of the model, however many calls waited for it; and the longest is as long."""
    latency = played.monitoring.latency(played.whole)
    woken = played.tally.woken
    assert latency.cold == sum(latency.cold_by_bucket) == sum(latency.cold_counts) == len(woken)


def test_searches_are_what_sql_counts(played: Played) -> None:
    """In all, failed, without a match, by origin, by person, and the products found most."""
    figures = played.monitoring.searches(played.whole)
    log = "SELECT count(*) FROM likeness.search_log"
    assert figures.total == played.value(log)
    assert figures.failed == played.value(log + " WHERE outcome <> 'ok'")
    assert figures.none_above == played.value(log + " WHERE outcome = 'ok' AND above = 0")
    by = "SELECT {0}, count(*) FROM likeness.search_log WHERE {0} <> '' GROUP BY 1"
    assert dict(figures.origins) == dict(played.rows(by.format("origin")))
    assert dict(figures.people) == dict(played.rows(by.format("who")))
    best = dict(
        played.rows(
            "SELECT product_id, count(*) FROM likeness.search_log"
            " WHERE product_id IS NOT NULL GROUP BY 1 ORDER BY 2 DESC LIMIT 10"
        )
    )
    assert [top.searches for top in figures.top] == list(best.values())


def test_in_the_hour_of_the_outage_nothing_succeeds(played: Played) -> None:
    """Connections break off, then are refused, and the breaker spares people most of the wait."""
    outage = played.the(Kind.OUTAGE)
    outcomes = played.monitoring.outcomes(played.span(outage.since, outage.until, 3))
    assert set(outcomes.by_bucket) - {"remembered"} == {"encoder_unreachable", "encoder_paused"}
    details = dict(
        played.rows(
            "SELECT detail, bool_and(reached) FROM likeness.calls"
            " WHERE outcome = 'encoder_unreachable' GROUP BY 1"
        )
    )
    assert details == {"@reasons.network_reset": True, "@reasons.network_refused": False}


def test_the_breaker_opens_probes_and_closes(played: Played) -> None:
    """One pause, from some minutes into the outage to a probe that finds the server again."""
    outage, moment = played.the(Kind.OUTAGE), played.month.moment
    [pause] = played.monitoring.outcomes(played.span(outage.since, outage.until)).pauses
    assert pause.over
    assert pause.reason == "encoder_unreachable"
    assert moment(outage.since) < pause.since < moment((outage.since + outage.until) / 2)
    assert moment(outage.until) <= pause.until < moment(outage.until + HOUR)
    changes = played.monitoring.breaker_changes(played.span(outage.since, outage.until + HOUR))
    states = [change.state for change in reversed(changes)]
    failed = [BreakerState.PROBING, BreakerState.OPEN] * (pause.probes - 1)
    assert states == [BreakerState.OPEN, *failed, BreakerState.PROBING, BreakerState.CLOSED]
    assert pause.probes > 3


def test_nothing_is_paused_before_and_after_the_outage(played: Played) -> None:
    """A span that ends before it, or begins when all is well again, has no pause."""
    outage = played.the(Kind.OUTAGE)
    for since, until in ((0, outage.since), (outage.until + HOUR, DAYS * DAY)):
        assert played.monitoring.outcomes(played.span(since, until)).pauses == []


def test_the_outage_is_one_trouble(played: Played) -> None:
    """With as many calls as SQL counts, what the breaker held back included."""
    outage, moment = played.the(Kind.OUTAGE), played.month.moment
    span = played.span(outage.since, outage.until + HOUR)
    [trouble] = [
        trouble
        for trouble in played.monitoring.outcomes(span).troubles
        if trouble.last.outcome == "encoder_unreachable"
    ]
    counted = (
        "SELECT count(*) FROM likeness.calls WHERE outcome = ANY(%s)"
        " AND started_at >= %s AND started_at < %s"
    )
    kinds = ["encoder_unreachable", "encoder_paused"]
    assert trouble.calls == played.value(counted, kinds, span.since, span.until) > 20
    assert trouble.paused == played.value(counted, kinds[1:], span.since, span.until) > 3
    assert moment(outage.since) <= trouble.since < trouble.until < moment(outage.until + 60)


def test_bursts_are_waited_out_or_told(played: Played) -> None:
    """Where seconds are asked for, the retry succeeds; where minutes are, people are told."""
    short, long, _ = played.month.story.of(Kind.BURST)
    limited = (
        "SELECT count(*) FROM likeness.calls AS limited WHERE outcome = 'rate_limited'"
        " AND started_at BETWEEN %s AND %s AND {} EXISTS (SELECT FROM likeness.calls AS later"
        " WHERE later.search_id = limited.search_id AND later.outcome = 'ok')"
    )
    moment = played.month.moment
    assert played.value(limited.format(""), moment(short.since), moment(short.until)) > 0
    assert played.value(limited.format(""), moment(long.since), moment(long.until)) == 0
    assert played.value(limited.format("NOT"), moment(long.since), moment(long.until)) > 0


def test_a_revoked_token_is_refused_until_it_is_replaced(played: Played) -> None:
    """Every call of these hours comes back with 401, and every later one does not."""
    token = played.the(Kind.TOKEN)
    outcomes = played.monitoring.outcomes(played.span(token.since, token.until))
    assert [(t.outcome, t.status) for t in outcomes.totals if t.outcome != "remembered"] == [
        ("token_refused", 401)
    ]
    later = played.monitoring.outcomes(played.span(token.until, DAYS * DAY))
    assert "token_refused" not in later.by_bucket


def test_a_changed_model_shows_as_a_drop_of_the_best_scores(played: Played) -> None:
    """The median of each of its days is below that of every working day before."""
    best = played.monitoring.searches(played.whole).best_by_bucket
    medians = [step[1] if step else None for step in best]
    model = played.the(Kind.MODEL)
    changed = [m for m in medians[round(model.since / DAY) : round(model.until / DAY)] if m]
    before = [m for m in medians[: round(model.since / DAY)] if m]
    assert max(changed) < min(before)
    drift = played.monitoring.searches(played.whole).drift
    assert drift is not None
    moment = played.month.moment
    assert (drift.since, drift.until) == (moment(model.since), moment(model.until))
    assert drift.after - drift.before == pytest.approx(-0.15, abs=0.05)


def test_before_the_model_changed_nothing_drifted(played: Played) -> None:
    """Cold starts, weekends and an outage are no other model."""
    until = played.the(Kind.MODEL).since
    span = Span([played.month.moment(day * DAY) for day in range(round(until / DAY) + 1)])
    assert played.monitoring.searches(span).drift is None


@pytest.mark.parametrize(
    ("moment", "state", "code"),
    [
        ("before", State.WORKING, ""),
        ("outage", State.UNREACHABLE, "encoder_unreachable"),
        ("after the outage", State.WORKING, ""),
        ("slow", State.SLOW, "slow"),
        ("token", State.REFUSING, "token_refused"),
        ("after the token", State.WORKING, ""),
    ],
)
def test_the_state_of_the_moment(played: Played, moment: str, state: State, code: str) -> None:
    """Whoever had looked at the page at this moment would have read the right thing."""
    now = played.states[moment]
    assert (now.state, now.why.code) == (state, code)


def test_a_state_is_as_old_as_its_trouble(played: Played) -> None:
    """It began with the first call that met the trouble, no earlier."""
    for name, kind in (("outage", Kind.OUTAGE), ("token", Kind.TOKEN)):
        since = played.states[name].since
        assert since is not None
        began = (since - played.month.moment(played.the(kind).since)).total_seconds()
        assert 0 <= began < HOUR


def test_a_cold_start_is_told_while_it_lasts(played: Played) -> None:
    """Whoever looks while somebody waits for the model reads that it wakes up."""
    assert [now.state for now in played.waking] == [State.WAKING] * 3


def test_no_row_contains_a_token(played: Played) -> None:
    """Neither the old one nor the new one."""
    for table in ("calls", "search_log", "breaker_changes", "searches"):
        rows = played.value(f"SELECT string_agg(t::text, '') FROM likeness.{table} AS t")  # noqa: S608 - ours
        assert "hf_made_up" not in rows
