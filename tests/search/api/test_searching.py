"""Searching over HTTP: by a photo, by a product, and what was found."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from search.engine import SearchEngine
from search.errors import DatabaseUnavailable
from search.tuning.scales import reaches
from tests.fake_huggingface import FakeHuggingFace
from tests.search.api.conftest import Api, Asked, is_failure

Paint = Callable[..., bytes]


def test_a_photo_is_answered_with_the_founding_contract(
    api: Api, engine: SearchEngine, picture: Paint
) -> None:
    """Three fields and no others; the search is stored, counted as the API's, its photo kept."""
    answer = api.photo(picture())
    told = answer.json()
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    found = engine.history.reopen(told["search_id"])
    passing = sum(reaches(hit.score, found.threshold.value) for hit in found.hits)
    assert told == {"success": True, "search_id": str(found.id), "count": passing}
    assert len(found.hits) == 50
    assert engine.history.portrait(found.subject).picture is not None
    assert engine.journal.flush(10)
    with engine.store.database.connection() as connection:
        [row] = connection.execute("SELECT origin, outcome FROM likeness.search_log").fetchall()
    assert row == ("api", "ok")


def test_count_is_of_the_products_found_that_reach_the_threshold(
    api: Api, engine: SearchEngine, picture: Paint
) -> None:
    """At -1 all of them, at 1 none; beside the photo or in the address, point or comma."""
    for threshold, count in (("-1", 50), ("1", 0)):
        assert api.photo(picture(), {"threshold": threshold}).json()["count"] == count
    hits = engine.history.reopen(api.photo(picture()).json()["search_id"]).hits
    line = round(hits[20].score, 2)
    expected = sum(reaches(hit.score, line) for hit in hits)
    assert 0 < expected < 50
    for written in (str(line), str(line).replace(".", ",")):
        assert api.photo(picture(), fields={"threshold": written}).json()["count"] == expected


def test_the_limit_goes_beyond_what_a_page_shows(
    api: Api, engine: SearchEngine, picture: Paint
) -> None:
    """It goes into the search itself: what is reopened later has as many."""
    for limit, found in ((1, 1), (60, 60), (200, 70)):
        told = api.photo(picture(), {"limit": limit, "threshold": -1}).json()
        assert told["count"] == found
        assert len(engine.history.reopen(told["search_id"]).hits) == found


def test_filters_are_the_search_pages(api: Api, engine: SearchEngine, picture: Paint) -> None:
    """Categories by any of their names, and a range of prices in a currency."""
    asked: Asked = {"lowest": "110", "highest": "119", "currency": "rub", "threshold": -1}
    told = api.photo(picture(), asked, {"category": ["Вещи", "things"]}).json()
    assert told["count"] == 10
    found = engine.history.reopen(told["search_id"])
    assert {hit.product.price for hit in found.hits} == set(range(110, 120))
    assert found.narrow
    assert is_failure(api.photo(picture(), {"category": "hats"}), 422, "category_unknown")
    assert is_failure(api.photo(picture(), {"region": "Mars"}), 422, "nothing_left")


def test_a_part_of_the_photo_is_searched_with(
    api: Api, engine: SearchEngine, picture: Paint
) -> None:
    """The same part twice is one photo; the whole is another."""
    crop = {"crop": "0,0,1,0.5"}
    ids = [api.photo(picture(), asked).json()["search_id"] for asked in (None, crop, crop)]
    whole, *parts = [engine.history.reopen(one).subject.fingerprint for one in ids]
    assert parts[0] == parts[1] != whole
    assert is_failure(api.photo(picture(), {"crop": "all"}), 422, "aim_invalid")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"threshold": "1.5"}, "parameter_invalid"),
        ({"threshold": "nan"}, "parameter_invalid"),
        ({"threshold": ""}, "parameter_invalid"),
        ({"threshold": ["0.1", "0.2"]}, "parameter_invalid"),
        ({"limit": "0"}, "parameter_invalid"),
        ({"limit": "201"}, "parameter_invalid"),
        ({"limit": "9" * 40}, "parameter_invalid"),
        ({"language": "de"}, "parameter_invalid"),
        ({"currency": "RUB"}, "parameter_invalid"),
        ({"lowest": "1", "currency": "rubles"}, "parameter_invalid"),
        ({"lowest": "cheap"}, "price_unreadable"),
        ({"lowest": "20", "highest": "10"}, "price_range_reversed"),
        ({"treshold": "0.5"}, "parameter_unknown"),
        ({"project": "\x00"}, "data_refused"),
    ],
)
def test_a_wrong_parameter_is_named(api: Api, picture: Paint, asked: Asked, code: str) -> None:
    """422 and a sentence, wherever it stands."""
    assert is_failure(api.photo(picture(), asked), 422, code)
    assert is_failure(api.photo(picture(), None, asked), 422, code)


