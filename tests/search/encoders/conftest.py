"""What the tests of the HTTP encoder share: a fake server, a virtual clock, a photo."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PIL import Image

from search.calls import Call
from search.encoders.http import HttpEncoder
from search.encoders.recording import Hooks
from search.photo import Photo
from tests.fake_huggingface import TOKEN, FakeHuggingFace, VirtualClock, pixels_vector

MakeEncoder = Callable[..., HttpEncoder]
NOON = datetime(2026, 11, 6, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep whatever proxy the machine has away from loopback."""
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1,localhost")


@pytest.fixture
def clock() -> VirtualClock:
    """Time that passes only when the encoder sleeps."""
    return VirtualClock()


@pytest.fixture
def server(clock: VirtualClock) -> Iterator[FakeHuggingFace]:
    """Run a server that wants TOKEN and has real answers until it is told otherwise."""
    with FakeHuggingFace(token=TOKEN, embed=pixels_vector, clock=clock) as server:
        yield server


@pytest.fixture
def make_encoder(server: FakeHuggingFace, clock: VirtualClock) -> Iterator[MakeEncoder]:
    """Build encoders for the server, on the virtual clock; they are closed afterwards."""
    made: list[HttpEncoder] = []

    def make(url: str | None = None, **choices: Any) -> HttpEncoder:  # noqa: ANN401 - passed on
        given: dict[str, Any] = {"token": TOKEN, "clock": clock, "sleep": clock.sleep, **choices}
        made.append(HttpEncoder(url or server.model_url, **given))
        return made[-1]

    yield make
    for encoder in made:
        encoder.close()


@pytest.fixture
def photo() -> Photo:
    """Return a photo with something in it."""
    return Photo(Image.radial_gradient("L").convert("RGB").resize((300, 200)))


@pytest.fixture
def calls() -> list[Call]:
    """Return the list of the calls that are told."""
    return []


@pytest.fixture
def make_recorded(make_encoder: MakeEncoder, calls: list[Call], clock: VirtualClock) -> MakeEncoder:
    """Build encoders whose calls are told, by the virtual clock."""

    def make(url: str | None = None, **choices: object) -> HttpEncoder:
        given = {
            "hooks": Hooks(on_call=calls.append),
            "now": lambda: NOON + timedelta(seconds=clock()),
            **choices,
        }
        return make_encoder(url, **given)

    return make
