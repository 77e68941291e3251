"""The key that a program sends with its request, and whose it is."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from search.access.caller import Caller, Way
from search.engine import SearchEngine
from search.errors import KeyMissing

HEADER = "X-API-Key"
REQUIRED = "required"
_SCHEME = "bearer"


def sent_key(request: HTTPConnection) -> str | None:
    """Return the key that a request sends; None when it sends none.

    X-API-Key comes first: a proxy may have Authorization for itself. Of that header only Bearer is
    a key; passwords (Basic) are such a proxy's.
    """
    if own := request.headers.get(HEADER, "").strip():
        return own
    scheme, _, token = request.headers.get("authorization", "").strip().partition(" ")
    return (token.strip() or None) if scheme.lower() == _SCHEME else None


def who_searches(engine: SearchEngine, caller: Caller, key: str | None) -> str:
    """Return the name of whoever's key it is, "" without any, and count the search.

    `key` is what was sent; a guest has the demo link's. Raises KeyMissing where one is required and
    nobody is known, KeyUnknown, KeyRateLimited, StoreError.
    """
    if key is None and caller.key is not None:
        key = caller.key.get_secret_value()
    if key is None:
        _do_without(engine, caller)
        return ""
    return engine.keys.take(key).name


def let_read(engine: SearchEngine, caller: Caller, key: str | None) -> None:
    """Let whoever sent a key read what was found; raise as `who_searches`, but for limits."""
    if key is None:
        _do_without(engine, caller)
    elif caller.way is Way.OPEN:  # else it has been looked at
        engine.keys.look(key)


def _do_without(engine: SearchEngine, caller: Caller) -> None:
    if caller.way is Way.OPEN and engine.settings.api_keys == REQUIRED:
        raise KeyMissing
