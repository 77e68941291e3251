"""The state: what each outcome means, since when, and what is passed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest

from search.calls import OK, REMEMBERED, UNDER_WAY, BreakerState, Call, Purpose
from search.errors import EncoderError
from search.language import LANGUAGES, language
from search.settings import Settings
from search.usage.state import BLAMED, SLOW_CALLS, SLOW_SECONDS, Standing, state_of
from search.usage.telling import said_by_server, why
from search.usage.views import Allowance, Breaker, State, Why
from search.vectors import CLIP

NOW = datetime(2026, 5, 17, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CLOSED = Breaker(BreakerState.CLOSED)
KINDS = EncoderError.__subclasses__()
# What the row of each error carries besides its code, as the encoder leaves it.
ROWS: dict[str, dict[str, object]] = {
    "token_malformed": {"detail": "@reasons.token_quotes"},
    "token_refused": {"status": 401},
    "credits_exhausted": {"status": 402},
    "access_forbidden": {"status": 403},
    "address_retired": {"status": 410, "detail": "no longer supported"},
    "photo_rejected": {"status": 413},
    "rate_limited": {"status": 429},
    "model_waking": {"status": 503},
    "encoder_timeout": {"seconds": 120.04, "detail": "@reasons.network_timeout"},
    "encoder_unreachable": {"detail": "@reasons.network_name"},
    "encoder_failed": {"status": 502},
    "encoder_paused": {"detail": "@reasons.paused_encoder_failed"},
    "quota_spent": {"detail": "@reasons.quota_month"},
    "bad_answer": {"status": 200, "detail": "@reasons.answer_page"},
    "encoder_broken": {"detail": "efficientnet-lite0.onnx: no such file"},
    "local_model_unfetched": {"detail": "@reasons.network_other"},
    "local_model_broken": {"detail": "@reasons.local_damaged"},
}


def call(outcome: str = OK, seconds: float = 0.4, *, attempt: int = 1, **more: object) -> Call:
    """Return a call of a search of its own."""
    made = Call(
        uuid4(), NOW, "Hugging Face", "hf.test", CLIP, Purpose.SEARCH, outcome, seconds, attempt
    )
    return replace(made, **{"search_id": uuid4(), **more})  # type: ignore[arg-type]  # any field


def failed(code: str) -> Call:
    """Return a call that came to this error."""
    return call(code, **ROWS.get(code, {}))  # type: ignore[arg-type]  # any field


def standing(
    *calls: Call,
    breaker: Breaker = CLOSED,
    limits: tuple[Allowance, Allowance] | None = None,
    settings: Settings | None = None,
) -> Standing:
    """Return the state after calls, the earliest first, one a minute; the last one is made now."""
    latest_first = [
        replace(made, started_at=NOW - number * MINUTE)
        for number, made in enumerate(reversed(calls))
    ]
    tell = partial(why, settings=settings or Settings())
    return state_of(latest_first, breaker, limits, NOW, tell)


def ago(minutes: int) -> datetime:
    """Return when the call so many before the last one was made."""
    return NOW - minutes * MINUTE


def test_nothing_asked_nothing_known() -> None:
    """Without a call, or with calls that tell nothing, there is no state and no reason."""
    assert standing() == Standing(State.UNKNOWN, None, Why("", {}))
    assert standing(call(REMEMBERED), call(UNDER_WAY)).state is State.UNKNOWN


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (OK, State.WORKING),
        ("model_waking", State.WAKING),
        ("credits_exhausted", State.OUT_OF_QUOTA),
        ("encoder_unreachable", State.UNREACHABLE),
        ("encoder_timeout", State.UNREACHABLE),
        ("encoder_paused", State.UNREACHABLE),
        ("token_missing", State.REFUSING),
        ("token_malformed", State.REFUSING),
        ("token_refused", State.REFUSING),
        ("access_forbidden", State.REFUSING),
        ("address_retired", State.REFUSING),
        ("rate_limited", State.REFUSING),
        ("encoder_failed", State.REFUSING),
        ("bad_answer", State.REFUSING),
        ("encoder_broken", State.REFUSING),
        ("of a later version", State.REFUSING),
    ],
)
def test_the_latest_call_decides(outcome: str, state: State) -> None:
    """Its outcome is the state, and its error the reason; a success before it is over."""
    found = standing(call(), failed(outcome))
    assert found.state is state
    assert found.why.code == ("" if outcome == OK else outcome)
    assert found.since == (ago(1) if outcome == OK else ago(0))


def test_a_state_began_with_the_first_call_of_its_run() -> None:
    """Different errors may mean the same state; a success ends it."""
    down = [failed("encoder_unreachable"), failed("encoder_timeout"), failed("encoder_unreachable")]
    found = standing(failed("encoder_timeout"), call(), *down)
    assert (found.state, found.since) == (State.UNREACHABLE, ago(2))
    assert found.why.code == "encoder_unreachable"
    found = standing(*down, call(), call(), call())
    assert (found.state, found.since, found.why) == (State.WORKING, ago(2), Why("", {}))
    assert standing(failed("token_refused"), *down).since == ago(2)


def slow(*, so_many: int = 1) -> list[Call]:
    """Return warm calls that take too long."""
    return [call(seconds=SLOW_SECONDS + 1.04) for _ in range(so_many)]


def test_slow_is_what_most_of_the_latest_warm_calls_are() -> None:
    """The median of nine: four slow ones are not enough, five are, and five quick ones mend it."""
    most = SLOW_CALLS // 2 + 1
    quick = [call() for _ in range(SLOW_CALLS)]
    assert standing(*quick, *slow(so_many=most - 1)).state is State.WORKING
    found = standing(*quick, *slow(so_many=most + 1))
    assert (found.state, found.since) == (State.SLOW, ago(1))
    assert found.why == Why("slow", {"seconds": 4.0, "limit": SLOW_SECONDS})
    found = standing(*slow(so_many=SLOW_CALLS), *quick[:most])
    assert (found.state, found.since) == (State.WORKING, ago(0))


def test_exactly_the_limit_is_not_slow() -> None:
    """Above it is."""
    assert standing(call(seconds=SLOW_SECONDS)).state is State.WORKING
    assert standing(call(seconds=SLOW_SECONDS + 0.01)).state is State.SLOW


def test_a_cold_start_is_not_slow() -> None:
    """However long a model takes to wake: what it does when it is warm counts."""
    assert standing(call(seconds=45.0, cold=True)).state is State.WORKING
    assert standing(*slow(), call(seconds=0.1, cold=True)).state is State.SLOW


def test_a_retry_of_an_encoding_that_ended_well_does_no_harm() -> None:
    """Attempts before its success are passed over, whatever they came to."""
    search, other = uuid4(), uuid4()
    attempts = [
        call("model_waking", search_id=search, status=503, cold=True),
        call("encoder_failed", search_id=other, status=502),
        call("rate_limited", attempt=2, search_id=search, status=429),
        call(attempt=2, search_id=other),
        call(attempt=3, search_id=search, cold=True),
    ]
    found = standing(call(), *attempts)
    assert (found.state, found.since) == (State.WORKING, ago(5))
    assert standing(call(), *attempts[:3]).state is State.REFUSING  # as long as nothing ended


def test_photos_of_no_search_are_told_apart_by_their_attempts() -> None:
    """While a catalogue is indexed, another photo's success mends nothing."""
    indexing: dict[str, object] = {"purpose": Purpose.INDEX, "search_id": None}
    gave_up = [call("encoder_failed", attempt=n, status=502, **indexing) for n in (1, 2, 3, 4)]  # type: ignore[arg-type]  # any field
    well = call(**indexing)  # type: ignore[arg-type]  # any field
    found = standing(well, *gave_up)
    assert (found.state, found.since) == (State.REFUSING, ago(3))
    assert standing(*gave_up, well).since == ago(0)


