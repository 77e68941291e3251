"""The played Hugging Face itself, where it keeps time or goes away."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from search.encoders.http import HttpEncoder
from search.errors import EncoderUnreachable, TokenRefused
from search.photo import Photo
from tests.fake_huggingface import FakeHuggingFace, ScalesToZero, VirtualClock, pixels_vector

MakeEncoder = Callable[..., HttpEncoder]


def test_what_is_planned_happens_in_the_middle_of_a_sleep(clock: VirtualClock) -> None:
    """Actions see the moment that they were planned for, in the order of their moments."""
    seen: list[tuple[str, float]] = []
    clock.at(20, lambda: seen.append(("second", clock())))
    clock.at(10, lambda: seen.append(("first", clock())))
    clock.at(99, lambda: seen.append(("later", clock())))
    clock.sleep(30)
    assert seen == [("first", 10), ("second", 20)]
    assert clock() == 30


def test_time_never_goes_back(clock: VirtualClock) -> None:
    """A moment that is over is not slept for."""
    clock.sleep(30)
    clock.sleep_until(20)
    assert clock() == 30


def test_a_server_that_is_down_refuses_and_comes_back(
    server: FakeHuggingFace, make_encoder: MakeEncoder, photo: Photo
) -> None:
    """Nothing listens at its address meanwhile, and no request is counted; later it answers."""
    encoder = make_encoder()
    encoder.encode(photo)
    server.go_down()
    with pytest.raises(EncoderUnreachable) as refused:
        encoder.encode(photo)
    assert refused.value.facts["reason"] == "@reasons.network_refused"
    assert server.count == 1
    server.come_back()
    encoder.encode(photo)
    assert server.count == 2


def test_who_hangs_up_in_the_middle_of_a_request_has_asked_nothing(
    server: FakeHuggingFace,
) -> None:
    """As with any server: what did not come whole is neither answered nor counted."""
    host, port = server.host.split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"POST /models/x HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf")
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(100) == b""
    assert server.count == 0


def test_a_server_that_is_down_can_be_closed(server: FakeHuggingFace) -> None:
    """Whoever leaves in the middle of an outage does not wait for its end."""
    server.go_down()
    server.close()


def test_a_token_can_be_revoked(
    server: FakeHuggingFace, make_encoder: MakeEncoder, photo: Photo
) -> None:
    """From then on only the new one is taken."""
    server.expect("hf_another_one")
    with pytest.raises(TokenRefused):
        make_encoder().encode(photo)
    make_encoder(token="hf_another_one").encode(photo)


def test_an_endpoint_sleeps_when_nobody_asks(photo: Photo, clock: VirtualClock) -> None:
    """After 15 minutes without a request it has to be woken; asked in time, it stays awake."""
    endpoint = ScalesToZero(latency=lambda: 1.0, wakes_in=lambda: 45.0)
    with FakeHuggingFace(embed=pixels_vector, clock=clock, sleep=clock.sleep) as server:
        server.otherwise(endpoint)
        encoder = HttpEncoder(server.model_url, token="hf_any", clock=clock, sleep=clock.sleep)
        encoder.encode(photo)
        woken_after = clock()
        clock.sleep(14 * 60)
        encoder.encode(photo)
        stayed_awake = len(endpoint.woken)
        clock.sleep(16 * 60)
        encoder.encode(photo)
        encoder.close()
    assert 45 < woken_after < 45 + 10 + 1.1
    assert stayed_awake == 1
    assert endpoint.woken == [45.0, 45.0]


def test_an_endpoint_may_hold_the_request_while_it_wakes(photo: Photo, clock: VirtualClock) -> None:
    """One request is enough then, and it takes as long as the model needs."""
    endpoint = ScalesToZero(latency=lambda: 1.0, wakes_in=lambda: 45.0, holds=lambda _: True)
    with FakeHuggingFace(embed=pixels_vector, clock=clock, sleep=clock.sleep) as server:
        server.otherwise(endpoint)
        encoder = HttpEncoder(server.model_url, token="hf_any", clock=clock, sleep=clock.sleep)
        encoder.encode(photo)
        encoder.close()
    assert server.count == 1
    assert clock() == 46
