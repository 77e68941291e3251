"""Reading from somebody else's database: one query, in a transaction that can only read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from search.errors import ImportDatabaseAway, ImportQueryRefused
from search.people import excerpt

CONNECT_SECONDS = 10
# Whoever locks a table for longer is told of; nobody would know what a silent reader waits for.
LOCK_SECONDS = 10
# So many rows are under way at once, however many there are.
FETCHED_AT_ONCE = 500

# A user called like our schema would, by the usual search path, find our products for the shop's.
# Only in this transaction: behind a pool the next one may be somebody else's.
_PREPARE = """
    SELECT set_config('lock_timeout', %s, true),
           set_config('search_path', coalesce(string_agg(part, ',' ORDER BY number), ''), true)
    FROM unnest(string_to_array(current_setting('search_path'), ','))
         WITH ORDINALITY AS path (part, number)
    WHERE replace(trim(BOTH ' "' FROM part), '$user', current_user) <> 'likeness'
"""
_HASH_BEFORE = "SELECT count(*), sum(hashtextextended(row::text, 0)) FROM ("
_HASH_AFTER = ") AS row"


@dataclass(frozen=True, slots=True)
class ForeignRows:
    """The names of a query's columns, and its rows, fetched as they are read."""

    columns: Sequence[str]
    rows: Iterator[tuple[Any, ...]]


@contextmanager
def foreign_rows(address: str, query: str) -> Iterator[ForeignRows]:
    """Run a query by a cursor on the server; what it tries to write is refused there.

    Raises ImportDatabaseAway when the database cannot be reached or read, ImportQueryRefused when
    it will not run the query, at once or while rows are fetched.
    """
    with foreign_connection(address) as connection, connection.cursor("likeness_import") as cursor:
        cursor.itersize = FETCHED_AT_ONCE
        # The cursor's own statement goes before it, and is one with it.
        cursor.execute(query.strip().rstrip(";").encode())
        columns = [column.name for column in cursor.description or ()]
        yield ForeignRows(columns, iter(cursor))


@contextmanager
def foreign_connection(address: str) -> Iterator[psycopg.Connection[Any]]:
    """Lend a connection in a transaction that can only read, and sees one moment.

    Raises as foreign_rows does, also for what is asked on it.
    """
    address = _checked(address)
    try:
        connection = psycopg.connect(address)
    except psycopg.Error as error:
        raise ImportDatabaseAway(reason=_last_line(error)) from error
    with connection:
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        try:
            connection.execute(_PREPARE, (f"{LOCK_SECONDS}s",))
            yield connection
        except psycopg.errors.LockNotAvailable as error:
            raise ImportDatabaseAway(reason="@reasons.tables_locked") from error
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise ImportDatabaseAway(reason=_last_line(error)) from error
        except UnicodeDecodeError as error:
            raise ImportDatabaseAway(reason="@reasons.import_text_encoding") from error
        except psycopg.Error as error:
            reason = error.diag.message_primary or _last_line(error)
            raise ImportQueryRefused(reason=excerpt(reason)) from error


def foreign_fingerprint(address: str, query: str) -> tuple[int, str]:
    """Return how many rows a query has, and a hash of them; the rows stay where they are.

    Raises as foreign_rows does.
    """
    # In lines of its own: a query may end with a comment.
    whole = f"{_HASH_BEFORE}\n{query.strip().rstrip(';')}\n{_HASH_AFTER}"
    with foreign_connection(address) as connection:
        # Binary answers come by the protocol that takes one statement: what closes our bracket
        # could else end the transaction that only reads, and write.
        row = connection.execute(whole.encode(), binary=True).fetchone()
    return (int(row[0]), str(row[1])) if row else (0, "")


def _checked(address: str) -> str:
    try:
        parts = conninfo_to_dict(address)
        # An @ in the password that is not written as %40: the rest of it would be the host.
        if "@" in str(parts.get("host", "")):
            raise ImportDatabaseAway(reason="@reasons.import_address")
        timeout = parts.get("connect_timeout", CONNECT_SECONDS)
        return make_conninfo(
            address,
            connect_timeout=timeout,
            application_name="likeness import",
            client_encoding="utf8",
        )
    except psycopg.ProgrammingError:
        # What the driver says of it quotes the address.
        raise ImportDatabaseAway(reason="@reasons.import_address") from None


def _last_line(error: Exception) -> str:
    """Return the last line of the server's or the driver's own words; they name no password."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    # It may ask whether the server is running, after it has said what happened.
    lines = [line for line in lines if not line.endswith("?")] or lines
    return lines[-1].removeprefix("FATAL:").strip() if lines else type(error).__name__
