"""The key that a program sends with its request, and whose it is."""

from __future__ import annotations

from starlette.requests import Request

from search.engine import SearchEngine
from search.errors import KeyMissing

HEADER = "X-API-Key"
REQUIRED = "required"
_SCHEME = "bearer"


def sent_key(request: Request) -> str | None:
    """Return the key that a request sends; None when it sends none.

    X-API-Key comes first: a proxy may have Authorization for itself. Of that header only Bearer is
    a key; passwords (Basic) are such a proxy's.
    """
    if own := request.headers.get(HEADER, "").strip():
        return own
    scheme, _, token = request.headers.get("authorization", "").strip().partition(" ")
    return (token.strip() or None) if scheme.lower() == _SCHEME else None


def who_searches(engine: SearchEngine, key: str | None) -> str:
    """Return the name of whoever sent a key, "" without any, and count the search.

    Raises KeyMissing where one is required, KeyUnknown, KeyRateLimited, StoreError.
    """
    if key is None:
        _do_without(engine)
        return ""
    return engine.keys.take(key).name


def let_read(engine: SearchEngine, key: str | None) -> None:
    """Let whoever sent a key read what was found; raise as `who_searches`, but for limits."""
    if key is None:
        _do_without(engine)
    else:
        engine.keys.look(key)


def _do_without(engine: SearchEngine) -> None:
    if engine.settings.api_keys == REQUIRED:
        raise KeyMissing
