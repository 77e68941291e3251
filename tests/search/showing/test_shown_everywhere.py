"""A catalogue whose pictures are not here is searched, judged and told of like any other."""

from __future__ import annotations

import numpy as np
import pytest

from search.calls import utc_now
from search.engine import SearchEngine
from search.store.evaluation_sets import NewPhoto
from search.store.store import Store
from search.tuning.scales import Scale
from search.usage.span import Preset, span_of
from tests.judged import photograph, print_of
from tests.search.indexing.conftest import paint
from tests.serving import Client


def test_hits_lead_to_their_pictures(
    client: Client, engine: SearchEngine, pictures: list[int]
) -> None:
    """Each by its picture's number, and by its content as soon as that is here."""
    photo = engine.reading.read(paint(999))
    hits = engine.search(photo).hits
    assert {hit.picture for hit in hits} == {str(picture) for picture in pictures}
    assert client.get(f"pictures/{hits[0].picture}").status_code == 200
    again = engine.search(photo).hits
    assert len(again[0].picture) == 64
    assert client.get(f"pictures/{again[0].picture}").status_code == 200
    assert [hit.picture for hit in again[1:]] == [hit.picture for hit in hits[1:]]


def test_cards_are_dealt_with_pictures(
    client: Client, engine: SearchEngine, pictures: list[int]
) -> None:
    """Judging does not wait until every picture was fetched."""
    photograph(engine.store, 1)
    engine.store.evaluation_sets.add("One", [NewPhoto(print_of(0), "0.jpg", ())])
    key = engine.evaluating.sources()[0].key
    engine.evaluating.count(key, Scale.COSINE, lambda _: None)
    rng = np.random.default_rng(1)
    cards = engine.dealing.deal(key, Scale.COSINE, 0.3, 6, "Anna", rng=rng).cards
    assert len(cards) == 6
    assert {card.picture for card in cards} <= {str(picture) for picture in pictures}
    asked = {"source": key, "scale": "cosine", "line": "30", "n": "1", "who": "Anna"}
    answer = client.get("deal", **asked)
    assert answer.status_code == 200, answer.text
    (card,) = answer.json()["cards"]
    assert client.get(card["picture"].removeprefix("api/")).status_code == 200


def test_a_product_is_shown_by_its_first_picture(store: Store, pictures: list[int]) -> None:
    """Also by one that is not here yet; one that could not be fetched comes after the others."""
    with store.database.connection() as connection:
        (product,) = connection.execute(
            "SELECT product_id FROM likeness.pictures WHERE id = %s", (pictures[0],)
        ).fetchone() or (0,)
        (second,) = connection.execute(
            "INSERT INTO likeness.pictures (product_id, position, address)"
            " VALUES (%s, 1, 'https://shop.test/second.png') RETURNING id",
            (product,),
        ).fetchone() or (0,)
        assert store.products.with_pictures([product])[product][1] == str(pictures[0])
        connection.execute(
            "INSERT INTO likeness.picture_failures (picture_id, code, facts)"
            " VALUES (%s, 'address_unfetchable', '{}')",
            (pictures[0],),
        )
    assert store.products.with_pictures([product])[product][1] == str(second)


@pytest.mark.usefixtures("pictures")
def test_the_usage_page_has_a_picture_of_each_product(engine: SearchEngine) -> None:
    """The products that were found most often are shown, fetched or not."""
    hits = engine.search(engine.reading.read(paint(999))).hits
    engine.journal.flush(10)
    span = span_of(Preset.DAY, utc_now(), "UTC")
    (top,) = engine.store.search_log.figures(engine.encoder.space, span).top
    assert (top.product_id, top.picture) == (hits[0].product.id, hits[0].picture)
