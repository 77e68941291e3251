"""Bombs and drips: nothing is larger or takes longer than it may."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Sequence

import pytest

from search.errors import (
    AddressUnfetchable,
    AddressUnreachable,
    FetchError,
    FetchTimeout,
    PictureTooLargeThere,
)
from search.fetching import Fetcher, connection
from search.fetching import fetcher as fetching
from tests.search.fetching.conftest import MakeFetcher
from tests.search.fetching.played_site import (
    PICTURE,
    Answer,
    Site,
    answer,
    endless,
    raw,
    to,
)

ADDRESS = "http://pictures.example/a.jpg"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
SECONDS = 0.2
# Far beyond any delay of a busy machine, and far below "never".
MUCH_LATER = 20.0


@pytest.mark.parametrize(
    "bomb",
    [
        answer(body=b"x" * 1001),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\n"),
        endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 1000),
        endless(CHUNKED, b"100\r\n" + b"x" * 256 + b"\r\n"),
    ],
    ids=["a byte", "by its own account", "endless", "endless in chunks"],
)
def test_the_largest_picture_is_the_largest(
    site: Site, make_fetcher: MakeFetcher, bomb: Answer
) -> None:
    """Whatever is promised, what comes is counted."""
    site.answers["/a.jpg"] = bomb
    with pytest.raises(PictureTooLargeThere) as caught:
        make_fetcher(max_bytes=1000).fetch(ADDRESS)
    assert caught.value.facts == {"host": "pictures.example", "limit": 0.0}


def test_a_picture_of_the_largest_size_comes_whole(site: Site, make_fetcher: MakeFetcher) -> None:
    """In one piece and in chunks of a byte."""
    body = bytes(range(250)) * 4
    site.answers["/a.jpg"] = answer(body=body)
    site.answers["/b.jpg"] = raw(
        CHUNKED + b"".join(b"1\r\n%c\r\n" % byte for byte in body) + b"0\r\n\r\n"
    )
    fetcher = make_fetcher(max_bytes=1000)
    assert fetcher.fetch(ADDRESS) == body
    assert fetcher.fetch("http://pictures.example/b.jpg") == body


@pytest.mark.parametrize("packing", ["gzip", "x-gzip", "deflate", "br", "zstd", "gzip, gzip"])
def test_what_is_packed_is_not_unpacked(site: Site, fetcher: Fetcher, packing: str) -> None:
    """A gzip bomb weighs what it weighs; nobody asked for one."""
    bomb = gzip.compress(bytes(5_000_000))
    site.answers["/a.jpg"] = answer(body=bomb, headers={"Content-Encoding": packing})
    with pytest.raises(AddressUnfetchable, match="packed"):
        fetcher.fetch(ADDRESS)
    assert site.visits[0].headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(
    "flood",
    [
        endless(b"HTTP/1.1 200 OK\r\n", b"X-Much: " + b"x" * 500 + b"\r\n"),
        endless(b"HTTP/1.1 200 OK\r\nX-Much: ", b"x" * 500),
        endless(b"HTTP/1.1 200 ", b"OK" * 500),
        endless(CHUNKED + b"0\r\n", b"X-Much: " + b"x" * 500 + b"\r\n"),
        endless(CHUNKED + b"1;", b"x" * 500),
    ],
    ids=["headers", "one header", "status", "trailers", "chunk"],
)
def test_headers_have_an_end(site: Site, make_fetcher: MakeFetcher, flood: Answer) -> None:
    """Headers, trailers and sizes of chunks are bounded like the body."""
    site.answers["/a.jpg"] = flood
    with pytest.raises(AddressUnfetchable) as caught:
        make_fetcher(seconds=MUCH_LATER).fetch(ADDRESS)
    assert caught.value.facts["reason"] == "@reasons.fetch_not_http"


@pytest.mark.parametrize(
    "drip",
    [
        endless(b"", b"", 0.02),
        endless(b"HTTP/1.1 200 OK\r\nX: ", b"x", 0.02),
        endless(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", b"x", 0.02),
        endless(CHUNKED, b"1\r\nx\r\n", 0.02),
        endless(CHUNKED + b"0\r\n", b"X: y\r\n", 0.02),
        endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.0),
    ],
    ids=["silence", "header", "body", "chunks", "trailers", "a flood of 100s"],
)
def test_the_time_holds_whatever_the_server_does(
    site: Site, make_fetcher: MakeFetcher, drip: Answer
) -> None:
    """A byte now and then keeps nobody waiting, and no thread is left behind that waits."""
    site.answers["/a.jpg"] = drip
    fetcher = make_fetcher(seconds=SECONDS)
    started = time.monotonic()
    with pytest.raises(FetchTimeout) as caught:
        fetcher.fetch(ADDRESS)
    assert SECONDS * 0.7 < time.monotonic() - started < MUCH_LATER
    assert caught.value.facts == {"host": "pictures.example", "seconds": SECONDS}
    assert caught.value.retry
    assert not fetcher._busy


@pytest.mark.parametrize(
    "answered",
    [
        endless(b"HTTP/1.1 404 No\r\nContent-Length: 1000000\r\n\r\n", b"x", 0.02),
        endless(b"HTTP/1.1 404 No\r\n\r\n", b"x" * 1000),
        raw(b"HTTP/1.1 404 No\r\nContent-Length: 9\r\n\r\nhalf"),
        raw(b"HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
    ],
    ids=["drips", "endless", "cut short", "broken"],
)
def test_a_status_counts_whatever_its_body_does(
    site: Site, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch, answered: Answer
) -> None:
    """What is not there is not there; the rest of the time is not spent on its apologies."""
    monkeypatch.setattr(fetching, "UNWANTED_SECONDS", 0.1)
    site.answers["/a.jpg"] = answered
    with pytest.raises(AddressUnfetchable, match="404"):
        fetcher.fetch(ADDRESS)


def test_looking_up_and_redirects_share_the_time(site: Site, make_fetcher: MakeFetcher) -> None:
    """A resolver that never answers, and one hop after another."""
    never = threading.Event()

    def lookup(name: str) -> Sequence[str]:
        if name == "slow.example":
            never.wait(MUCH_LATER)
        return ["8.8.8.8"]

    site.answers["/a.jpg"] = to("http://slow.example/b.jpg")
    started = time.monotonic()
    with pytest.raises(FetchTimeout):
        make_fetcher(lookup=lookup, seconds=SECONDS).fetch(ADDRESS)
    never.set()
    assert time.monotonic() - started < MUCH_LATER
    assert len(site.visits) == 1


def test_a_server_that_takes_no_call_leaves_time_for_the_next(
    site: Site, make_fetcher: MakeFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One address of three that swallows what is sent; all three are told apart from a time-out."""
    waits: list[float] = []

    def dial(place: tuple[str, int], timeout: float) -> object:
        waits.append(timeout)
        if place[0] == "8.8.8.2":
            return site.dial(place, timeout)
        raise TimeoutError

    monkeypatch.setattr(connection, "CONNECT_SECONDS", 0.05)
    ips = ["8.8.8.1", "8.8.8.2"]
    assert make_fetcher(lookup=lambda _: ips, dial=dial).fetch(ADDRESS) == PICTURE
    assert waits == [0.05, 0.05]
    with pytest.raises(AddressUnreachable, match="does not answer the call"):
        make_fetcher(lookup=lambda _: ips[:1], dial=dial).fetch(ADDRESS)


def test_many_bombs_at_once(site: Site, make_fetcher: MakeFetcher) -> None:
    """From several threads, each fetch keeps its own limits."""
    site.answers["/a.jpg"] = endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 10_000)
    fetcher = make_fetcher(max_bytes=100_000)
    errors: list[FetchError] = []

    def fetch() -> None:
        try:
            fetcher.fetch(ADDRESS)
        except FetchError as error:
            errors.append(error)

    threads = [threading.Thread(target=fetch) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(MUCH_LATER)
    assert [type(error) for error in errors] == [PictureTooLargeThere] * 8
