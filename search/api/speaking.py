"""Which language a request is answered in: the one it names, else the first that both know."""

from __future__ import annotations

from babel.core import negotiate_locale
from starlette.requests import Request

from search.language import LANGUAGES, Language, language

# What a browser sends has a handful; whoever sends more is not listened to that long.
_MOST = 20


def language_of(request: Request) -> Language:
    """Return the language of a request's sentences: `settle`d, by parameter, or as browsers say."""
    named: str | None = getattr(request.state, "language", None)
    named = named or request.query_params.get("language")
    if named is None:
        named = _accepted(request.headers.get("accept-language", ""))
    return language(named.lower())


def settle(request: Request, code: str) -> None:
    """Answer this request in a language, whatever happens to it from now on."""
    request.state.language = code


def _accepted(header: str) -> str:
    """Return the language that an Accept-Language header wants most of those that there are."""
    wanted: list[tuple[float, str]] = []
    for part in header.split(",")[:_MOST]:
        name, _, weight = part.partition(";")
        try:
            share = float(weight.strip().removeprefix("q=")) if weight.strip() else 1.0
        except ValueError:
            continue
        if name.strip() and share > 0:
            wanted.append((share, name.strip()))
    wanted.sort(key=lambda one: -one[0])
    return negotiate_locale([name for _, name in wanted], LANGUAGES, sep="-") or "en"
