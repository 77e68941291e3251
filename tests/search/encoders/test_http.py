"""The table of answers: what each status means to a person, and how often it is asked again."""

from __future__ import annotations

import gzip
import json
import re
import socket
import threading
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from search.encoders.builtin import SPACE as BUILTIN
from search.encoders.builtin import BuiltinEncoder
from search.encoders.dialects import FOUNDING_URL, HUGGINGFACE_URL
from search.encoders.http import HttpEncoder
from search.encoders.refusals import Patience, refusal_of
from search.encoders.wire import Reply
from search.errors import (
    AccessForbidden,
    AddressRetired,
    BadAnswer,
    CreditsExhausted,
    EncoderError,
    EncoderFailed,
    EncoderUnreachable,
    ModelWaking,
    PhotoRejected,
    RateLimited,
    TokenRefused,
)
from search.language import LANGUAGES, language
from search.photo import Photo
from search.progress import Progress, Stage
from search.vectors import CLIP, Embedding
from tests.fake_huggingface import (
    FAULTS,
    Behaviour,
    Exchange,
    FakeHuggingFace,
    VirtualClock,
    hang_up,
    hold,
    page,
    pixels_vector,
    redirect,
    reset,
    reset_midway,
    status,
    text,
    trickle,
    vector,
)

MakeEncoder = Callable[..., HttpEncoder]

NOON = "Fri, 06 Nov 2026 12:00"
# Retries of passing faults after the first attempt.
RETRIES = 3

FINAL: dict[str, tuple[type[EncoderError], str]] = {
    "input_ids": (PhotoRejected, "@reasons.photo_no_handler"),
    "credentials": (TokenRefused, ""),
    "credits": (CreditsExhausted, ""),
    "forbidden": (AccessForbidden, ""),
    "not_found": (AddressRetired, "@reasons.address_unknown"),
    "retired": (AddressRetired, "@reasons.address_serverless"),
    "too_large": (PhotoRejected, "@reasons.photo_too_large_there"),
    "wrong_type": (PhotoRejected, "@reasons.photo_not_understood"),
    "schema": (PhotoRejected, "@reasons.photo_not_understood"),
}
PASSING: dict[str, type[EncoderError]] = {
    "internal": EncoderFailed,
    "bad_gateway": EncoderFailed,
    "gateway_timeout": EncoderFailed,
}
UNTIL_THE_DEADLINE: dict[str, type[EncoderError]] = {
    "retry_after": RateLimited,
    "rate_limit": RateLimited,
    "loading": ModelWaking,
    "unavailable": ModelWaking,
}


def test_every_fault_that_was_seen_has_its_row() -> None:
    """No answer from the field is forgotten by the tests below."""
    assert set(FAULTS) == set(FINAL) | set(PASSING) | set(UNTIL_THE_DEADLINE)


@pytest.mark.parametrize("fault", FINAL)
def test_what_asking_again_cannot_mend_is_asked_once(
    fault: str,
    server: FakeHuggingFace,
    clock: VirtualClock,
    make_encoder: MakeEncoder,
    photo: Photo,
) -> None:
    """A wrong token, a used-up account or a dead address costs one request and no waiting."""
    kind, reason = FINAL[fault]
    server.otherwise(FAULTS[fault])
    with pytest.raises(kind) as caught:
        make_encoder().encode(photo)
    assert server.count == 1
    assert clock.slept == []
    assert caught.value.facts["host"] == server.host
    assert caught.value.facts["request_id"] == "Root=1-fake-0001"
    assert caught.value.facts["detail"]
    assert caught.value.facts.get("reason", "") == reason


@pytest.mark.parametrize("url", [HUGGINGFACE_URL, FOUNDING_URL])
@pytest.mark.parametrize("code", [404, 410])
def test_hugging_faces_shared_addresses_have_their_own_reason(url: str, code: int) -> None:
    """With nothing but a token set, the person hears that no token helps at this address."""
    host = HttpEncoder(url).host
    refusal = refusal_of(Reply(code, {}, b"Not Found"), {"host": host}, None)
    assert isinstance(refusal.error, AddressRetired)
    assert refusal.patience is Patience.NONE
    assert refusal.error.facts["reason"] == "@reasons.address_serverless"


