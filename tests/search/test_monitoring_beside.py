"""What is told of the model beside the active one: its host, its pauses, its share of the calls."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from search.__main__ import main
from search.calls import BreakerChange, BreakerState, Purpose, utc_now
from search.monitoring import Monitoring
from search.settings import Settings
from search.store.store import Store
from search.usage.span import Preset, Span, span_of
from search.usage.views import State
from search.vectors import CLIP, VectorSpace
from tests.fake_huggingface import FakeHuggingFace
from tests.recorded import a_call

NEXT = VectorSpace("acme/clip-two", "7")
HERE, THERE = "clip.example", "next.example"
MINUTE = timedelta(minutes=1)


class Active:
    """The active model's encoder; nobody asks it."""

    name = "vLLM"
    address = f"https://{HERE}"
    host = HERE
    space = CLIP


def both(settings: Settings, host: str) -> Settings:
    """Return settings with a second model at a host."""
    return settings.model_copy(
        update={
            "encoder_url": f"https://{HERE}",
            "encoder_dialect": "vllm",
            "next_encoder_url": f"https://{host}",
            "next_encoder_dialect": "vllm",
            "next_encoder_model": str(NEXT),
            "next_encoder_token": SecretStr("nxt_0123456789"),
        }
    )


def monitoring(store: Store, settings: Settings) -> Monitoring:
    """Return a monitoring of what a test has written."""
    return Monitoring(store, settings, Active, lambda _: True)  # type: ignore[arg-type]  # nobody asks it


def write(store: Store, **changes: Any) -> None:  # noqa: ANN401 - any field of a call
    """Record a call of a minute ago."""
    store.calls.write([a_call(utc_now() - MINUTE, **changes)])


def today() -> Span:
    """Return the last day."""
    return span_of(Preset.DAY, utc_now(), "UTC")


def test_one_model_has_none_beside_it(store: Store, settings: Settings) -> None:
    """Whoever has one model reads nothing of others."""
    assert monitoring(store, settings).beside(today()) is None


def test_the_other_host_is_told_by_itself(store: Store, settings: Settings) -> None:
    """While it pauses the active one works on: two states, two breakers, two quotas."""
    now = utc_now()
    write(store, host=HERE)
    write(store, host=HERE, outcome="remembered", reached=False)
    for _ in range(3):
        write(
            store,
            host=THERE,
            space=NEXT,
            purpose=Purpose.INDEX,
            outcome="encoder_unreachable",
            status=500,
        )
    write(store, host=THERE, space=NEXT, outcome="encoder_paused", reached=False, status=None)
    opened = BreakerChange(
        now - MINUTE / 2, "web-1:7", THERE, BreakerState.OPEN, now + MINUTE, "encoder_unreachable"
    )
    store.breakers.write([opened])
    asked = monitoring(store, both(settings, THERE))
    found = asked.beside(today())
    assert found is not None
    assert not found.shares_host
    assert (found.now.state, found.now.space) == (State.UNREACHABLE, NEXT)
    assert (found.now.address, found.now.breaker.state) == (THERE, BreakerState.OPEN)
    assert [pause.process for pause in found.pauses] == ["web-1:7"]
    assert found.by_model == {str(NEXT): 3, str(CLIP): 1}
    assert found.used == 3
    assert asked.now().state is State.WORKING
    assert asked.now().breaker.state is BreakerState.CLOSED
    assert asked.outcomes(today()).pauses == []
    assert "nxt_" not in f"{found}"


def test_two_models_on_one_host_are_limited_together(store: Store, settings: Settings) -> None:
    """The host does not ask which model a call is for: state, breaker and quota are of both."""
    for space in (CLIP, NEXT, NEXT):
        write(store, host=HERE, space=space)
    asked = monitoring(store, both(settings, HERE))
    found = asked.beside(today())
    assert found is not None
    assert found.shares_host
    assert found.by_model == {str(NEXT): 2, str(CLIP): 1}
    assert found.used == asked.quota().month.used == 3
    assert found.pauses == []


@pytest.mark.usefixtures("on_database")
def test_the_command_tells_both(
    store: Store,
    fake: FakeHuggingFace,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In a terminal as on the page; JSON has it under a name of its own."""
    monkeypatch.setenv("NEXT_ENCODER_URL", f"https://{THERE}")
    monkeypatch.setenv("NEXT_ENCODER_DIALECT", "vllm")
    monkeypatch.setenv("NEXT_ENCODER_MODEL", str(NEXT))
    write(store, host=THERE, space=NEXT)
    write(store, host=fake.host)
    assert main(["usage"]) == 0
    told = capsys.readouterr().out
    assert "The model beside it:\n  Working since " in told
    assert f"  vLLM, {THERE}, {NEXT}. Last success: " in told
    assert "  Calls there this month (UTC), counted by themselves: 1." in told
    assert f"by model, at whichever server: {NEXT}: 1, {CLIP}: 1." in told
    main(["usage", "--json"])
    beside = json.loads(capsys.readouterr().out)["beside"]
    assert (beside["now"]["state"], beside["shares_host"]) == ("working", False)
    monkeypatch.setenv("NEXT_ENCODER_URL", fake.model_url)
    main(["usage"])
    told = capsys.readouterr().out
    assert f"The model beside it, {NEXT}, is at the same server, {fake.host}. A server" in told
