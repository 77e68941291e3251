"""Monitoring: its figures are those of plain SQL over the rows, its trial is a real call."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr

from search.calls import (
    OK,
    REMEMBERED,
    BreakerChange,
    BreakerState,
    Call,
    Purpose,
    SearchRecord,
    this_process,
    utc_now,
)
from search.encoders.http import HttpEncoder
from search.engine import SearchEngine
from search.errors import EncoderBroken
from search.language import LANGUAGES, language
from search.metrics import Metrics
from search.monitoring import Monitoring
from search.progress import Progress, Stage
from search.settings import Settings
from search.store.store import Store
from search.trial import trial_picture
from search.usage.quota import month_of
from search.usage.span import Preset, Span, span_of
from search.usage.views import Now, State, Trial
from search.vectors import CLIP
from tests.catalogues import products, unit_vectors
from tests.fake_huggingface import FAULTS, TOKEN, FakeHuggingFace, status

NOW = datetime(2026, 5, 17, 12, 0, 30, tzinfo=UTC)
HOST = "hf.test"
KINDS: tuple[tuple[str, int | None, bool], ...] = (
    (OK, 200, True),
    (OK, 200, True),
    (OK, 200, True),
    (REMEMBERED, None, False),
    ("rate_limited", 429, True),
    ("model_waking", 503, True),
    ("encoder_timeout", None, True),
    ("encoder_paused", None, False),
)


def recorded_calls(count: int = 400) -> list[Call]:
    """Draw calls of the last month, some of them of another host."""
    draw = random.Random(7)  # noqa: S311 - made-up calls
    calls = []
    for number in range(count):
        outcome, code, reached = draw.choice(KINDS)
        calls.append(
            Call(
                UUID(int=number),
                NOW - timedelta(days=draw.uniform(0, 30)),
                "Hugging Face",
                draw.choice((HOST, HOST, HOST, "elsewhere.test")),
                CLIP,
                Purpose.SEARCH,
                outcome,
                draw.uniform(0.2, 2.0) if reached else 0.0,
                attempt=draw.choice((1, 1, 2)),
                reached=reached,
                cold=outcome == "model_waking" or (outcome == OK and draw.random() < 0.1),
                status=code,
            )
        )
    return calls


def recorded_search(number: int, *, outcome: str = OK, **more: Any) -> SearchRecord:  # noqa: ANN401 - any field
    """Return a search, made so many hours ago."""
    made_at = NOW - timedelta(hours=number, seconds=1)
    record = SearchRecord(
        UUID(int=number),
        made_at,
        CLIP,
        outcome,
        "page",
        "",
        remembered=False,
        encoder_seconds=1.0,
        database_seconds=0.1,
        rest_seconds=0.05,
        shown=5,
        above=2,
        best_similarity=0.8,
    )
    return replace(record, **more)


class Somebody:
    """An encoder of a host; nobody asks it."""

    name = "Hugging Face"
    address = f"https://{HOST}/models/clip"
    host = HOST
    space = CLIP


def monitoring(store: Store, settings: Settings, **changed: Any) -> Monitoring:  # noqa: ANN401 - any setting
    """Return a monitoring of rows that were written, at a moment of the test's own."""
    settings = settings.model_copy(update=changed)
    return Monitoring(store, settings, Somebody, lambda _: True, lambda: NOW)  # type: ignore[arg-type]  # nobody asks it


class InProcess(Somebody):
    """The built-in encoder's place; nobody asks it."""

    name = "built-in"
    address = host = ""


def rows(store: Store, query: str, *parameters: object) -> list[tuple[Any, ...]]:
    """Return what plain SQL says."""
    with store.database.connection() as connection:
        return connection.execute(query, parameters).fetchall()


def test_whoever_waited_in_vain_waits_once(store: Store, settings: Settings) -> None:
    """A page asks for five things: while nothing can be written, it is a second later, not five."""
    asked: list[float] = []

    def in_vain(seconds: float) -> bool:
        asked.append(seconds)
        return False

    found = Monitoring(store, settings, Somebody, in_vain, lambda: NOW)  # type: ignore[arg-type]  # nobody asks it
    span = span_of(Preset.DAY, NOW, "UTC")
    found.now(), found.quota(), found.latency(span), found.outcomes(span), found.searches(span)
    assert len(asked) == 1
    found.as_written().now()
    assert len(asked) == 1


