"""What products are found by: kept by the database, in any locale, with pg_trgm and without."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from search import doctor
from search.finding import Finding
from search.language import language
from search.settings import Settings
from search.store.database import Connection, Database
from search.store.embedded import EmbeddedServer
from search.store.migrate import known_migrations, migrate
from search.store.store import Store
from search.vectors import CLIP
from tests.addresses import as_url

MakeDatabase = Callable[[], str]
ADD = (
    "INSERT INTO likeness.products (source, key, article_number, name, description)"
    " VALUES ('shop', %(article)s, %(article)s,"
    " jsonb_build_object('ru', %(name)s::text), %(about)s)"
)


def add(connection: Connection, article: str, name: str, about: str | None = None) -> None:
    """Write a product as any import does, for what the database makes of it."""
    connection.execute(ADD.encode(), {"article": article, "name": name, "about": about})


def found(store: Store, text: str) -> list[str]:
    """Name what is found."""
    matches = Finding(store.words, lambda: CLIP).find(text).matches
    return [match.product.article for match in matches]


def test_what_was_there_before_is_found(empty_database: MakeDatabase, tmp_path: Path) -> None:
    """A catalogue of an earlier version has its words as soon as it is brought up to date."""
    for migration in known_migrations()[:12]:
        shutil.copy(migration.path, tmp_path)
    conninfo = empty_database()
    with psycopg.connect(conninfo, autocommit=True) as connection:
        migrate(connection, tmp_path)
        add(connection, "A-1", "Рюкзак синий")
    with closing(Store.on(Database(conninfo))) as store:
        assert found(store, "рюкзк синие") == ["A-1"]


def test_what_changes_is_found_as_it_is_now(store: Store) -> None:
    """Names, descriptions and categories, by whichever way they are written."""
    with store.database.connection() as connection:
        add(connection, "A-1", "Рюкзак", "Из брезента")
        connection.execute('UPDATE likeness.products SET name = \'{"ru": "Чемодан"}\'')
        assert found(store, "чимадан") == found(store, "брезент") == ["A-1"]
        assert found(store, "рюкзак") == []
        connection.execute("INSERT INTO likeness.categories VALUES ('c', '{\"ru\": \"Багаж\"}')")
        connection.execute("UPDATE likeness.products SET category_id = 'c', description = NULL")
        assert found(store, "богаж") == ["A-1"]
        connection.execute('UPDATE likeness.categories SET name = \'{"ru": "Дорога"}\'')
        assert found(store, "дорожка") == found(store, "дарога") == ["A-1"]
        assert found(store, "брезент") == found(store, "багаж") == []


def test_whoever_writes_the_same_words_waits_for_nobody(store: Store, conninfo: str) -> None:
    """Two imports that have not ended yet; a word that both bring is found with its typos."""
    with (
        psycopg.connect(conninfo) as one,
        psycopg.connect(conninfo) as other,
    ):
        other.execute("SET lock_timeout = 1000")
        add(one, "A-1", "Термокружка")
        add(other, "A-2", "Термокружка")
    assert found(store, "термакружка") == ["A-1", "A-2"]


def test_what_is_too_long_keeps_nothing_from_being_stored(store: Store) -> None:
    """A name of one endless word, a description of a book; they are found by how they begin."""
    with store.database.connection() as connection:
        add(connection, "A" * 2_000, "ы" * 50_000, "слово " * 100_000 + "последнее")
        add(connection, "", "", "")
    assert len(found(store, "слово")) == len(found(store, "ы" * 30)) == 1
    assert found(store, "последнее") == []


@pytest.fixture
def in_locale_c(server: EmbeddedServer) -> Iterator[str]:
    """Return a database whose server knows no letters but those of ASCII."""
    with psycopg.connect(server.conninfo, autocommit=True) as connection:
        connection.execute(
            "CREATE DATABASE in_c TEMPLATE template0 ENCODING 'UTF8'"
            " LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'"
        )
        yield make_conninfo(server.conninfo, dbname="in_c")
        connection.execute("DROP DATABASE in_c WITH (FORCE)")


def test_russian_is_found_in_any_locale(in_locale_c: str) -> None:
    """Case, ё, endings and typos, where neither lower() nor pg_trgm knows a Russian letter."""
    with closing(Store.on(Database(in_locale_c))) as store:
        with store.database.connection() as connection:
            assert connection.execute("SELECT lower('Я')").fetchone() == ("Я",)
            add(connection, "АВ-1", "СИНИЙ РЮКЗАК", "ЁЛКА")
        for text in ("рюкзак", "Рюкзаки синие", "рюкзк синй", "елки", "ab1"):
            assert found(store, text) == ["АВ-1"]


@pytest.fixture
def ordinary(server: EmbeddedServer, empty_database: MakeDatabase) -> Iterator[tuple[str, str]]:
    """Return the addresses of a database for its administrator and for an ordinary user.

    It has pgvector in a schema of its own, and the user may create a schema.
    """
    conninfo = empty_database()
    name = sql.Identifier(str(conninfo_to_dict(conninfo)["dbname"]))
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA extensions")
        connection.execute("CREATE EXTENSION vector SCHEMA extensions")
        connection.execute("CREATE ROLE ordinary LOGIN PASSWORD 'ordinary'")
        connection.execute("GRANT USAGE ON SCHEMA extensions TO ordinary")
        connection.execute(sql.SQL("GRANT CREATE ON DATABASE {} TO ordinary").format(name))
    yield conninfo, make_conninfo(conninfo, user="ordinary", password="ordinary")
    with psycopg.connect(server.conninfo, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
        connection.execute("DROP ROLE ordinary")


def test_an_ordinary_user_gets_pg_trgm_beside_pgvector(ordinary: tuple[str, str]) -> None:
    """It is trusted: no administrator is asked."""
    Database(ordinary[1]).close()
    with psycopg.connect(ordinary[0]) as connection:
        place = (
            "SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'pg_trgm'"
        )
        assert connection.execute(place).fetchone() == ("extensions",)


@pytest.mark.usefixtures("settings")
def test_without_pg_trgm_all_but_typos_is_found(
    ordinary: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Doctor says so and what to do; once an administrator has made it, typos are forgiven."""
    monkeypatch.setenv("VECTOR_DATABASE_URL", as_url(ordinary[1]))
    with (
        closing(Store.on(Database(ordinary[1]))) as store,
        psycopg.connect(ordinary[0], autocommit=True) as administrator,
    ):
        add(administrator, "A-1", "Рюкзак синий", "Из брезента")
        administrator.execute("DROP EXTENSION pg_trgm CASCADE")
        name = sql.Identifier(administrator.info.dbname)
        administrator.execute(sql.SQL("REVOKE CREATE ON DATABASE {} FROM ordinary").format(name))
        for text in ("рюкзаки", "синие рюкзаки", "рюк", "юкза", "h.rpfr", "a1", "брезентом"):
            assert found(store, text) == ["A-1"]
        assert found(store, "рюкзк") == []
        check = words_check()
        assert check.verdict is doctor.Verdict.WARNING
        assert "CREATE EXTENSION pg_trgm" in check.sentence
        administrator.execute("CREATE EXTENSION pg_trgm")
        assert found(store, "рюкзк") == ["A-1"]
        store.maintain()
        index = administrator.execute("SELECT to_regclass('likeness.words_coded')").fetchone()
        assert index != (None,)
        assert found(store, "рюкзк") == ["A-1"]
    check = words_check()
    assert check.verdict is doctor.Verdict.OK
    assert "pg_trgm 1." in check.sentence


def words_check() -> doctor.Finding:
    """Return what doctor says of searching by words."""
    words = language("en")
    told = {one.check: one for one in doctor.examine(Settings.read, words)}
    return told[words.text("doctor.words")]
