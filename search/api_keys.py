"""Keys of programs that search over HTTP: made, listed, revoked, and what each may do now."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Final

from pydantic import SecretStr

from search.errors import (
    KeyNameInvalid,
    KeyNameTaken,
    KeyNotFound,
    KeyRateLimited,
    KeyUnknown,
)
from search.people import LONGEST_NAME, excerpt, tidy
from search.store.api_keys import ApiKey, ApiKeys

PER_MINUTE: Final = 60
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

    def add(self, name: str, per_minute: int = PER_MINUTE) -> tuple[SecretStr, ApiKey]:
        """Make a key and return it with what is kept of it; it is shown now or never.

        `name` has 1 to 80 characters and is no other key's in use, `per_minute` is 1 to
        MOST_PER_MINUTE searches. Raises KeyNameInvalid, KeyNameTaken, StoreError.
        """
        name = _named(name)
        while not self._kept.has(name):
            key = _MARK + secrets.token_urlsafe(_RANDOM_BYTES)
            kept = self._kept.add(
                _hash(key),
                prefix=key[:_PREFIX],
                name=name,
                per_minute=per_minute,
                now=self._now(),
            )
            if kept is not None:
                return SecretStr(key), kept
            # Another key begins like it, one time in millions, or somebody else took the name.
        raise KeyNameTaken(name=name)

    def all(self) -> list[ApiKey]:
        """Return every key that was ever made, in that order; raise StoreError."""
        return self._kept.all()

    def revoke(self, named: str) -> ApiKey:
        """Revoke a key by its name, its prefix, or itself; it never opens anything again.

        Searches with it are refused at once, what other processes read with it within
        BELIEVED_SECONDS. Raises KeyNotFound, StoreError.
        """
        named = tidy(named)
        revoked = self._kept.revoke(named, _hash(named), self._now())
        if revoked is None:
            # Somebody's key, or most of one, is not repeated.
            raise KeyNotFound(name=named[:_PREFIX] if _is_like_key(named) else excerpt(named))
        self._believed.clear()
        return revoked

    def look(self, key: str) -> ApiKey:
        """Return what is known of a key that something is read with.

        Raises KeyUnknown when it is none or revoked, StoreError.
        """
        if not _is_key(key):  # the database need not be asked
            raise KeyUnknown
        key_hash, at = _hash(key), self._clock()
        known, until = self._believed.get(key_hash, (None, at))
        if known is not None and at < until:
            return known
        looked_up = self._kept.look(key_hash, self._now())
        if looked_up is None:
            self._believed.pop(key_hash, None)
            raise KeyUnknown
        self._believed[key_hash] = looked_up, at + BELIEVED_SECONDS
        return looked_up

    def take(self, key: str) -> ApiKey:
        """Return what is known of a key that is searched with, and count the search.

        As many as it may make in a minute can be made at once; further ones come back one by one,
        evenly over a minute. Raises KeyRateLimited when none is left, else as `look`.
        """
        if not _is_key(key):
            raise KeyUnknown
        taking = self._kept.take(_hash(key), self._now())
        if taking is None:
            raise KeyUnknown
        if not taking.is_taken:
            raise KeyRateLimited(limit=taking.key.per_minute, seconds=taking.wait)
        return taking.key


def _hash(key: str) -> bytes:
    """Return what is kept of a key.

    Slow hashes with a salt are for passwords, which people choose and others guess. A key is 256
    random bits: at any speed nobody tries them all, and no table has them.
    """
    return sha256(key.encode("utf-8", "surrogatepass")).digest()


def _is_key(text: str) -> bool:
    return _KEY.fullmatch(text) is not None


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
