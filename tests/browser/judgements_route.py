"""The judgements' and the deal's addresses as a server of the test's own plays them.

What was received can be read, and faults be set, at /played: tests look and steer from outside.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route, Router

PRODUCTS = 40
EDGES = (-1.0, 0.5, 0.6, 0.68, 0.72, 0.78, 1.0)
WHERE = ("around", "below", "above")


class Played:
    """What came in, by id, and how the next requests are answered."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.judgements: dict[str, dict[str, Any]] = {}
        self.requests: list[str] = []
        self.fault: dict[str, Any] | None = None
        self.status = 503
        self.person: str | None = None

    def refusal(self, request: Request) -> Response | None:
        """Return how a request is refused: as the test has set, or since another is signed in."""
        if self.fault:
            return JSONResponse(self.fault, self.status)
        if self.person in (None, request.query_params["reader"]):
            return None
        said = {"error": "Another is signed in here.", "code": "person_changed", "retry": True}
        return JSONResponse(said, 409)


played = Played()


async def judge(request: Request) -> Response:
    """Keep a judgement, or refuse it as the test has set."""
    body = await request.json()
    played.requests.append(f"POST {body['product']} {body['verdict']}")
    if refusal := played.refusal(request):
        return refusal
    status = 200 if body["id"] in played.judgements else 201
    played.judgements[body["id"]] = body
    return JSONResponse({"id": body["id"], "verdict": body["verdict"]}, status)


async def undo(request: Request) -> Response:
    """Forget a judgement; what the person said before holds again."""
    key = request.path_params["id"]
    played.requests.append(f"DELETE {request.query_params['who']}")
    if refusal := played.refusal(request):
        return refusal
    gone = played.judgements.pop(key, None)
    if gone is None:
        return JSONResponse({"error": "unknown", "code": "unknown", "retry": False}, 404)
    same = [
        one["verdict"]
        for one in played.judgements.values()
        if (one["photo"], one["product"]) == (gone["photo"], gone["product"])
    ]
    return JSONResponse({"id": key, "verdict": same[-1] if same else None})


async def deal(request: Request) -> Response:
    """Deal products that were not judged yet, in the order of their numbers."""
    asked = request.query_params
    played.requests.append(f"GET {asked['source']} {asked['scale']} {asked['line']}")
    if refusal := played.refusal(request):
        return refusal
    judged = {one["product"] for one in played.judgements.values()}
    numbers = [n for n in range(PRODUCTS) if str(n) not in judged][: int(asked["n"])]
    return JSONResponse(
        {"cards": [_card(n, asked["line"]) for n in numbers], "progress": _progress()}
    )


def _card(number: int, line: str) -> dict[str, Any]:
    return {
        "photo": "ab" * 32,
        "photo_picture": "pictures/7",
        "product": str(number),
        "name": f"Mug “Morning” {number}, 330 ml",
        "article": f"LK-{1000 + number}",
        "price": "$4.50",
        "category": "Office",
        "picture": f"pictures/{number}",
        "value": int(line) / 100 + (number % 3 - 1) / 50,
        "similarity": 0.71,
        "space": "acme/clip-two",
        "where": WHERE[number % 3],
    }


def _progress() -> dict[str, Any]:
    judged = len(played.judgements)
    bands = [
        {"low": low, "high": high, "judged": judged // (5 - n % 4), "products": 12_000 // 4**n + 3}
        for n, (low, high) in enumerate(pairwise(EDGES))
    ]
    return {"judged": judged, "photos": 12, "needed": max(0, 8 - judged), "bands": bands}


async def look(_: Request) -> Response:
    """Tell what came in."""
    return JSONResponse(
        {"judgements": list(played.judgements.values()), "requests": played.requests}
    )


async def steer(request: Request) -> Response:
    """Answer with the body and its `status` from now on, or as usual without one.

    `reset` forgets everything, `judged` is how many products were judged before, `person` who is
    signed in: pages that were drawn for others are refused.
    """
    body = await request.json()
    if body.pop("reset", False):
        played.reset()
    for number in range(body.pop("judged", 0)):
        played.judgements[f"before {number}"] = {"product": str(number), "verdict": "match"}
    played.person = body.pop("person", None)
    played.status = body.pop("status", 503)
    played.fault = body or None
    return JSONResponse({})


ROUTES = [
    Mount(
        "/api",
        app=Router(
            [
                Route("/judgements", judge, methods=["POST"]),
                Route("/judgements/{id}", undo, methods=["DELETE"]),
                Route("/deal", deal),
            ]
        ),
    ),
    Mount("/played", app=Router([Route("/", look), Route("/", steer, methods=["POST"])])),
]
