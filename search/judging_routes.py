"""The HTTP routes of judging: judgements in and taken back, cards dealt, the active threshold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from search import judging_requests as asked
from search.access.asked_by import demand, refuse_changed
from search.access.caller import Caller, Way
from search.access.roles import Right, Role
from search.addresses import photo_path, picture_path
from search.api.answering import answer
from search.api.speaking import language_of
from search.dealing import Card, Deal
from search.engine import SearchEngine
from search.judgement import Judgement
from search.language import Language
from search.people import LONGEST_NAME, tidy
from search.prices import price_said
from search.threshold import Threshold
from search.tuning.scales import BINS_PER_UNIT
from search.vectors import VectorSpace

# A card costs a look at the whole catalogue. Those who wait for theirs hold no thread meanwhile, so
# that everybody else is served.
DEALS_AT_ONCE = 2


def judging_routes(engine: Callable[[], SearchEngine]) -> list[Route]:
    """Build the routes. `engine` returns the running engine or raises."""
    dealing = CapacityLimiter(DEALS_AT_ONCE)

    async def judge(request: Request) -> Response:
        asked.refuse_foreign(request)
        refuse_changed(request)
        caller = demand(request, Right.JUDGE)
        content = await asked.read_json(request)

        def keep() -> tuple[Judgement, bool]:
            judging = engine().judging
            judgement = asked.judgement(content, judging.space_named)
            judgement = replace(judgement, who=_signed(caller, judgement.who))
            return judgement, judging.record(judgement)

        kept, is_new = await to_thread.run_sync(keep)
        return answer({"id": str(kept.id), "verdict": kept.verdict}, 201 if is_new else 200)

    async def undo(request: Request) -> Response:
        asked.refuse_foreign(request)
        refuse_changed(request)
        caller = demand(request, Right.JUDGE)
        number = asked.judgement_id(request.path_params["id"])
        who = _signed(caller, request.query_params.get("who", ""))
        verdict = await to_thread.run_sync(lambda: engine().judging.undo(number, who))
        return answer({"id": str(number), "verdict": verdict})

    async def deal(request: Request) -> Response:
        refuse_changed(request)
        caller, given = demand(request, Right.JUDGE), request.query_params
        scale = asked.scale(given.get("scale", ""))
        line = asked.line(given.get("line", ""))
        n = asked.cards(given.get("n", str(asked.HAND)))
        source, who = given.get("source", ""), _signed(caller, given.get("who", ""))

        def draw() -> tuple[Deal, VectorSpace]:
            running = engine()
            searched, dealt_by = running.settings.keep_photos, running.dealing
            hand = dealt_by.deal(source, scale, line, n, who, searched=searched)
            return hand, dealt_by.space

        dealt, space = await to_thread.run_sync(draw, limiter=dealing)
        return answer(_deal(dealt, space, language_of(request)))

    async def threshold(request: Request) -> Response:
        caller = demand(request, Right.SEARCH)

        def active() -> Threshold:
            return engine().thresholds.active()

        is_signed = caller.role.reaches(Role.VIEWER)
        return answer(_threshold(await to_thread.run_sync(active), is_signed=is_signed))

    return [
        Route("/judgements", judge, methods=["POST"]),
        Route("/judgements/{id}", undo, methods=["DELETE"]),
        Route("/deal", deal),
        Route("/threshold", threshold),
    ]


def _signed(caller: Caller, said: str) -> str:
    """Return by which name somebody judges: nobody who is known says somebody else's.

    A program with a key may judge for several people; the key's name stands beside theirs.
    """
    if caller.way is Way.KEY:
        beside = f" ({caller.name})"
        named = tidy(said)[: max(LONGEST_NAME - len(beside), 0)]
        return f"{named}{beside}" if named else caller.name
    return caller.signature if caller.way is Way.SIGNED_IN else said


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


def _threshold(threshold: Threshold, *, is_signed: bool) -> dict[str, Any]:
    """Return a threshold; guests are not told who set it, nor why."""
    return {
        "value": threshold.value,
        "scale": threshold.scale,
        "doubtful": threshold.doubtful,
        "who": threshold.who if is_signed else "",
        "why": threshold.why if is_signed else "",
        "set_at": threshold.set_at.isoformat() if threshold.set_at else None,
    }
