"""The HTTP route of catalogue pictures: by the hash of their content, or by their number.

`?size=small` asks for one in the size of a list, see `search.thumbnails`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from hashlib import sha256

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from search.addresses import SMALL, is_digest
from search.decoding import DECODING_AT_ONCE
from search.engine import SearchEngine
from search.errors import FetchError, LikenessError, PhotoError
from search.store.pictures import UnfetchedPicture
from search.store.products import StoredPicture
from search.thumbnails import Thumbnails

# What is behind the hash of a content can never change.
FOR_EVER = "public, max-age=31536000, immutable"
# Behind a number there may be another picture tomorrow.
FOR_MINUTES = "private, max-age=300"
A_MINUTE = "private, max-age=60"
# A catalogue may hold an SVG one day: nothing in it may run, and nothing may be taken for a page.
ONLY_A_PICTURE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
}

# A browser asks for six at once. Those who wait for a shop's server, however slow it is, hold no
# thread meanwhile that others need.
FETCHES_AT_ONCE = 6


def picture_endpoint(
    engine: Callable[[], SearchEngine],
) -> Callable[[Request], Awaitable[Response]]:
    """Build what answers at /pictures/{reference}. `engine` returns the running one or raises."""
    return _Serving(engine).picture


class _Serving:
    def __init__(self, engine: Callable[[], SearchEngine]) -> None:
        self._engine = engine
        self._fetching = CapacityLimiter(FETCHES_AT_ONCE)
        self._shrinking = CapacityLimiter(DECODING_AT_ONCE)
        self._thumbnails = Thumbnails()

    async def picture(self, request: Request) -> Response:
        reference: str = request.path_params["reference"]
        is_small = request.query_params.get("size") == SMALL
        if is_digest(reference):
            made = self._thumbnails.known(reference) if is_small else None
            # What the browser or this process has already needs no database.
            if made or _has(request, _tag(reference, is_small)):
                return _answer(request, reference, made, _tag(reference, is_small))
        try:
            found = await self._find(reference)
        except (FetchError, PhotoError) as error:
            return _not_had(error)
        if found is None:
            return not_found()
        digest = reference if is_digest(reference) else sha256(found.content).hexdigest()
        if is_small:
            make = self._thumbnails.of
            found = await to_thread.run_sync(make, digest, found, limiter=self._shrinking)
        return _answer(request, reference, found, _tag(digest, is_small))

    async def _find(self, reference: str) -> StoredPicture | None:
        found = await to_thread.run_sync(lambda: self._engine().showing.find(reference))
        if not isinstance(found, UnfetchedPicture):
            return found
        return await to_thread.run_sync(
            lambda: self._engine().showing.fetch(found), limiter=self._fetching
        )


def not_found() -> Response:
    """Answer that there is no such picture, so that nobody keeps it."""
    return PlainTextResponse("no such picture", 404, headers={"Cache-Control": "no-store"})


def _answer(request: Request, reference: str, found: StoredPicture | None, tag: str) -> Response:
    """Answer with a picture; whoever has this one already gets no more than that it is the same."""
    headers = {"ETag": tag, "Cache-Control": FOR_EVER if is_digest(reference) else FOR_MINUTES}
    if found is None or _has(request, tag):
        return Response(status_code=304, headers=headers)
    headers |= ONLY_A_PICTURE
    return Response(found.content, media_type=found.media_type, headers=headers)


def _not_had(error: LikenessError) -> Response:
    """Say why there is no picture at an address; what may pass by itself is not kept."""
    status, how_long = (502, "no-store") if error.retry else (404, A_MINUTE)
    return PlainTextResponse(str(error), status, headers={"Cache-Control": how_long})


def _tag(digest: str, is_small: bool) -> str:  # noqa: FBT001 - one of two versions of a content
    return f'"{digest}-{SMALL}"' if is_small else f'"{digest}"'


def _has(request: Request, tag: str) -> bool:
    return request.headers.get("if-none-match") == tag
