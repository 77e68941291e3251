"""The routes of searching: by a photo, by a product, and what a search found."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from search.access.asked_by import demand
from search.access.roles import Right
from search.aim import Aim
from search.api import parameters
from search.api.answering import answer
from search.api.keys import let_read, sent_key, who_searches
from search.api.openapi import document
from search.api.parameters import Asked, Parameters
from search.api.payload import counted, shown
from search.api.speaking import language_of, settle
from search.api.uploads import Form, photo_form, plain_form
from search.engine import SearchEngine
from search.errors import StoreError
from search.hits import Search
from search.judging_requests import refuse_foreign
from search.photo import Photo
from search.settings import Settings

# A model may take minutes to wake up. Those who wait for their turn hold no thread and no photo in
# memory meanwhile, and pages are served by others.
SEARCHES_AT_ONCE: Final = 8
ORIGIN: Final = "api"

log = logging.getLogger(__name__)


def search_routes(engine: Callable[[], SearchEngine]) -> list[Route]:
    """Build the routes. `engine` returns the running engine or raises."""
    serving = _Searching(engine)
    return [
        Route("/search-by-image", serving.by_image, methods=["POST"]),
        Route("/search", serving.by_product, methods=["POST"]),
        Route("/searches/{id}", serving.show),
        Route("/openapi.json", _described),
    ]


async def _described(_: Request) -> Response:
    return answer(document())


class _Searching:
    def __init__(self, engine: Callable[[], SearchEngine]) -> None:
        self._engine = engine
        self._turns = CapacityLimiter(SEARCHES_AT_ONCE)
        self._threads = CapacityLimiter(SEARCHES_AT_ONCE)
        self._looking = CapacityLimiter(SEARCHES_AT_ONCE)

    async def by_image(self, request: Request) -> Response:
        refuse_foreign(request)
        who, settings = await self._let_search(request)
        async with photo_form(request, settings.max_bytes) as (form, image):
            given = _parameters(request, form, parameters.OF_A_PHOTO)
            asked, aim = given.asked(language_of(request).code), given.crop()

            def search() -> Search:
                return self._by_image(image, aim, asked, who)

            return await self._answer(request, asked, search)

    async def by_product(self, request: Request) -> Response:
        refuse_foreign(request)
        who, _ = await self._let_search(request)
        async with plain_form(request) as form:
            given = _parameters(request, form, parameters.OF_A_PRODUCT)
        asked, product = given.asked(language_of(request).code), given.product()

        def search() -> Search:
            engine = self._engine()
            narrow = asked.narrow(engine.store)
            return engine.more_like(
                product, origin=ORIGIN, who=who, narrow=narrow, limit=asked.limit
            )

        return await self._answer(request, asked, search)

    async def show(self, request: Request) -> Response:
        caller, key = demand(request, Right.SEARCH), sent_key(request)

        def look() -> dict[str, object]:
            engine = self._engine()
            let_read(engine, caller, key)
            given = _parameters(request, Form(), parameters.OF_A_SEARCH)
            threshold, words = given.threshold(), language_of(request)
            search = engine.history.reopen(request.path_params["id"])
            products = engine.facets.products(search.narrow, search.query.space)
            return shown(search, search.threshold.at(threshold), products, words)

        return answer(await to_thread.run_sync(look, limiter=self._looking))

    async def _let_search(self, request: Request) -> tuple[str, Settings]:
        """Return who searches, and the settings, before anything else of the request is read."""
        caller, key = demand(request, Right.SEARCH), sent_key(request)

        def let() -> tuple[str, Settings]:
            engine = self._engine()
            return who_searches(engine, caller, key), engine.settings

        return await to_thread.run_sync(let, limiter=self._looking)

    async def _answer(
        self, request: Request, asked: Asked, search: Callable[[], Search]
    ) -> Response:
        """Search when it is this request's turn, unless whoever sent it is gone by then."""
        async with self._turns:
            if await request.is_disconnected():
                raise ClientDisconnect
            found = await to_thread.run_sync(search, limiter=self._threads)
        return answer(counted(found, found.threshold.at(asked.threshold)))

    def _by_image(self, image: UploadFile, aim: Aim, asked: Asked, who: str) -> Search:
        engine = self._engine()
        narrow = asked.narrow(engine.store)
        photo = engine.reading.read(image.file.read(), aim)
        found = engine.search(photo, origin=ORIGIN, who=who, narrow=narrow, limit=asked.limit)
        _keep(engine, photo)
        return found


def _parameters(request: Request, form: Form, known: tuple[str, ...]) -> Parameters:
    """Read what is asked for; from now on the request is answered in the language it names."""
    given = Parameters([*request.query_params.multi_items(), *form.fields], known)
    if (code := given.language()) is not None:
        settle(request, code)
    return given


def _keep(engine: SearchEngine, photo: Photo) -> None:
    """Keep a small picture for whoever judges or reopens the search; without it, it stands."""
    try:
        engine.keep_photo(photo)
    except StoreError as error:
        log.warning("the small picture of a photo is not kept: %s", error)
