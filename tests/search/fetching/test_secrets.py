"""Addresses that were signed for a while: what follows the host is told to nobody."""

from __future__ import annotations

import logging
import traceback

import pytest

from search.errors import FetchError
from search.fetching.address import read_address
from search.language import language
from tests.search.fetching.conftest import MakeFetcher
from tests.search.fetching.played_site import Answer, Site, answer, endless, raw, to

SECRET = "s3cr3tsignature"
ADDRESS = f"http://pictures.example/bot{SECRET}/a.jpg?X-Amz-Signature={SECRET}#{SECRET}"


@pytest.mark.parametrize(
    "bad",
    [
        answer(404),
        answer(429, headers={"Retry-After": "5"}),
        answer(500),
        answer(body=b"<html>"),
        answer(body=b"x" * 2000),
        answer(headers={"Content-Encoding": "gzip"}),
        raw(b""),
        raw(b"no HTTP\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\nno header\r\n\r\n"),
        endless(b"", b"", 0.02),
        to(f"http://10.0.0.1/{SECRET}?{SECRET}"),
        to(f"http://user:{SECRET}@pictures.example/?{SECRET}"),
        to(f"file:///{SECRET}"),
        to(f"http://[{SECRET}"),
    ],
)
def test_no_error_and_no_log_tells_more_than_the_host(
    site: Site, make_fetcher: MakeFetcher, bad: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither in its sentence nor in its facts, its causes or the most talkative log."""
    caplog.set_level(logging.DEBUG)
    site.answers[f"/bot{SECRET}/a.jpg"] = bad
    with pytest.raises(FetchError) as caught:
        make_fetcher(max_bytes=1000, seconds=0.5).fetch(ADDRESS)
    assert SECRET not in told(caught.value) + caplog.text


@pytest.mark.parametrize(
    "address",
    [
        f"http://user:{SECRET}@pictures.example/",
        f"http://pictures example/?{SECRET}",
        f"http://127.0.0.1/?{SECRET}",
        f"http://[{SECRET}]/?{SECRET}",
        f"http://ü@ü:{SECRET}/",
        f"ftp://pictures.example/{SECRET}",
    ],
)
def test_refusing_an_address_tells_no_more(
    make_fetcher: MakeFetcher, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    """What cannot be read is not repeated either."""
    caplog.set_level(logging.DEBUG)
    with pytest.raises(FetchError) as caught:
        make_fetcher().fetch(address)
    assert SECRET not in told(caught.value) + caplog.text


def test_an_address_does_not_print_itself() -> None:
    """In a debugger or a stray log line."""
    assert SECRET not in repr(read_address(ADDRESS))


def told(error: FetchError) -> str:
    """Put together all that an error can tell, its causes included, even those kept silent."""
    parts = [str(error), repr(error.facts), language("ru").error(error).sentence]
    cause: BaseException | None = error
    while cause:
        parts += [repr(cause), *traceback.format_exception_only(cause)]
        cause = cause.__cause__ or cause.__context__
    return "\n".join(parts)
