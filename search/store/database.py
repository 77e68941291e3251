"""The connection to PostgreSQL: a pool, migrations, and psycopg's errors in our own words."""

from __future__ import annotations

import selectors
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from pgvector.psycopg import register_vector
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout, TooManyRequests

from search.errors import DatabaseForbidden, DatabaseReadOnly, DatabaseUnavailable, DataRefused
from search.store.migrate import migrate, see_vectors

Connection = psycopg.Connection[Any]

POOL_SIZE = 10
PATIENT_SIZE = 40
LOG_SIZE = 4
IDLE_SECONDS = 120.0
REST_SECONDS = 30.0
CONNECT_SECONDS = 10
WAIT_SECONDS = 10.0
# How long whoever can go on without a connection, or only asks for the server, waits for it.
LOOK_SECONDS = 2.0
STATEMENT_SECONDS = 60
# How long somebody waits for what another transaction has locked.
LOCK_SECONDS = 10
# What calls and searches are read for can be asked again, and their records wait in memory.
LOG_WAIT_SECONDS = 2.0
LOG_STATEMENT_SECONDS = 5


class Database:
    """A migrated database and a pool of connections to it. Safe to use from several threads."""

    def __init__(self, conninfo: str) -> None:
        """Connect and migrate.

        Raises DatabaseUnavailable, DatabaseForbidden, ExtensionMissing or SchemaTooNew.
        """
        # A time-out the address itself names is the user's wish.
        timeout = conninfo_to_dict(conninfo).get("connect_timeout", CONNECT_SECONDS)
        self._conninfo = make_conninfo(
            conninfo, connect_timeout=timeout, application_name="likeness"
        )
        with translated(), psycopg.connect(self._conninfo) as connection:
            migrate(connection)
        self._seen: WeakKeyDictionary[Connection, float] = WeakKeyDictionary()
        self._pool = self._new_pool(1, POOL_SIZE, STATEMENT_SECONDS, WAIT_SECONDS, LOCK_SECONDS)
        self._patient = self._new_pool(0, PATIENT_SIZE, 0, WAIT_SECONDS)
        self._log = self._new_pool(0, LOG_SIZE, LOG_STATEMENT_SECONDS, LOG_WAIT_SECONDS)

    def _new_pool(
        self,
        min_size: int,
        max_size: int,
        statement_seconds: int,
        wait_seconds: float,
        lock_seconds: int = 0,
    ) -> ConnectionPool[Connection]:
        return ConnectionPool(
            self._conninfo,
            min_size=min_size,
            max_size=max_size,
            timeout=wait_seconds,
            max_idle=IDLE_SECONDS,
            # Attempts to reach a server that went away come ever more seldom, and begin anew after
            # so long: left to itself a pool would, after two minutes without a server, miss it for
            # two more. Nobody waits longer for what one of them brings.
            reconnect_timeout=wait_seconds,
            kwargs={"autocommit": True},
            configure=partial(
                _configure, statement_seconds=statement_seconds, lock_seconds=lock_seconds
            ),
            check=self._check,
            open=True,
        )

    def _check(self, connection: Connection) -> None:
        """Replace a connection that died with a restarted server before anyone meets it.

        A server that goes away says so, or hangs up: either can be read without asking. Only what
        rested long is asked, for a network that broke in silence; asking is a round trip.
        """
        rested = time.monotonic() - self._seen.get(connection, -REST_SECONDS)
        if rested >= REST_SECONDS or _has_news(connection):
            ConnectionPool.check_connection(connection)
        self._seen[connection] = time.monotonic()

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Lend a connection in autocommit mode; use `connection.transaction()` for more."""
        with translated(), self._pool.connection() as connection:
            yield connection

    @contextmanager
    def hurried_connection(self) -> Iterator[Connection]:
        """Lend a connection to whoever can go on without one: it is waited for LOOK_SECONDS."""
        with translated(), self._pool.connection(timeout=LOOK_SECONDS) as connection:
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Lend a transaction, in one round trip; what is written in it is on the disk at its end.

        So is all that others have written before, by however unhurried transactions.
        """
        with self.connection() as connection, connection.pipeline(), connection.transaction():
            yield connection

    @contextmanager
    def unhurried_transaction(self) -> Iterator[Connection]:
        """Lend a transaction whose commit does not wait for the disk, in one round trip.

        After a kill of the app nothing is missing; after a crash of the server, or a power cut, the
        last half second may be. For what costs little to lose and stands in a searcher's way.
        """
        with self.transaction() as connection:
            connection.execute("SET LOCAL synchronous_commit = off")
            yield connection

    @contextmanager
    def patient_connection(self) -> Iterator[Connection]:
        """Lend a connection for what may wait for minutes and must not starve everybody else."""
        with translated(), self._patient.connection() as connection:
            yield connection

    @contextmanager
    def log_connection(self) -> Iterator[Connection]:
        """Lend a connection for the log of calls and searches.

        They are few, and for a short time: however many people look at the log, and whatever locks
        its tables, no search waits for a connection.
        """
        with translated(), self._log.connection() as connection:
            yield connection

    @contextmanager
    def log_transaction(self) -> Iterator[Connection]:
        """Lend a transaction to write the log in, in one round trip."""
        with self.log_connection() as connection, connection.pipeline(), connection.transaction():
            yield connection

    def answers(self) -> bool:
        """Tell whether the server answers just now, within LOOK_SECONDS."""
        try:
            with self.hurried_connection() as connection:
                connection.execute("SELECT 1")
        except DatabaseUnavailable:
            return False
        return True

    def version(self) -> str:
        """Return the server's version, such as "18.6"."""
        with self.connection() as connection:
            return _one(connection, "SHOW server_version").split()[0]

    def extension_version(self) -> str:
        """Return pgvector's version."""
        with self.connection() as connection:
            return _one(connection, "SELECT extversion FROM pg_extension WHERE extname = 'vector'")

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()
        self._patient.close()
        self._log.close()


