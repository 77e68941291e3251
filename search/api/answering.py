"""How everything below /api answers a failure: its sentence, its code, and whether to try again."""

from __future__ import annotations

import logging
from typing import Any, Final

import anyio
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search.api.speaking import language_of
from search.api.statuses import challenge_of, status_of, wait_of
from search.errors import LikenessError, MethodWrong, PathUnknown

NO_STORE: Final = {"Cache-Control": "no-store"}
# Whoever is still sending does not listen: a connection that is closed meanwhile is all they see.
# So much of a body that nobody wants, and so long, is taken and thrown away before the answer.
DRAINED_BYTES: Final = 32_000_000
DRAINED_SECONDS: Final = 2.0
_METHOD_NOT_ALLOWED = 405

log = logging.getLogger(__name__)


def answer(
    content: Any,  # noqa: ANN401 - what JSON can say
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """Return an answer in JSON that nobody keeps."""
    return JSONResponse(content, status, headers=NO_STORE | (headers or {}))


def failure(error: LikenessError, request: Request) -> JSONResponse:
    """Return the answer that says an error in the request's language."""
    told = {
        "success": False,
        "error": language_of(request).error(error).sentence,
        "code": error.code,
        "retry": error.retry,
    }
    return answer(told, status_of(error), headers_of(error))


def headers_of(error: LikenessError) -> dict[str, str]:
    """Return what the answer to an error says beside its sentence; nobody keeps it."""
    headers = dict(NO_STORE)
    if (seconds := wait_of(error)) is not None:
        headers["Retry-After"] = str(seconds)
    if (challenge := challenge_of(error)) is not None:
        headers["WWW-Authenticate"] = challenge
    if isinstance(error, MethodWrong):
        headers["Allow"] = str(error.facts["allowed"])
    return headers


async def answer_unread(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request whose body nobody wants to read."""
    await _Body(receive).drain(Request(scope))
    await response(scope, receive, send)


class Failing:
    """ASGI middleware: whatever goes wrong below it ends in an answer, and nothing raw gets out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and answer for what is raised."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body, is_answering = _Body(receive), False

        async def watched(message: Message) -> None:
            nonlocal is_answering
            is_answering = True
            await send(message)

        try:
            await self._app(scope, body.receive, watched)
        except Exception as error:
            if is_answering:  # half an answer is out: the server ends the connection, and logs
                raise
            request = Request(scope)
            await body.drain(request)
            await _answer_to(error, request)(scope, receive, send)


def _answer_to(error: Exception, request: Request) -> Response:
    match error:
        case LikenessError():
            return failure(error, request)
        case HTTPException(status_code=status, headers=headers) if status == _METHOD_NOT_ALLOWED:
            return failure(MethodWrong(allowed=(headers or {}).get("Allow", "")), request)
        case HTTPException():
            return failure(PathUnknown(), request)
        case ClientDisconnect():
            # Whoever asked is gone; the half that came in is nothing.
            return Response(status_code=400)
    log.error("a request failed: %s", type(error).__name__, exc_info=error)
    return failure(LikenessError(), request)


class _Body:
    """A request's body on its way in: how much of it is still to come."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._is_begun = self._is_over = False

    async def receive(self) -> Message:
        self._is_begun = True
        message = await self._receive()
        self._is_over = self._is_over or not message.get("more_body", False)
        return message

    async def drain(self, request: Request) -> None:
        """Take what is still being sent, within reason."""
        if "content-length" not in request.headers and "transfer-encoding" not in request.headers:
            return
        if not self._is_begun and "expect" in request.headers:
            return  # it waits to be told to begin
        taken = 0
        with anyio.move_on_after(DRAINED_SECONDS):
            while not self._is_over and taken < DRAINED_BYTES:
                taken += len((await self.receive()).get("body", b""))