def test_a_breaker_that_was_left_open_is_closed_by_whoever_is_started_in_its_place(
    store: Store, settings: Settings, fake: FakeHuggingFace
) -> None:
    """In a container every start has the same name; its breaker is closed, and that is no news."""
    metrics = Metrics()
    encoder = HttpEncoder(fake.model_url)
    now = utc_now()
    opened = BreakerChange(
        now, this_process(), encoder.host, BreakerState.OPEN, now + timedelta(seconds=30), "x"
    )
    store.breakers.write([opened])
    metrics.on_breaker(opened)
    engine = SearchEngine(settings, store, encoder, observers=[metrics])
    assert engine.encoder is encoder
    assert engine.journal.flush(20)
    assert engine.monitoring.now().breaker.state is BreakerState.CLOSED
    value = metrics.scraped().get_sample_value
    assert value("likeness_breaker_processes", {"state": "open"}) == 1
    engine.close()


def test_quota_is_what_sql_counts(store: Store, settings: Settings) -> None:
    """Reached calls of this host in this month and today, and what was saved beside them."""
    store.calls.write(recorded_calls())
    quota = monitoring(store, settings, monthly_calls=150, daily_calls=0).quota()
    counted = (
        "SELECT count(*) FROM likeness.calls"
        " WHERE host = %s AND started_at >= %s AND started_at <= %s AND "
    )
    since = month_of(NOW).start
    [(used,)] = rows(store, counted + "reached", HOST, since, NOW)
    [(today,)] = rows(
        store, counted + "reached", HOST, NOW.replace(hour=0, minute=0, second=0), NOW
    )
    [(saved,)] = rows(store, counted + "outcome = 'remembered'", HOST, since, NOW)
    assert (quota.month.used, quota.day.used, quota.saved) == (used, today, saved)
    assert quota.saved_share == saved / (saved + used)
    assert sum(quota.by_day.values()) == used
    assert len(quota.by_day) == 17
    assert (quota.month.left, quota.day.left) == (max(150 - used, 0), None)
    assert quota.month.resets_at == datetime(2026, 6, 1, tzinfo=UTC)
    assert quota.pace == pytest.approx(150 * 16.5 / 31, rel=1e-3)
    assert quota.forecast is not None
    assert quota.forecast.low <= quota.forecast.total <= quota.forecast.high
    assert (quota.counts, quota.stops, quota.warns_at) == (True, False, 0.8)


def test_outcomes_are_what_sql_counts(store: Store, settings: Settings) -> None:
    """By outcome and status, over time, and the latest failures of this host."""
    calls = recorded_calls()
    store.calls.write(calls)
    span = span_of(Preset.WEEK, NOW, "Europe/Berlin")
    found = monitoring(store, settings).outcomes(span)
    told = rows(
        store,
        "SELECT outcome, status, count(*) FROM likeness.calls"
        " WHERE host = %s AND started_at >= %s AND started_at < %s GROUP BY 1, 2",
        HOST,
        span.since,
        span.until,
    )
    assert {(one.outcome, one.status, one.calls) for one in found.totals} == set(told)
    counts = [one.calls for one in found.totals]
    assert counts == sorted(counts, reverse=True)
    by_outcome = Counter[str]()
    for outcome, _, count in told:
        by_outcome[outcome] += count
    assert {one: sum(steps) for one, steps in found.by_bucket.items()} == dict(by_outcome)
    assert all(len(steps) == len(span.buckets) for steps in found.by_bucket.values())
    assert found.calls == sum(by_outcome.values()) - by_outcome[REMEMBERED]
    failed = [
        call
        for call in calls
        if call.host == HOST and call.outcome not in {OK, REMEMBERED}
        if span.since <= call.started_at < span.until
    ]
    failed.sort(key=lambda call: call.started_at, reverse=True)
    listed = monitoring(store, settings).failures(span)
    assert [call.id for call in listed] == [call.id for call in failed]
    assert found.failed == sum(trouble.calls for trouble in found.troubles) == len(failed)
    [(sent,)] = rows(
        store,
        "SELECT count(*) FROM likeness.calls"
        " WHERE host = %s AND reached AND started_at >= %s AND started_at < %s",
        HOST,
        span.since,
        span.until,
    )
    assert (found.sent, found.sent + found.unsent) == (sent, found.calls)
    assert sum(found.purposes.values()) == sent
    retried = [call for call in calls if call.host == HOST and call.attempt > 1]
    within = [call for call in retried if span.since <= call.started_at < span.until]
    assert found.retries == sum(call.outcome != REMEMBERED for call in within)


