"""What an app answers to a step of signing in: where that leads to, and which cookies it gives."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, replace
from typing import Final

from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope

_PATH: Final = re.compile(rb";\s*path=[^;]*", re.IGNORECASE)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answered:
    """Where an answer leads to ("" for nowhere), and its cookies."""

    location: str = ""
    cookies: tuple[bytes, ...] = ()

    @property
    def leads_away(self) -> bool:
        """Whether it leads out of the app."""
        return bool(self.location) and not self.location.startswith("/")

    def touches(self, name: str) -> bool:
        """Tell whether a cookie is given or taken away."""
        return any(_name(cookie) == name for cookie in self.cookies)

    def sets(self, name: str) -> bool:
        """Tell whether a cookie is given, and not only taken away."""
        return any(_name(cookie) == name and _value(cookie) for cookie in self.cookies)

    def weight(self, name: str) -> int:
        """Return how many bytes a cookie has, with all the pieces that it is given in."""
        pieces = re.compile(rf"{re.escape(name)}(_\d+)?")
        return sum(len(_value(one)) for one in self.cookies if pieces.fullmatch(_name(one)))

    def pieces(self, name: str) -> dict[str, str]:
        """Return a cookie's value, and those of the pieces that it goes on in, by their names."""
        form = re.compile(rf"{re.escape(name)}(_\d+)?")
        return {
            called: _value(one).decode("latin-1")
            for one in self.cookies
            if form.fullmatch(called := _name(one)) and _value(one)
        }

    def without(self, name: str) -> Answered:
        """Return the same without the cookies whose names begin so."""
        kept = (cookie for cookie in self.cookies if not _name(cookie).startswith(name))
        return replace(self, cookies=tuple(kept))

    def below(self, path: str, name: str) -> Answered:
        """Return the same, with cookies whose names begin so for a path alone."""
        moved = f"; Path={path}".encode()
        return replace(
            self,
            cookies=tuple(
                _PATH.sub(moved, cookie) if _name(cookie).startswith(name) else cookie
                for cookie in self.cookies
            ),
        )


async def answer_of(app: ASGIApp, scope: Scope, receive: Receive) -> Answered:
    """Return what an app answers, without its body: all that matters leads elsewhere."""
    answered = Answered()

    async def hear(message: Message) -> None:
        nonlocal answered
        if message["type"] == "http.response.start":
            answered = _read(message)

    try:
        await app(scope, receive, hear)
    except Exception:
        # Whoever signs in is told that it failed, and where they can try again.
        log.exception("a step of signing in failed")
    return answered


def lead(location: str, answered: Answered) -> Response:
    """Lead somewhere, with all cookies that were given or taken away."""
    response = RedirectResponse(location, 302)
    response.raw_headers.extend((b"set-cookie", cookie) for cookie in answered.cookies)
    return response


def _read(start: Message) -> Answered:
    headers = [(name.lower(), value) for name, value in start["headers"]]
    location = next((value for name, value in headers if name == b"location"), b"")
    cookies = tuple(value for name, value in headers if name == b"set-cookie")
    return Answered(location.decode("latin-1"), cookies)


def _name(cookie: bytes) -> str:
    return cookie.partition(b"=")[0].decode("latin-1")


def _value(cookie: bytes) -> bytes:
    return cookie.partition(b";")[0].partition(b"=")[2].strip(b'"')