def test_a_product_is_searched_with_by_its_number(
    remote: Api, http_engine: SearchEngine, fake: FakeHuggingFace, stocked: dict[str, int]
) -> None:
    """No encoder is asked, and the product itself is not found; parameters as with a photo."""
    path = f"search?product={stocked['ART-3']}"
    told = remote.send(f"{path}&threshold=-1&limit=60").json()
    assert told == {"success": True, "search_id": told["search_id"], "count": 60}
    found = http_engine.history.reopen(UUID(told["search_id"]))
    assert stocked["ART-3"] not in [hit.product.id for hit in found.hits]
    form = "application/x-www-form-urlencoded"
    narrowed = remote.send(path, body="threshold=-1&lowest=160", content_type=form).json()
    assert narrowed["count"] == 10
    assert fake.count == 0


def test_a_product_that_is_none_is_said(api: Api) -> None:
    """What is no number is the request's fault, a number that nobody has is not found."""
    assert is_failure(api.send("search?product=999999999"), 404, "product_unknown")
    assert is_failure(api.send("search?product=mug"), 422, "parameter_invalid")
    assert is_failure(api.send("search"), 422, "parameter_invalid")
    json = {"content_type": "application/json"}
    assert is_failure(api.send("search?product=1", body="{}", **json), 415, "request_not_multipart")


def test_what_was_found_is_told_as_json(api: Api, engine: SearchEngine, picture: Paint) -> None:
    """Every product with its place, its score, its names and where its picture is."""
    told = api.photo(picture(), {"limit": 5}).json()
    answer = api.get(f"searches/{told['search_id']}", language="ru")
    shown = answer.json()
    assert answer.headers["cache-control"] == "no-store"
    hits = shown.pop("hits")
    found = engine.history.reopen(told["search_id"])
    assert shown == {
        **told,
        "made_at": found.made_at.isoformat(),
        "kind": "photo",
        "gone": 0,
        "threshold": 0.3,
        "doubtful": None,
        "scale": "cosine",
        "products": 70,
    }
    best, first = found.hits[0], hits[0]
    number = best.product.article.removeprefix("ART-")
    assert first == {
        "rank": 1,
        "id": best.product.id,
        "article": best.product.article,
        "name": f"Товар {number}",
        "names": {"en": f"Product {number}", "ru": f"Товар {number}"},
        "category": "Вещи",
        "project": None,
        "price": str(best.product.price),
        "currency": "RUB",
        "link": best.product.link,
        "similarity": round(best.similarity, 6),
        "score": round(best.score, 6),
        "is_similar": best.score >= 0.3,
        "picture": first["picture"],
        "thumbnail": f"{first['picture']}?size=small",
        "same": [],
    }
    assert api.get(first["picture"].removeprefix("api/")).status_code == 200


def test_the_line_is_moved_for_one_answer(api: Api, picture: Paint) -> None:
    """A threshold beside the id counts and marks anew, and changes nothing that is stored."""
    path = f"searches/{api.photo(picture()).json()['search_id']}"
    for threshold, is_similar in ((-1, True), (1, False)):
        shown = api.get(path, threshold=threshold).json()
        assert {hit["is_similar"] for hit in shown["hits"]} == {is_similar}
        assert (shown["threshold"], shown["count"]) == (threshold, 50 * is_similar)
    assert api.get(path).json()["threshold"] == 0.3
    assert is_failure(api.get(path, threshold="high"), 422, "parameter_invalid")
    assert is_failure(api.get(path, limit=5), 422, "parameter_unknown")


@pytest.mark.parametrize("number", ["0", "5f0e7b5e-3c57-4f6d-9a63-0d6a1f3d2b11", "%00", "x" * 500])
def test_a_search_that_is_not_there_is_not_found(api: Api, number: str) -> None:
    """A wrong id is a 404 with a sentence."""
    assert is_failure(api.get(f"searches/{number}"), 404, "search_unknown")


def test_a_picture_that_cannot_be_kept_takes_nothing_from_the_search(
    api: Api,
    engine: SearchEngine,
    picture: Paint,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It was found, stored and counted before."""

    def away(*_: object) -> None:
        raise DatabaseUnavailable(reason="gone")

    monkeypatch.setattr(engine, "keep_photo", away)
    assert api.photo(picture()).status_code == 200
    assert "is not kept" in caplog.text
