"""Made-up records of calls and searches for tests: as they are most often, or by chance."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from search.calls import OK, REMEMBERED, UNDER_WAY, Call, Purpose, SearchRecord
from search.usage.span import Span
from search.vectors import CLIP

HOST = "played.example"
NOON = datetime(2026, 9, 15, 12, tzinfo=UTC)
# What calls come to, with the status of the answer, and how often.
_OUTCOMES: dict[tuple[str, int | None], int] = {
    (OK, 200): 60,
    (REMEMBERED, None): 20,
    ("encoder_timeout", None): 4,
    ("rate_limited", 429): 4,
    ("encoder_failed", 500): 2,
    ("encoder_failed", 502): 2,
    (UNDER_WAY, None): 1,
}


def a_call(at: datetime = NOON, *, number: int | None = None, **changes: Any) -> Call:  # noqa: ANN401 - any field
    """Return a call that succeeded, but for what is changed."""
    fields: dict[str, Any] = {
        "id": UUID(int=Random().getrandbits(128) if number is None else number),  # noqa: S311
        "started_at": at,
        "encoder": "Hugging Face",
        "host": HOST,
        "space": CLIP,
        "purpose": Purpose.SEARCH,
        "outcome": OK,
        "seconds": 1.5,
        "reached": True,
        "status": 200,
    }
    return Call(**fields | changes)


def a_search(at: datetime = NOON, **changes: Any) -> SearchRecord:  # noqa: ANN401 - any field
    """Return a search that succeeded, but for what is changed."""
    fields: dict[str, Any] = {
        "id": UUID(int=Random().getrandbits(128)),  # noqa: S311 - rows of a test
        "made_at": at,
        "space": CLIP,
        "outcome": OK,
        "origin": "page",
        "who": "",
        "remembered": False,
        "encoder_seconds": 1.5,
        "database_seconds": 0.02,
        "rest_seconds": 0.05,
        "shown": 50,
        "above": 7,
        "threshold": 0.74,
        "best_score": 0.9,
        "best_similarity": 0.9,
    }
    return SearchRecord(**fields | changes)


def calls_by_chance(count: int, since: datetime, until: datetime, seed: int = 1) -> list[Call]:
    """Return calls of all kinds, spread over a time."""
    chance = Random(seed)  # noqa: S311 - rows of a test
    made = []
    for _ in range(count):
        outcome, status = chance.choices(list(_OUTCOMES), list(_OUTCOMES.values()))[0]
        is_call = outcome != REMEMBERED
        made.append(
            a_call(
                since + (until - since) * chance.random(),
                number=chance.getrandbits(128),
                outcome=outcome,
                status=status,
                seconds=chance.lognormvariate(0.3, 0.4) if is_call else 0.0,
                reached=is_call,
                attempt=chance.choice((1, 1, 1, 2, 3)) if is_call else 1,
                cold=is_call and chance.random() < 0.02,
            )
        )
    return made


def searches_by_chance(
    count: int, since: datetime, until: datetime, seed: int = 1, products: int = 5
) -> list[SearchRecord]:
    """Return searches of all kinds, spread over a time; the best hits are products 1 to 5."""
    chance = Random(seed)  # noqa: S311 - rows of a test
    made = []
    for _ in range(count):
        failed, best = chance.random() < 0.1, chance.uniform(0.5, 1)
        made.append(
            a_search(
                since + (until - since) * chance.random(),
                id=UUID(int=chance.getrandbits(128)),
                outcome="encoder_timeout" if failed else OK,
                origin=chance.choice(("page", "api")),
                who=chance.choice(("", "Anna", "Ben")),
                remembered=not failed and chance.random() < 0.3,
                encoder_seconds=chance.lognormvariate(0.3, 0.4),
                database_seconds=chance.lognormvariate(-4, 0.4),
                rest_seconds=chance.lognormvariate(-3, 0.4),
                cold=chance.random() < 0.1,
                above=0 if failed else chance.choice((0, 1, 3, 20)),
                best_similarity=None if failed else best,
                best_score=None if failed else best,
                product_id=None if failed else chance.randint(1, products),
            )
        )
    return made


def step_of(at: datetime, span: Span) -> int | None:
    """Return the step of a span that a moment lies in."""
    steps = zip(span.edges[:-1], span.edges[1:], strict=True)
    return next((number for number, (low, high) in enumerate(steps) if low <= at < high), None)


def days(number: float) -> timedelta:
    """Return so many days."""
    return timedelta(days=number)
