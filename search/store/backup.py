"""Taking the app's schema along as one file, and putting it back, by PostgreSQL's own programs.

They are those of the wheel, which is there wherever Likeness is installed: a server may be of its
version or an earlier one. Tables beside the schema are neither read nor written.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from search.errors import BackupFailed, RestoreFailed, RestoreRefused
from search.settings import Settings
from search.store.binaries import find_binaries
from search.store.database import translated
from search.store.embedded import start_embedded
from search.store.migrate import ensure_extension

SCHEMA = "likeness"
# Whoever restores may be another user, on another server.
NOT_OURS = ("--no-owner", "--no-privileges")


@contextmanager
def reached(settings: Settings) -> Iterator[str]:
    """Lend the address of the database that the settings name, or of the embedded one.

    Nothing is made in it, nor migrated. Raises a StoreError.
    """
    if settings.database:
        yield settings.database
    else:
        with start_embedded(settings.likeness_data_dir) as server:
            yield server.conninfo


def back_up(conninfo: str, file: Path | None) -> None:
    """Write the schema into a file, or to standard output; all of it as at one moment.

    Searches go on meanwhile. A file that is there is replaced when the new one is complete. Raises
    BackupFailed or a StoreError.
    """
    with translated(), psycopg.connect(conninfo) as connection:
        if not _is_there(connection):
            raise BackupFailed(reason="@reasons.no_schema")
    options = ["--format=custom", f"--schema={SCHEMA}", *NOT_OURS]
    if file is None:
        said = _run("pg_dump", conninfo, *options)
    else:
        draft = file.with_name(f"{file.name}.part")
        try:
            said = _run("pg_dump", conninfo, *options, f"--file={draft}")
            if said is None:
                draft.replace(file)
        except OSError as error:
            said = str(error)
        finally:
            with suppress(OSError):  # such as a folder that is none: said already
                draft.unlink(missing_ok=True)
    if said is not None:
        raise BackupFailed(reason=said)


def restore(conninfo: str, file: Path | None) -> None:
    """Put a schema back from a file, or from standard input: all of it, or nothing.

    Raises RestoreRefused where there is one already, RestoreFailed, or a StoreError.
    """
    with translated(), psycopg.connect(conninfo, autocommit=True) as connection:
        if _is_there(connection):
            raise RestoreRefused
        ensure_extension(connection)
        _ensure_trigrams(connection)
    options = ["--single-transaction", "--exit-on-error", *NOT_OURS]
    said = _run("pg_restore", conninfo, *options, *([str(file)] if file else []))
    if said is not None:
        raise RestoreFailed(reason=said)
    with translated(), psycopg.connect(conninfo, autocommit=True) as connection:
        _analyze(connection)


def _run(program: str, conninfo: str, *options: str) -> str | None:
    """Run one of PostgreSQL's programs; return its last words when it failed."""
    address: dict[str, Any] = conninfo_to_dict(conninfo)
    password = address.pop("password", None)
    # Other users of the machine see what a program is started with, but not its environment.
    secret = {"PGPASSWORD": str(password)} if password else {}
    done = subprocess.run(  # noqa: S603 - the wheel's own program
        [str(find_binaries(None) / program), f"--dbname={make_conninfo(**address)}", *options],
        env=os.environ | {"LC_ALL": "C"} | secret,
        stderr=subprocess.PIPE,
        check=False,
        text=True,
        errors="replace",
    )
    if done.returncode == 0:
        return None
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    return lines[0] if lines else f"{program} {done.returncode}"


def _is_there(connection: psycopg.Connection) -> bool:
    row = connection.execute("SELECT to_regnamespace(%s) IS NOT NULL", [SCHEMA]).fetchone()
    return bool(row and row[0])


def _ensure_trigrams(connection: psycopg.Connection) -> None:
    """Make what an index of words may stand on; where that is not allowed, restoring says so."""
    try:
        connection.execute(
            "DO $$ BEGIN IF EXISTS"
            " (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm')"
            " THEN CREATE EXTENSION IF NOT EXISTS pg_trgm; END IF; END $$"
        )
    except psycopg.errors.InsufficientPrivilege:
        return


def _analyze(connection: psycopg.Connection) -> None:
    """Let the planner know the tables at once: how they are searched depends on it."""
    tables = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = %s", [SCHEMA]
    ).fetchall()
    for (table,) in tables:
        connection.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(SCHEMA, table)))
