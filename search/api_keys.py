"""Keys of programs, and demo links for people: made, listed, revoked, and what each may do now."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from pydantic import SecretStr

from search.access.roles import Role
from search.errors import (
    DemoLinkEnded,
    DemoRateLimited,
    KeyExpired,
    KeyNameInvalid,
    KeyNameTaken,
    KeyNotFound,
    KeyRateLimited,
    KeyUnknown,
)
from search.people import LONGEST_NAME, excerpt, tidy
from search.store.api_keys import ApiKey, ApiKeys

PER_MINUTE: Final = 60
DEMO_PER_MINUTE: Final = 10
DEMO_DAYS: Final = 14
MOST_DAYS: Final = 3_650
# By which a page's address carries the key of a demo link.
DEMO_PARAMETER: Final = "demo"
# For so many seconds a process believes that a key which it looked up is in use, when something is
# read with it. Every search asks the database anyway, as that is where searches are counted.
BELIEVED_SECONDS: Final = 5.0

_MARK = "lk_"
_RANDOM_BYTES = 32
# Enough to tell keys apart in a list: four random characters, and nobody guesses the other 39.
_PREFIX = 7
_KEY = re.compile(r"lk_[A-Za-z0-9_-]{43}")


class Keys:
    """One an engine. Every method may be called from several threads at once.

    Of a key there is its hash, and only whoever made it ever saw more. `now` is the time of day,
    `clock` measures, in seconds.
    """

    def __init__(
        self,
        kept: ApiKeys,
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._kept = kept
        self._now = now
        self._clock = clock
        # By their hashes: the keys, and until when each is believed. Only those that are keys.
        self._believed: dict[bytes, tuple[ApiKey, float]] = {}

    def add(
        self,
        name: str,
        per_minute: int = PER_MINUTE,
        role: Role = Role.VIEWER,
        days: int | None = None,
    ) -> tuple[SecretStr, ApiKey]:
        """Make a key and return it with what is kept of it; it is shown now or never.

        `name` has 1 to 80 characters and is no other key's in use, `per_minute` is 1 to
        MOST_PER_MINUTE searches, `days` 1 to MOST_DAYS, None for no end; a guest's always ends.
        Raises KeyNameInvalid, KeyNameTaken, StoreError.
        """
        if role is Role.GUEST and days is None:
            raise ValueError("a demo link always ends")
        name, now = _named(name), self._now()
        ends = None if days is None else now + timedelta(days=days)
        while not self._kept.has(name, now):
            key = _MARK + secrets.token_urlsafe(_RANDOM_BYTES)
            made = ApiKey(name, key[:_PREFIX], per_minute, now, role=role, expires_at=ends)
            kept = self._kept.add(hash_of(key), made)
            if kept is not None:
                return SecretStr(key), kept
            # Another key begins like it, one time in millions, or somebody else took the name.
        raise KeyNameTaken(name=name)

    def add_demo(
        self, name: str, per_minute: int = DEMO_PER_MINUTE, days: int = DEMO_DAYS
    ) -> tuple[SecretStr, ApiKey]:
        """Make the key of a demo link, as `add` does."""
        return self.add(name, per_minute, Role.GUEST, days)

    def all(self) -> list[ApiKey]:
        """Return every key that was ever made, in that order; raise StoreError."""
        return self._kept.all()

    def revoke(self, named: str) -> ApiKey:
        """Revoke a key by its name, its prefix, or itself; it never opens anything again.

        Searches with it are refused at once, what other processes read with it within
        BELIEVED_SECONDS. Raises KeyNotFound, StoreError.
        """
        named = tidy(named)
        revoked = self._kept.revoke(named, hash_of(named), self._now())
        if revoked is None:
            # Somebody's key, or most of one, is not repeated.
            raise KeyNotFound(name=named[:_PREFIX] if _is_like_key(named) else excerpt(named))
        self._believed.clear()
        return revoked

    def look(self, key: str) -> ApiKey:
        """Return what is known of a key that something is read with.

        Raises KeyUnknown when it is none or revoked, KeyExpired, DemoLinkEnded, StoreError.
        """
        if not is_key(key):  # the database need not be asked
            raise KeyUnknown
        key_hash, now, at = hash_of(key), self._now(), self._clock()
        known, until = self._believed.get(key_hash, (None, at))
        if known is not None and at < until:
            return _opening(known, now)  # it may have ended since
        self._believed.pop(key_hash, None)
        known = _opening(self._kept.look(key_hash, now), now)
        self._believed[key_hash] = known, at + BELIEVED_SECONDS
        return known

    def look_demo(self, key: str) -> ApiKey:
        """Return what is known of a demo link.

        Raises DemoLinkEnded when it is over, revoked, or none, be it a program's key; StoreError.
        """
        try:
            known = self.look(key)
        except KeyUnknown:
            raise DemoLinkEnded from None
        if not known.is_demo:
            raise DemoLinkEnded
        return known

    def take(self, key: str) -> ApiKey:
        """Return what is known of a key that is searched with, and count the search.

        As many as it may make in a minute can be made at once; further ones come back one by one,
        evenly over a minute. Raises KeyRateLimited when none is left, for all who have a demo link
        DemoRateLimited, else as `look`.
        """
        if not is_key(key):
            raise KeyUnknown
        now = self._now()
        taking = self._kept.take(hash_of(key), now)
        known = _opening(taking.key if taking else None, now)
        if taking is not None and not taking.is_taken:
            limited = DemoRateLimited if known.is_demo else KeyRateLimited
            raise limited(limit=known.per_minute, seconds=taking.wait)
        return known


def demo_address(public_url: str | None, key: SecretStr) -> SecretStr:
    """Return the address of a demo link, below that by which people call the app; else a path."""
    return SecretStr(f"{public_url or ''}/?{DEMO_PARAMETER}={key.get_secret_value()}")


def is_key(text: str) -> bool:
    """Tell whether a text has the form of a key."""
    return _KEY.fullmatch(text) is not None


def _opening(key: ApiKey | None, now: datetime) -> ApiKey:
    """Return a key that opens something; say why another one does not."""
    if key is not None and key.opens(now):
        return key
    if key is not None and key.is_demo:
        raise DemoLinkEnded
    raise KeyExpired if key is not None and key.has_ended(now) else KeyUnknown


def hash_of(key: str) -> bytes:
    """Return what is kept of a key.

    Slow hashes with a salt are for passwords, which people choose and others guess. A key is 256
    random bits: at any speed nobody tries them all, and no table has them.
    """
    return sha256(key.encode("utf-8", "surrogatepass")).digest()


def _is_like_key(text: str) -> bool:
    return text.lower().startswith(_MARK)


def _named(name: str) -> str:
    """Return a key's name as it is kept; raise KeyNameInvalid."""
    name = tidy(name)
    if not name:
        raise KeyNameInvalid(reason="@reasons.key_without_name")
    if len(name) > LONGEST_NAME:
        raise KeyNameInvalid(reason="@reasons.name_too_long", limit=LONGEST_NAME)
    if _is_like_key(name):  # it would be taken for a prefix, or is a key
        raise KeyNameInvalid(reason="@reasons.key_name_like_key")
    return name
