"""Sign-ins that somebody has ended, in whichever process: digests of their cookies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from search.store.database import Database

# The moments are the server's, so that processes need not agree on the time.
_ADD = """
    WITH over AS (DELETE FROM likeness.sign_outs WHERE ended_at < now() - %(kept)s)
    INSERT INTO likeness.sign_outs (digest) SELECT unnest(%(digests)s::bytea[])
    ON CONFLICT DO NOTHING
"""
# A statement's moment is that of its beginning: what ended earlier may be there later.
_SINCE = """
    SELECT digest, ended_at FROM likeness.sign_outs
    WHERE ended_at > coalesce(%(latest)s::timestamptz, '-infinity') - interval '5 minutes'
"""


class SignOuts:
    """The table `sign_outs`. A digest is 32 bytes, and the same in every process."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, digests: Iterable[bytes], kept: timedelta) -> None:
        """Store what ended just now, which may be there already; delete what is older than `kept`.

        Whoever signs out has ended here already and need not wait for it, so it is not waited for
        long.
        """
        # In one order, as processes that add the same at once would wait for each other.
        asked = {"digests": sorted(digests), "kept": kept}
        with self._database.hurried_connection() as connection:
            connection.execute(_ADD, asked)

    def since(self, latest: datetime | None) -> dict[bytes, datetime]:
        """Return what ended after a moment of this table, or ever, and when: by digests.

        Some of what ended shortly before comes again.
        """
        with self._database.hurried_connection() as connection:
            rows = connection.execute(_SINCE, {"latest": latest}, binary=True).fetchall()
        return {bytes(digest): ended_at.astimezone(UTC) for digest, ended_at in rows}
