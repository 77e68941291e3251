"""What the usage page tells of a month: limits, failures, drift, who searched."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pages.parts.texts import FOLDER
from pages.parts.usage.outcomes import outcomes_say, purposes_say
from pages.parts.usage.words import Words
from search.language import language
from search.usage.span import Preset, span_of, zone_named
from search.usage.views import Drift, Forecast, OutcomeCount
from tests.pages.played_monitoring import PlayedMonitoring, a_failure, quota
from tests.pages.usage_page import OpenUsage, drawn, html, said


def test_what_was_never_sent_is_told_apart_and_so_are_purposes() -> None:
    """The share that was answered is that of the calls that were sent."""
    outcomes = replace(
        PlayedMonitoring().outcomes(span_of(Preset.DAY, datetime.now(UTC), "UTC")),
        totals=[OutcomeCount("ok", 200, 90), OutcomeCount("quota_spent", None, 110)],
        calls=210,
        unsent=110,
        purposes={"search": 96, "check": 4},
    )
    words = Words(language("en", FOLDER), zone_named("UTC"), datetime.now(UTC))
    assert outcomes_say(outcomes, words, sends=True) == (
        "100 calls sent: 90% answered with a vector, 41 of them retries. "
        "110 more were refused before they were sent."
    )
    assert purposes_say(outcomes.purposes, words) == (
        "By purpose: searches 96, checks of encoder and catalogue 4."
    )


@pytest.mark.parametrize("over", [False, True])
def test_a_drift_is_said_and_under_the_state_while_it_lasts(
    usage: OpenUsage, *, over: bool
) -> None:
    """The step from one level to another, and when it went back."""
    since = datetime(2026, 11, 16, tzinfo=UTC)
    drift = Drift(since, since + timedelta(days=7) if over else None, 0.9, 0.75)
    page = usage(PlayedMonitoring(drift=drift))
    if over:
        assert "it was 0.15 lower (0.75 instead of 0.90)" in said(page)
    else:
        assert "it has been 0.15 lower (0.75 instead of 0.90)" in said(page)
    assert ("Best similarity has been 0.15 lower since 16 Nov" in said(page)) is not over


def test_who_searched_adds_up(usage: OpenUsage) -> None:
    """Searches of people who gave no name are counted as such."""
    page = usage(PlayedMonitoring(people={"Anna": 1_200, "Boris": 13}))
    assert "nobody named" in said(page)
    assert ">700<" in html(page)
    assert "nobody named" not in said(usage(PlayedMonitoring(people={})))


def test_limits_that_are_off_or_spent_are_told_apart(usage: OpenUsage) -> None:
    """Soft and hard, on and off, near and reached: each in its own words."""
    plain = quota()
    page = usage(
        PlayedMonitoring(allowances=quota(stops=True, month=replace(plain.month, used=25_000)))
    )
    assert "More than 80% is used." in said(page)
    assert "Hard limit, on (QUOTA_STOPS=true)" in said(page)
    page = usage(PlayedMonitoring(allowances=quota(month=replace(plain.month, used=30_000))))
    assert "The month's 30,000 calls are used up." in said(page)
    free = quota(month=replace(plain.month, limit=0), day=replace(plain.day, limit=0))
    page = usage(PlayedMonitoring(allowances=free))
    assert "There is no limit: MONTHLY_CALLS and DAILY_CALLS are 0." in said(page)
    assert "calls, no limit" in said(page)


def test_older_failures_are_one_click_away(usage: OpenUsage) -> None:
    """Six lines are seen at once, the others opened."""
    failures = [a_failure("bad_answer", number, detail=f"no {number}") for number in range(1, 10)]
    page = usage(PlayedMonitoring(failed=failures))
    assert page.expander[0].label == "3 more"
    assert "no 9" in said(page)


def test_an_outage_is_one_line_with_its_count(usage: OpenUsage) -> None:
    """From when to when, how many of them were held back, and what is beyond the list."""
    paused = {"detail": "@reasons.paused_encoder_unreachable", "status": None, "request_id": ""}
    failures = [a_failure("encoder_paused", number, **paused) for number in range(1, 1200)]
    broken = {**paused, "detail": "@reasons.network_reset"}
    failures += [a_failure("encoder_unreachable", 1200 + number, **broken) for number in range(3)]
    second = timedelta(seconds=1)
    began = datetime.now(UTC)
    failures = [replace(call, started_at=began - n * second) for n, call in enumerate(failures)]
    page = usage(PlayedMonitoring(failed=failures, more_failed=798))
    assert html(page).count("<strong>Cannot be reached</strong>") == 1
    assert "<strong>Paused after failures</strong>" not in html(page)
    for sentence in (
        "1,202 times",
        "1,199 of them held back by the circuit breaker",
        "hold the latest 1,202 of 2,000 failures",
    ):
        assert sentence in said(page), sentence


def test_what_came_on_several_occasions_is_no_outage(usage: OpenUsage) -> None:
    """How often, and on how many occasions."""
    failures = [a_failure("bad_answer", number) for number in (1, 2, 20, 50)]
    assert "4 times on 3 occasions" in said(usage(PlayedMonitoring(failed=failures)))


def test_a_forecast_ends_at_a_hard_limit(usage: OpenUsage) -> None:
    """Nothing above it is drawn, and nothing at all once it is used up."""
    plain = quota()
    used = plain.month.used
    ends = Forecast(used + 900.0, used + 800.0, used + 1_000.0, None, None, None)
    limits = {used + 100: "near", used: "spent"}
    highest = {}
    for limit, name in limits.items():
        for stops in (False, True):
            month = replace(plain.month, limit=limit)
            played = PlayedMonitoring(allowances=quota(month=month, forecast=ends, stops=stops))
            traces = drawn(usage(played))
            highest[name, stops] = max(max(trace["y"]) for trace in traces), len(traces)
    assert highest["near", False] == (used + 1_000, 6)
    assert highest["near", True] == (used + 100, 6)
    assert highest["spent", True] == (used, 3)
