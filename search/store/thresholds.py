"""The thresholds that were saved: the last one of a space is active, the others are its history."""

from __future__ import annotations

from typing import Any

from search.store.database import Database
from search.store.spaces import Spaces
from search.threshold import Threshold
from search.tuning.scales import Scale
from search.vectors import VectorSpace

_ADD = """
    INSERT INTO likeness.thresholds (space_id, scale, value, doubtful, centre, who, why)
    VALUES (%(space)s, %(scale)s, %(value)s::numeric, %(doubtful)s::numeric, %(centre)b,
            %(who)s, %(why)s)
    RETURNING id, scale, value, doubtful, centre, who, why, set_at
"""

_ADD_AGAIN = """
    INSERT INTO likeness.thresholds (space_id, scale, value, doubtful, centre, who, why)
    SELECT space_id, scale, value, doubtful, centre, %(who)s, why
    FROM likeness.thresholds WHERE space_id = %(space)s AND id = %(id)s
    RETURNING id, scale, value, doubtful, centre, who, why, set_at
"""

_LAST = """
    SELECT id, scale, value, doubtful, centre, who, why, set_at FROM likeness.thresholds
    WHERE space_id = %(space)s ORDER BY id DESC LIMIT %(limit)s
"""


class Thresholds:
    """The table `thresholds`. Nothing in it is ever changed or removed."""

    def __init__(self, database: Database, spaces: Spaces) -> None:
        self._database = database
        self._spaces = spaces

    def add(self, new: Threshold) -> Threshold:
        """Store a threshold; from now on it is the active one of its space."""
        asked = {
            "space": self._spaces.id_of(new.space),
            "scale": new.scale,
            "value": new.value,
            "doubtful": new.doubtful,
            "centre": new.centre,
            "who": new.who,
            "why": new.why,
        }
        with self._database.connection() as connection:
            rows = connection.execute(_ADD, asked).fetchall()
        return _threshold(rows[0], new.space)

    def add_again(self, number: int, space: VectorSpace, who: str) -> Threshold | None:
        """Store a threshold of a space once more, as it was; None when there is none of the number.

        Value, scale, centre and reason are the old ones.
        """
        asked = {"space": self._spaces.id_of(space), "id": number, "who": who}
        with self._database.connection() as connection:
            row = connection.execute(_ADD_AGAIN, asked).fetchone()
        return _threshold(row, space) if row else None

    def last(self, space: VectorSpace, limit: int) -> list[Threshold]:
        """Return the last thresholds of a space, the active one first."""
        asked = {"space": self._spaces.id_of(space), "limit": limit}
        with self._database.connection() as connection:
            rows = connection.execute(_LAST, asked).fetchall()
        return [_threshold(row, space) for row in rows]


def _threshold(row: Any, space: VectorSpace) -> Threshold:  # noqa: ANN401 - a row of _LAST
    number, scale, value, doubtful, centre, who, why, set_at = row
    return Threshold(
        value=float(value),
        space=space,
        scale=Scale(scale),
        doubtful=None if doubtful is None else float(doubtful),
        centre=None if centre is None else centre.to_numpy(),
        id=number,
        who=who,
        why=why,
        set_at=set_at,
    )
