"""A name server that changes its mind: what was judged is what is connected to."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest

from search.errors import AddressRefused
from search.fetching import names
from search.fetching.address import read_address
from tests.search.fetching.conftest import MakeFetcher
from tests.search.fetching.played_site import PICTURE, PUBLIC, Site

ADDRESS = "http://rebinding.example/a.jpg"


class Turncoat:
    """Answers with a public address first, then with this very machine."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, _: str) -> Sequence[str]:
        """Look a name up."""
        self.asked += 1
        return [PUBLIC] if self.asked == 1 else ["127.0.0.1"]


def test_the_connection_goes_to_the_address_that_was_judged(
    site: Site, make_fetcher: MakeFetcher
) -> None:
    """One lookup; the socket gets the IP address, the server the name."""
    lookup = Turncoat()
    assert make_fetcher(lookup=lookup).fetch(ADDRESS) == PICTURE
    assert lookup.asked == 1
    assert site.roads == [(PUBLIC, 80)]
    assert site.visits[0].headers["Host"] == "rebinding.example"


def test_a_name_that_changed_is_judged_anew(
    site: Site, make_fetcher: MakeFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the minute is over, also while a connection to the old address is still open."""
    fetcher = make_fetcher(lookup=Turncoat())
    monkeypatch.setattr(names, "REMEMBERED_SECONDS", 0.0)
    assert fetcher.fetch(ADDRESS) == PICTURE
    with pytest.raises(AddressRefused):
        fetcher.fetch(ADDRESS)
    assert site.roads == [(PUBLIC, 80)]


def test_a_refused_name_is_not_remembered_as_good(site: Site, make_fetcher: MakeFetcher) -> None:
    """Asked again, it is judged again."""
    fetcher = make_fetcher(lookup=lambda _: [PUBLIC, "10.0.0.1"])
    for _ in range(2):
        with pytest.raises(AddressRefused):
            fetcher.fetch(ADDRESS)
    assert site.roads == []


def test_names_are_remembered_for_a_minute(site: Site, make_fetcher: MakeFetcher) -> None:
    """Thousands of pictures of one host are one lookup."""
    lookup = Turncoat()
    fetcher = make_fetcher(lookup=lookup)
    for number in range(5):
        fetcher.fetch(f"http://rebinding.example/{number}.jpg")
    assert lookup.asked == 1
    assert {ip for ip, _ in site.roads} == {PUBLIC}


def test_the_next_address_of_a_name_is_tried(site: Site, make_fetcher: MakeFetcher) -> None:
    """One that is dead costs no picture; more than three are not tried."""
    tried: list[str] = []
    dead = iter(["8.8.8.1", "8.8.8.2"])

    def dial(place: tuple[str, int], timeout: float) -> object:
        tried.append(place[0])
        if next(dead, None):
            raise ConnectionRefusedError
        return site.dial(place, timeout)

    ips = [f"8.8.8.{number}" for number in range(1, 9)]
    assert make_fetcher(lookup=lambda _: ips, dial=dial).fetch(ADDRESS) == PICTURE
    assert tried == ["8.8.8.1", "8.8.8.2", "8.8.8.3"]


def test_many_names_are_not_remembered_for_ever() -> None:
    """What is remembered has a bound."""
    known = names.Names(lambda _: [PUBLIC], private=False)
    ends = time.monotonic() + 60
    for number in range(names.MOST_REMEMBERED + 10):
        known.ips(read_address(f"http://n{number}.example/"), ends)
    assert len(known._known) <= names.MOST_REMEMBERED
