"""The connection to PostgreSQL: a pool, migrations, and psycopg's errors in our own words."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from pgvector.psycopg import register_vector
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout, TooManyRequests

from search.errors import DatabaseForbidden, DatabaseUnavailable
from search.store.migrate import migrate

Connection = psycopg.Connection[Any]

POOL_SIZE = 10
PATIENT_SIZE = 40
IDLE_SECONDS = 120.0
CONNECT_SECONDS = 10
WAIT_SECONDS = 30.0
STATEMENT_SECONDS = 60

log = logging.getLogger(__name__)


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
        with _translated(), psycopg.connect(self._conninfo) as connection:
            migrate(connection)
        self._pool = self._new_pool(min_size=1, max_size=POOL_SIZE)
        self._patient = self._new_pool(min_size=0, max_size=PATIENT_SIZE)

    def _new_pool(self, *, min_size: int, max_size: int) -> ConnectionPool[Connection]:
        return ConnectionPool(
            self._conninfo,
            min_size=min_size,
            max_size=max_size,
            timeout=WAIT_SECONDS,
            max_idle=IDLE_SECONDS,
            kwargs={"autocommit": True},
            configure=_configure,
            # A connection that died with a restarted server is replaced before anyone meets it.
            check=ConnectionPool.check_connection,
            open=True,
        )

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Lend a connection in autocommit mode; use `connection.transaction()` for more."""
        with _translated(), self._pool.connection() as connection:
            yield connection

    @contextmanager
    def patient_connection(self) -> Iterator[Connection]:
        """Lend a connection for what may wait for minutes and must not starve everybody else."""
        with _translated(), self._patient.connection() as connection:
            yield connection

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


def _configure(connection: Connection) -> None:
    register_vector(connection)
    connection.execute(
        "SELECT set_config('statement_timeout', %s, false)", (f"{STATEMENT_SECONDS}s",)
    )
    if not connection.autocommit:
        connection.commit()


def _one(connection: Connection, query: Any) -> str:  # noqa: ANN401 - psycopg wants a literal here
    row = connection.execute(query).fetchone()
    return str(row[0]) if row else ""


@contextmanager
def _translated() -> Iterator[None]:
    """Turn what psycopg raises about the server, not about our SQL, into our own errors."""
    try:
        yield
    except (
        psycopg.errors.InsufficientPrivilege,
        psycopg.errors.InvalidAuthorizationSpecification,
    ) as error:
        raise DatabaseForbidden(reason=_reason(error)) from error
    except psycopg.OperationalError as error:
        if "authentication failed" in str(error) or "no pg_hba.conf entry" in str(error):
            raise DatabaseForbidden(reason=_reason(error)) from error
        raise DatabaseUnavailable(reason=_reason(error)) from error
    except (PoolTimeout, PoolClosed, TooManyRequests) as error:
        raise DatabaseUnavailable(reason=_reason(error)) from error


def _reason(error: Exception) -> str:
    """Return the last line of the server's or the driver's own words; they name no password."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1].removeprefix("FATAL:").strip() if lines else type(error).__name__
