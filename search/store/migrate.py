"""Brings the app's own schema to this version: numbered SQL files, one at a time, once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql

from search.errors import ExtensionMissing, SchemaTooNew

FOLDER = Path(__file__).parent / "migrations"
# Any number that no other program takes; all processes of Likeness take this one.
ADVISORY_LOCK = 0x11CE_4E55


@dataclass(frozen=True, slots=True)
class Migration:
    """One SQL file `NNNN_what_it_does.sql`."""

    version: int
    path: Path


def known_migrations(folder: Path = FOLDER) -> list[Migration]:
    """Return the files in order; ValueError on a name that is not one or a number used twice."""
    found: dict[int, Migration] = {}
    for path in sorted(folder.glob("*.sql")):
        match = re.fullmatch(r"(\d{4})_[a-z0-9_]+\.sql", path.name)
        if match is None or int(match[1]) in found:
            raise ValueError(f"{path.name} is not the name of one further migration")
        found[int(match[1])] = Migration(int(match[1]), path)
    return list(found.values())


def migrate(connection: psycopg.Connection, folder: Path = FOLDER) -> None:
    """Apply what is missing in one transaction; processes that start together take turns.

    Raises ExtensionMissing without pgvector, SchemaTooNew when a later version has been here.
    """
    migrations = known_migrations(folder)
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (ADVISORY_LOCK,))
        applied = _applied(connection)
        newest = migrations[-1].version if migrations else 0
        if applied and max(applied) > newest:
            raise SchemaTooNew(found=max(applied), known=newest)
        missing = [migration for migration in migrations if migration.version not in applied]
        if not missing:
            return
        ensure_extension(connection)
        see_vectors(connection)
        _ensure_schema(connection)
        for migration in missing:
            connection.execute(sql.SQL(migration.path.read_text("utf-8")))
            connection.execute(
                "INSERT INTO likeness.migrations (version, name) VALUES (%s, %s)",
                (migration.version, migration.path.name),
            )


def see_vectors(connection: psycopg.Connection) -> None:
    """Put the schema in which somebody installed pgvector on the connection's search path."""
    connection.execute(
        "SELECT set_config('search_path',"
        " concat_ws(', ', nullif(current_setting('search_path'), ''), quote_ident(nspname)), false)"
        " FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace"
        " WHERE extname = 'vector' AND nspname <> ALL (current_schemas(true))"
    )


def _applied(connection: psycopg.Connection) -> set[int]:
    if not _is_true(connection, "SELECT to_regclass('likeness.migrations') IS NOT NULL"):
        return set()
    rows = connection.execute("SELECT version FROM likeness.migrations").fetchall()
    return {row[0] for row in rows}


def _ensure_schema(connection: psycopg.Connection) -> None:
    # Asked first: IF NOT EXISTS wants the right to create even where there is nothing to do.
    if not _is_true(connection, "SELECT to_regnamespace('likeness') IS NOT NULL"):
        connection.execute("CREATE SCHEMA likeness")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS likeness.migrations ("
        "version integer PRIMARY KEY, name text NOT NULL, "
        "applied_at timestamptz NOT NULL DEFAULT now())"
    )


def ensure_extension(connection: psycopg.Connection) -> None:
    """Create pgvector where it is not; raise ExtensionMissing."""
    if _is_true(connection, "SELECT true FROM pg_extension WHERE extname = 'vector'"):
        return
    available: LiteralString = "SELECT true FROM pg_available_extensions WHERE name = 'vector'"
    if not _is_true(connection, available):
        raise ExtensionMissing(reason="@reasons.extension_not_installed")
    try:
        connection.execute("CREATE EXTENSION vector")
    except psycopg.errors.InsufficientPrivilege:
        raise ExtensionMissing(reason="@reasons.extension_not_allowed") from None


def _is_true(connection: psycopg.Connection, question: LiteralString) -> bool:
    row = connection.execute(question).fetchone()
    return bool(row and row[0])
