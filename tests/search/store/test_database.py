"""The pool under trouble."""

from __future__ import annotations

import psycopg

from search.store.database import Database


def test_a_killed_connection_is_replaced_unseen(conninfo: str) -> None:
    """After the server has dropped every connection the next question is answered."""
    database = Database(conninfo)
    database.version()
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert database.version().startswith("18")
    database.close()


def test_versions_are_told(conninfo: str) -> None:
    """Doctor can name the server and the extension."""
    database = Database(conninfo)
    assert database.extension_version().startswith("0.")
    database.close()
