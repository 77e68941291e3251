"""A server that keeps failing is left alone, and found again by one photo."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from search.calls import BreakerChange, BreakerState, Call
from search.encoders.breaker import FAILURES, PAUSE_SECONDS, PROBE_SECONDS, Breaker
from search.encoders.http import HttpEncoder
from search.encoders.recording import Hooks
from search.errors import (
    BadAnswer,
    EncoderError,
    EncoderFailed,
    EncoderPaused,
    EncoderTimeout,
    EncoderUnreachable,
    ModelWaking,
    PhotoRejected,
    QuotaSpent,
    RateLimited,
    TokenRefused,
)
from search.photo import Photo
from tests.fake_huggingface import FAULTS, FakeHuggingFace, VirtualClock, hold, vector

MakeEncoder = Callable[..., HttpEncoder]
OPEN, CLOSED, PROBING = BreakerState.OPEN, BreakerState.CLOSED, BreakerState.PROBING


@pytest.fixture
def states() -> list[tuple[BreakerState, float, str]]:
    """Return the list of changes that `breaker` makes."""
    return []


@pytest.fixture
def breaker(states: list[tuple[BreakerState, float, str]], clock: VirtualClock) -> Breaker:
    """Return a breaker on the virtual clock."""
    return Breaker("host.test", lambda *change: states.append(change), clock)


def end(breaker: Breaker, error: BaseException | None) -> None:
    """Let one encoding end like this."""
    with suppress(type(error) if error else ZeroDivisionError), breaker.ticket():
        if error:
            raise error


def refused(breaker: Breaker) -> EncoderPaused:
    """Return how the breaker refuses the next encoding."""
    with pytest.raises(EncoderPaused) as caught:
        breaker.ticket()
    return caught.value


@pytest.mark.parametrize("kind", [EncoderUnreachable, EncoderTimeout, EncoderFailed])
def test_it_opens_after_failures_in_a_row_and_says_until_when(
    kind: type[EncoderError],
    breaker: Breaker,
    states: list[tuple[BreakerState, float, str]],
    clock: VirtualClock,
) -> None:
    """Who searches meanwhile hears at once how long it is, and why."""
    for _ in range(FAILURES):
        end(breaker, kind())
    assert states == [(OPEN, PAUSE_SECONDS, kind.code)]
    clock.sleep(PAUSE_SECONDS - 10.5)
    assert refused(breaker).facts == {
        "host": "host.test",
        "seconds": 11,
        "reason": f"@reasons.paused_{kind.code}",
    }


@pytest.mark.parametrize(
    "answer",
    [None, BadAnswer(), ModelWaking(), PhotoRejected(), RateLimited(), TokenRefused()],
    ids=lambda answer: answer.code if answer else "ok",
)
def test_whatever_is_an_answer_breaks_the_row(
    answer: EncoderError | None,
    breaker: Breaker,
    states: list[tuple[BreakerState, float, str]],
) -> None:
    """A server that answers anything is there: refusals never open the breaker."""
    for error in (*[EncoderTimeout()] * (FAILURES - 1), answer, EncoderTimeout(), answer):
        end(breaker, error)
    for _ in range(FAILURES):
        end(breaker, answer)
    assert states == []


@pytest.mark.parametrize(
    "ended",
    [QuotaSpent(), EncoderUnreachable(reason="@reasons.network_closed"), KeyboardInterrupt()],
    ids=["our own limit", "closing", "interrupted"],
)
def test_what_says_nothing_about_the_server_changes_nothing(
    ended: BaseException,
    breaker: Breaker,
    states: list[tuple[BreakerState, float, str]],
    clock: VirtualClock,
) -> None:
    """Neither the row of failures nor the pause is touched, and the next one may probe."""
    for error in (*[EncoderTimeout()] * (FAILURES - 1), ended, EncoderTimeout()):
        end(breaker, error)
    assert [state for state, _, _ in states] == [OPEN]
    clock.sleep(PAUSE_SECONDS)
    end(breaker, ended)
    end(breaker, None)
    assert [state for state, _, _ in states] == [OPEN, PROBING, OPEN, PROBING, CLOSED]


def test_after_the_pause_one_goes_through_and_the_others_wait_for_it(
    breaker: Breaker, states: list[tuple[BreakerState, float, str]], clock: VirtualClock
) -> None:
    """A server that is coming back is not met by everybody at once."""
    for _ in range(FAILURES):
        end(breaker, EncoderFailed())
    clock.sleep(PAUSE_SECONDS)
    with breaker.ticket():
        assert refused(breaker).facts["seconds"] == 1
    end(breaker, None)
    assert states == [
        (OPEN, PAUSE_SECONDS, "encoder_failed"),
        (PROBING, 0.0, "encoder_failed"),
        (CLOSED, 0.0, ""),
    ]


def test_a_probe_that_fails_begins_another_pause(
    breaker: Breaker, states: list[tuple[BreakerState, float, str]], clock: VirtualClock
) -> None:
    """An outage of an hour is probed every half minute, and ends with the first success."""
    for _ in range(FAILURES):
        end(breaker, EncoderFailed())
    for _ in range(3):
        clock.sleep(PAUSE_SECONDS)
        end(breaker, EncoderUnreachable())
        refused(breaker)
    assert states[-1] == (OPEN, PAUSE_SECONDS, "encoder_unreachable")
    clock.sleep(PAUSE_SECONDS)
    end(breaker, None)
    assert states[-1] == (CLOSED, 0.0, "")


def test_a_probe_that_is_never_heard_of_again_is_lost(
    breaker: Breaker, states: list[tuple[BreakerState, float, str]], clock: VirtualClock
) -> None:
    """Whatever became of its thread: after a while another photo goes through."""
    for _ in range(FAILURES):
        end(breaker, EncoderFailed())
    clock.sleep(PAUSE_SECONDS)
    breaker.ticket()
    clock.sleep(PROBE_SECONDS - 1)
    assert refused(breaker).facts["seconds"] == 1
    clock.sleep(1)
    end(breaker, None)
    assert [state for state, _, _ in states] == [OPEN, PROBING, PROBING, CLOSED]


def test_what_began_before_it_opened_does_not_prolong_the_pause(
    breaker: Breaker, states: list[tuple[BreakerState, float, str]], clock: VirtualClock
) -> None:
    """Twenty photos that were in flight fail late, and their failures are old news."""
    with suppress(EncoderFailed), breaker.ticket():
        for _ in range(FAILURES):
            end(breaker, EncoderFailed())
        clock.sleep(PAUSE_SECONDS / 2)
        raise EncoderFailed
    clock.sleep(PAUSE_SECONDS / 2)
    end(breaker, None)
    assert [state for state, _, _ in states] == [OPEN, PROBING, CLOSED]


def test_a_late_success_closes_it(
    breaker: Breaker, states: list[tuple[BreakerState, float, str]]
) -> None:
    """An answer is an answer, whenever the question was asked."""
    with breaker.ticket():
        for _ in range(FAILURES):
            end(breaker, EncoderFailed())
    assert [state for state, _, _ in states] == [OPEN, CLOSED]
    end(breaker, EncoderFailed())
    breaker.ticket()


def test_the_encoder_asks_a_failing_server_no_more_until_the_probe(
    server: FakeHuggingFace, clock: VirtualClock, make_encoder: MakeEncoder, photo: Photo
) -> None:
    """Nothing is sent during the pause; every refusal is recorded as a call that was not made."""
    calls: list[Call] = []
    changes: list[BreakerChange] = []
    encoder = make_encoder(hooks=Hooks(on_call=calls.append, on_breaker=changes.append))
    server.otherwise(FAULTS["internal"])
    for _ in range(FAILURES):
        with pytest.raises(EncoderFailed):
            encoder.encode(photo)
    sent = server.count
    with pytest.raises(EncoderPaused):
        encoder.encode(photo)
    assert server.count == sent
    assert (calls[-1].outcome, calls[-1].reached) == ("encoder_paused", False)
    server.otherwise(vector())
    clock.sleep(PAUSE_SECONDS)
    encoder.encode(photo)
    encoder.encode(photo)
    assert server.count == sent + 2
    assert [(change.host, change.state) for change in changes] == [
        (server.host, OPEN),
        (server.host, PROBING),
        (server.host, CLOSED),
    ]
    assert changes[0].until is not None
    assert (changes[0].until - changes[0].at).total_seconds() == PAUSE_SECONDS
    assert len({change.process for change in changes}) == 1


def test_twenty_people_after_the_pause_are_one_probe(
    server: FakeHuggingFace, clock: VirtualClock, make_encoder: MakeEncoder, photo: Photo
) -> None:
    """While the probe waits for its answer, nineteen are refused and nothing more is sent."""
    encoder = make_encoder()
    server.otherwise(FAULTS["internal"])
    for _ in range(FAILURES):
        with pytest.raises(EncoderFailed):
            encoder.encode(photo)
    clock.sleep(PAUSE_SECONDS)
    sent = server.count
    server.otherwise(hold())
    refusals = threading.Semaphore(0)

    def ask() -> bool:
        try:
            encoder.encode(photo)
        except EncoderPaused:
            refusals.release()
            return False
        return True

    with ThreadPoolExecutor(20) as people:
        asked = [people.submit(ask) for _ in range(20)]
        assert all(refusals.acquire(timeout=20) for _ in range(19))
        server.release()
        assert sum(one.result(20) for one in asked) == 1
    assert server.count == sent + 1
