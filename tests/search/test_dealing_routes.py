"""Dealing, photos and the active threshold over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import requests

from search.dealing import Deal, DealProgress
from search.engine import SearchEngine
from search.judging_routes import DEALS_AT_ONCE
from search.store.evaluation_sets import NewPhoto
from search.tuning.scales import Scale
from tests.judged import judgement, photograph, print_of, stock
from tests.serving import Client, client_of

PHOTO = print_of(0).hex()


@pytest.fixture
def client(engine: SearchEngine) -> Iterator[Client]:
    """Return a client of an engine of the test's own."""
    with client_of(lambda: engine) as client:
        yield client


def test_cards_are_dealt(client: Client, engine: SearchEngine) -> None:
    """With everything that a card shows, and how far the judging has come."""
    numbers = stock(engine.store, 40)
    photograph(engine.store, 1)
    key = f"photo:{PHOTO}"
    engine.evaluating.count(key, Scale.COSINE, lambda _: None)
    engine.judging.record(judgement(numbers[0]))
    answer = client.get(
        "deal", source=key, scale="cosine", line="40", who="Anna", n="5", language="ru"
    )
    body = answer.json()
    assert answer.status_code == 200
    assert len(body["cards"]) == 5
    for card in body["cards"]:
        assert card["photo_picture"] == f"api/photos/{PHOTO}"
        assert card["name"].startswith("Товар ")
        assert card["article"].startswith("ART-")
        assert card["category"] == "Вещи"
        assert "₽" in card["price"]
        assert card["where"] in {"above", "around", "below"}
        assert card["value"] == card["similarity"]
        assert card["space"] == str(engine.encoder.space)
        assert card["product"] in {str(number) for number in numbers[1:]}
        assert client.get(card["picture"].removeprefix("api/")).status_code == 200
    progress = body["progress"]
    assert (progress["judged"], progress["photos"]) == (1, 1)
    assert progress["bands"][0]["low"] == -1.0
    assert progress["bands"][-1]["high"] == 1.0
    assert np.sum([band["products"] for band in progress["bands"]]) == 40


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"scale": "loudness"}, 422, "deal_invalid"),
        ({"line": "101"}, 422, "deal_invalid"),
        ({"line": "0.74"}, 422, "deal_invalid"),
        ({"line": "-"}, 422, "deal_invalid"),
        ({"line": "²"}, 422, "deal_invalid"),
        ({"n": "0"}, 422, "deal_invalid"),
        ({"n": "x"}, 422, "deal_invalid"),
        ({"n": "9" * 5000}, 422, "deal_invalid"),
        ({"source": "set:77"}, 404, "source_unknown"),
        ({"source": "set:" + "9" * 400}, 404, "source_unknown"),
        ({"source": "photo:zz"}, 404, "source_unknown"),
        ({"source": ""}, 404, "source_unknown"),
    ],
)
def test_a_wrong_deal_is_said(
    client: Client, changed: dict[str, str], status: int, code: str
) -> None:
    """Old links and made-up ones get a sentence."""
    asked = {"source": "searches:9", "scale": "cosine", "line": "-74", "who": "Anna"} | changed
    answer = client.get("deal", **asked)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_photo_is_not_passed_on(client: Client, engine: SearchEngine) -> None:
    """It is somebody's own: no shared cache and no other site gets it, and it may be forgotten."""
    photograph(engine.store, 1)
    answer = client.get(f"photos/{PHOTO}")
    assert (answer.status_code, answer.content) == (200, b"\xff\xd8 small")
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


def test_photos_of_searches_are_not_shown_once_they_are_not_kept(engine: SearchEngine) -> None:
    """With KEEP_PHOTOS off only the photos of evaluation sets are served and dealt."""
    stock(engine.store, 40)
    photograph(engine.store, 2)
    engine.store.evaluation_sets.add("One", [NewPhoto(print_of(1), "1.jpg", ())])
    engine.settings = engine.settings.model_copy(update={"keep_photos": False})
    asked = {"scale": "cosine", "line": "40"}
    with client_of(lambda: engine) as client:
        for number, status in ((0, 404), (1, 200)):
            source = f"photo:{print_of(number).hex()}"
            engine.evaluating.count(source, Scale.COSINE, lambda _: None)
            assert client.get(f"photos/{print_of(number).hex()}").status_code == status
            cards = client.get("deal", source=source, **asked).json()["cards"]
            assert bool(cards) is (status == 200)


def test_many_who_want_cards_keep_nobody_else_waiting(
    client: Client, engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two hands are dealt at once, however many ask, and everything else is answered meanwhile."""
    dealing, ended = threading.Semaphore(0), threading.Event()

    def deal(*_: object, **__: object) -> Deal:
        dealing.release()
        ended.wait(20)
        return Deal((), DealProgress(0, 0, 0, ()))

    monkeypatch.setattr(engine.dealing, "deal", deal)

    def ask(_: int) -> int:
        address = f"{client.address}/api/deal?source=searches:9&scale=cosine&line=40"
        return requests.get(address, timeout=20).status_code

    with ThreadPoolExecutor(60) as pool:
        asked = [pool.submit(ask, number) for number in range(60)]
        for _ in range(DEALS_AT_ONCE):
            assert dealing.acquire(timeout=20)
        assert client.get("threshold").status_code == 200
        assert not dealing.acquire(blocking=False)
        ended.set()
        assert {answer.result() for answer in asked} == {200}


@pytest.mark.parametrize("name", ["0" * 64, "zz", PHOTO + "00", "..%2fetc"])
def test_a_photo_that_is_not_kept_is_not_found(client: Client, name: str) -> None:
    """Whether it never was or is no fingerprint at all."""
    assert client.get(f"photos/{name}").status_code == 404


def test_the_active_threshold_can_be_asked_for(client: Client, engine: SearchEngine) -> None:
    """Other programs cut where the page does, from the moment somebody saves."""
    assert client.get("threshold").json() == {
        "value": 0.3,
        "scale": "cosine",
        "doubtful": None,
        "who": "",
        "why": "",
        "set_at": None,
    }
    engine.thresholds.save(0.74, scale=Scale.RELATIVE, doubtful=0.6, who="Anna", why="because")
    body = client.get("threshold").json()
    assert (body["value"], body["scale"], body["doubtful"]) == (0.74, "relative", 0.6)
    assert (body["who"], body["why"]) == ("Anna", "because")
    assert body["set_at"].startswith("20")
