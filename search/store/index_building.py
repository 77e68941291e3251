"""Building and dropping vector indexes, and moving vectors, while searches go on.

Nothing is left half done: what a build that was interrupted left behind is dropped.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, LiteralString

import psycopg
from psycopg import sql

from search.errors import LikenessError, StoreError
from search.planning.building import LEAST_MEMORY, Build, index_name, needed_memory
from search.store.database import Connection, Database
from search.store.embedded_memory import memory_to_take
from search.store.spaces import Spaces, partition
from search.vectors import VectorSpace

LOOK_SECONDS: Final = 0.5
# A build ends with the program that asked for it, also where that was killed.
CHECK_CLIENT: Final = "5s"
_CHECKED: Final = "client_connection_check_interval"
# A table is locked for a moment only, or not at all: searches queue behind whoever waits.
LOCK_TIMEOUT: Final = "3s"
PORTION: Final = 500
STORAGES: Final = ("plain", "external")

_SHARED: LiteralString = (
    "SELECT pg_size_bytes(current_setting('shared_buffers')),"
    " pg_size_bytes(current_setting('maintenance_work_mem')),"
    " current_setting('max_parallel_maintenance_workers')::int"
)
_SET: LiteralString = "SELECT set_config(%s, %s, false)"
# How far a build is: by what was read of the table.
_PROGRESS: LiteralString = (
    "SELECT phase, blocks_done::float8 / nullif(blocks_total, 0)"
    " FROM pg_stat_progress_create_index WHERE pid = %s"
)
# Written as numbers and read again: only then it is stored as the column says now.
_REWRITE = sql.SQL("""
    WITH portion AS (
        SELECT picture_id FROM {table} WHERE space_id = %(space)s AND picture_id > %(after)s
        ORDER BY picture_id LIMIT %(limit)s
    ), written AS (
        UPDATE {table} SET image_embedding = image_embedding::real[]::vector
        WHERE space_id = %(space)s AND picture_id IN (SELECT picture_id FROM portion)
    )
    SELECT max(picture_id), count(*) FROM portion
