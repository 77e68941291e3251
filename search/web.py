"""The HTTP routes beside the pages: the catalogue's pictures."""

from __future__ import annotations

import re
from collections.abc import Callable

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, Router

from search.engine import SearchEngine
from search.errors import LikenessError

# A picture's address is the hash of its content: what is behind it can never change.
FOR_EVER = "public, max-age=31536000, immutable"
A_DAY = "public, max-age=86400"
_DIGEST = re.compile(r"[0-9a-f]{64}")


def picture_path(digest: str) -> str:
    """Return the path, without a leading slash, under which a catalogue picture is served."""
    return f"api/pictures/{digest}"


def routes(engine: Callable[[], SearchEngine]) -> Router:
    """Build what is mounted at /api. `engine` returns the running engine or raises."""

    async def picture(request: Request) -> Response:
        digest = request.path_params["digest"]
        if not _DIGEST.fullmatch(digest):
            return PlainTextResponse("no such picture", 404)
        etag = f'"{digest}"'
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers={"ETag": etag, "Cache-Control": FOR_EVER})
        try:
            found = await to_thread.run_sync(lambda: engine().picture(digest))
        except LikenessError as error:
            return PlainTextResponse(str(error), 503, headers={"Cache-Control": "no-store"})
        if found is None:
            return PlainTextResponse("no such picture", 404)
        headers = {
            "Cache-Control": FOR_EVER,
            "ETag": etag,
            "X-Content-Type-Options": "nosniff",
            # A catalogue may hold an SVG one day: nothing in it may run.
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
        }
        return Response(found.content, media_type=found.media_type, headers=headers)

    async def sample(request: Request) -> Response:
        content = await to_thread.run_sync(lambda: engine().sample(request.path_params["key"]))
        if content is None:
            return PlainTextResponse("no such sample", 404)
        headers = {"Cache-Control": A_DAY, "X-Content-Type-Options": "nosniff"}
        return Response(content, media_type="image/jpeg", headers=headers)

    return Router(routes=[Route("/pictures/{digest}", picture), Route("/samples/{key}", sample)])
