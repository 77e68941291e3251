"""The HTTP routes of judging: judgements in and taken back, cards dealt, the active threshold."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from anyio import CapacityLimiter, to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from search import judging_requests as asked
from search.addresses import photo_path, picture_path
from search.dealing import Card, Deal
from search.engine import SearchEngine
from search.errors import (
    DataRefused,
    JudgementTaken,
    JudgementUnknown,
    LikenessError,
    ProductUnknown,
    RequestForeign,
    RequestNotJson,
    RequestTooLarge,
    SourceUnknown,
    TuningError,
)
from search.judgement import Judgement
from search.language import Language, language
from search.prices import price_said
from search.threshold import Threshold
from search.tuning.scales import BINS_PER_UNIT
from search.vectors import VectorSpace

# The first that fits. What is no fault of the request's lies with us, and mostly passes.
_STATUS: tuple[tuple[type[LikenessError], int], ...] = (
    (JudgementUnknown, 404),
    (ProductUnknown, 404),
    (SourceUnknown, 404),
    (JudgementTaken, 409),
    (TuningError, 422),
    (DataRefused, 422),
    (RequestForeign, 403),
    (RequestTooLarge, 413),
    (RequestNotJson, 415),
    (LikenessError, 503),
)
# A card costs a look at the whole catalogue. Those who wait for theirs hold no thread meanwhile, so
# that everybody else is served.
DEALS_AT_ONCE = 2
_NO_STORE = {"Cache-Control": "no-store"}

Endpoint = Callable[[Request], Awaitable[Response]]


def judging_routes(engine: Callable[[], SearchEngine]) -> list[Route]:
    """Build the routes. `engine` returns the running engine or raises."""
    dealing = CapacityLimiter(DEALS_AT_ONCE)

    async def judge(request: Request) -> Response:
        asked.refuse_foreign(request)
        content = await asked.read_json(request)

        def keep() -> tuple[Judgement, bool]:
            judging = engine().judging
            judgement = asked.judgement(content, judging.space_named)
            return judgement, judging.record(judgement)

        kept, is_new = await to_thread.run_sync(keep)
        return _json({"id": str(kept.id), "verdict": kept.verdict}, 201 if is_new else 200)

    async def undo(request: Request) -> Response:
        asked.refuse_foreign(request)
        number = asked.judgement_id(request.path_params["id"])
        who = request.query_params.get("who", "")
        verdict = await to_thread.run_sync(lambda: engine().judging.undo(number, who))
        return _json({"id": str(number), "verdict": verdict})

    async def deal(request: Request) -> Response:
        given = request.query_params
        scale = asked.scale(given.get("scale", ""))
        line = asked.line(given.get("line", ""))
        n = asked.cards(given.get("n", str(asked.HAND)))
        source, who = given.get("source", ""), given.get("who", "")

        def draw() -> tuple[Deal, VectorSpace]:
            running = engine()
            searched, dealt_by = running.settings.keep_photos, running.dealing
            hand = dealt_by.deal(source, scale, line, n, who, searched=searched)
            return hand, dealt_by.space

        dealt, space = await to_thread.run_sync(draw, limiter=dealing)
        return _json(_deal(dealt, space, _language(request)))

    async def threshold(_: Request) -> Response:
        def active() -> Threshold:
            return engine().thresholds.active()

        return _json(_threshold(await to_thread.run_sync(active)))

    return [
        Route("/judgements", _answering(judge), methods=["POST"]),
        Route("/judgements/{id}", _answering(undo), methods=["DELETE"]),
        Route("/deal", _answering(deal)),
        Route("/threshold", _answering(threshold)),
    ]


def _answering(endpoint: Endpoint) -> Endpoint:
    """Answer a failure with its sentence, its code, and whether trying again can help."""

    async def answering(request: Request) -> Response:
        try:
            return await endpoint(request)
        except LikenessError as error:
            sentence = _language(request).error(error).sentence
            status = next(status for kind, status in _STATUS if isinstance(error, kind))
            told = {"error": sentence, "code": error.code, "retry": error.retry}
            return _json(told, status)
        except ClientDisconnect:
            # Whoever asked is gone; the half that came in is nothing.
            return Response(status_code=400)

    return answering


def _language(request: Request) -> Language:
    return language(request.query_params.get("language", "en").lower())


def _json(content: Any, status: int = 200) -> Response:  # noqa: ANN401 - what JSON can say
    return JSONResponse(content, status, headers=_NO_STORE)


def _deal(deal: Deal, space: VectorSpace, words: Language) -> dict[str, Any]:
    progress = deal.progress
    return {
        "cards": [_card(card, words) | {"space": str(space)} for card in deal.cards],
        "progress": {
            "judged": progress.judged,
            "photos": progress.photos,
            "needed": progress.needed,
            "bands": [
                {
                    "low": band.low_bin / BINS_PER_UNIT - 1,
                    "high": min(1.0, band.high_bin / BINS_PER_UNIT - 1),
                    "judged": band.judged,
                    "products": band.products,
                }
                for band in progress.bands
            ],
        },
    }


def _card(card: Card, words: Language) -> dict[str, Any]:
    product = card.product
    return {
        "photo": card.photo.hex(),
        "photo_picture": photo_path(card.photo),
        "product": str(product.id),
        "name": words.choose(product.name),
        "article": product.article,
        "price": price_said(product, words),
        "category": words.choose(product.category) if product.category else None,
        "picture": picture_path(card.picture),
        "value": card.value,
        "similarity": card.similarity,
        "where": card.where,
    }


def _threshold(threshold: Threshold) -> dict[str, Any]:
    return {
        "value": threshold.value,
        "scale": threshold.scale,
        "doubtful": threshold.doubtful,
        "who": threshold.who,
        "why": threshold.why,
        "set_at": threshold.set_at.isoformat() if threshold.set_at else None,
    }
