"""Hugging Face's founding protocol: a picture's bytes in, 512 numbers of CLIP ViT-B/32 out.

`POST /models/openai/clip-vit-base-patch32` (or `/`) answers with the handler that an Inference
Endpoint runs. Failures are `{"error": …}`: 401, 413, 415, 422, 500, and 503 with `estimated_time`
while the model is being loaded. Environment: SPACE_TOKEN, what callers have to show as
`Authorization: Bearer …` (not set: anybody is answered); MODEL_DIR, a folder with the model (not
set: it comes from the Hub).
"""

from __future__ import annotations

import hmac
import json
import logging
import os
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import anyio.to_thread
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from handler import MAX_BYTES, MODEL, EndpointHandler, PictureError, TooLarge
from starlette.exceptions import HTTPException

logger = logging.getLogger("uvicorn.error")

# A batch in base64 may take more than one picture does.
MAX_BODY = 2 * MAX_BYTES
# Loading takes about so long when the model is on the disk already.
LOADING_SECONDS = 30.0
# Each takes up to 150 MB while its picture is decoded, and all share few processors.
AT_ONCE = 2
# What tells nothing of the kind is taken for a picture: so did the founding address.
UNTOLD = ("", "application/octet-stream", "application/x-www-form-urlencoded")

Handler = Callable[[Mapping[str, Any]], Any]


class Refused(Exception):
    """A request that gets no vector: the status and the sentence that it gets."""

    def __init__(self, status: int, error: str, **more: float) -> None:
        super().__init__(error)
        self.status = status
        self.content = {"error": error, **more}


class Model:
    """The handler, loaded in the background, so that callers hear of it meanwhile."""

    def __init__(self, make: Callable[[], Handler]) -> None:
        self._make = make
        self._handler: Handler | None = None
        self._failed = False
        self._since = time.monotonic()

    def load(self) -> None:
        """Load it in a thread of its own; the process may end before that does."""
        threading.Thread(target=self._load, daemon=True, name="loading").start()

    def _load(self) -> None:
        try:
            self._handler = self._make()
        except Exception:
            self._failed = True
            logger.exception("The model cannot be loaded")
        else:
            logger.info("The model was loaded in %.1f s", time.monotonic() - self._since)

    def ready(self) -> Handler:
        """Return the handler; raise Refused with 503 while it is not there, 500 if it never is."""
        if self._handler is not None:
            return self._handler
        if self._failed:
            raise Refused(500, "The model could not be loaded; the Space's log says why.")
        left = max(2.0, LOADING_SECONDS - (time.monotonic() - self._since))
        raise Refused(503, f"Model {MODEL} is currently loading", estimated_time=round(left, 1))


def handler() -> Handler:
    """Make the handler that answers."""
    return EndpointHandler(os.environ.get("MODEL_DIR", ""))


def create_app(make: Callable[[], Handler] = handler) -> FastAPI:
    """Build the app; `make` is called once, in the background, when it starts."""
    token = os.environ.get("SPACE_TOKEN", "").strip()
    model = Model(make)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.limiter = anyio.CapacityLimiter(AT_ONCE)
        if not token:
            logger.warning("SPACE_TOKEN is not set: anybody is answered")
        model.load()
        yield

    app = FastAPI(title="CLIP for Likeness", lifespan=lifespan, openapi_url=None)

    @app.exception_handler(Refused)
    async def refuse(_: Request, refused: Refused) -> JSONResponse:
        headers = {"WWW-Authenticate": "Bearer"} if refused.status == 401 else None  # noqa: PLR2004
        return JSONResponse(refused.content, refused.status, headers)

    @app.exception_handler(HTTPException)
    async def unknown(_: Request, unknown: HTTPException) -> JSONResponse:
        """Say 404 and 405 in the same form."""
        return JSONResponse({"error": unknown.detail}, unknown.status_code, unknown.headers)

    @app.post("/")
    @app.post(f"/models/{MODEL}")
    async def embed(request: Request) -> JSONResponse:
        check_token(request, token)
        ready, is_json = model.ready(), told_json(request)
        body = await body_of(request)
        data = json_in(body) if is_json else {"inputs": body}
        limiter = request.app.state.limiter
        try:
            return JSONResponse(await anyio.to_thread.run_sync(ready, data, limiter=limiter))
        except PictureError as error:
            status, reason = 413 if isinstance(error, TooLarge) else 422, str(error)
        raise Refused(status, reason)

    @app.get("/")
    @app.get("/health")
    async def health() -> dict[str, str]:
        model.ready()
        return {"status": "ready", "model": MODEL}

    return app


def check_token(request: Request, token: str) -> None:
    """Raise Refused unless the caller shows the token; how much of it is right takes no time."""
    kind, _, shown = request.headers.get("Authorization", "").partition(" ")
    right = hmac.compare_digest(shown.strip().encode(), token.encode())
    if token and not (right and kind.lower() == "bearer"):
        raise Refused(401, "Invalid credentials in Authorization header")


def told_json(request: Request) -> bool:
    """Tell JSON from a picture by Content-Type; raise Refused for anything else."""
    told = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if told == "application/json":
        return True
    if told in UNTOLD or told.startswith("image/"):
        return False
    reason = "Send a picture's bytes with Content-Type: image/jpeg, or JSON with base64."
    raise Refused(415, reason)


async def body_of(request: Request) -> bytes:
    """Read the body, as far as it is taken at all; raise Refused for a longer one."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            reason = f"The request is too large: send {MAX_BODY / 1e6:.0f} MB at most."
            raise Refused(413, reason)
    return bytes(body)


def json_in(body: bytes) -> dict[str, Any]:
    """Read an object; raise Refused when there is none."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise Refused(422, 'Send JSON like {"inputs": "<base64>"}.')
    return data


app = create_app()
