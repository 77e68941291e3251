"""The HTTP routes beside the pages: searches, pictures, judging, and metrics."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from anyio import CapacityLimiter, to_thread
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router

from search.access.asked_by import demand, may
from search.access.roles import Right
from search.api.answering import Failing
from search.api.routes import search_routes
from search.engine import SearchEngine
from search.judging_requests import fingerprint
from search.judging_routes import judging_routes
from search.picture_route import ONLY_A_PICTURE, not_found, picture_endpoint
from search.scraping import Scraping
from search.store.photos import PhotoPicture

A_DAY = "public, max-age=86400"
# Fingerprints are no secrets, cards carry them to whoever judges; but a photo that somebody took
# is no guest's to fetch, and belongs in no shared cache and on no other site. Whoever has it asks
# each time whether it is still there: what was forgotten is gone from this browser and from every
# other one.
PRIVATELY = "private, no-cache"
# However many scrapes wait for a database that hangs, the other routes have threads left.
SCRAPES_AT_ONCE = 4


def routes(engine: Callable[[], SearchEngine]) -> Router:
    """Build what is mounted at /api. `engine` returns the running engine or raises."""

    async def sample(request: Request) -> Response:
        content = await to_thread.run_sync(lambda: engine().sample(request.path_params["key"]))
        if content is None:
            return not_found()
        headers = {"Cache-Control": A_DAY, **ONLY_A_PICTURE}
        return Response(content, media_type="image/jpeg", headers=headers)

    async def photo(request: Request) -> Response:
        asked = fingerprint(request.path_params["photo"])
        if asked is None:
            return not_found()
        may_see = may(request, Right.SEE_PHOTOS)

        def find() -> PhotoPicture | None:
            running = engine()
            searched = may_see and running.settings.keep_photos
            return running.judging.picture(asked, searched=searched)

        found = await to_thread.run_sync(find)
        if found is None:
            return not_found()
        tag = f'"{sha256(found.content).hexdigest()}"'
        headers = {"Cache-Control": PRIVATELY, "ETag": tag}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        headers |= {"Cross-Origin-Resource-Policy": "same-origin", **ONLY_A_PICTURE}
        return Response(found.content, media_type=found.media_type, headers=headers)

    return Router(
        [
            Route("/pictures/{reference}", picture_endpoint(engine)),
            Route("/samples/{key}", sample),
            Route("/photos/{photo}", photo),
            *search_routes(engine),
            *judging_routes(engine),
        ],
        middleware=[Middleware(Failing)],
    )


def metrics_route(scraping: Scraping) -> Route:
    """Build /metrics, which answers whatever else does not work."""
    limiter = CapacityLimiter(SCRAPES_AT_ONCE)

    async def metrics(request: Request) -> Response:
        demand(request, Right.SEE_USAGE)
        accept = request.headers.get("accept", "")
        content, content_type = await to_thread.run_sync(scraping.answer, accept, limiter=limiter)
        headers = {"Content-Type": content_type, "Cache-Control": "no-store"}
        return Response(content, headers=headers)

    return Route("/metrics", metrics, middleware=[Middleware(Failing)])
