"""Pictures that are fetched when somebody looks at them for the first time."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256

import numpy as np
import pytest

from search import showing
from search.engine import SearchEngine
from search.picture_route import FETCHES_AT_ONCE
from search.store.pictures import UnfetchedPicture
from search.store.store import Store
from search.vectors import CLIP
from tests.catalogues import unit_vectors
from tests.search.fetching.played_site import Site, Visit, answer
from tests.search.indexing.conftest import paint
from tests.serving import Client

PATIENCE = 20


def unfetched(engine: SearchEngine, number: int) -> UnfetchedPicture:
    """Return a picture that is known not to be here."""
    found = engine.showing.find(str(number))
    assert isinstance(found, UnfetchedPicture)
    return found


def test_the_first_look_fetches_and_the_next_does_not(
    client: Client, pictures: list[int], site: Site, engine: SearchEngine
) -> None:
    """What was fetched is kept: by its number for a while, by its content for ever."""
    first = client.get(f"pictures/{pictures[3]}")
    assert (first.status_code, first.content) == (200, paint(3))
    assert first.headers["content-type"] == "image/png"
    assert first.headers["cache-control"] == "private, max-age=300"
    assert first.headers["x-content-type-options"] == "nosniff"
    second = client.get(f"pictures/{pictures[3]}")
    assert second.content == first.content
    assert [visit.path for visit in site.visits] == ["/3.png"]
    digest = sha256(paint(3)).hexdigest()
    assert first.headers["etag"] == f'"{digest}"'
    lasting = client.get(f"pictures/{digest}")
    assert lasting.content == first.content
    assert "immutable" in lasting.headers["cache-control"]
    client.session.headers["If-None-Match"] = f'"{digest}"'
    again = client.get(f"pictures/{pictures[3]}")
    assert (again.status_code, again.content) == (304, b"")
    stored = dict(engine.store.pictures.sample(CLIP, 50))
    np.testing.assert_array_equal(stored[pictures[3]].vector, unit_vectors(len(pictures))[3])


def test_what_is_looked_at_twice_at_once_is_fetched_once(
    engine: SearchEngine, pictures: list[int], site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A card and its neighbour's picture in another tab cost the shop one request."""
    waiting, arrived, go = threading.Semaphore(0), threading.Event(), threading.Event()

    class Watched(Future[object]):
        def result(self, timeout: float | None = None) -> object:
            waiting.release()
            return super().result(timeout)

    def slowly(visit: Visit) -> None:
        arrived.set()
        go.wait(PATIENCE)
        answer(200, paint(0))(visit)

    monkeypatch.setattr(showing, "Future", Watched)
    site.answers["/0.png"] = slowly
    picture = unfetched(engine, pictures[0])
    with ThreadPoolExecutor(4) as pool:
        looks = [pool.submit(engine.showing.fetch, picture)]
        assert arrived.wait(PATIENCE)
        looks += [pool.submit(engine.showing.fetch, picture) for _ in range(3)]
        assert all(waiting.acquire(timeout=PATIENCE) for _ in range(3))
        go.set()
        found = [look.result(PATIENCE) for look in looks]
    assert [one and one.content for one in found] == [paint(0)] * 4
    assert len(site.visits) == 1


def test_a_shop_that_is_slow_holds_up_nobody_else(
    client: Client, engine: SearchEngine, pictures: list[int], site: Site
) -> None:
    """A few pictures are fetched at once; the others wait without the threads of other routes."""
    engine.showing.get(pictures[11])
    here = sha256(paint(11)).hexdigest()
    arrived, go = threading.Semaphore(0), threading.Event()

    def slowly(visit: Visit) -> None:
        arrived.release()
        go.wait(PATIENCE)
        answer(200, paint(int(visit.path.strip("/.png"))))(visit)

    site.answers |= {f"/{number}.png": slowly for number in range(11)}
    with ThreadPoolExecutor(11) as pool:
        looks = [pool.submit(client.get, f"pictures/{picture}") for picture in pictures[:11]]
        assert all(arrived.acquire(timeout=PATIENCE) for _ in range(FETCHES_AT_ONCE))
        assert client.get(f"pictures/{here}").content == paint(11)
        assert not arrived.acquire(blocking=False)
        go.set()
        assert [look.result(PATIENCE).content for look in looks] == [paint(n) for n in range(11)]


def test_an_address_that_changes_meanwhile_is_respected(
    client: Client, pictures: list[int], site: Site, store: Store
) -> None:
    """What was fetched from the old address is neither kept nor shown; the next look is right."""

    def changing(visit: Visit) -> None:
        with store.database.connection() as connection:
            connection.execute(
                "UPDATE likeness.pictures SET address = %s WHERE id = %s",
                (f"{site.url}/1.png", pictures[0]),
            )
        answer(200, paint(0))(visit)

    site.answers["/0.png"] = changing
    first = client.get(f"pictures/{pictures[0]}")
    assert (first.status_code, first.headers["cache-control"]) == (404, "no-store")
    assert client.get(f"pictures/{pictures[0]}").content == paint(1)


def test_a_number_that_is_none_is_not_found(engine: SearchEngine) -> None:
    """Whatever stands in the address, the database is not asked for what it cannot have."""
    for reference in ("0", "99", "9" * 19, "9" * 20, "٣", "-1", "1.0"):
        assert engine.showing.find(reference) is None
