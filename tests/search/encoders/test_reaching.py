"""What is counted: exactly what a server may have counted, at the deadline and at closing too."""

from __future__ import annotations

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from search.calls import OK, Call
from search.encoders.dialects import Message
from search.encoders.http import HttpEncoder
from search.encoders.wire import TIMED_OUT, NoReply, Wire
from search.errors import (
    EncoderError,
    EncoderUnreachable,
)
from search.photo import Photo
from search.vectors import CLIP
from tests.fake_huggingface import (
    Behaviour,
    FakeHuggingFace,
    hang_up,
    hold,
    page,
    redirect,
    reset,
    reset_midway,
    status,
    text,
    trickle,
    trickle_headers,
)

MakeEncoder = Callable[..., HttpEncoder]
NOON = datetime(2026, 11, 6, 12, tzinfo=UTC)


# What breaks off, or never ends, after the request was sent.
AFTER: dict[str, Behaviour] = {
    "reset": reset,
    "reset midway": reset_midway,
    "hang up": hang_up,
    "silent": hold(),
    "trickle": trickle,
    "trickling headers": trickle_headers,
    "not gzip": text("x", {"Content-Encoding": "gzip"}),
    "page": page(200, "Sign in"),
    "redirect": redirect(302, "//elsewhere.test/"),
    "empty": status(200),
}


@pytest.mark.parametrize("behaviour", AFTER)
def test_what_was_sent_is_counted_whatever_became_of_it(
    behaviour: str,
    server: FakeHuggingFace,
    make_recorded: MakeEncoder,
    calls: list[Call],
    photo: Photo,
) -> None:
    """The server has the request, so it counts, though no whole answer comes."""
    server.otherwise(AFTER[behaviour])
    with pytest.raises(EncoderError):
        make_recorded(deadline=3.0 if "hang" in behaviour or "reset" in behaviour else 0.3).encode(
            photo
        )
    assert server.count == sum(call.reached for call in calls) > 0
    assert all(call.bytes_out == len(server.received[0].body) for call in calls)


def unknown(*_: object, **__: object) -> None:
    """Stand in for name servers that do not know the host."""
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def test_what_never_got_out_is_not_counted(
    make_recorded: MakeEncoder, calls: list[Call], photo: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No name, nobody listening, no encryption: there is a row, and it costs nothing."""
    with FakeHuggingFace() as gone:
        refusing = gone.url
    with FakeHuggingFace() as plain:
        for url in (refusing, plain.url.replace("http:", "https:")):
            with pytest.raises(EncoderUnreachable):
                make_recorded(url).encode(photo)
        assert plain.count == 0
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(EncoderUnreachable):
        make_recorded("http://likeness.invalid/").encode(photo)
    assert len(calls) > 3
    assert {(call.reached, call.bytes_out, call.outcome) for call in calls} == {
        (False, 0, "encoder_unreachable")
    }
    assert calls[0].detail == "@reasons.network_refused"
    assert calls[-1].detail == "@reasons.network_name"


def test_what_is_still_on_its_way_out_at_the_deadline_is_not_sent_any_more() -> None:
    """A server that does not read cannot have counted: the rest of the request stays here."""
    wire = Wire(connect_timeout=5.0)
    message = Message(bytes(30_000_000), {"Content-Type": "image/jpeg"})
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        reply = wire.post(address, message, 0.3)
        assert reply == TIMED_OUT
        assert isinstance(reply, NoReply)
        assert not reply.sent
        connection, _ = listening.accept()
        with connection:
            received = sum(len(chunk) for chunk in iter(lambda: connection.recv(1_000_000), b""))
    assert 0 < received < len(message.body)
    wire.close()


def test_closing_counts_what_is_on_its_way(
    server: FakeHuggingFace,
    make_recorded: MakeEncoder,
    calls: list[Call],
    photo: Photo,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """When the app stops, a request that was sent is recorded, though nobody hears its answer."""
    monkeypatch.setattr("search.encoders.wire.GRACE_SECONDS", 0.05)
    server.otherwise(hold())
    encoder = make_recorded()
    with ThreadPoolExecutor(1) as person:
        asked = person.submit(encoder.encode, photo)
        while server.count == 0:
            assert not asked.done()
        encoder.close()
        (call,) = calls
        assert isinstance(asked.exception(10), EncoderUnreachable)
    assert (call.outcome, call.reached) == ("encoder_unreachable", True)
    assert call.detail == "@reasons.network_closed"


def test_closing_lets_an_answer_come_that_is_near(
    server: FakeHuggingFace, make_recorded: MakeEncoder, calls: list[Call], photo: Photo
) -> None:
    """A search that has its answer in a moment is not broken off by a restart."""
    server.otherwise(hold())
    encoder = make_recorded()
    with ThreadPoolExecutor(2) as pool:
        asked = pool.submit(encoder.encode, photo)
        while server.count == 0:
            assert not asked.done()
        closing = pool.submit(encoder.close)
        while not encoder._closed.is_set():
            assert not asked.done()
        server.release()
        assert asked.result(10).space == CLIP
        closing.result(10)
    assert [call.outcome for call in calls] == [OK]
