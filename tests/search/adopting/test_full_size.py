"""The founding schema in its real size and mess: all of it that can be used is there, once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from search.adopting.report import AdoptionReport
from search.store.founding_vectors import SpaceCounts
from search.vectors import CLIP, Embedding, VectorSpace
from tests.founding import PRODUCTS, build_founding, checksum, founding_vectors
from tests.search.adopting.conftest import Adopt, ask

# What a picture's address comes from, written anew for the test.
_PLACES = """
    SELECT id, product_id,
           CASE WHEN starts_with(image_url, 'https://') THEN translate(image_url, ' ', '_')
                ELSE 'file ' || image_filename END AS place
    FROM product_images JOIN (SELECT id AS product_id FROM products) AS p USING (product_id)
"""
_PICTURES = f"""
    SELECT count(DISTINCT (product_id, place)) FROM ({_PLACES}) AS p WHERE place IS NOT NULL
"""  # noqa: S608 - our own text
_VECTORS = f"""
    SELECT count(DISTINCT (e.product_id, place)) FROM image_embeddings AS e
    JOIN ({_PLACES}) AS i ON i.id = e.image_id AND i.product_id = e.product_id
    WHERE place IS NOT NULL AND vector_norm(image_embedding) > 0 AND right(model_version, 2) = %s
"""  # noqa: S608 - our own text
_PRICES = """
    WITH lowest AS (
        SELECT p.id, round(coalesce(
                   min(price_rub) FILTER (WHERE price_rub > 0 AND price_rub < 1e10),
                   min(price_usd) FILTER (WHERE price_usd > 0)), 2) AS price
        FROM products AS p LEFT JOIN price_offers AS o ON o.product_id = p.id GROUP BY p.id
    )
    SELECT count(*) FROM lowest JOIN likeness.products AS l ON l.key = lowest.id::text
    WHERE l.price IS NOT DISTINCT FROM lowest.price
"""
_WRITTEN = """
    SELECT (SELECT sum(xmin::text::bigint) FROM likeness.products),
           (SELECT sum(xmin::text::bigint) FROM likeness.pictures),
           (SELECT sum(xmin::text::bigint) FROM likeness.image_embeddings),
           (SELECT sum(xmin::text::bigint) FROM likeness.adoption)
"""


@pytest.mark.slow
def test_the_whole_catalogue_is_adopted(empty_database: Callable[[], str], adopting: Adopt) -> None:
    """Everything that can be used is copied, the rest is counted, and the shop's tables stay."""
    shop = build_founding(empty_database())
    before = checksum(shop.catalogue)
    engine = adopting(shop)
    report = engine.adoption.refresh()
    assert report is not None
    _counts_agree(shop.catalogue, report)

    second = Embedding.from_numbers(founding_vectors()[1], CLIP)
    (found,) = engine.store.embeddings.nearest(second, 1)
    assert (found.product.article, found.product.name) == ("ART-2", {"ru": "Рюкзак 2"})
    assert found.similarity == pytest.approx(1, abs=1e-6)
    assert checksum(shop.catalogue) == before

    written = ask(shop.catalogue, _WRITTEN)
    assert engine.adoption.refresh() is None
    assert ask(shop.catalogue, _WRITTEN) == written


def _counts_agree(address: str, report: AdoptionReport) -> None:
    ((pictures,),) = ask(address, _PICTURES)
    ((clip,),) = ask(address, _VECTORS, "32")
    ((other,),) = ask(address, _VECTORS, "16")
    ((priced,),) = ask(address, _PRICES)
    assert (report.products.added, report.pictures.added, priced) == (PRODUCTS, pictures, PRODUCTS)
    assert report.spaces == (
        SpaceCounts(VectorSpace("openai/clip-vit-base-patch16"), added=other),
        SpaceCounts(CLIP, added=clip),
    )
