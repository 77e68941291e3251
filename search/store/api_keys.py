"""Keys: their hashes, in which role they come, how much they may search, what of that is spent."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from search.access.roles import Role
from search.store.database import Database

MOST_PER_MINUTE: Final = 6_000

# The name of a key that has ended can be given again.
_FREE = """
    UPDATE likeness.api_keys SET revoked_at = %(now)s
    WHERE name = %(name)s AND revoked_at IS NULL AND expires_at <= %(now)s
"""
_ADD = """
    INSERT INTO likeness.api_keys (hash, prefix, name, per_minute, role, created_at, expires_at)
    VALUES (%(hash)b, %(prefix)s, %(name)s, %(per_minute)s, %(role)s, %(now)s, %(expires_at)s)
    ON CONFLICT DO NOTHING
    RETURNING name, prefix, per_minute, role, created_at, last_used_at, revoked_at, expires_at
"""
_ALL = """
    SELECT name, prefix, per_minute, role, created_at, last_used_at, revoked_at, expires_at
    FROM likeness.api_keys ORDER BY id
"""
_HAS = """
    SELECT true FROM likeness.api_keys
    WHERE name = %(name)s AND revoked_at IS NULL AND (expires_at <= %(now)s) IS NOT TRUE
"""
_REVOKE = """
    UPDATE likeness.api_keys SET revoked_at = %(now)s
    WHERE revoked_at IS NULL AND (name = %(named)s OR prefix = %(named)s OR hash = %(hash)b)
    RETURNING name, prefix, per_minute, role, created_at, last_used_at, revoked_at, expires_at
"""

# A further use within a minute is not written.
_LOOK = """
    WITH used AS (
        UPDATE likeness.api_keys SET last_used_at = %(now)s
        WHERE hash = %(hash)b AND revoked_at IS NULL AND (expires_at <= %(now)s) IS NOT TRUE
            AND (last_used_at > %(now)s - interval '1 minute') IS NOT TRUE
    )
    SELECT name, prefix, per_minute, role, created_at, last_used_at, revoked_at, expires_at
    FROM likeness.api_keys WHERE hash = %(hash)b
"""

# The leaky bucket as a meter: a search costs its share of a minute, and a minute may be spent ahead
# of now. One column says all of it, one statement looks and takes, and processes that search at
# once take turns at the row: the limit is one for all of them. `greatest`, as a key that rested has
# no more than a minute.
_TAKE = """
    WITH taken AS (
        UPDATE likeness.api_keys SET
            spent_until = greatest(spent_until, %(now)s) + share,
            last_used_at = CASE
                WHEN last_used_at > %(now)s - interval '1 minute' THEN last_used_at ELSE %(now)s
            END
        WHERE hash = %(hash)b AND revoked_at IS NULL AND (expires_at <= %(now)s) IS NOT TRUE
            AND greatest(spent_until, %(now)s) + share <= %(now)s + interval '1 minute'
        RETURNING id
    )
    SELECT name, prefix, per_minute, role, created_at, last_used_at, revoked_at, expires_at,
           EXISTS (SELECT FROM taken),
           extract(epoch FROM
               greatest(spent_until, %(now)s) + share - interval '1 minute' - %(now)s
           )::float8
    FROM likeness.api_keys WHERE hash = %(hash)b
"""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of a key, which is not the key. `last_used_at` is right to the minute.

    Those of a guest are demo links, and end.
    """

    name: str
    prefix: str
    per_minute: int
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    role: Role = Role.VIEWER
    expires_at: datetime | None = None

    @property
    def is_demo(self) -> bool:
        """Whether it is a demo link."""
        return self.role is Role.GUEST

    def has_ended(self, now: datetime) -> bool:
        """Tell whether the time that it was made for is over, and nobody had revoked it before."""
        last = now if self.revoked_at is None else self.revoked_at
        return self.expires_at is not None and self.expires_at <= last

    def opens(self, now: datetime) -> bool:
        """Tell whether it is neither revoked nor over."""
        return self.revoked_at is None and not self.has_ended(now)


@dataclass(frozen=True, slots=True)
class Taking:
    """Whether a key had a search left, and if not, in how many whole seconds it has one.

    One that has ended or was revoked had none, however long it waits.
    """

    key: ApiKey
    is_taken: bool
    wait: int = 0


class ApiKeys:
    """The table `api_keys`.

    Keys are found by the hash, in an index: how long that takes tells nobody how much of a key was
    right, as no hash tells how to come nearer to another one. So nothing here compares in constant
    time.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, key_hash: bytes, made: ApiKey) -> ApiKey | None:
        """Store a key of 1 to MOST_PER_MINUTE searches; None when name or prefix is in use."""
        asked = {
            "hash": key_hash,
            "prefix": made.prefix,
            "name": made.name,
            "per_minute": made.per_minute,
            "role": made.role.value,
            "now": made.created_at,
            "expires_at": made.expires_at,
        }
        with self._database.transaction() as connection:
            connection.execute(_FREE, asked)
            row = connection.execute(_ADD, asked).fetchone()
        return _key(row) if row else None

    def all(self) -> list[ApiKey]:
        """Return every key that was ever made, in that order."""
        with self._database.connection() as connection:
            return [_key(row) for row in connection.execute(_ALL).fetchall()]

    def has(self, name: str, now: datetime) -> bool:
        """Tell whether a key that is neither revoked nor over has this name."""
        with self._database.connection() as connection:
            return connection.execute(_HAS, {"name": name, "now": now}).fetchone() is not None

    def revoke(self, named: str, key_hash: bytes, now: datetime) -> ApiKey | None:
        """Revoke the key of a name, a prefix or a hash; None when no key in use has it."""
        asked = {"named": named, "hash": key_hash, "now": now}
        with self._database.connection() as connection:
            row = connection.execute(_REVOKE, asked).fetchone()
        return _key(row) if row else None

    def look(self, key_hash: bytes, now: datetime) -> ApiKey | None:
        """Return the key of a hash, and note that it is used, as long as it opens anything.

        None when there is none.
        """
        asked = {"hash": key_hash, "now": now}
        with self._database.unhurried_transaction() as connection:
            row = connection.execute(_LOOK, asked).fetchone()
        return _key(row) if row else None

    def take(self, key_hash: bytes, now: datetime) -> Taking | None:
        """Take one search from what a key has left; None when there is none.

        What a power cut loses of it is half a second's searches.
        """
        asked = {"hash": key_hash, "now": now}
        with self._database.unhurried_transaction() as connection:
            row = connection.execute(_TAKE, asked).fetchone()
        if row is None:
            return None
        *known, is_taken, seconds = row
        return Taking(_key(known), is_taken, 0 if is_taken else max(math.ceil(seconds), 1))


def _key(row: Any) -> ApiKey:  # noqa: ANN401 - a row of _ALL
    name, prefix, per_minute, role, *moments = row
    made, used, revoked, ends = (at and at.astimezone(UTC) for at in moments)
    return ApiKey(name, prefix, per_minute, made, used, revoked, Role(role), ends)
