"""The journal and a real database: what is lost when either of them goes."""

from __future__ import annotations

import subprocess
import sys
from uuid import UUID

import psycopg
from psycopg.conninfo import conninfo_to_dict

from search.journal import Journal
from search.store.embedded import EmbeddedServer
from search.store.store import Store
from tests.embedded_apps import ROOT
from tests.recorded import a_call, a_search

PATIENCE = 20.0


def stored(store: Store) -> set[UUID]:
    """Return the ids of the calls and searches in the database."""
    with store.database.connection() as connection:
        rows = connection.execute(
            "SELECT id FROM likeness.calls UNION ALL SELECT id FROM likeness.search_log"
        ).fetchall()
    assert len(rows) == len(set(rows))
    return {row[0] for row in rows}


def test_a_server_that_breaks_every_connection_loses_no_row(
    store: Store, conninfo: str, server: EmbeddedServer
) -> None:
    """The database goes down under a busy app, comes back, and has every row once."""
    journal = Journal.of(store)
    told = [a_call() for _ in range(50)]
    for call in told:
        journal.call(call)
    assert journal.flush(PATIENCE)
    name = str(conninfo_to_dict(conninfo)["dbname"]).encode().decode("ascii")
    with psycopg.connect(server.conninfo, autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
        )
        told += [a_call() for _ in range(50)]
        for call in told[50:]:
            journal.call(call)
        search = a_search()
        journal.search(search)
        assert not journal.flush(0.5)
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())
    assert journal.flush(PATIENCE)
    assert stored(store) == {call.id for call in told} | {search.id}
    assert journal.lost == 0
    journal.close()


PROGRAM = """
import sys
from search.journal import Journal
from search.store.database import Database
from search.store.store import Store
from tests.recorded import a_call

journal = Journal.of(Store.on(Database(sys.argv[1])))
for _ in range(20):
    journal.call(a_call())
"""


def test_a_program_that_closes_nothing_loses_nothing(store: Store, conninfo: str) -> None:
    """The end of a process is an end of its journal as well."""
    subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", PROGRAM, conninfo], cwd=ROOT, check=True, timeout=60
    )
    assert len(stored(store)) == 20
