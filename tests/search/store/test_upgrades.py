"""A database of every earlier version, opened by this one."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import psycopg
import pytest

from search.store.database import Database
from search.store.migrate import FOLDER, known_migrations, migrate
from search.store.store import Store
from search.vectors import CLIP, Embedding
from tests.catalogues import unit_vectors

MakeDatabase = Callable[[], str]

EARLIER = [migration.version for migration in known_migrations()[:-1]]

# What every version has had from the first on: a product with a picture, its vector, and a search.
ROWS = """
    INSERT INTO likeness.spaces (model, revision, dimensions) VALUES (%(model)s, %(revision)s, 512);
    INSERT INTO likeness.categories VALUES ('mugs', '{"en": "Mugs"}');
    CREATE TABLE likeness.image_embeddings_1 PARTITION OF likeness.image_embeddings
        FOR VALUES IN (1);
    INSERT INTO likeness.photo_embeddings VALUES (1, '\\x01', %(vector)s::text::vector);
    INSERT INTO likeness.searches (id, space_id, fingerprint, remembered, product_ids, picture_ids,
                                   similarities)
        VALUES ('00000000-0000-4000-8000-000000000001', 1, '\\x01', false, '{1}', '{1}', '{0.9}');
"""
PRODUCT = """
    INSERT INTO likeness.products (source, article_number, name, category_id)
        VALUES ('test', 'M-1', '{"en": "Blue mug"}', 'mugs');
"""
KEYED_PRODUCT = """
    INSERT INTO likeness.products (source, key, article_number, name, category_id)
        VALUES ('test', 'M-1', 'M-1', '{"en": "Blue mug"}', 'mugs');
"""
PICTURE = """
    INSERT INTO likeness.pictures (product_id, digest, media_type, content)
        VALUES (1, 'd1', 'image/png', '\\x02');
    INSERT INTO likeness.image_embeddings (space_id, picture_id, product_id, image_embedding)
        VALUES (1, 1, 1, %(vector)s::text::vector);
"""
# Since then products have a key of their own.
KEYED_SINCE = 5
# What is made for each space when that is first used.
OF_A_SPACE = re.compile(r"\b(image_embeddings|sample_vectors)_1\b")

DESCRIPTIONS = {
    "columns": """
        SELECT attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull,
               attidentity, attgenerated, attstorage, pg_get_expr(adbin, adrelid)
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE relnamespace = 'likeness'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
            AND attnum > 0 AND NOT attisdropped""",
    "tables": """
        SELECT oid::regclass, relkind, reloptions, pg_get_partkeydef(oid), pg_get_viewdef(oid)
        FROM pg_class
        WHERE relnamespace = 'likeness'::regnamespace AND relkind IN ('r', 'p', 'v')""",
    "constraints": """
        SELECT conrelid::regclass, conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'likeness'::regnamespace""",
    "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'likeness'",
    "functions": """
        SELECT oid::regprocedure, pg_get_functiondef(oid)
        FROM pg_proc WHERE pronamespace = 'likeness'::regnamespace""",
    "triggers": """
        SELECT tgname, pg_get_triggerdef(pg_trigger.oid)
        FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
        WHERE relnamespace = 'likeness'::regnamespace AND NOT tgisinternal""",
    "migrations": "SELECT version, name FROM likeness.migrations",
}


def at_version(conninfo: str, version: int, folder: Path) -> None:
    """Bring an empty database to an earlier version, with rows that were possible then."""
    folder.mkdir()
    for migration in known_migrations(FOLDER):
        if migration.version <= version:
            shutil.copy(migration.path, folder)
    given = {
        "model": CLIP.model,
        "revision": CLIP.revision,
        "vector": "[" + ",".join(f"{number:.6f}" for number in unit_vectors(1)[0]) + "]",
    }
    product = KEYED_PRODUCT if version >= KEYED_SINCE else PRODUCT
    with psycopg.ClientCursor(psycopg.connect(conninfo, autocommit=True)) as cursor:
        migrate(cursor.connection, folder)
        if version > 0:
            cursor.execute((ROWS + product + PICTURE).encode(), given)
        cursor.connection.close()


def described(conninfo: str) -> set[str]:
    """Return all that the schema consists of, but what belongs to a space alone."""
    with psycopg.connect(conninfo) as connection:
        lines = {
            f"{what}: {row}"
            for what, question in DESCRIPTIONS.items()
            for row in connection.execute(question.encode()).fetchall()
        }
    return {line for line in lines if not OF_A_SPACE.search(line)}


@pytest.mark.parametrize("version", EARLIER)
def test_every_earlier_schema_becomes_the_same_as_a_new_one(
    version: int, empty_database: MakeDatabase, shared_conninfo: str, tmp_path: Path
) -> None:
    """Tables, constraints, indexes, functions and triggers; and what was in it is still found."""
    old = empty_database()
    at_version(old, version, tmp_path / "earlier")
    with closing(Store.on(Database(old))) as store:
        assert described(old) ^ described(shared_conninfo) == set()
        assert store.products.count() == (1, 1)
        [hit] = store.embeddings.nearest(Embedding(np.asarray(unit_vectors(1)[0]), CLIP), 5)
        assert (hit.product.article, round(hit.similarity, 3)) == ("M-1", 1.0)


def test_what_is_added_comes_after_what_was_there() -> None:
    """Numbers have no gap: one that is put in between could come after what stands on it."""
    versions = [migration.version for migration in known_migrations()]
    assert versions == list(range(1, len(versions) + 1))