def _configure(connection: Connection, *, statement_seconds: int, lock_seconds: int) -> None:
    """Prepare a new connection; 0 seconds are no limit."""
    see_vectors(connection)
    register_vector(connection)
    connection.execute(
        "SELECT set_config('statement_timeout', %s, false), set_config('lock_timeout', %s, false)",
        (f"{statement_seconds}s", f"{lock_seconds}s"),
    )


def _has_news(connection: Connection) -> bool:
    """Tell whether the server sent anything that nobody asked for."""
    with selectors.DefaultSelector() as selector:
        selector.register(connection.fileno(), selectors.EVENT_READ)
        return bool(selector.select(timeout=0))


def _one(connection: Connection, query: Any) -> str:  # noqa: ANN401 - psycopg wants a literal here
    row = connection.execute(query).fetchone()
    return str(row[0]) if row else ""


@contextmanager
def translated() -> Iterator[None]:
    """Turn what psycopg raises about the server or about what was entered into our own errors."""
    try:
        yield
    except (
        psycopg.errors.InsufficientPrivilege,
        psycopg.errors.InvalidAuthorizationSpecification,
    ) as error:
        raise DatabaseForbidden(reason=_reason(error)) from error
    except psycopg.errors.ReadOnlySqlTransaction as error:
        raise DatabaseReadOnly from error
    except psycopg.errors.LockNotAvailable as error:
        raise DatabaseUnavailable(reason="@reasons.locked", seconds=LOCK_SECONDS) from error
    except (psycopg.DataError, psycopg.errors.ProgramLimitExceeded) as error:
        # No server can keep it: a NUL in a text, a number or a key that is too large.
        raise DataRefused(reason=_reason(error)) from error
    except psycopg.OperationalError as error:
        if "authentication failed" in str(error) or "no pg_hba.conf entry" in str(error):
            raise DatabaseForbidden(reason=_reason(error)) from error
        raise DatabaseUnavailable(reason=_reason(error)) from error
    except (PoolTimeout, PoolClosed, TooManyRequests) as error:
        raise DatabaseUnavailable(reason=_reason(error)) from error
    except psycopg.Error as error:
        # Somebody else's tables under our names, a broken option: it will not have us.
        raise DatabaseForbidden(reason=_reason(error)) from error


def _reason(error: Exception) -> str:
    """Return the server's own words, or the driver's last line; they name no password."""
    # What follows the server's first line quotes the statement, or advises its author.
    if isinstance(error, psycopg.Error) and error.diag.message_primary:
        return error.diag.message_primary
    said = [line for line in str(error).splitlines() if line.strip()]
    # It may guess why, or ask whether the server is running, after it has said what happened.
    said = [line for line in said if not line.startswith("\t") and not line.endswith("?")] or said
    lines = [line.strip() for line in said]
    return lines[-1].removeprefix("FATAL:").strip() if lines else type(error).__name__
