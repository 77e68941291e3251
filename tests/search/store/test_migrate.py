"""Bringing a database up to date."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from search.errors import (
    DatabaseForbidden,
    DatabaseReadOnly,
    DatabaseUnavailable,
    ExtensionMissing,
    SchemaTooNew,
)
from search.store.database import Database
from search.store.migrate import known_migrations, migrate
from search.store.store import Store
from search.vectors import CLIP, Embedding
from tests.catalogues import products, unit_vectors

MakeDatabase = Callable[[], str]


def test_processes_that_start_together_migrate_once(empty_database: MakeDatabase) -> None:
    """Eight cold starts on one empty database all succeed, and every file ran once."""
    conninfo = empty_database()
    with ThreadPoolExecutor(8) as pool:
        for database in pool.map(lambda _: Database(conninfo), range(8)):
            database.close()
    with psycopg.connect(conninfo) as connection:
        rows = connection.execute("SELECT version FROM likeness.migrations").fetchall()
    assert [row[0] for row in rows] == [migration.version for migration in known_migrations()]


def test_a_later_schema_is_left_alone(conninfo: str) -> None:
    """An old program says that it is old instead of working on tables it does not know."""
    with psycopg.connect(conninfo) as connection:
        connection.execute("INSERT INTO likeness.migrations VALUES (9999, '9999_future.sql')")
    with pytest.raises(SchemaTooNew) as raised:
        Database(conninfo)
    assert raised.value.facts["found"] == 9999


def test_a_failed_migration_leaves_nothing_behind(
    empty_database: MakeDatabase, tmp_path: Path
) -> None:
    """All files of one start go in together or not at all."""
    (tmp_path / "0001_good.sql").write_text("CREATE TABLE likeness.good ()")
    (tmp_path / "0002_bad.sql").write_text("CREATE TABLE likeness.good ()")
    with psycopg.connect(empty_database(), autocommit=True) as connection:
        with pytest.raises(psycopg.errors.DuplicateTable):
            migrate(connection, tmp_path)
        row = connection.execute("SELECT to_regnamespace('likeness')").fetchone()
    assert row == (None,)


def test_a_file_with_a_wrong_name_is_noticed(tmp_path: Path) -> None:
    """A migration that would never run does not go unseen."""
    (tmp_path / "1_short.sql").touch()
    with pytest.raises(ValueError, match=r"1_short\.sql"):
        known_migrations(tmp_path)


def test_a_user_without_rights_hears_about_the_extension(empty_database: MakeDatabase) -> None:
    """Who may not create pgvector is told to ask an administrator."""
    conninfo = empty_database()
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS nobody_special")
        connection.execute("CREATE ROLE nobody_special")
        connection.execute("SET ROLE nobody_special")
        with pytest.raises(ExtensionMissing):
            migrate(connection)
        connection.execute("RESET ROLE")
        connection.execute("DROP ROLE nobody_special")


def test_an_extension_in_a_schema_of_its_own_is_found(empty_database: MakeDatabase) -> None:
    """Hosts that keep extensions in a schema named so work like any other."""
    conninfo = empty_database()
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA extensions")
        connection.execute("CREATE EXTENSION vector SCHEMA extensions")
    database = Database(conninfo)
    store = Store.on(database)
    store.products.add("test", products(unit_vectors(3)))
    assert len(store.embeddings.nearest(Embedding(unit_vectors(1)[0], CLIP), 5)) == 3
    database.close()


def test_a_database_that_may_only_be_read_is_a_sentence(empty_database: MakeDatabase) -> None:
    """What psycopg says about it becomes an error of ours, not a traceback."""
    options = "-c default_transaction_read_only=on"
    with pytest.raises(DatabaseReadOnly):
        Database(psycopg.conninfo.make_conninfo(empty_database(), options=options))


def test_somebody_elses_tables_under_our_names_are_a_sentence(
    empty_database: MakeDatabase,
) -> None:
    """They are left alone."""
    conninfo = empty_database()
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA likeness")
        connection.execute("CREATE TABLE likeness.products ()")
    with pytest.raises(DatabaseForbidden):
        Database(conninfo)


def test_a_server_that_is_not_there_is_named_in_a_sentence() -> None:
    """A dead address is our own error, with the reason and without a password."""
    with pytest.raises(DatabaseUnavailable) as raised:
        Database("postgresql://user:s3cret@127.0.0.1:1/nowhere")
    assert "s3cret" not in f"{raised.value}{raised.value.facts}"


def test_a_wrong_password_is_told_apart(conninfo: str) -> None:
    """Refused and unreachable have different next steps."""
    with pytest.raises(DatabaseForbidden):
        Database(psycopg.conninfo.make_conninfo(conninfo, password="wrong"))