def test_what_calls_were_for_is_counted(store: Store, settings: Settings) -> None:
    """Of those that were made; an encoder in this process makes all of its calls."""
    purposes = [Purpose.SEARCH, Purpose.CHECK, Purpose.CHECK, Purpose.SEARCH, Purpose.CHECK]
    made = [
        replace(call, purpose=purpose, host=host, reached=bool(host), outcome=OK, started_at=NOW)
        for host in (HOST, "")
        for call, purpose in zip(recorded_calls(5), purposes, strict=True)
    ]
    calls = [replace(call, id=UUID(int=number)) for number, call in enumerate(made)]
    refused = replace(calls[0], id=UUID(int=99), outcome="quota_spent", reached=False)
    store.calls.write([*calls, refused])
    span = Span((NOW, NOW + timedelta(minutes=1)))
    found = monitoring(store, settings).outcomes(span)
    assert (found.sent, found.unsent) == (5, 1)
    assert list(found.purposes.items()) == [("check", 3), ("search", 2)]
    builtin = Monitoring(store, settings, InProcess, lambda _: True, lambda: NOW).outcomes(span)  # type: ignore[arg-type]  # nobody asks it
    assert (builtin.sent, builtin.unsent) == (5, 0)
    assert builtin.purposes == found.purposes


def test_pauses_are_those_of_the_span_and_the_host(store: Store, settings: Settings) -> None:
    """One that lies across its end is told whole; what is over, later or elsewhere is not told."""
    day, second = timedelta(days=1), timedelta(seconds=1)
    begins, ends = NOW - 2 * day, NOW - day
    pauses = {
        "over": (begins - 60 * second, begins - second),
        "into": (begins - 30 * second, begins + 30 * second),
        "beyond": (ends - 30 * second, ends + 30 * second),
        "later": (ends, ends + 30 * second),
    }
    changes = [
        BreakerChange(at, name, host, state)
        for name, pause in pauses.items()
        for host in (HOST, "elsewhere.test")
        for at, state in zip(pause, (BreakerState.OPEN, BreakerState.CLOSED), strict=True)
    ]
    store.breakers.write(changes)
    asked, span = monitoring(store, settings), Span((begins, ends))
    found = asked.outcomes(span).pauses
    assert [(one.process, one.since, one.until) for one in found] == [
        (name, *pauses[name]) for name in ("beyond", "into")
    ]
    assert [
        (change.process, change.state, change.host) for change in asked.breaker_changes(span)
    ] == [
        ("beyond", BreakerState.OPEN, HOST),
        ("into", BreakerState.CLOSED, HOST),
    ]


def test_latency_joins_calls_and_searches(store: Store, settings: Settings) -> None:
    """One entry a step everywhere; the histogram reaches 300 s and holds every warm success."""
    store.calls.write(recorded_calls())
    store.search_log.write([recorded_search(number) for number in range(10)])
    span = span_of(Preset.MONTH, NOW, "UTC")
    found = monitoring(store, settings).latency(span)
    [(count, median)] = rows(
        store,
        "SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FROM likeness.calls"
        " WHERE host = %s AND outcome = 'ok' AND NOT cold AND started_at >= %s",
        HOST,
        span.since,
    )
    assert found.calls.p50 == pytest.approx(median)
    assert sum(found.counts) == found.calls.count == count
    assert len(found.edges) == len(found.counts) + 1 == len(found.cold_counts) + 1
    assert found.edges[-1] >= 300
    steps = len(span.buckets)
    assert [len(found.by_bucket), len(found.split_by_bucket), len(found.cold_by_bucket)] == [
        steps
    ] * 3
    assert found.searches.count == 10
    assert found.searches.p50 == pytest.approx(1.15)
    assert (found.split.encoder, found.split.database) == (1.0, 0.1)


