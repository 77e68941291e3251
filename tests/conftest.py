"""What every test may use: a real PostgreSQL with pgvector, and a database of its own in it."""

from __future__ import annotations

import itertools
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from threadpoolctl import threadpool_limits

from search import logs
from search.demo.loading import Demo
from search.store.database import Database
from search.store.embedded import EmbeddedServer, start_embedded
from search.store.store import Store
from tests.embedded_apps import data_folder

PHOTOS = Path(__file__).parent.parent.parent / "shared" / "photos" / "clothing"

_numbers = itertools.count(1)


def pytest_configure(config: pytest.Config) -> None:
    """Let processes that share the tests stay out of each other's way, and share them evenly."""
    # Threads that wait for one another take the processors from other tests.
    threadpool_limits(1, "blas")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Else a file with few tests comes last, however long they take: a story in a browser is two.
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the browser where processes share the tests: short files at the end even it out.

    One process alone begins with what fails quickly.
    """
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: item.get_closest_marker("browser") is None)


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


@pytest.fixture(scope="session")
def _with_demo(server: EmbeddedServer, _migrated: str) -> str:
    """Name a database with the demo catalogue to copy: that is quicker than loading it."""
    with psycopg.connect(server.conninfo, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE with_demo TEMPLATE {_migrated}")
    conninfo = make_conninfo(server.conninfo, dbname="with_demo")
    with closing(Store.on(Database(conninfo))) as store:
        Demo(store).load()
    return "with_demo"


@pytest.fixture
def empty_database(server: EmbeddedServer) -> Callable[[], str]:
    """Return a maker of new databases without a schema; it returns their conninfo."""

    def make() -> str:
        name = f"empty_{next(_numbers)}"
        with psycopg.connect(server.conninfo, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return make_conninfo(server.conninfo, dbname=name)

    return make


@pytest.fixture(scope="module")
def shared_conninfo(server: EmbeddedServer, _migrated: str) -> Iterator[str]:
    """Return the address of a migrated database for a module whose tests leave nothing in it."""
    yield from _a_database(server, _migrated)


@pytest.fixture
def conninfo(server: EmbeddedServer, _migrated: str) -> Iterator[str]:
    """Return the address of a migrated, empty database that nobody else uses."""
    yield from _a_database(server, _migrated)


@pytest.fixture(scope="module")
def shared_demo_conninfo(server: EmbeddedServer, _with_demo: str) -> Iterator[str]:
    """Return the address of a database with the demo catalogue for a module of its own."""
    yield from _a_database(server, _with_demo)


@pytest.fixture
def demo_conninfo(server: EmbeddedServer, _with_demo: str) -> Iterator[str]:
    """Return the address of a database with the demo catalogue that nobody else uses."""
    yield from _a_database(server, _with_demo)


def _a_database(server: EmbeddedServer, template: str) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    with psycopg.connect(server.conninfo, autocommit=True) as connection:
        # Small and read from memory: copied faster by files than through the log.
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
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
