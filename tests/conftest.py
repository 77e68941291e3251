"""What every test may use: a real PostgreSQL with pgvector, and a database of its own in it."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from search import logs
from search.store.database import Database
from search.store.embedded import EmbeddedServer, start_embedded
from search.store.store import Store
from tests.embedded_apps import data_folder

PHOTOS = Path(__file__).parent.parent.parent / "shared" / "photos" / "clothing"

_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def _loggers_as_they_were() -> Iterator[None]:
    """Give the next test the loggers that this one found: a command sets them for its process."""
    names = (None, *logs.OURS, "urllib3")
    before = [(logging.getLogger(name), logging.getLogger(name).level) for name in names]
    yield
    for logger, level in before:
        logger.setLevel(level)
    root = logging.getLogger()
    root.handlers = [one for one in root.handlers if not isinstance(one, logs._Lines)]


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """One embedded server for the whole run."""
    with data_folder() as folder, start_embedded(folder) as server:
        with psycopg.connect(server.conninfo, autocommit=True) as connection:
            # Nothing of it is worth keeping: what survives a crash has tests of its own.
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server


@pytest.fixture(scope="session")
def _migrated(server: EmbeddedServer) -> str:
    """Name a migrated, empty database to copy."""
    with psycopg.connect(server.conninfo, autocommit=True) as connection:
        connection.execute("CREATE DATABASE migrated")
    Database(make_conninfo(server.conninfo, dbname="migrated")).close()
    return "migrated"


@pytest.fixture
def empty_database(server: EmbeddedServer) -> Callable[[], str]:
    """Return a maker of new databases without a schema; it returns their conninfo."""

    def make() -> str:
        name = f"empty_{next(_numbers)}"
        with psycopg.connect(server.conninfo, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return make_conninfo(server.conninfo, dbname=name)

    return make


@pytest.fixture
def conninfo(server: EmbeddedServer, _migrated: str) -> Iterator[str]:
    """Return the address of a migrated, empty database that nobody else uses."""
    name = f"test_{next(_numbers)}"
    with psycopg.connect(server.conninfo, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {_migrated}")
        yield make_conninfo(server.conninfo, dbname=name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def store(conninfo: str) -> Iterator[Store]:
    """Return the tables on a database of the test's own."""
    store = Store.on(Database(conninfo))
    yield store
    store.close()


@pytest.fixture
def photos() -> Path:
    """Return the folder of real photographs, or skip where there is none."""
    if not PHOTOS.is_dir():
        pytest.skip("the real photographs are not beside this checkout")
    return PHOTOS
