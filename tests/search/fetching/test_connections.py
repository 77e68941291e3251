"""Connections: kept for the next picture, shared by nobody, closed when they should be."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from search.errors import AddressUnreachable
from search.fetching import Fetcher, idle
from tests.search.fetching.conftest import TRUST, MakeFetcher
from tests.search.fetching.played_site import (
    PICTURE,
    Site,
    Visit,
    answer,
    endless,
    to,
)

MUCH_LATER = 20.0


def test_from_a_private_network_when_that_is_allowed(site: Site) -> None:
    """FETCH_PRIVATE, over a real connection to where the site really is."""
    with Fetcher(private=True) as fetcher:
        assert fetcher.fetch(f"{site.url}/a.jpg") == PICTURE
        assert fetcher.fetch(f"http://localhost:{site.port}/a.jpg") == PICTURE
    assert site.visits[0].headers["User-Agent"] == "Likeness"
    assert site.visits[1].headers["Host"] == f"localhost:{site.port}"


def test_a_connection_is_used_again(site: Site, fetcher: Fetcher) -> None:
    """Also after a picture that is not there, and after a redirect."""
    site.answers |= {"/gone": answer(404, b"gone"), "/on": to("/a.jpg")}
    for _ in range(3):
        fetcher.fetch("http://pictures.example/on")
        with pytest.raises(Exception, match="404"):
            fetcher.fetch("http://pictures.example/gone")
    assert (len(site.visits), site.connections) == (9, 1)


@pytest.mark.parametrize("other", ["http://other.example/", "http://pictures.example:81/"])
def test_a_connection_is_used_for_its_own_host_alone(
    site: Site, fetcher: Fetcher, other: str
) -> None:
    """Another name or port is another connection, at the same IP address too."""
    fetcher.fetch("http://pictures.example/a.jpg")
    fetcher.fetch(other)
    assert site.connections == 2


def test_what_was_not_read_to_its_end_is_not_used_again(
    site: Site, make_fetcher: MakeFetcher
) -> None:
    """The rest of a bomb is no answer to the next question; nor is what nobody asked for."""
    lies = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlies"

    def two(visit: Visit) -> None:
        visit.send(lies + lies)

    site.answers |= {
        "/bomb": endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 1000),
        "/two": two,
        "/404": answer(404, b"x" * 100_000),
    }
    fetcher = make_fetcher(max_bytes=2_000)
    for path in ("bomb", "404"):
        with pytest.raises(Exception, match=r"allowed|404"):
            fetcher.fetch(f"http://pictures.example/{path}")
        assert fetcher._idle.take([]) is None
        assert not fetcher._idle._waiting
    assert fetcher.fetch("http://pictures.example/two") == b"lies"
    assert fetcher.fetch("http://pictures.example/a.jpg") == PICTURE


def test_a_connection_that_was_closed_meanwhile_costs_no_picture(
    site: Site, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether that is seen before asking or only after."""

    def once(visit: Visit) -> None:
        answer()(visit)
        visit.hang_up()

    site.answers["/once"] = once
    for _ in range(3):
        assert fetcher.fetch("http://pictures.example/once") == PICTURE
    monkeypatch.setattr("search.fetching.connection.Connection.quiet", True)
    for _ in range(3):
        assert fetcher.fetch("http://pictures.example/once") == PICTURE
    assert len(site.visits) == site.connections == 6


def test_idle_connections_are_few_and_not_old(
    site: Site, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A catalogue of a thousand hosts does not hold a thousand sockets."""
    monkeypatch.setattr(idle, "MOST_IDLE", 3)
    for number in range(6):
        fetcher.fetch(f"http://n{number}.example/a.jpg")
    assert len(fetcher._idle._waiting) == 3
    monkeypatch.setattr(idle, "IDLE_SECONDS", 0.0)
    fetcher.fetch("http://n5.example/a.jpg")
    assert site.connections == 7


def test_many_threads_fetch_at_once(site: Site, fetcher: Fetcher) -> None:
    """Sixteen in flight: each gets its own picture, over no more than sixteen connections."""

    def own(visit: Visit) -> None:
        answer(body=visit.path.encode())(visit)

    paths = [f"/{number}.jpg" for number in range(320)]
    site.answers = dict.fromkeys(paths, own)
    with ThreadPoolExecutor(16) as threads:
        found = list(
            threads.map(lambda path: fetcher.fetch(f"http://pictures.example{path}"), paths)
        )
    assert found == [path.encode() for path in paths]
    assert site.connections <= 16


def test_closing_ends_what_is_under_way(site: Site, make_fetcher: MakeFetcher) -> None:
    """When the app stops, nobody waits for a server that does not answer."""
    asked = threading.Event()

    def silent(visit: Visit) -> None:
        asked.set()
        visit.stopping.wait(MUCH_LATER)
        visit.hang_up()

    site.answers["/a.jpg"] = silent
    fetcher = make_fetcher(seconds=MUCH_LATER)
    started = time.monotonic()
    with ThreadPoolExecutor(1) as thread:
        fetching = thread.submit(fetcher.fetch, "http://pictures.example/a.jpg")
        assert asked.wait(MUCH_LATER)
        fetcher.close()
        error = fetching.exception(MUCH_LATER)
    assert isinstance(error, AddressUnreachable)
    assert error.facts["reason"] == "@reasons.network_closed"
    assert time.monotonic() - started < MUCH_LATER / 2
    with pytest.raises(AddressUnreachable, match="shutting down"):
        fetcher.fetch("http://pictures.example/b.jpg")


def test_the_environment_has_no_say(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No proxy, which would look names up anew, and no password from ~/.netrc."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    (tmp_path / ".netrc").write_text("default login somebody password s3cret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    with Fetcher(private=True, trust=TRUST) as fetcher:
        assert fetcher.fetch(f"{site.url}/a.jpg") == PICTURE
    assert "Authorization" not in site.visits[0].headers
