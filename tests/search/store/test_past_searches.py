"""Searches of earlier versions, and searches that are forgotten while others are made."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from search.engine import SearchEngine
from search.settings import Settings
from search.store.database import Database
from search.store.migrate import known_migrations, migrate
from search.store.store import Store
from search.subject import Kind
from search.tuning.scales import Scale
from search.vectors import CLIP
from tests.catalogues import products, unit_vectors
from tests.locks import until_waiting
from tests.search.conftest import PixelEncoder

BEFORE_COMING_BACK = 13
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
PHOTO = bytes(range(32))
_PRODUCTS = "SELECT id FROM likeness.products ORDER BY id"
_SEARCH = """
    INSERT INTO likeness.searches (id, space_id, fingerprint, remembered, product_ids, picture_ids,
                                   similarities, scale, scores, created_at)
    SELECT %s, spaces.id, %s, false,
           (SELECT array_agg(id ORDER BY id DESC) FROM likeness.products),
           (SELECT array_agg(id ORDER BY id DESC) FROM likeness.pictures),
           '{0.9, 0.5, 0.2}', %s, %s, %s
    FROM likeness.spaces
"""


@pytest.fixture
def before(empty_database: Callable[[], str], tmp_path: Path) -> str:
    """Return a database of the version before, with three products and a photo's vector."""
    conninfo = empty_database()
    for migration in known_migrations():
        if migration.version <= BEFORE_COMING_BACK:
            shutil.copy(migration.path, tmp_path)
    with psycopg.connect(conninfo, autocommit=True) as connection:
        migrate(connection, tmp_path)
        connection.execute(
            "INSERT INTO likeness.spaces (model, revision, dimensions) VALUES (%s, '', 512)",
            [CLIP.model],
        )
        connection.execute(
            "INSERT INTO likeness.products (source, key, article_number, name)"
            " SELECT 'shop', n, n, '{}' FROM unnest('{A1,A2,A3}'::text[]) AS n"
        )
        connection.execute(
            "INSERT INTO likeness.pictures (product_id, address)"
            " SELECT id, 'https://shop.test/' || id FROM likeness.products ORDER BY id"
        )
        connection.execute(
            "INSERT INTO likeness.photo_embeddings (space_id, fingerprint, image_embedding)"
            " SELECT id, %s, %s::vector FROM likeness.spaces",
            (PHOTO, str(unit_vectors(1)[0].tolist())),
        )
        for value, scale, day in ((0.4, "cosine", 1), (0.7, "relative", 3)):
            connection.execute(
                "INSERT INTO likeness.thresholds (space_id, scale, value, who, why, set_at)"
                " SELECT id, %s, %s, 'Ann', 'why', %s FROM likeness.spaces",
                (scale, value, NOON + timedelta(days=day)),
            )
    return conninfo


def test_searches_from_before_come_back(before: str, settings: Settings, tmp_path: Path) -> None:
    """With the threshold that held when they were made, and in nobody's history but the whole."""
    del tmp_path
    made: dict[UUID, tuple[str, list[float] | None, int]] = {
        uuid4(): ("cosine", None, 0),
        uuid4(): ("cosine", None, 2),
        uuid4(): ("relative", [1.0, 0.6, 0.3], 4),
    }
    with psycopg.connect(before, autocommit=True) as connection:
        for number, (scale, scores, day) in made.items():
            connection.execute(_SEARCH, (number, PHOTO, scale, scores, NOON + timedelta(days=day)))
    store = Store.on(Database(before))
    engine = SearchEngine(settings, store, PixelEncoder())
    found = [engine.history.reopen(number) for number in made]
    assert [search.threshold.value for search in found] == [0.3, 0.4, 0.7]
    assert [search.threshold.id is None for search in found] == [True, False, False]
    assert [search.threshold.scale for search in found] == [
        Scale.COSINE,
        Scale.COSINE,
        Scale.RELATIVE,
    ]
    first, last = found[0], found[2]
    assert (first.subject.kind, first.subject.fingerprint) == (Kind.PHOTO, PHOTO)
    assert [hit.product.article for hit in first.hits] == ["A3", "A2", "A1"]
    assert [hit.score for hit in last.hits] == [1.0, 0.6, 0.3]
    assert [hit.similarity for hit in last.hits] == [0.9, 0.5, 0.2]
    assert [entry.similar for entry in engine.history.list(None)] == [1, 2, 2]
    engine.history.forget(first.id)
    assert store.photos.find(PHOTO, CLIP) is not None
    for search in found[1:]:
        engine.history.forget(search.id)
    assert store.photos.find(PHOTO, CLIP) is None
    engine.close()


def test_whoever_searches_while_another_forgets_keeps_the_vector(
    store: Store, settings: Settings, picture: Callable[..., bytes], conninfo: str
) -> None:
    """A search that is being stored counts: forgetting the same photo waits for it."""
    store.products.add("shop", products(unit_vectors(3)))
    engine = SearchEngine(settings, store, PixelEncoder())
    photo = engine.reading.read(picture())
    first = engine.search(photo)
    with psycopg.connect(conninfo, autocommit=True) as connection, ThreadPoolExecutor(2) as pool:
        connection.execute(
            "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN PERFORM pg_advisory_xact_lock(42); RETURN NULL; END'"
        )
        connection.execute(
            "CREATE TRIGGER wait AFTER INSERT ON likeness.searches EXECUTE FUNCTION wait()"
        )
        connection.execute("SELECT pg_advisory_lock(42)")
        second = pool.submit(engine.search, photo)
        until_waiting(conninfo)
        forgotten = pool.submit(engine.history.forget, first.id)
        until_waiting(conninfo, 2)
        connection.execute("SELECT pg_advisory_unlock(42)")
        forgotten.result()
        assert engine.history.reopen(second.result().id).query.similarity(first.query) > 0.999
    engine.close()