""")

# Told the phase in the server's words and the share that is done, 0 to 1.
OnBuild = Callable[[str, float], None]


class IndexBuilding:
    """The vector indexes of the spaces' tables, and the storage of their vectors.

    `is_ours` tells whether the server runs on this machine, whose memory is then looked at.
    """

    def __init__(self, database: Database, spaces: Spaces, *, is_ours: bool = False) -> None:
        self._database = database
        self._spaces = spaces
        self._is_ours = is_ours

    def table(self, space: VectorSpace) -> str:
        """Return the name of a space's table, without its schema."""
        return f"image_embeddings_{self._spaces.id_of(space)}"

    def plan(self, space: VectorSpace, kind: str, rows: int) -> Build:
        """Say how an index would be built; see Build."""
        table = self.table(space)
        with self._database.connection() as connection:
            shared, work, workers = connection.execute(_SHARED).fetchone() or (0, 0, 0)
        needed = needed_memory(kind, rows)
        memory = max(LEAST_MEMORY, work, min(needed, self._memory(shared)))
        if self._is_ours:
            workers = (os.cpu_count() or 2) - 1 if _shared_memory() > memory else 0
        name = index_name(table, kind)
        return Build(kind, table, name, space.dimensions, rows, memory, workers)

    def build(self, build: Build, report: OnBuild) -> None:
        """Build an index; whatever ends it early leaves nothing behind. Raises a StoreError."""
        try:
            self._build(build, build.workers, report)
        except LikenessError as error:
            # Helpers share the memory, and a container's shared memory may be small.
            if not _lacks_memory(error) or not build.workers:
                raise
            self._build(build, 0, report)

    def drop(self, name: str) -> None:
        """Drop an index; searches go on meanwhile."""
        with self._database.patient_connection() as connection:
            connection.execute(
                sql.SQL("DROP INDEX CONCURRENTLY IF EXISTS {}").format(
                    sql.Identifier("likeness", name)
                )
            )

    def store_vectors(
        self, space: VectorSpace, storage: str, rows: int, report: OnBuild, portion: int = PORTION
    ) -> None:
        """Store the vectors "plain", inside their rows, or "external", beside them.

        They are written anew in portions, each a transaction of its own; whoever interrupts it
        leaves a table of both, which is as good, and starts again.
        """
        table = partition(self._spaces.id_of(space))
        with self._database.patient_connection() as connection:
            with connection.transaction():
                connection.execute("SELECT set_config('lock_timeout', %s, true)", (LOCK_TIMEOUT,))
                connection.execute(
                    sql.SQL("ALTER TABLE {} ALTER COLUMN image_embedding SET STORAGE {}").format(
                        table, sql.SQL({"plain": "PLAIN", "external": "EXTERNAL"}[storage])
                    )
                )
            asked = {"space": self._spaces.id_of(space), "after": 0, "limit": portion}
            statement, done = _REWRITE.format(table=table), 0
            while row := connection.execute(statement, asked).fetchone():
                if not row[1]:
                    break
                asked["after"] = row[0]
                done += row[1]
                report("rewriting", min(done / max(rows, 1), 1.0))
            connection.execute(sql.SQL("VACUUM (ANALYZE) {}").format(table))

    def _build(self, build: Build, workers: int, report: OnBuild) -> None:
        failed: list[psycopg.Error] = []
        with self._database.patient_connection() as connection:
            with self._settings(connection, build.memory, workers):
                pid = connection.info.backend_pid

                def run() -> None:
                    try:
                        connection.execute(sql.SQL(build.statement))
                    except psycopg.Error as error:
                        failed.append(error)

                thread = threading.Thread(target=run, name="building", daemon=True)
                thread.start()
                try:
                    while thread.is_alive():
                        thread.join(LOOK_SECONDS)
                        self._tell(pid, report)
                except BaseException:
                    # Of a server that is away the thread hears without being told.
                    with suppress(psycopg.Error):
                        connection.cancel_safe()
                    thread.join()
                    self._clear(build.name, failed)
                    raise
            if failed:
                self._clear(build.name, failed)
                raise failed[0]  # translated by whoever lent the connection

    def _clear(self, name: str, failed: Sequence[psycopg.Error]) -> None:
        """Drop what a build left behind, and never what somebody else has built by that name."""
        if not any(isinstance(error, psycopg.errors.DuplicateTable) for error in failed):
            self.drop(name)

    def _tell(self, pid: int, report: OnBuild) -> None:
        row = None
        # Hours of building do not end because once nobody could be asked how far it is.
        with suppress(StoreError), self._database.hurried_connection() as connection:
            row = connection.execute(_PROGRESS, (pid,)).fetchone()
        if row is not None:
            report(row[0], float(row[1] or 0.0))

    @contextmanager
    def _settings(self, connection: Connection, memory: int, workers: int) -> Iterator[None]:
        """Let the connection build with so much memory and so many helpers; then as before."""
        given = {
            "maintenance_work_mem": f"{memory // 1024}kB",
            "max_parallel_maintenance_workers": str(workers),
            "max_parallel_workers": str(max(workers, 1)),
            "lock_timeout": "0",
        }
        try:
            for name, value in given.items():
                connection.execute(_SET, (name, value))
            # A server on Windows refuses, since it cannot check; one before PostgreSQL 14 has none.
            with suppress(psycopg.errors.InvalidParameterValue, psycopg.errors.UndefinedObject):
                connection.execute(_SET, (_CHECKED, CHECK_CLIENT))
            yield
        finally:
            # A connection that broke is not lent again, and needs none of it.
            with suppress(psycopg.Error):
                for name in (*given, _CHECKED):
                    connection.execute(sql.SQL("RESET {}").format(sql.Identifier(name)))

    def _memory(self, shared_buffers: int) -> int:
        """Return how much memory a build may take on the server, in bytes."""
        if not self._is_ours:
            # Whoever gave the server so much for its cache can spare it for a while.
            return shared_buffers
        return memory_to_take()


def _shared_memory() -> int:
    """Return how much memory processes of this machine can share, in bytes."""
    place = Path("/dev/shm")  # noqa: S108 - Linux's own; elsewhere the server asks the system
    return shutil.disk_usage(place).free if place.is_dir() else 1 << 40


def _lacks_memory(error: LikenessError) -> bool:
    cause: Any = error.__cause__
    return isinstance(cause, psycopg.errors.DiskFull | psycopg.errors.OutOfMemory)