def test_a_rejected_photo_is_the_photos_fault() -> None:
    """One or two between successes, or after one, say nothing of the encoder."""
    rejected = [failed("photo_rejected") for _ in range(BLAMED - 1)]
    found = standing(call(), *rejected, call())
    assert (found.state, found.since) == (State.WORKING, ago(BLAMED))
    assert standing(call(), *rejected).state is State.WORKING
    assert standing(call(), failed("token_refused"), *rejected).state is State.REFUSING


def test_several_rejected_photos_are_the_servers_fault() -> None:
    """Three without a success between them, or any when nothing ever succeeded."""
    rejected = [failed("photo_rejected") for _ in range(BLAMED)]
    found = standing(call(), *rejected)
    assert (found.state, found.since) == (State.REFUSING, ago(BLAMED - 1))
    assert found.why.code == "photo_rejected"
    assert standing(call(), rejected[0], call(), *rejected[1:]).state is State.WORKING
    assert standing(rejected[0]).state is State.REFUSING
    no_handler = replace(rejected[0], detail="You have to specify input_ids")
    found = standing(call(), no_handler)
    assert found.state is State.REFUSING
    assert found.why.facts["reason"] == "@reasons.photo_no_handler"


@pytest.mark.parametrize("code", ["encoder_timeout", "encoder_unreachable", "encoder_paused"])
def test_a_rejection_is_a_sign_of_life(code: str) -> None:
    """Whoever rejects a photo has been reached: what came before that is over."""
    lost, rejected = failed(code), failed("photo_rejected")
    assert standing(call(), lost, rejected).state is State.WORKING
    assert standing(call(), lost, rejected, lost).since == ago(0)
    refused = failed("token_refused")
    assert standing(call(), refused, lost, rejected).why.code == "token_refused"


