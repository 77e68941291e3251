"""A catalogue that is large or small by the limits with which its tables are opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from psycopg.conninfo import make_conninfo

from search.store.database import Database
from search.store.embedded import EmbeddedServer
from search.store.samples import Sampling
from search.store.store import Store
from search.vectors import CLIP


@contextmanager
def opened(conninfo: str, sampling: Sampling) -> Iterator[Store]:
    """Open the tables on a database, with these limits."""
    store = Store.on(Database(conninfo), sampling=sampling)
    yield store
    store.close()


@contextmanager
def lent(
    server: EmbeddedServer,
    migrated: str,
    name: str,
    load: Callable[[Store], None],
    sampling: Sampling,
) -> Iterator[str]:
    """Lend a database with a catalogue and its sample, for tests that leave it as it is."""
    with psycopg.connect(server.conninfo, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {migrated}")
        conninfo = make_conninfo(server.conninfo, dbname=name)
        with opened(conninfo, sampling) as store:
            load(store)
            store.samples.refresh(CLIP)
        yield conninfo
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
