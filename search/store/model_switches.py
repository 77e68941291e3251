"""Which model's space is searched, who said so, and what it was before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from search.store.database import Connection, Database
from search.store.spaces import Spaces
from search.vectors import VectorSpace

# Two people who switch at one moment do so one after the other.
_LOCK = "LOCK TABLE likeness.model_switches IN SHARE ROW EXCLUSIVE MODE"
_ADD = """
    INSERT INTO likeness.model_switches (space_id, before_id, who, why)
    SELECT %(space)s, before, %(who)s, %(why)s
    FROM (
        SELECT coalesce(
            (SELECT space_id FROM likeness.model_switches ORDER BY id DESC LIMIT 1), %(first)s
        ) AS before
    ) AS active
    WHERE before <> %(space)s
    RETURNING id
"""
_TAKE_BACK = """
    INSERT INTO likeness.model_switches (space_id, before_id, who, why)
    SELECT before_id, space_id, %(who)s, ''
    FROM (SELECT * FROM likeness.model_switches ORDER BY id DESC LIMIT 1) AS latest
    WHERE id = %(id)s
    RETURNING id
"""
_LAST: LiteralString = """
    SELECT switch.id, after.model, after.revision, after.dimensions,
           before.model, before.revision, before.dimensions,
           switch.who, switch.why, switch.set_at
    FROM likeness.model_switches AS switch
    JOIN likeness.spaces AS after ON after.id = switch.space_id
    JOIN likeness.spaces AS before ON before.id = switch.before_id
    {which}
    ORDER BY switch.id DESC LIMIT %s
"""
# What no model could encode, a picture that is damaged or out of reach, is not lost by a switch.
_MISSING = """
    SELECT count(*) FROM likeness.pictures AS picture
    WHERE NOT EXISTS (
        SELECT FROM likeness.image_embeddings
        WHERE space_id = %(space)s AND picture_id = picture.id
    ) AND NOT EXISTS (
        SELECT FROM likeness.picture_failures
        WHERE picture_id = picture.id AND space_id IS NULL
    )
"""


@dataclass(frozen=True, slots=True)
class Switch:
    """From one space to another. `why` is "" where the switch before was taken back."""

    id: int
    space: VectorSpace
    before: VectorSpace
    who: str
    why: str
    set_at: datetime

    @property
    def is_back(self) -> bool:
        """Whether it took the switch before it back."""
        return not self.why


class ModelSwitches:
    """The table `model_switches`."""

    def __init__(self, database: Database, spaces: Spaces) -> None:
        self._database = database
        self._spaces = spaces

    def add(self, space: VectorSpace, first: VectorSpace, who: str, why: str) -> Switch | None:
        """Make a space the active one; None when it is that already.

        `first` is the one that is active as long as nobody has switched.
        """
        asked = {
            "space": self._spaces.id_of(space),
            "first": self._spaces.id_of(first),
            "who": who,
            "why": why,
        }
        with self._database.connection() as connection, connection.transaction():
            connection.execute(_LOCK)
            return _added(connection, connection.execute(_ADD, asked).fetchone())

    def take_back(self, number: int, who: str) -> Switch | None:
        """Return to what was active before a switch; None when it is no longer the last one."""
        with self._database.connection() as connection, connection.transaction():
            connection.execute(_LOCK)
            row = connection.execute(_TAKE_BACK, {"id": number, "who": who}).fetchone()
            return _added(connection, row)

    def last(self, limit: int = 1) -> list[Switch]:
        """Return the last switches, the one that holds first."""
        # Whoever asks has the last answer to go on with, and a page that waits for it says nothing.
        with self._database.hurried_connection() as connection:
            rows = connection.execute(_LAST.format(which=""), (limit,)).fetchall()
        return [_switch(row) for row in rows]

    def missing(self, space: VectorSpace) -> int:
        """Return how many pictures a search in a space would not find, though a model could."""
        asked = {"space": self._spaces.id_of(space)}
        with self._database.connection() as connection:
            row = connection.execute(_MISSING, asked).fetchone()
        return int(row[0]) if row else 0


def _added(connection: Connection, new: Any) -> Switch | None:  # noqa: ANN401 - a row, or none
    if new is None:
        return None
    one = _LAST.format(which="WHERE switch.id = %s")
    return _switch(connection.execute(one, (new[0], 1)).fetchone())


def _switch(row: Any) -> Switch:  # noqa: ANN401 - a row of _LAST
    number, *spaces, who, why, set_at = row
    return Switch(number, VectorSpace(*spaces[:3]), VectorSpace(*spaces[3:]), who, why, set_at)
