"""One deadline bounds everything, and closing ends what waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from search.encoders.http import HttpEncoder
from search.errors import EncoderTimeout, EncoderUnreachable, RateLimited
from search.photo import Photo
from search.progress import Progress, Stage
from tests.fake_huggingface import (
    FAULTS,
    TOKEN,
    Behaviour,
    FakeHuggingFace,
    hold,
    status,
    trickle,
    trickle_headers,
)

MakeEncoder = Callable[..., HttpEncoder]
DEADLINE = 0.3
# Far beyond any delay of a busy machine, and far below "never".
MUCH_LATER = 30.0
# What a wait for a waking model would have taken.
SHORTEST_NAP = 10.0


@pytest.mark.parametrize(
    "behaviour", [hold(), trickle, trickle_headers], ids=["silent", "body", "headers"]
)
def test_the_deadline_holds_whatever_the_server_does(
    behaviour: Behaviour, server: FakeHuggingFace, make_encoder: MakeEncoder, photo: Photo
) -> None:
    """Silence, a body or headers that come byte by byte: the wait ends when it was promised."""
    server.otherwise(behaviour)
    started = time.monotonic()
    with pytest.raises(EncoderTimeout) as caught:
        make_encoder(deadline=DEADLINE).encode(photo)
    assert DEADLINE * 0.9 < time.monotonic() - started < MUCH_LATER
    assert caught.value.facts == {"host": server.host, "seconds": DEADLINE}


def test_waiting_and_reading_share_one_deadline(
    server: FakeHuggingFace, make_encoder: MakeEncoder, photo: Photo
) -> None:
    """What was spent on waiting is no longer there for the answer that hangs.

    That had hardly time to come: what the server said in time is what the reader is told.
    """
    server.script(status(429, "slow down", {"Retry-After": "60"}), hold())
    started = time.monotonic()
    with pytest.raises(RateLimited) as caught:
        make_encoder(deadline=60.0 + DEADLINE).encode(photo)
    assert caught.value.facts["seconds"] == 60
    assert server.count == 2
    assert time.monotonic() - started < MUCH_LATER


def test_closing_ends_a_wait_at_once(server: FakeHuggingFace, photo: Photo) -> None:
    """When the app stops, nobody waits half a minute for a model that is waking."""
    server.otherwise(FAULTS["loading"])
    encoder = HttpEncoder(server.model_url, token=TOKEN)
    waiting = threading.Event()

    def report(progress: Progress) -> None:
        if progress.stage is Stage.WAKING:
            waiting.set()

    with ThreadPoolExecutor(1) as person:
        asked = person.submit(encoder.encode, photo, report)
        assert waiting.wait(timeout=10)
        started = time.monotonic()
        encoder.close()
        error = asked.exception(timeout=10)
    assert isinstance(error, EncoderUnreachable)
    assert error.facts["reason"] == "@reasons.network_closed"
    assert time.monotonic() - started < SHORTEST_NAP
    assert server.count == 1


def test_a_closed_encoder_sends_nothing(
    server: FakeHuggingFace, make_encoder: MakeEncoder, photo: Photo
) -> None:
    """After closing, no photo leaves any more."""
    encoder = make_encoder()
    encoder.close()
    with pytest.raises(EncoderUnreachable):
        encoder.encode(photo)
    assert server.count == 0


def test_somebody_who_stops_looking_ends_the_retries(
    server: FakeHuggingFace, make_encoder: MakeEncoder, photo: Photo
) -> None:
    """A page that is left raises in its report, and the server is not asked any more."""

    class LeftError(Exception):
        """The page was left."""

    def report(progress: Progress) -> None:
        if progress.stage is Stage.WAKING:
            raise LeftError

    server.otherwise(FAULTS["loading"])
    with pytest.raises(LeftError):
        make_encoder().encode(photo, report)
    assert server.count == 1