def test_what_the_answer_said_is_not_the_reason() -> None:
    """A bad answer that tells of an error has a reason of ours, and the server's words beside."""
    told = why(call("bad_answer", status=200, detail="out of memory"), Settings()).facts
    assert (told["reason"], told["detail"]) == ("@reasons.answer_error", "out of memory")


def test_a_model_that_was_waking_when_time_ran_out_is_still_waking() -> None:
    """A time-out of a cold encoding is no lost connection."""
    search = uuid4()
    waking = call("model_waking", search_id=search, cold=True, status=503)
    out = call("encoder_timeout", 60.0, attempt=2, search_id=search, cold=True)
    found = standing(call(), waking, out)
    assert (found.state, found.since, found.why.code) == (State.WAKING, ago(1), "encoder_timeout")


@pytest.mark.parametrize(
    ("code", "state"),
    [("encoder_failed", State.REFUSING), ("encoder_timeout", State.UNREACHABLE)],
)
def test_what_the_breaker_refused_says_what_came_before(code: str, state: State) -> None:
    """The reason is the failure that opened it; the state goes on meanwhile."""
    paused = failed("encoder_paused")
    found = standing(call(), failed(code), failed(code), paused, paused)
    assert (found.state, found.since, found.why.code) == (state, ago(3), code)


def test_an_open_breaker_outweighs_what_others_met_since() -> None:
    """One process leaves the server alone: that is not working, and it is said why."""
    opened = Breaker(BreakerState.OPEN, NOW + MINUTE, "encoder_failed")
    down = failed("encoder_failed")
    found = standing(call(), down, down, call(), breaker=opened)
    assert (found.state, found.since, found.why.code) == (State.REFUSING, ago(2), "encoder_failed")
    closed = replace(opened, state=BreakerState.PROBING)
    assert standing(call(), down, down, call(), breaker=closed).state is State.WORKING
    found = standing(breaker=replace(opened, reason="encoder_timeout"))
    assert (found.state, found.since, found.why) == (State.UNREACHABLE, None, Why("breaker", {}))


def allowance(used: int, limit: int, hours: float = 1.5) -> Allowance:
    """Return an allowance that begins anew in some hours."""
    return Allowance(used, limit, NOW + timedelta(hours=hours))


def test_a_hard_limit_that_is_used_up_comes_first() -> None:
    """Since the first refusal, whatever the server does; the month before the day."""
    full, free = allowance(10, 10), allowance(9, 10, hours=336)
    spent = failed("quota_spent")
    found = standing(call(), spent, spent, limits=(free, full))
    assert (found.state, found.since) == (State.OUT_OF_QUOTA, ago(1))
    assert found.why == Why("quota_day", {"used": 10, "limit": 10, "hours": 1.5})
    assert standing(call(), limits=(full, full)).why.code == "quota_month"
    assert standing(call(), call(REMEMBERED), limits=(full, full)).since == ago(1)
    assert standing(limits=(full, full)).since is None


def test_a_limit_that_holds_no_more_is_forgotten() -> None:
    """On the next day the refusals of the day before say nothing."""
    free = allowance(0, 10), allowance(0, 0)
    spent = failed("quota_spent")
    assert standing(call(), spent, limits=free).state is State.WORKING
    assert standing(call(), spent).state is State.WORKING
    assert standing(spent, limits=free).state is State.UNKNOWN


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.code))
def test_every_error_is_told_again_without_a_gap(kind: type[EncoderError], code: str) -> None:
    """What happened and what to do, in every language, from what a row keeps."""
    words, told = language(code), why(failed(kind.code), Settings())
    for part in ("what", "next"):
        said = words.text(f"errors.{told.code}.{part}", **told.facts)
        assert "…" not in said
        assert "{" not in said
        assert "@" not in said


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.code))
def test_a_row_that_says_nothing_is_told_all_the_same(kind: type[EncoderError]) -> None:
    """A sentence with a gap is better than none."""
    told = why(call(kind.code), Settings())
    assert language("en").text(f"errors.{told.code}.what", **told.facts)


def test_the_token_is_changed_where_it_was_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable that is named is the one whose token is sent."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)

    def named(**values: Sequence[str] | str) -> object:
        return why(failed("token_refused"), Settings(**values)).facts["setting"]  # type: ignore[arg-type]  # pydantic reads texts

    assert named() == "HUGGINGFACE_API_TOKEN"
    assert named(encoder_token="x") == "ENCODER_TOKEN"
    assert named(encoder_dialect="vllm") == "ENCODER_TOKEN"


def test_only_a_servers_words_are_the_servers() -> None:
    """A reason of ours is kept in the same place, and is nobody's answer."""
    assert said_by_server(call("encoder_failed", detail="no memory")) == "no memory"
    for reason in ("@reasons.quota_month", "@reasons.network_refused", ""):
        assert said_by_server(call("quota_spent", detail=reason)) == ""