def test_searches_are_those_of_the_space(store: Store, settings: Settings) -> None:
    """Counted by outcome and origin within the span."""
    records = [recorded_search(number) for number in range(4)]
    records += [recorded_search(4, outcome="rate_limited", shown=0, above=0, best_similarity=None)]
    records += [recorded_search(5, above=0, origin="api"), recorded_search(500)]
    store.search_log.write(records)
    found = monitoring(store, settings).searches(span_of(Preset.DAY, NOW, "UTC"))
    assert (found.total, found.failed, found.none_above) == (6, 1, 1)
    assert found.origins == {"page": 5, "api": 1}


def test_the_state_is_told_with_what_it_is_about(store: Store, settings: Settings) -> None:
    """The last success, the last call, the breaker, and an address."""
    waking = Call(
        UUID(int=2),
        NOW,
        "Hugging Face",
        HOST,
        CLIP,
        Purpose.SEARCH,
        "model_waking",
        0.2,
        reached=True,
        cold=True,
        status=503,
        detail="currently loading",
    )
    before = replace(
        waking, id=UUID(int=1), started_at=NOW - timedelta(hours=1), outcome=OK, cold=False
    )
    store.calls.write([before, waking, replace(waking, id=UUID(int=3), host="elsewhere.test")])
    store.breakers.write([BreakerChange(NOW, "here:1", HOST, BreakerState.CLOSED)])
    found = monitoring(store, settings).now()
    assert isinstance(found, Now)
    assert (found.state, found.since, found.why.code) == (State.WAKING, NOW, "model_waking")
    assert found.why.facts["detail"] == "currently loading"
    assert (found.last_success, found.last_call) == (before.started_at, NOW)
    assert (found.encoder, found.address) == (Somebody.name, Somebody.address)
    assert (found.breaker.state, found.space) == (BreakerState.CLOSED, CLIP)


def test_a_hard_limit_is_out_of_quota_and_a_soft_one_is_not(
    store: Store, settings: Settings
) -> None:
    """The same count, told apart by QUOTA_STOPS."""
    made = Call(
        UUID(int=1),
        NOW,
        "Hugging Face",
        HOST,
        CLIP,
        Purpose.SEARCH,
        OK,
        0.2,
        reached=True,
        status=200,
    )
    store.calls.write([made])
    assert monitoring(store, settings, daily_calls=1).now().state is State.WORKING
    found = monitoring(store, settings, daily_calls=1, quota_stops=True).now()
    assert (found.state, found.why.code) == (State.OUT_OF_QUOTA, "quota_day")
    assert found.since == NOW


def test_an_encoder_that_cannot_be_built_refuses(store: Store, settings: Settings) -> None:
    """Every part of the page has an answer; a secret in the address is in none of them."""
    address = SecretStr("https://clip.test/?key=hf_0123456789")
    wrong = settings.model_copy(update={"encoder_url": address.get_secret_value()})
    engine = SearchEngine(wrong, store, now=lambda: NOW)
    found = engine.monitoring.now()
    assert (found.state, found.since, found.why.code) == (State.REFUSING, None, "setting")
    assert found.address == "clip.test"
    for code in LANGUAGES:
        assert "ENCODER_URL" in language(code).text("errors.setting.what", **found.why.facts)
    span = span_of(Preset.DAY, NOW, "UTC")
    parts = engine.monitoring
    told = [parts.quota(), parts.latency(span), parts.outcomes(span), parts.searches(span)]
    trial = parts.trial()
    assert (trial.failed, trial.calls, trial.checked) == ("setting", [], False)
    assert "0123456789" not in f"{found} {told} {trial}"


