"""How requests and websocket handshakes are refused before anything of the app has seen them."""

from __future__ import annotations

from textwrap import fill
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from search.api.answering import answer_unread, failure, headers_of
from search.api.statuses import status_of
from search.errors import LikenessError
from search.language import LANGUAGES, language

_DENIAL: Final = "websocket.http.response"
_POLICY_VIOLATION: Final = 1008
# So many letters of code are seen at once on a phone.
_LINE: Final = 34


async def refuse(error: LikenessError, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer in the app's place: JSON for programs, for people a sentence in every language."""
    if scope["type"] == "http":
        await answer_unread(_refusal(error, scope), scope, receive, send)
    elif _DENIAL in scope.get("extensions", {}):
        await _refusal(error, scope)(scope, receive, send)
    else:
        await send({"type": "websocket.close", "code": _POLICY_VIOLATION})


def path_of(scope: Scope) -> str:
    """Return the path below the one that the app is mounted at, as routes are found by it."""
    path: str = scope["path"]
    mounted: str = scope.get("root_path", "")
    below = path.removeprefix(mounted)
    return below if below in ("", path) or below.startswith("/") else path


def is_below_api(path: str) -> bool:
    """Tell whether a path, as `path_of` returns it, is one for programs."""
    return path.startswith("/api/")


def told_to_people(error: LikenessError) -> Response:
    """Return the answer that says a sentence in every language: nobody knows the reader's here."""
    said = "\n\n".join(_sentences(error))
    return PlainTextResponse(said, status_of(error), headers=headers_of(error))


def told_to_a_page(error: LikenessError) -> Response:
    """Return the same for Streamlit's page while it has drawn nothing.

    It reads JSON, and shows a text in it as it would show code, whose lines it does not break.
    """
    said = "\n\n".join(fill(sentence, _LINE) for sentence in _sentences(error))
    return JSONResponse(said, status_of(error), headers=headers_of(error))


def _sentences(error: LikenessError) -> list[str]:
    return [language(code).error(error).sentence for code in LANGUAGES]


def _refusal(error: LikenessError, scope: Scope) -> Response:
    if scope["type"] == "http" and is_below_api(path_of(scope)):
        return failure(error, Request(scope))
    return told_to_people(error)
