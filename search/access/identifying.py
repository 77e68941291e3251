"""Who somebody is: by the key of a request, by a sign-in, by a demo link, or nobody."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

import anyio
from anyio import CapacityLimiter, to_thread
from pydantic import SecretStr
from starlette.requests import HTTPConnection

from search.access.access import Access
from search.access.caller import Caller, Way
from search.access.demo_link import demo_key
from search.api.keys import sent_key
from search.api_keys import Keys, hash_of
from search.errors import DatabaseUnavailable, KeyFailed, LikenessError, StoreError
from search.store.api_keys import ApiKey

ClaimsOf = Callable[[Mapping[str, str]], Mapping[str, object] | None]
"""Reads what a provider said of somebody from the cookies that they send; None for nobody.

It may have to ask the database whether they signed out, and raises a LikenessError then.
"""

# Keys are asked for in the database. Those who wait for it hold no thread that others need.
LOOKS_AT_ONCE: Final = 8
# While the database is away nobody can tell whether a key still holds. What watches over it would
# learn nothing of the outage then; and it waits for ten seconds at most, as Prometheus does.
REMEMBERED_SECONDS: Final = 600.0
PATIENCE_SECONDS: Final = 2.0
_REMEMBERED_KEYS: Final = 100

_T = TypeVar("_T")


def by_sign_in(cookies: Mapping[str, str], access: Access, claims_of: ClaimsOf) -> Caller | None:
    """Return the person who signed in; None for nobody, and for somebody without a role.

    Raises as `claims_of`.
    """
    said = claims_of(cookies)
    return access.person(said) if said is not None else None


def by_demo_link(cookies: Mapping[str, str], keys: Callable[[], Keys]) -> Caller | None:
    """Return the guest of a demo link; None without one.

    `keys` returns the engine's, and may open it. Raises DemoLinkEnded, StoreError.
    """
    key = demo_key(cookies)
    return None if key is None else _caller(Way.DEMO, key, keys().look_demo(key))


class Identifying:
    """Finds out who sends requests, for any number of them at once.

    `access` and `claims_of` are asked with each request, `keys` where there is a key to look at: it
    returns the engine's, and may open it. `must_ask` tells of cookies whether `claims_of` waits for
    the database: that is left to a thread. `patience` is how long who signed in, who watches, and
    a page that opens, wait for it, in seconds, and `clock` measures.
    """

    def __init__(
        self,
        access: Callable[[], Access],
        claims_of: ClaimsOf,
        keys: Callable[[], Keys],
        *,
        must_ask: Callable[[Mapping[str, str]], bool] = lambda _: False,
        patience: float = PATIENCE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._access = access
        self._claims_of = claims_of
        self._keys = keys
        self._must_ask = must_ask
        self._patience = patience
        self._clock = clock
        self._threads = CapacityLimiter(LOOKS_AT_ONCE)
        self._first = CapacityLimiter(1)  # when one has asked, nobody else has to
        self._remembered: dict[bytes, tuple[Caller, float]] = {}

    async def who(self, request: HTTPConnection, *, watches: bool = False) -> Caller | None:
        """Return who sends a request, by the first that is there: key, sign-in, demo link.

        None for nobody, and for somebody without a role. What `watches` over the database is known
        by its key for some minutes more while that does not answer. Raises KeyUnknown and what is
        below it, and StoreError.
        """
        if (key := sent_key(request)) is not None:
            return await (self._watcher(key) if watches else self._program(key))
        return await self._visitor(request)

    async def visitor(self, request: HTTPConnection) -> Caller | None:
        """Return who looks at a page, by sign-in or demo link, whatever key is sent beside.

        None as for `who`, by a link that has ended, and where only the database knows and does not
        answer: the page is to say so, and opens without waiting for it.
        """
        with anyio.move_on_after(self._patience):
            try:
                return await self._visitor(request)
            except LikenessError:
                pass
        return None

    async def _visitor(self, request: HTTPConnection) -> Caller | None:
        cookies, access = request.cookies, self._access()
        if self._must_ask(cookies):
            person = await self._in_time(lambda: by_sign_in(cookies, access, self._claims_of))
        else:
            person = by_sign_in(cookies, access, self._claims_of)
        if person is not None or demo_key(cookies) is None:
            return person
        return await self._in_thread(lambda: by_demo_link(cookies, self._keys))

    def is_signed_in(self, request: HTTPConnection) -> bool:
        """Tell whether somebody is signed in, be it without a role: of whom `who` knows nothing."""
        return self._claims_of(request.cookies) is not None

    async def _program(self, key: str) -> Caller:
        digest = hash_of(key)
        try:
            caller = await self._in_thread(lambda: _caller(Way.KEY, key, self._keys().look(key)))
        except KeyFailed:
            self._remembered.pop(digest, None)
            raise
        if len(self._remembered) >= _REMEMBERED_KEYS:
            self._remembered.clear()
        self._remembered[digest] = caller, self._clock() + REMEMBERED_SECONDS
        return caller

    async def _watcher(self, key: str) -> Caller:
        known, until = self._remembered.get(hash_of(key), (None, 0.0))
        if known is None or until < self._clock():
            return await self._program(key)
        with anyio.move_on_after(self._patience):
            try:
                return await self._program(key)
            except StoreError:
                pass
        return known

    async def _in_time(self, look: Callable[[], _T]) -> _T:
        # A page cannot even say that it waits without its fonts, which are asked for here too.
        try:
            with anyio.fail_after(self._patience):
                return await to_thread.run_sync(look, limiter=self._first, abandon_on_cancel=True)
        except TimeoutError:
            raise DatabaseUnavailable(reason="@reasons.no_answer_yet") from None

    async def _in_thread(self, look: Callable[[], _T]) -> _T:
        # Whoever stops waiting leaves a thread behind, until the database has answered or not.
        return await to_thread.run_sync(look, limiter=self._threads, abandon_on_cancel=True)


def _caller(way: Way, key: str, known: ApiKey) -> Caller:
    return Caller(
        known.role,
        way,
        name=known.name,
        key=SecretStr(key),
        until=known.expires_at,
        per_minute=known.per_minute,
    )
