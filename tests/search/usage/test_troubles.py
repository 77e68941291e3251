"""Failures and changes of breakers, put together as a person tells them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from search.calls import BreakerChange, BreakerState, Call
from search.usage.troubles import APART, pauses, troubles
from tests.recorded import HOST, NOON, a_call

SECOND = timedelta(seconds=1)


def failed(at: float, outcome: str = "encoder_unreachable", **changes: Any) -> Call:  # noqa: ANN401 - any field
    """Return a failure of so many seconds after noon."""
    return a_call(NOON + at * SECOND, outcome=outcome, **({"status": None} | changes))


def paused(at: float, by: str = "encoder_unreachable") -> Call:
    """Return a call that the breaker refused."""
    return failed(at, "encoder_paused", detail=f"@reasons.paused_{by}")


def changed(at: float, state: BreakerState, process: str = "one:1") -> BreakerChange:
    """Return a change of so many seconds after noon."""
    reason = "" if state is BreakerState.CLOSED else "encoder_timeout"
    return BreakerChange(NOON + at * SECOND, process, HOST, state, None, reason)


def test_an_outage_is_one_trouble() -> None:
    """However connections ended, what was held back included, and with something else between."""
    calls = [
        paused(0),
        failed(1, detail="@reasons.network_reset"),
        failed(2, "photo_rejected", status=400, detail="no picture"),
        paused(3),
        failed(4, detail="@reasons.network_refused"),
        paused(5),
    ]
    outage, rejected = troubles(calls[::-1])
    assert (outage.since, outage.until) == (NOON, NOON + 5 * SECOND)
    assert (outage.calls, outage.paused) == (5, 3)
    assert outage.last == calls[4]
    assert (rejected.last, rejected.calls) == (calls[2], 1)


def test_one_trouble_may_have_come_on_several_occasions() -> None:
    """What lies minutes apart did not go on in between, and nobody is told that it did."""
    calls = [failed(at) for at in (0, 30, 2_000, 2_030, 2_600)]
    (trouble,) = troubles(calls[::-1])
    assert (trouble.calls, trouble.episodes) == (5, 2)


def test_what_was_held_back_is_of_the_kind_that_opened_the_breaker() -> None:
    """Its status and the server's words are those of the latest one."""
    calls = [
        failed(0, "encoder_failed", status=500, detail="no memory"),
        failed(1, "encoder_failed", status=502, detail="bad gateway"),
        failed(2, "encoder_timeout"),
        paused(3, "encoder_failed"),
    ]
    found = [(trouble.last.status, trouble.calls) for trouble in troubles(calls[::-1])]
    assert found == [(502, 2), (None, 1), (500, 1)]


def test_servers_words_and_a_long_time_tell_troubles_apart() -> None:
    """What comes an hour later, over a month a day later, or is said otherwise, is another one."""
    seconds = APART / SECOND
    calls = [
        failed(0, "bad_answer", status=200, detail="no numbers"),
        failed(1, "bad_answer", status=200, detail="too few"),
        failed(seconds - 1, "bad_answer", status=200, detail="no numbers"),
        failed(2 * seconds - 1, "bad_answer", status=200, detail="no numbers"),
    ]
    found = troubles(calls[::-1])
    assert [trouble.calls for trouble in found] == [1, 2, 1]
    assert [trouble.last.detail for trouble in found] == ["no numbers", "no numbers", "too few"]
    month = timedelta(days=30)
    assert [trouble.calls for trouble in troubles(calls[::-1], month)] == [3, 1]


def test_the_latest_request_ids_are_named_and_all_are_counted() -> None:
    """Three are enough to ask somebody about it."""
    calls = [failed(n, request_id=f"id-{n}" if n % 2 else "") for n in range(10)]
    [trouble] = troubles(calls[::-1])
    assert trouble.request_ids == ["id-9", "id-7", "id-5"]
    assert trouble.named == 5


def test_nothing_failed() -> None:
    """Then there is no trouble, and no pause."""
    assert troubles([]) == []
    assert pauses([]) == []


def test_a_pause_is_from_opening_to_closing_in_one_process() -> None:
    """However often it probed; another process has pauses of its own."""
    opened, probing, closed = BreakerState.OPEN, BreakerState.PROBING, BreakerState.CLOSED
    changes = [
        changed(0, closed),
        changed(1, opened),
        changed(2, opened, "two:2"),
        changed(31, probing),
        changed(32, opened),
        changed(62, probing),
        changed(63, closed),
        changed(70, opened),
    ]
    third, second, first = pauses(changes[::-1])
    assert (first.since, first.until) == (NOON + SECOND, NOON + 63 * SECOND)
    assert (first.process, first.over, first.probes) == ("one:1", True, 2)
    assert first.reason == "encoder_timeout"
    assert (second.process, second.over, second.probes) == ("two:2", False, 0)
    assert (third.since, third.over) == (NOON + 70 * SECOND, False)
