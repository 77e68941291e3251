"""The pool under trouble."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import LiteralString

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from search.errors import (
    DatabaseForbidden,
    DatabaseReadOnly,
    DatabaseUnavailable,
    DataRefused,
)
from search.store.database import LOG_SIZE, POOL_SIZE, Database, translated
from search.store.store import Store
from search.vectors import CLIP, Embedding
from tests.catalogues import unit_vectors
from tests.embedded_apps import until
from tests.recorded import HOST, NOON, a_search


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


def test_whoever_waits_for_the_log_keeps_nobody_else_waiting(store: Store, conninfo: str) -> None:
    """However many look at a log whose tables are locked, there are connections for searches."""
    waiting = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )

    def waits() -> bool:
        with store.database.connection() as connection:
            row = connection.execute(waiting).fetchone()
        return row == (LOG_SIZE,)

    with psycopg.connect(conninfo) as locking, ThreadPoolExecutor(POOL_SIZE + 1) as readers:
        locking.execute("LOCK TABLE likeness.calls, likeness.search_log, likeness.breaker_changes")
        asked = [readers.submit(_last, store) for _ in range(POOL_SIZE - 1)]
        asked += [readers.submit(_write, store) for _ in range(2)]
        until(waits)
        assert store.database.version()
        locking.rollback()
        failures = [one.exception() for one in asked]
    assert all(one is None or isinstance(one, DatabaseUnavailable) for one in failures)


def _last(store: Store) -> object:
    return store.calls.last(HOST, NOON, 10)


def _write(store: Store) -> None:
    store.search_log.write([a_search()])


def test_an_error_of_a_trigger_is_said_and_not_where_it_was_raised(conninfo: str) -> None:
    """A line of the log says what is wrong; which line of which function helps nobody."""
    database = Database(conninfo)
    statement = "DO $$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$"
    with pytest.raises(DatabaseForbidden) as raised, database.connection() as connection:
        connection.execute(statement)
    assert raised.value.facts["reason"] == "the disk is full"
    database.close()


def test_a_server_that_is_read_only_is_said_so(conninfo: str) -> None:
    """Whoever runs it looks for the primary, and not for a wrong password."""
    read_only = make_conninfo(conninfo, options="-c default_transaction_read_only=on")
    Database(conninfo).close()  # the tables are there
    database = Database(read_only)
    with pytest.raises(DatabaseReadOnly) as raised, database.connection() as connection:
        connection.execute("INSERT INTO likeness.evaluation_sets (name) VALUES ('x')")
    assert raised.value.retry
    database.close()


def test_nobody_waits_a_minute_for_what_is_locked(
    conninfo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After some seconds it is told what holds it up, and that it can be tried again."""
    monkeypatch.setattr("search.store.database.LOCK_SECONDS", 1)
    database = Database(conninfo)
    with psycopg.connect(conninfo) as locking:
        locking.execute("LOCK TABLE likeness.evaluation_sets")
        with (
            pytest.raises(DatabaseUnavailable, match="has been locked for 1 s") as raised,
            database.connection() as connection,
        ):
            connection.execute("INSERT INTO likeness.evaluation_sets (name) VALUES ('x')")
        locking.rollback()
    assert raised.value.retry
    database.close()


def test_a_text_too_long_for_an_index_is_said_so(conninfo: str) -> None:
    """The limit is the server's, and a shorter text passes it."""
    database = Database(conninfo)
    name = "".join(f"{number:x}" for number in range(20_000))
    with pytest.raises(DataRefused, match="index row"), database.connection() as connection:
        connection.execute("INSERT INTO likeness.evaluation_sets (name) VALUES (%s)", (name,))
    database.close()


def test_of_a_server_that_breaks_off_only_what_happened_is_said() -> None:
    """What the driver guesses below that helps nobody who searches."""
    said = (
        "server closed the connection unexpectedly\n"
        "\tThis probably means the server terminated abnormally\n"
        "\tbefore or while processing the request."
    )
    with pytest.raises(DatabaseUnavailable) as raised, translated():
        raise psycopg.OperationalError(said)
    assert raised.value.facts["reason"] == "server closed the connection unexpectedly"


def test_a_turn_that_the_server_ended_costs_nothing_that_was_done_in_it(
    store: Store, conninfo: str
) -> None:
    """PostgreSQL is restarted while a model answers: the photo's vector is kept all the same."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        photo = bytes(32)
        with store.photos.turn(photo, CLIP):
            connection.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            store.photos.add(photo, Embedding(unit_vectors(1)[0], CLIP))
    assert store.photos.find(photo, CLIP) is not None


def test_a_turn_passes_on_what_fails_in_it(store: Store) -> None:
    """A database that is away while a photo is encoded is told, and not taken for a turn's end."""
    with pytest.raises(DatabaseUnavailable), store.photos.turn(bytes(32), CLIP):
        raise DatabaseUnavailable(reason="away")
