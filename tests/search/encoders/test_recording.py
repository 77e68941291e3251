"""Every attempt is told: what it came to, how long it took, and whether a server counted it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from search.calls import OK, UNDER_WAY, Call, Errand, Purpose, on_errand
from search.encoders.breaker import FAILURES
from search.encoders.http import HttpEncoder
from search.encoders.recording import COLD_SECONDS, Hooks, recorded
from search.errors import (
    DatabaseUnavailable,
    EncoderBroken,
    EncoderError,
    QuotaSpent,
    TokenMalformed,
    TokenMissing,
)
from search.photo import Photo
from search.progress import Report, silent
from search.vectors import CLIP, Embedding
from tests.catalogues import unit_vectors
from tests.fake_huggingface import (
    FAULTS,
    Behaviour,
    Exchange,
    FakeHuggingFace,
    VirtualClock,
    vector,
)

MakeEncoder = Callable[..., HttpEncoder]
NOON = datetime(2026, 11, 6, 12, tzinfo=UTC)


def taking(seconds: float, clock: VirtualClock) -> Behaviour:
    """Answer after some time of the virtual clock."""

    def behave(exchange: Exchange) -> None:
        clock.sleep(seconds)
        vector()(exchange)

    return behave


def test_a_success_is_told_with_all_that_is_known(
    server: FakeHuggingFace,
    make_recorded: MakeEncoder,
    calls: list[Call],
    photo: Photo,
    clock: VirtualClock,
) -> None:
    """Who asked, for what, when, how long it took, how much went out and came in."""
    server.otherwise(taking(1.5, clock))
    search = uuid4()
    with on_errand(Errand(Purpose.SEARCH, search)):
        make_recorded().encode(photo)
    (call,) = calls
    assert (call.started_at, call.seconds) == (NOON, 1.5)
    assert (call.encoder, call.host, call.space) == ("Hugging Face", server.host, CLIP)
    assert (call.purpose, call.search_id) == (Purpose.SEARCH, search)
    assert (call.outcome, call.status, call.attempt, call.reached) == (OK, 200, 1, True)
    assert call.bytes_out == len(server.received[0].body)
    assert call.bytes_in > 1000
    assert call.request_id == "Root=1-fake-0001"
    assert (call.detail, call.cold) == ("", False)


@pytest.mark.parametrize("fault", FAULTS)
def test_every_refusal_is_told_as_often_as_it_was_met(
    fault: str, server: FakeHuggingFace, make_recorded: MakeEncoder, calls: list[Call], photo: Photo
) -> None:
    """One row an attempt, each with its own number and id, and what the server said."""
    server.otherwise(FAULTS[fault])
    with pytest.raises(EncoderError) as caught:
        make_recorded(deadline=60.0).encode(photo)
    assert len(calls) == server.count
    assert len({call.id for call in calls}) == len(calls)
    assert [call.attempt for call in calls] == list(range(1, len(calls) + 1))
    assert {call.outcome for call in calls} == {caught.value.code}
    assert {call.status for call in calls} == {caught.value.facts["status"]}
    assert {call.detail for call in calls[-1:]} == {caught.value.facts["detail"]}
    assert all(call.reached for call in calls)


def test_a_cold_start_is_marked_from_its_first_sign_on(
    server: FakeHuggingFace, make_recorded: MakeEncoder, calls: list[Call], photo: Photo
) -> None:
    """All attempts in which the model was waking, and the one that woke it, are cold."""
    server.script(FAULTS["internal"], FAULTS["loading"], FAULTS["loading"], vector())
    encoder = make_recorded()
    encoder.encode(photo)
    encoder.encode(photo)
    assert [(call.status, call.cold) for call in calls] == [
        (500, False),
        (503, True),
        (503, True),
        (200, True),
        (200, False),
    ]


@pytest.mark.parametrize(("seconds", "cold"), [(COLD_SECONDS - 0.1, False), (COLD_SECONDS, True)])
def test_a_request_that_was_held_while_the_model_woke_is_cold(
    seconds: float,
    cold: bool,  # noqa: FBT001 - a parameter of the test
    *,
    server: FakeHuggingFace,
    make_recorded: MakeEncoder,
    calls: list[Call],
    photo: Photo,
    clock: VirtualClock,
) -> None:
    """An endpoint may say nothing until it is awake; no warm model takes so long."""
    server.otherwise(taking(seconds, clock))
    make_recorded().encode(photo)
    assert [call.cold for call in calls] == [cold]


def test_a_token_that_cannot_be_one_is_told_as_a_call_that_was_not_made(
    make_recorded: MakeEncoder, calls: list[Call], photo: Photo, server: FakeHuggingFace
) -> None:
    """An operator sees why nothing works, and that nothing was spent."""
    with pytest.raises(TokenMalformed):
        make_recorded(token="Bearer hf_abcdefgh").encode(photo)
    with pytest.raises(TokenMissing):
        make_recorded("https://router.huggingface.co/m", token=None).encode(photo)
    assert [(call.outcome, call.reached, call.detail) for call in calls] == [
        ("token_malformed", False, "@reasons.token_bearer"),
        ("token_missing", False, ""),
    ]
    assert server.count == 0


def test_who_is_on_the_errand_hears_of_its_calls_only(
    server: FakeHuggingFace, make_recorded: MakeEncoder, calls: list[Call], photo: Photo
) -> None:
    """A test call shows its own attempts, whatever else goes on."""
    heard: list[Call] = []
    server.script(FAULTS["internal"])
    encoder = make_recorded()
    with on_errand(Errand(Purpose.TEST, heard=heard.append)):
        encoder.encode(photo)
    encoder.encode(photo)
    assert [call.status for call in heard] == [500, 200]
    assert calls[:2] == heard
    assert [call.purpose for call in calls] == [Purpose.TEST, Purpose.TEST, Purpose.SEARCH]


def test_what_is_forbidden_is_not_sent_and_told(
    server: FakeHuggingFace, make_recorded: MakeEncoder, calls: list[Call], photo: Photo
) -> None:
    """Each attempt asks anew: the last one within the limit is sent, its retry is not."""
    admitted: list[Call] = []

    def admit(call: Call) -> None:
        if admitted:
            raise QuotaSpent(host=call.host)
        admitted.append(call)

    server.otherwise(FAULTS["internal"])
    with pytest.raises(QuotaSpent):
        make_recorded(hooks=Hooks(on_call=calls.append, admit=admit)).encode(photo)
    assert server.count == 1
    assert (admitted[0].outcome, admitted[0].reached) == (UNDER_WAY, True)
    assert calls[0].id == admitted[0].id
    assert [(call.outcome, call.reached, call.attempt) for call in calls] == [
        ("encoder_failed", True, 1),
        ("quota_spent", False, 2),
    ]


def test_a_database_that_is_away_is_no_call(
    server: FakeHuggingFace, make_recorded: MakeEncoder, calls: list[Call], photo: Photo
) -> None:
    """Where none can be counted none is made; that says nothing about the model's server."""

    def admit(_: Call) -> None:
        raise DatabaseUnavailable(reason="away")

    encoder = make_recorded(hooks=Hooks(on_call=calls.append, admit=admit))
    for _ in range(FAILURES + 1):
        with pytest.raises(DatabaseUnavailable):
            encoder.encode(photo)
    assert calls == []
    assert server.count == 0