@pytest.mark.parametrize("fault", PASSING)
def test_a_server_that_fails_is_asked_a_few_times(
    fault: str,
    server: FakeHuggingFace,
    clock: VirtualClock,
    make_encoder: MakeEncoder,
    photo: Photo,
) -> None:
    """A gateway's bad moment is waited out, a little longer each time, and then given up."""
    server.otherwise(FAULTS[fault])
    with pytest.raises(PASSING[fault]) as caught:
        make_encoder().encode(photo)
    assert server.count == 1 + RETRIES
    assert len(clock.slept) == RETRIES
    for nap, base in zip(clock.slept, (0.5, 1.0, 2.0), strict=True):
        assert base <= nap <= base + 0.5
    assert caught.value.facts["status"] in (500, 502, 504)


@pytest.mark.parametrize("fault", UNTIL_THE_DEADLINE)
def test_a_server_that_asks_for_patience_gets_it_until_the_deadline(
    fault: str,
    server: FakeHuggingFace,
    clock: VirtualClock,
    make_encoder: MakeEncoder,
    photo: Photo,
) -> None:
    """Waiting ends before the deadline, with an error that says what was waited for."""
    server.otherwise(FAULTS[fault])
    with pytest.raises(UNTIL_THE_DEADLINE[fault]) as caught:
        make_encoder(deadline=60.0).encode(photo)
    assert server.count == len(clock.slept) + 1
    assert 0 < sum(clock.slept) < 60
    assert float(caught.value.facts["seconds"]) > 0


@pytest.mark.parametrize("fault", [*PASSING, *UNTIL_THE_DEADLINE])
def test_a_fault_that_passes_is_never_seen(
    fault: str, server: FakeHuggingFace, make_encoder: MakeEncoder, photo: Photo
) -> None:
    """When the second try works, the person gets the result and no error."""
    server.script(FAULTS[fault], vector())
    embedding = make_encoder().encode(photo)
    expected = Embedding.from_numbers(pixels_vector(photo.jpeg), CLIP)
    np.testing.assert_allclose(embedding.vector, expected.vector, rtol=1e-6)
    assert server.count == 2


@pytest.mark.parametrize("broken", [reset, reset_midway, hang_up])
def test_a_broken_connection_is_tried_again(
    broken: Behaviour, server: FakeHuggingFace, make_encoder: MakeEncoder, photo: Photo
) -> None:
    """A connection that breaks before or in the middle of the answer is made anew."""
    server.script(broken, vector())
    make_encoder().encode(photo)
    assert server.count == 2


@pytest.mark.parametrize("broken", [reset, reset_midway, hang_up])
def test_a_connection_that_always_breaks_is_given_up(
    broken: Behaviour, server: FakeHuggingFace, make_encoder: MakeEncoder, photo: Photo
) -> None:
    """After a few tries the person hears that the server cannot be reached."""
    server.otherwise(broken)
    with pytest.raises(EncoderUnreachable) as caught:
        make_encoder().encode(photo)
    assert server.count == 1 + RETRIES
    assert caught.value.facts["reason"] == "@reasons.network_reset"


def test_nobody_listening_is_unreachable(make_encoder: MakeEncoder, photo: Photo) -> None:
    """A server that is not running is named as such."""
    with FakeHuggingFace() as gone:
        url = gone.url
    with pytest.raises(EncoderUnreachable) as caught:
        make_encoder(url).encode(photo)
    assert caught.value.facts["reason"] == "@reasons.network_refused"


