"""/healthz says that the process lives, /readyz whether searches can be made, and why not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from search.access.asked_by import may
from search.access.roles import Right
from search.api.answering import answer
from search.api.speaking import language_of
from search.calls import BreakerState, utc_now
from search.errors import DatabaseUnavailable, LikenessError
from search.language import Language
from search.scraping import Figures, Scraping
from search.usage.telling import in_words
from search.usage.views import Now, State

LOOKS_AT_ONCE: Final = 4
# What was learnt longer ago keeps nobody away: nobody would ask, and nothing would be learnt again.
REMEMBERED: Final = timedelta(minutes=1)
_WELL: Final = (State.WORKING, State.SLOW, State.UNKNOWN)


def health_routes(scraping: Scraping) -> list[Route]:
    """Build the two routes; what is known is read as for /metrics, and no encoder is asked."""
    limiter = CapacityLimiter(LOOKS_AT_ONCE)

    async def healthz(_: Request) -> Response:
        return answer({"status": "ok"})

    async def readyz(request: Request) -> Response:
        figures = await to_thread.run_sync(scraping.recent, limiter=limiter)
        told = readiness(figures, language_of(request), utc_now())
        status = 200 if told["ready"] else 503
        # Which database and which encoder there are, and what they suffer from, is not everybody's.
        return answer(told if may(request, Right.SEE_USAGE) else {"ready": told["ready"]}, status)

    return [Route("/healthz", healthz), Route("/readyz", readyz)]


def readiness(figures: Figures, words: Language, now: datetime) -> dict[str, Any]:
    """Return whether searches can be made now, and how database and encoder do.

    An encoder is not ready that cannot be built, that is left alone or limited now, or that failed
    within the last minute.
    """
    database, encoder = _database(figures, words), _encoder(figures, words, now)
    ready = bool(database["ready"] and encoder["ready"])
    return {"ready": ready, "database": database, "encoder": encoder}


def _database(figures: Figures, words: Language) -> dict[str, Any]:
    if figures.database_up:
        return {"ready": True, "code": "ok", "sentence": words.text("api.database_ok")}
    error: LikenessError = figures.failure or DatabaseUnavailable(reason="@reasons.no_answer_yet")
    return {"ready": False, "code": error.code, "sentence": words.error(error).sentence}


def _encoder(figures: Figures, words: Language, now: datetime) -> dict[str, Any]:
    known = figures.now
    if known is None:
        state = words.text(f"command.usage.state_{State.UNKNOWN}")
        return {"ready": True, "code": State.UNKNOWN, "sentence": f"{state}."}
    state = words.text(f"command.usage.state_{known.state}")
    reasons = in_words(known.why, words) if known.why.code else []
    is_built = figures.encoder is not None or not figures.database_up
    return {
        "ready": is_built and not _holds(known, now),
        "code": known.why.code or known.state,
        "sentence": " ".join([f"{state}.", *reasons]),
        "state": known.state,
    }


def _holds(known: Now, now: datetime) -> bool:
    """Tell whether what is known of an encoder means that a search would fail now."""
    if known.breaker.state is BreakerState.OPEN:
        return True
    if known.state is State.OUT_OF_QUOTA and known.why.code in ("quota_month", "quota_day"):
        return True
    is_recent = known.last_call is not None and now - known.last_call < REMEMBERED
    return known.state not in _WELL and is_recent
