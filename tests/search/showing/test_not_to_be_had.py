"""Pictures that cannot be fetched: a clean answer, and nobody is asked again at once."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from search import dead_links
from search.dead_links import LASTING_SECONDS, PASSING_SECONDS, STRIKES, DeadLinks
from search.engine import SearchEngine
from search.errors import (
    AddressBusy,
    AddressUnfetchable,
    AddressUnreachable,
    LikenessError,
    PhotoUnsupported,
)
from search.store.store import Store
from search.vectors import CLIP
from tests.catalogues import send_away
from tests.search.fetching.played_site import Site, answer
from tests.search.showing.conftest import OpenEngine
from tests.serving import Client, client_of

SHOP = "https://shop.test"


def test_a_private_network_is_refused_unless_it_is_allowed(
    open_engine: OpenEngine, pictures: list[int], site: Site
) -> None:
    """Whoever writes an address into a catalogue cannot look into a company's network by it."""
    engine = open_engine(fetch_private=False)
    with client_of(lambda: engine) as client:
        refused = client.get(f"pictures/{pictures[0]}")
    engine.close()
    assert refused.status_code == 404
    assert "Likeness does not fetch pictures from 127.0.0.1" in refused.text
    assert "0.png" not in refused.text
    assert site.visits == []


def test_dead_links_are_asked_once_and_written_nowhere(
    client: Client, pictures: list[int], site: Site, engine: SearchEngine
) -> None:
    """A look says why, and takes no picture out of the next indexing run."""
    site.answers["/0.png"] = answer(404, b"")
    site.answers["/1.png"] = answer(200, b"no picture at all")
    for _ in range(2):
        gone, unread = (client.get(f"pictures/{number}") for number in pictures[:2])
        assert "There is no picture to be had from 127.0.0.1" in gone.text
        assert "not a picture that Likeness can read" in unread.text
        for refused in (gone, unread):
            assert (refused.status_code, refused.headers["cache-control"]) == (
                404,
                "private, max-age=60",
            )
    assert [visit.path for visit in site.visits] == ["/0.png", "/1.png"]
    assert engine.store.picture_failures.count(CLIP) == 0


def test_a_shop_that_is_away_is_left_alone(
    client: Client, pictures: list[int], store: Store, site: Site
) -> None:
    """A page of dead pictures tries a few of them; the answer is not kept by anybody."""
    for number in range(len(pictures)):
        site.answers[f"/{number}.png"] = answer(500, b"")
    for picture in pictures:
        refused = client.get(f"pictures/{picture}")
        assert (refused.status_code, refused.headers["cache-control"]) == (502, "no-store")
        assert "cannot be reached" in refused.text
    assert len(site.visits) == STRIKES
    with Site() as other:
        send_away(store, other.url)
        client.get(f"pictures/{pictures[0]}")
        assert len(other.visits) == 1  # another host is another matter


def test_huge_pictures_are_not_taken(
    open_engine: OpenEngine, pictures: list[int], site: Site
) -> None:
    """The limits of a user's photo hold: in bytes, and in pixels before they are decoded."""
    buffer = io.BytesIO()
    Image.new("L", (1200, 1200)).save(buffer, "PNG")
    site.answers["/0.png"] = answer(200, buffer.getvalue())
    site.answers["/1.png"] = answer(200, b"\x89PNG" + bytes(20_000))
    engine = open_engine(max_upload_mb=0.015, max_pixels=1_000_000)
    with client_of(lambda: engine) as client:
        pixels, large = (client.get(f"pictures/{number}") for number in pictures[:2])
    engine.close()
    assert (pixels.status_code, large.status_code) == (404, 404)
    assert "1 million" in pixels.text
    assert "more than the 0 MB" in large.text


def test_a_closed_engine_fetches_nothing(
    open_engine: OpenEngine, pictures: list[int], site: Site
) -> None:
    """Who looks while the app goes down gets an answer and opens no connection."""
    engine = open_engine()
    engine.showing.close()
    with pytest.raises(AddressUnreachable):
        engine.showing.get(pictures[0])
    assert site.visits == []
    engine.close()


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Tell the time, in seconds."""
        return self.now


def refused(links: DeadLinks, address: str) -> str | None:
    """Return the code of what an address is refused for."""
    try:
        links.refuse(address)
    except LikenessError as error:
        return error.code
    return None


def test_a_failure_is_forgotten_after_some_minutes() -> None:
    """Sooner when asking again may help, and when the server said so."""
    clock = Clock()
    links = DeadLinks(clock)
    links.failed(f"{SHOP}/gone", AddressUnfetchable(host="shop.test", reason="gone"))
    links.failed("https://busy.test/1", AddressBusy(host="busy.test", status=429, seconds=200))
    links.failed("https://away.test/1", AddressUnreachable(host="away.test", reason="away"))
    assert refused(links, f"{SHOP}/gone") == "address_unfetchable"
    assert refused(links, f"{SHOP}/other") is None
    assert refused(links, "https://busy.test/2") == "address_busy"
    assert refused(links, "https://away.test/2") is None
    clock.now += PASSING_SECONDS + 1
    assert refused(links, "https://away.test/1") is None
    assert refused(links, "https://busy.test/2") == "address_busy"
    clock.now += LASTING_SECONDS
    assert refused(links, f"{SHOP}/gone") is None
    assert refused(links, "https://busy.test/2") is None


def test_a_host_that_answers_is_not_dead() -> None:
    """Pictures that are broken, or fail now and then, cost the good ones beside them nothing."""
    links = DeadLinks(Clock())
    away = AddressUnreachable(host="shop.test", reason="away")
    for number in range(3 * STRIKES):
        links.failed(f"{SHOP}/{number}", away)
        links.answered(f"{SHOP}/good")
        links.failed(f"{SHOP}/broken-{number}", PhotoUnsupported())
    assert refused(links, f"{SHOP}/fine") is None
    for number in range(STRIKES):
        links.failed(f"{SHOP}/{number}", away)
    assert refused(links, f"{SHOP}/fine") == "address_unreachable"


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue of a million dead links does not fill the memory; the oldest is forgotten."""
    monkeypatch.setattr(dead_links, "MOST_REMEMBERED", 3)
    links = DeadLinks(Clock())
    for number in range(4):
        links.failed(f"{SHOP}/{number}", AddressUnfetchable(host="shop.test", reason="gone"))
    assert [refused(links, f"{SHOP}/{number}") is None for number in range(4)] == [
        True,
        False,
        False,
        False,
    ]