def test_a_name_that_does_not_exist_is_unreachable(
    make_encoder: MakeEncoder, photo: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A typing error in the host is told from a server that is down."""

    def unknown(*_: object, **__: object) -> None:
        """Stand in for the name servers of whatever network the tests run in."""
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(EncoderUnreachable) as caught:
        make_encoder("http://likeness.invalid/").encode(photo)
    assert caught.value.facts["reason"] == "@reasons.network_name"


def test_a_server_without_encryption_is_told_from_one_that_is_down(
    server: FakeHuggingFace, make_encoder: MakeEncoder, photo: Photo
) -> None:
    """Asking for https where only http is spoken has its own reason."""
    with pytest.raises(EncoderUnreachable) as caught:
        make_encoder(server.url.replace("http:", "https:")).encode(photo)
    assert caught.value.facts["reason"] in ("@reasons.network_tls", "@reasons.network_reset")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": f"{NOON}:15 GMT", "Date": f"{NOON}:00 GMT"}, 15),
        ({"RateLimit": '"api";r=0;t=55'}, 55),
        ({"RateLimit": "limit=100, remaining=0, reset=30"}, 30),
    ],
)
def test_the_wait_that_the_server_asks_for_is_kept(
    headers: dict[str, str],
    seconds: float,
    *,
    server: FakeHuggingFace,
    clock: VirtualClock,
    make_encoder: MakeEncoder,
    photo: Photo,
) -> None:
    """A rate limit is obeyed to the second, whichever way the server tells it."""
    server.script(status(429, "slow down", headers))
    said: list[Progress] = []
    make_encoder().encode(photo, said.append)
    assert clock.slept == [seconds]
    assert Progress(Stage.WAITING, seconds=seconds) in said


def test_a_wait_longer_than_the_deadline_is_not_begun(
    server: FakeHuggingFace, clock: VirtualClock, make_encoder: MakeEncoder, photo: Photo
) -> None:
    """If the server says "in an hour", the person hears it now and not after two minutes."""
    server.otherwise(status(429, "slow down", {"Retry-After": "3600"}))
    with pytest.raises(RateLimited) as caught:
        make_encoder(deadline=120.0).encode(photo)
    assert clock.slept == []
    assert server.count == 1
    assert caught.value.facts["seconds"] == 3600


@pytest.mark.parametrize("header", ["", "soon", "-5", "nan", "1e9", "0", "Mon, 99 Foo 2026"])
def test_a_wait_that_makes_no_sense_becomes_our_own(
    header: str,
    server: FakeHuggingFace,
    clock: VirtualClock,
    make_encoder: MakeEncoder,
    photo: Photo,
) -> None:
    """Junk in Retry-After neither breaks the search nor hammers the server."""
    server.script(status(429, "slow down", {"Retry-After": header}))
    make_encoder().encode(photo)
    assert len(clock.slept) == 1
    assert 1.0 <= clock.slept[0] <= 2.0


def test_a_cold_start_is_waited_out_and_told(
    server: FakeHuggingFace, clock: VirtualClock, make_encoder: MakeEncoder, photo: Photo
) -> None:
    """A model that takes half a minute to wake gives its result then, and says so meanwhile."""
    server.cold_start(30)
    said: list[Progress] = []
    make_encoder().encode(photo, said.append)
    assert 30 <= clock() <= 40
    assert said[0] == Progress(Stage.ENCODING)
    assert said[1] == Progress(Stage.WAKING, seconds=30.0)
    assert {progress.stage for progress in said[1:]} == {Stage.WAKING}
    assert server.count == len(clock.slept) + 1


def test_a_cold_start_longer_than_the_deadline_says_how_long_it_was_waited(
    server: FakeHuggingFace, make_encoder: MakeEncoder, photo: Photo
) -> None:
    """A model that is still loading at the deadline is reported as waking, not as broken."""
    server.cold_start(300)
    with pytest.raises(ModelWaking) as caught:
        make_encoder(deadline=60.0).encode(photo)
    assert caught.value.facts["seconds"] == 50


def test_the_budget_for_faults_is_not_used_up_by_waking(
    server: FakeHuggingFace, make_encoder: MakeEncoder, photo: Photo
) -> None:
    """A server that wakes for a minute and then stumbles once still gives its result."""
    server.script(*[FAULTS["loading"]] * 5, FAULTS["internal"], vector())
    make_encoder().encode(photo)
    assert server.count == 7


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(
    code: int, server: FakeHuggingFace, make_encoder: MakeEncoder, photo: Photo
) -> None:
    """Neither the photo nor the token goes to a place that nobody named."""
    with FakeHuggingFace(embed=pixels_vector) as elsewhere:
        server.otherwise(redirect(code, elsewhere.model_url))
        with pytest.raises(AddressRetired) as caught:
            make_encoder().encode(photo)
        assert elsewhere.count == 0
    assert caught.value.facts["reason"] == "@reasons.address_redirects"
    assert caught.value.facts["location"] == "127.0.0.1"


@pytest.mark.parametrize("location", ["", "/login", "http://[", "//"])
def test_a_redirect_to_nowhere_is_an_error_like_any_other(
    location: str, server: FakeHuggingFace, make_encoder: MakeEncoder, photo: Photo
) -> None:
    """A broken Location header gives the same clear error."""
    server.otherwise(redirect(302, location))
    with pytest.raises(AddressRetired) as caught:
        make_encoder().encode(photo)
    assert caught.value.facts["location"] == server.host


@pytest.mark.parametrize("code", [405, 418, 501, 505])
def test_a_status_nobody_expects_is_a_failure_of_the_server(
    code: int, server: FakeHuggingFace, make_encoder: MakeEncoder, photo: Photo
) -> None:
    """A status outside the table is told with its number and not asked again."""
    server.otherwise(status(code, "?"))
    with pytest.raises(EncoderFailed) as caught:
        make_encoder().encode(photo)
    assert caught.value.facts["status"] == code
    assert server.count == 1


BAD: dict[str, tuple[Behaviour, str]] = {
    "page": (page(200, "Sign in"), "@reasons.answer_page"),
    "empty": (text(""), "@reasons.answer_empty"),
    "no content": (status(204), "@reasons.answer_empty"),
    "short": (text(json.dumps([0.1] * 511)), "@reasons.answer_length"),
    "long": (text(json.dumps([0.1] * 768)), "@reasons.answer_length"),
    "nan": (text("[" + "NaN," * 511 + "1]"), "@reasons.answer_not_finite"),
    "infinity": (text("[" + "-Infinity," * 511 + "1]"), "@reasons.answer_not_finite"),
    "zeros": (text(json.dumps([0] * 512)), "@reasons.answer_zero"),
    "error": (text('{"error": "out of memory"}'), "@reasons.answer_error"),
    "huge": (text("[" + "0.123456," * 200_000 + "1]"), "@reasons.answer_too_large"),
    "not gzip": (text("[1]", {"Content-Encoding": "gzip"}), "@reasons.answer_encoding"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_success_that_is_no_embedding_is_refused(
    name: str, server: FakeHuggingFace, make_encoder: MakeEncoder, photo: Photo
) -> None:
    """A 200 is not trusted: anything but the embedding ends in an error with its reason."""
    behaviour, reason = BAD[name]
    server.otherwise(behaviour)
    with pytest.raises(BadAnswer) as caught:
        make_encoder().encode(photo)
    assert server.count == 1
    assert caught.value.facts["host"] == server.host
    assert caught.value.facts["reason"] == reason


def chunked(exchange: Exchange) -> None:
    """Answer in pieces whose number is not known at the start."""
    body = json.dumps(list(exchange.embed(exchange.received.body))).encode()
    exchange.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for start in range(0, len(body), 1000):
        piece = body[start : start + 1000]
        exchange.send(b"%x\r\n%b\r\n" % (len(piece), piece))
    exchange.send(b"0\r\n\r\n")


def packed(exchange: Exchange) -> None:
    """Answer compressed, though nobody asked for it."""
    body = json.dumps(list(exchange.embed(exchange.received.body))).encode()
    exchange.reply(200, gzip.compress(body), {"Content-Encoding": "gzip"})


@pytest.mark.parametrize("transport", [chunked, packed])
def test_gateways_may_cut_and_pack_the_answer(
    transport: Behaviour, server: FakeHuggingFace, make_encoder: MakeEncoder, photo: Photo
) -> None:
    """An answer that comes in pieces or compressed is the same answer."""
    server.otherwise(transport)
    embedding = make_encoder().encode(photo)
    expected = Embedding.from_numbers(pixels_vector(photo.jpeg), CLIP)
    np.testing.assert_allclose(embedding.vector, expected.vector, rtol=1e-6)


def test_a_compression_bomb_is_not_unpacked(
    server: FakeHuggingFace, make_encoder: MakeEncoder, photo: Photo
) -> None:
    """Fifty kilobytes that would become fifty megabytes are refused at the first megabyte."""
    server.otherwise(text(gzip.compress(bytes(50_000_000)), {"Content-Encoding": "gzip"}))
    encoder = make_encoder()
    _ = photo.jpeg
    tracemalloc.start()
    try:
        with pytest.raises(BadAnswer) as caught:
            encoder.encode(photo)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert caught.value.facts["reason"] == "@reasons.answer_too_large"
    assert peak < 10_000_000


def test_the_sentence_names_every_fact_in_every_language(
    server: FakeHuggingFace, make_encoder: MakeEncoder, photo: Photo
) -> None:
    """Whatever goes wrong, the person reads whole sentences, without gaps or keys in them."""
    bad = {name: behaviour for name, (behaviour, _) in BAD.items()}
    more: dict[str, Behaviour] = {"reset": reset, "redirect": redirect(302, "//elsewhere.test/")}
    for name, behaviour in {**FAULTS, **bad, **more}.items():
        server.otherwise(behaviour)
        with pytest.raises(EncoderError) as caught:
            make_encoder(deadline=30.0).encode(photo)
        for code in LANGUAGES:
            sentence = language(code).error(caught.value).sentence
            assert not re.search(r"[{}@…]", sentence), f"{name}: {sentence}"


def test_sixteen_people_at_once_each_get_their_own_vector(
    server: FakeHuggingFace, make_encoder: MakeEncoder
) -> None:
    """Photos that are sent at the same moment are not mixed up."""
    photos = [Photo(Image.radial_gradient("L").rotate(n * 20).convert("RGB")) for n in range(16)]
    encoder = make_encoder()
    arrived = threading.Barrier(16, timeout=20)

    def together(exchange: Exchange) -> None:
        """Answer only when all are in flight."""
        arrived.wait()
        vector()(exchange)

    server.otherwise(together)
    with ThreadPoolExecutor(16) as people:
        embeddings = list(people.map(encoder.encode, photos))
    for photo, embedding in zip(photos, embeddings, strict=True):
        expected = Embedding.from_numbers(pixels_vector(photo.jpeg), CLIP)
        np.testing.assert_allclose(embedding.vector, expected.vector, rtol=1e-6)
    assert server.count == 16


def test_the_fakes_own_vectors_are_those_of_the_built_in_encoder(
    make_encoder: MakeEncoder, photo: Photo
) -> None:
    """What tests and demonstrations find over HTTP is what the built-in encoder finds."""
    with FakeHuggingFace() as server:
        over_http = make_encoder(server.url, space=BUILTIN).encode(photo)
    assert over_http.similarity(BuiltinEncoder().encode(photo)) > 0.98


def test_a_connection_is_used_again(
    server: FakeHuggingFace, make_encoder: MakeEncoder, photo: Photo
) -> None:
    """The second photo does not pay for another handshake."""
    encoder = make_encoder()
    for _ in range(3):
        encoder.encode(photo)
    assert (server.count, server.connections) == (3, 1)


@pytest.mark.parametrize("behaviour", [trickle, hold()], ids=["trickle", "silent"])
def test_a_hung_server_keeps_nobody_else_waiting(
    behaviour: Behaviour, server: FakeHuggingFace, make_encoder: MakeEncoder, photo: Photo
) -> None:
    """While one answer hangs, other photos go through the same encoder."""
    server.script(behaviour)
    encoder = make_encoder(deadline=30.0)
    with ThreadPoolExecutor(1) as patient:
        hanging = patient.submit(encoder.encode, photo)
        while server.count == 0:
            threading.Event().wait(0.001)
        encoder.encode(photo)
        assert not hanging.done()
        server.close()
        assert isinstance(hanging.exception(), EncoderUnreachable)
