"""The pool under trouble."""

from __future__ import annotations

from typing import LiteralString

import psycopg
import pytest

from search.errors import DataRefused
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


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("SELECT %s::text", "a\0b"),
        ("SELECT %s::text::bigint", "9" * 30),
    ],
)
def test_what_cannot_be_kept_is_said_to_whoever_entered_it(
    conninfo: str, query: LiteralString, value: str
) -> None:
    """User and password are not to blame, and looking at them would not help."""
    database = Database(conninfo)
    with pytest.raises(DataRefused, match="cannot keep"), database.connection() as connection:
        connection.execute(query, (value,))
    assert database.version()
    database.close()


def test_a_text_too_long_for_an_index_is_said_so(conninfo: str) -> None:
    """The limit is the server's, and a shorter text passes it."""
    database = Database(conninfo)
    name = "".join(f"{number:x}" for number in range(20_000))
    with pytest.raises(DataRefused, match="index row"), database.connection() as connection:
        connection.execute("INSERT INTO likeness.evaluation_sets (name) VALUES (%s)", (name,))
    database.close()
