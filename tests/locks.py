"""Who waits for a lock, asked of the server: so that tests need not guess who is how far."""

from __future__ import annotations

import time

import psycopg
import pytest

from tests.embedded_apps import PATIENCE


def until_waiting(conninfo: str, count: int = 1) -> None:
    """Return when so many statements in a database wait for locks."""
    with psycopg.connect(conninfo, autocommit=True) as watcher:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            row = watcher.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                " AND datname = current_database()"
            ).fetchone()
            if row and row[0] >= count:
                return
    pytest.fail("they do not wait")
