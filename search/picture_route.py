"""The HTTP route of catalogue pictures: by the hash of their content, or by their number."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from hashlib import sha256

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from search.addresses import is_digest
from search.engine import SearchEngine
from search.errors import FetchError, LikenessError, PhotoError
from search.store.pictures import UnfetchedPicture
from search.store.products import StoredPicture

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
    limiter = CapacityLimiter(FETCHES_AT_ONCE)

    def find(reference: str) -> StoredPicture | UnfetchedPicture | None:
        return engine().showing.find(reference)

    def fetch(picture: UnfetchedPicture) -> StoredPicture | None:
        return engine().showing.fetch(picture)

    async def picture(request: Request) -> Response:
        reference = request.path_params["reference"]
        if is_digest(reference) and _has(request, reference):
            return _unchanged(reference, FOR_EVER)
        try:
            found = await to_thread.run_sync(find, reference)
            if isinstance(found, UnfetchedPicture):
                found = await to_thread.run_sync(fetch, found, limiter=limiter)
        except (FetchError, PhotoError) as error:
            return _not_had(error)
        return not_found() if found is None else _answer(request, reference, found)

    return picture


def not_found() -> Response:
    """Answer that there is no such picture, so that nobody keeps it."""
    return PlainTextResponse("no such picture", 404, headers={"Cache-Control": "no-store"})


def _answer(request: Request, reference: str, found: StoredPicture) -> Response:
    if is_digest(reference):
        digest, how_long = reference, FOR_EVER
    else:
        digest, how_long = sha256(found.content).hexdigest(), FOR_MINUTES
    if _has(request, digest):
        return _unchanged(digest, how_long)
    headers = {"ETag": f'"{digest}"', "Cache-Control": how_long, **ONLY_A_PICTURE}
    return Response(found.content, media_type=found.media_type, headers=headers)


def _not_had(error: LikenessError) -> Response:
    """Say why there is no picture at an address; what may pass by itself is not kept."""
    status, how_long = (502, "no-store") if error.retry else (404, A_MINUTE)
    return PlainTextResponse(str(error), status, headers={"Cache-Control": how_long})


def _has(request: Request, digest: str) -> bool:
    return request.headers.get("if-none-match") == f'"{digest}"'


def _unchanged(digest: str, how_long: str) -> Response:
    return Response(status_code=304, headers={"ETag": f'"{digest}"', "Cache-Control": how_long})
