"""What the last check of a space came to, so that not every start has to pay for one."""

from __future__ import annotations

from datetime import datetime

from search.space_check import SpaceCheck
from search.store.database import Database
from search.store.spaces import Spaces
from search.vectors import VectorSpace

_SAVE = """
    INSERT INTO likeness.space_checks (space_id, address, vectors, checked_at, similarities)
    VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (space_id) DO UPDATE
    SET address = excluded.address, vectors = excluded.vectors, checked_at = excluded.checked_at,
        similarities = excluded.similarities
"""
_LAST = """
    SELECT similarities FROM likeness.space_checks
    WHERE space_id = %s AND address = %s AND vectors = %s AND checked_at > %s
"""


class SpaceChecks:
    """The table `space_checks`: one row a space."""

    def __init__(self, database: Database, spaces: Spaces) -> None:
        self._database = database
        self._spaces = spaces

    def save(
        self, space: VectorSpace, address: str, vectors: int, at: datetime, found: SpaceCheck
    ) -> None:
        """Keep what a check found, of the encoder at an address and so many stored vectors."""
        row = (self._spaces.id_of(space), address, vectors, at, list(found.similarities))
        with self._database.connection() as connection:
            connection.execute(_SAVE, row)

    def agreed(
        self, space: VectorSpace, address: str, vectors: int, after: datetime
    ) -> SpaceCheck | None:
        """Return the last check if it was made after a moment, of the same, and they agreed."""
        asked = (self._spaces.id_of(space), address, vectors, after)
        with self._database.connection() as connection:
            row = connection.execute(_LAST, asked).fetchone()
        found = SpaceCheck(tuple(row[0])) if row else None
        return found if found and found.agrees else None

    def forget(self, space: VectorSpace) -> None:
        """Remove what is known of a space."""
        space_id = self._spaces.id_of(space)
        with self._database.connection() as connection:
            connection.execute("DELETE FROM likeness.space_checks WHERE space_id = %s", (space_id,))