def test_a_broken_built_in_encoder_refuses(store: Store, settings: Settings) -> None:
    """Its own error is the reason."""

    def broken() -> Any:  # noqa: ANN401 - it returns nothing
        raise EncoderBroken(reason="efficientnet-lite0.onnx: No such file or directory")

    found = Monitoring(store, settings, broken, lambda _: True, lambda: NOW).now()
    assert (found.state, found.why.code) == (State.REFUSING, "encoder_broken")
    assert (found.encoder, found.address) == ("built-in", "")


@pytest.fixture
def asking(store: Store, settings: Settings, fake: FakeHuggingFace) -> SearchEngine:
    """Return an engine whose encoder is the played Hugging Face."""
    encoder = HttpEncoder(fake.model_url, token=TOKEN, sleep=lambda _: None)
    return SearchEngine(settings, store, encoder)


def test_a_trial_is_a_real_call_with_a_new_picture(
    asking: SearchEngine, fake: FakeHuggingFace
) -> None:
    """Each reaches the server, is checked and compared, and is counted at once."""
    asking.store.products.add("test", products(unit_vectors(5)))
    told: list[Progress] = []
    trials = [asking.monitoring.trial(told.append) for _ in range(2)]
    assert fake.count == 2
    assert len({received.body for received in fake.received}) == 2
    for trial in trials:
        [call] = trial.calls
        assert (call.outcome, call.purpose, call.reached) == (OK, Purpose.TEST, True)
        assert (trial.checked, trial.failed) == (True, "")
        assert trial.nearest is not None
        assert -1 <= trial.nearest <= 1
        assert trial.database_seconds is not None
        assert trial.seconds >= call.seconds + trial.database_seconds
    assert Progress(Stage.COMPARING, count=5) in told
    now = asking.monitoring.now()
    assert (now.state, now.last_call) == (State.WORKING, trials[1].calls[0].started_at)
    assert now.address == fake.model_url
    assert asking.monitoring.quota().day.used == 2
    asking.close()


def test_a_trial_that_fails_says_how(asking: SearchEngine, fake: FakeHuggingFace) -> None:
    """Its error is returned with its facts; every attempt is there, those that were mended too."""
    fake.script(status(502))
    fake.otherwise(FAULTS["credentials"])
    trial = asking.monitoring.trial()
    assert [call.outcome for call in trial.calls] == ["encoder_failed", "token_refused"]
    assert (trial.failed, trial.checked, trial.nearest) == ("token_refused", False, None)
    assert language("en").text("errors.token_refused.what", **trial.facts)
    now = asking.monitoring.now()
    assert (now.state, now.why.code) == (State.REFUSING, "token_refused")
    assert TOKEN not in f"{trial} {now}"
    asking.close()


def test_a_trial_without_a_catalogue_has_no_nearest_picture(asking: SearchEngine) -> None:
    """The vector is checked all the same."""
    trial = asking.monitoring.trial()
    assert (trial.checked, trial.nearest, trial.failed) == (True, None, "")
    asking.close()


def test_an_encoder_in_this_process_counts_nothing(engine: SearchEngine) -> None:
    """Its calls are listed and timed; there is no quota to forecast."""
    assert engine.monitoring.now().state is State.UNKNOWN
    assert engine.monitoring.trial().checked
    now, quota = engine.monitoring.now(), engine.monitoring.quota()
    assert (now.state, now.address) == (State.WORKING, "")
    assert (quota.counts, quota.month.used, quota.saved, quota.forecast) == (False, 0, 0, None)
    engine.close()


def test_no_two_trial_pictures_are_alike() -> None:
    """Neither our memory nor a server's knows one."""
    assert len({trial_picture().fingerprint for _ in range(5)}) == 5


def test_a_trial_tells_whether_anything_was_sent(
    asking: SearchEngine, fake: FakeHuggingFace
) -> None:
    """Our own limit refuses before; whatever the server answers was sent."""
    fake.script(FAULTS["credentials"])
    assert asking.monitoring.trial().sent
    assert not Trial([], 0.1, False, None, None, "setting", {}).sent  # noqa: FBT003 - as by position