class Local:
    """An encoder in this process that fails when it is told to."""

    name = "local"
    address = ""
    space = CLIP

    def __init__(self) -> None:
        self.broken = False

    def encode(self, photo: Photo, report: Report = silent) -> Embedding:  # noqa: ARG002 - the protocol's
        """Answer, or fail."""
        if self.broken:
            raise EncoderBroken(reason="weights")
        return Embedding(unit_vectors(1)[0], CLIP)

    def close(self) -> None:
        """Nothing to close."""


def test_an_encoder_in_this_process_is_told_too_and_counts_nothing(
    calls: list[Call], photo: Photo, clock: VirtualClock
) -> None:
    """Its calls have no host, reach nobody, and ask nobody whether they may be made."""

    def admit(call: Call) -> None:
        raise QuotaSpent(host=call.host)

    local = Local()
    hooks = Hooks(on_call=calls.append, admit=admit)
    encoder = recorded(local, hooks, now=lambda: NOON, clock=clock)
    encoder.encode(photo)
    local.broken = True
    with pytest.raises(EncoderBroken):
        encoder.encode(photo)
    assert (encoder.name, encoder.space, encoder.host) == ("local", CLIP, "")
    assert [(c.encoder, c.host, c.outcome, c.reached, c.started_at) for c in calls] == [
        ("local", "", OK, False, NOON),
        ("local", "", "encoder_broken", False, NOON),
    ]
    assert recorded(encoder, hooks) is encoder
