"""Answers that nobody meant to send: each is read quickly, refused as one, and counted."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest

from search.calls import Call
from search.encoders.answers import embedding_in
from search.encoders.details import clean, detail_in
from search.encoders.dialects import HUGGINGFACE
from search.encoders.http import HttpEncoder
from search.encoders.refusals import asked_wait
from search.encoders.tokens import as_secret, scrub
from search.errors import BadAnswer, EncoderError
from search.photo import Photo
from search.vectors import CLIP
from tests.fake_huggingface import TOKEN, FakeHuggingFace, hold, status, text

MakeEncoder = Callable[..., HttpEncoder]
SIZE = 200_000
# Quadratic ones took minutes for as much; a linear one takes some hundredths of a second.
QUICK = 3.0


@pytest.mark.parametrize("lead", ["", "://", "<p>", "password='", '{"error": "'])
@pytest.mark.parametrize(
    "pattern",
    ["a:", "://a:", "hf_", "<a ", "<!--", "<script>", "<", "&#", "&#9", "\\", "%4", "[", "\u200b"],
)
def test_no_text_takes_long_to_read(lead: str, pattern: str) -> None:
    """Regular expressions keep every other thread waiting: none may need more than one pass."""
    said = (lead + pattern * SIZE)[:SIZE]
    secret = as_secret(TOKEN)
    began = time.thread_time()
    scrub(said, secret)
    clean(said, secret)
    detail_in(said.encode(), secret)
    asked_wait({"Retry-After": said, "Date": said, "RateLimit": said})
    assert time.thread_time() - began < QUICK


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("<p>one<!-- two > --> three", "one three"),
        ("<SCRIPT>1 < 2</Script >shown<style>p", "shown"),
        ("<p>1 < 2 &lt; 3 <br/>four", "1 < 2 < 3 four"),
        ("<title>x</title><a href='y'>link</a> <a unfinished", "link"),
        ("<![x[ ", ""),
        (f"<p>&#{'9' * 5000};</p>", f"&#{'9' * 197}…"),
        ("<b></b>" * 20_000 + TOKEN, ""),
    ],
)
def test_a_page_is_read_as_a_browser_shows_it(page: str, told: str) -> None:
    """What is open to the end hides the rest, and nothing is too strange."""
    assert detail_in(page.encode()) == told


def test_the_message_of_a_long_answer_is_found() -> None:
    """A server that sends the whole question back says what is wrong with it all the same."""
    answer = b'{"input": "%s", "error": "no such model"}' % (b"x" * 100_000)
    assert detail_in(answer) == "no such model"


@pytest.mark.parametrize(
    "moment",
    [
        "Mon, 01 Jan 2026 00:00:00 +99999999999999999999",
        "Mon, 01 Jan 2026 00:00:00 +9999",
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "Mon, 31 Feb 2026 99:99:99 GMT",
        "9" * 60_000,
    ],
)
def test_a_moment_that_is_in_no_calendar_says_nothing(moment: str) -> None:
    """Neither as the moment to come back nor as the server's own clock."""
    assert asked_wait({"Retry-After": moment}) is None
    far = {"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT", "Date": moment}
    assert (asked_wait(far) or 0) > 0


STRANGE = {
    "offset": status(429, "", {"Retry-After": "Mon, 01 Jan 2026 00:00:00 +99999999999999999999"}),
    "markup": status(404, b"<html><![if !IE]><p>x</p><![x[ ", {"Content-Type": "text/html"}),
    "deep": text('{"error":' + "[" * 900 + "]" * 900 + "}"),
    "huge numbers": text("[" + ",".join(["9" * 400] * 512) + "]"),
}


@pytest.mark.parametrize("answer", STRANGE)
def test_a_strange_answer_is_an_error_of_ours_and_counted(
    answer: str,
    server: FakeHuggingFace,
    make_recorded: MakeEncoder,
    calls: list[Call],
    photo: Photo,
) -> None:
    """Nothing else than an EncoderError comes out, and the served call is on record."""
    server.otherwise(STRANGE[answer])
    with pytest.raises(EncoderError) as caught:
        make_recorded(deadline=5.0).encode(photo)
    assert sum(call.reached for call in calls) == server.count > 0
    assert {call.outcome for call in calls} == {caught.value.code}


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("place", ["search.encoders.http.embedding_in", "Wire._exchange"])
def test_whatever_a_library_raises_is_a_bad_answer(
    place: str,
    *,
    make_recorded: MakeEncoder,
    calls: list[Call],
    photo: Photo,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is recorded as what was served, and told in the log, without the token."""
    encoder = make_recorded()
    exchange = encoder._wire._exchange

    def fail(*given: Any) -> None:  # noqa: ANN401 - whatever is given
        if "Wire" in place:
            exchange(*given)
        raise AssertionError(f"Bearer {TOKEN}")

    if "Wire" in place:
        monkeypatch.setattr(encoder._wire, "_exchange", fail)
    else:
        monkeypatch.setattr(place, fail)
    with pytest.raises(BadAnswer) as caught:
        encoder.encode(photo)
    assert caught.value.facts["reason"] == "@reasons.answer_strange"
    assert caught.value.__context__ is None
    assert [(call.outcome, call.reached) for call in calls] == [("bad_answer", True)]
    (logged,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert "AssertionError: Bearer [hidden]" in vars(logged)["exception"]
    assert TOKEN not in caplog.text + repr(vars(logged))


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_an_interrupted_call_is_recorded_as_the_server_counted_it(
    stop: type[BaseException],
    *,
    server: FakeHuggingFace,
    make_recorded: MakeEncoder,
    calls: list[Call],
    photo: Photo,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ctrl-C in the middle of a call: the server has the request, so there is a row that counts."""
    server.otherwise(hold())

    class Interrupted(Future[Any]):
        def result(self, timeout: float | None = None) -> None:
            assert timeout
            while server.count == 0:
                assert not self.done()
            raise stop

    monkeypatch.setattr("search.encoders.wire.Future", Interrupted)
    with pytest.raises(stop):
        make_recorded().encode(photo)
    server.release()
    assert [(call.outcome, call.reached) for call in calls] == [("encoder_unreachable", True)]
    assert calls[0].detail == "@reasons.network_closed"
    assert calls[0].bytes_out == len(server.received[0].body)


def test_what_was_interrupted_before_it_got_out_costs_nothing(
    make_recorded: MakeEncoder, calls: list[Call], photo: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is sent any more, and the row says so."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    encoder = make_recorded()
    monkeypatch.setattr(encoder._wire, "post", interrupt)
    with pytest.raises(KeyboardInterrupt):
        encoder.encode(photo)
    assert [(call.outcome, call.reached, call.bytes_out) for call in calls] == [
        ("encoder_unreachable", False, 0)
    ]


def test_an_error_in_lists_in_lists_is_told_without_words() -> None:
    """However deep it is, it is an error that the answer tells of, or no JSON."""
    for depth in (100, 900, 960, 980, 990, 1000, 20_000):
        body = b'{"error":' + b"[" * depth + b"]" * depth + b"}"
        with pytest.raises(BadAnswer):
            embedding_in(body, HUGGINGFACE, CLIP)
