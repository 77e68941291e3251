"""What comes back: pictures as they are, and everything else with its reason."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from search.errors import (
    AddressBusy,
    AddressUnfetchable,
    AddressUnreachable,
    FetchError,
)
from search.fetching import Fetcher
from search.language import language
from tests.search.fetching.conftest import MakeFetcher
from tests.search.fetching.played_site import PICTURE, Answer, Site, answer, raw

ADDRESS = "http://pictures.example/a.jpg"
DATE = {"Date": "Mon, 02 Mar 2026 10:00:00 GMT"}


@pytest.mark.parametrize(
    "good",
    [
        answer(),
        answer(headers={"Content-Type": "text/html"}),
        answer(headers={"Content-Encoding": "identity"}),
        raw(b"HTTP/1.1 200 OK\r\n\r\n" + PICTURE),
        raw(b"HTTP/1.0 200 OK\r\n\r\n" + PICTURE),
        raw(
            b"HTTP/1.1 103 Early Hints\r\n\r\n"
            b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(PICTURE) + PICTURE
        ),
    ],
    ids=["plain", "mislabelled", "identity", "until the end", "HTTP/1.0", "after a hint"],
)
def test_a_picture_comes_as_it_is(site: Site, fetcher: Fetcher, good: Answer) -> None:
    """Whatever its type is said to be, and however its end is told."""
    site.answers["/a.jpg"] = good
    assert fetcher.fetch(ADDRESS) == PICTURE


def test_an_empty_answer_is_the_callers_business(site: Site, fetcher: Fetcher) -> None:
    """The photo's reader has a sentence for it."""
    site.answers["/a.jpg"] = answer(body=b"")
    assert fetcher.fetch(ADDRESS) == b""


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (400, "the answer was 400"),
        (401, "not everybody may see it (401)"),
        (403, "not everybody may see it (403)"),
        (404, "it is not there (404)"),
        (410, "it is not there (410)"),
        (418, "the answer was 418"),
        (501, "the answer was 501"),
        (204, "the answer was 204"),
        (206, "the answer was 206"),
        (304, "the answer was 304"),
    ],
)
def test_some_statuses_are_final(site: Site, fetcher: Fetcher, status: int, says: str) -> None:
    """Nobody needs to ask again."""
    site.answers["/a.jpg"] = answer(status, b"")
    with pytest.raises(AddressUnfetchable) as caught:
        fetcher.fetch(ADDRESS)
    assert says in str(caught.value)
    assert caught.value.facts["status"] == status
    assert not caught.value.retry


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, {"Retry-After": "7"}, 7.0),
        (503, {"Retry-After": "120"}, 120.0),
        (429, {"Retry-After": "Mon, 02 Mar 2026 10:01:30 GMT", **DATE}, 90.0),
        (429, {"retry-after": "3"}, 3.0),
        (429, {"Retry-After": "soon"}, None),
        (503, {}, None),
    ],
)
def test_a_busy_server_says_when_to_come_back(
    site: Site, fetcher: Fetcher, status: int, headers: Mapping[str, str], seconds: float | None
) -> None:
    """Seconds or a date; nothing is made up when it says nothing."""
    site.answers["/a.jpg"] = answer(status, b"slow down", headers)
    with pytest.raises(AddressBusy) as caught:
        fetcher.fetch(ADDRESS)
    assert caught.value.retry
    assert caught.value.facts.get("seconds") == seconds
    assert len(site.visits) == 1


@pytest.mark.parametrize("status", [408, 425, 500, 502, 504])
def test_a_failing_server_may_be_asked_again(site: Site, fetcher: Fetcher, status: int) -> None:
    """By whoever wants the picture, not by us."""
    site.answers["/a.jpg"] = answer(status)
    with pytest.raises(AddressUnreachable, match=rf"on its own side \({status}\)"):
        fetcher.fetch(ADDRESS)
    assert len(site.visits) == 1


@pytest.mark.parametrize(
    "page",
    [
        b"<!DOCTYPE html><html>",
        b"\xef\xbb\xbf\r\n  <HTML lang=en>" + b" " * 100_000,
        b"<?xml version='1.0'?><!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0'>",
        b"<!-- made by hand --><head><title>Not found</title>",
        b"<script>location='/'</script>",
    ],
)
def test_a_web_page_is_no_picture(site: Site, fetcher: Fetcher, page: bytes) -> None:
    """Even when it says that it is one."""
    site.answers["/a.jpg"] = answer(body=page, headers={"Content-Type": "image/jpeg"})
    with pytest.raises(AddressUnfetchable, match="a web page"):
        fetcher.fetch(ADDRESS)


@pytest.mark.parametrize("body", [b"<svg xmlns='http://www.w3.org/2000/svg'>", b"{}", b"<"])
def test_other_content_is_the_callers_business(site: Site, fetcher: Fetcher, body: bytes) -> None:
    """The photo's reader says what it can read."""
    site.answers["/a.jpg"] = answer(body=body)
    assert fetcher.fetch(ADDRESS) == body


@pytest.mark.parametrize(
    ("bad", "kind", "says"),
    [
        (raw(b""), AddressUnreachable, "broke off"),
        (raw(b"HTTP/1.1 200"), AddressUnreachable, "broke off"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Le"), AddressUnreachable, "broke off"),
        (
            raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"),
            AddressUnreachable,
            "broke off",
        ),
        (
            raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf"),
            AddressUnreachable,
            "broke off",
        ),
        (raw(b"SSH-2.0-OpenSSH_9.2\r\n"), AddressUnreachable, "broke off"),
        (raw(b"+PONG\r\n-ERR unknown\r\n\r\n"), AddressUnfetchable, "does not speak HTTP"),
        (raw(b"HTTP/1.1 101 Go\r\nUpgrade: x\r\n\r\n"), AddressUnfetchable, "does not speak"),
        (
            raw(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n"),
            AddressUnfetchable,
            "does not speak HTTP",
        ),
        (
            raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
            AddressUnfetchable,
            "does not speak HTTP",
        ),
    ],
)
def test_what_breaks_off_and_what_is_no_http(
    site: Site, fetcher: Fetcher, bad: Answer, kind: type[FetchError], says: str
) -> None:
    """The first may be better next time, the second will not."""
    site.answers["/a.jpg"] = bad
    with pytest.raises(kind) as caught:
        fetcher.fetch(ADDRESS)
    assert says in str(caught.value)
    assert caught.value.retry is (kind is AddressUnreachable)
    assert language("ru").error(caught.value).what != language("en").error(caught.value).what


def test_nobody_listens(make_fetcher: MakeFetcher) -> None:
    """The connection is refused."""

    def dial(*_: object) -> object:
        raise ConnectionRefusedError

    with pytest.raises(AddressUnreachable, match="refuses the connection"):
        make_fetcher(dial=dial).fetch(ADDRESS)
