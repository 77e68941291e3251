"""A recorded call told again: the error's code, and the facts that its sentence names.

A row keeps less than the error had: host, status, seconds and what the server said. The rest is
found out anew from these and from the settings, in the way in which it was found out then.
"""

from __future__ import annotations

from search.calls import Call
from search.encoders.breaker import PAUSE_SECONDS
from search.encoders.refusals import reason_of
from search.errors import AddressRetired, BadAnswer, EncoderPaused, PhotoRejected, QuotaSpent
from search.language import Fact, Language
from search.settings import Settings
from search.usage.quota import spent_facts
from search.usage.views import Why

_REASON = "@reasons."
_MONTH = "@reasons.quota_month"
_WITH_REASONS = {kind.code: kind for kind in (AddressRetired, PhotoRejected)}


def why(call: Call, settings: Settings, variables: str = "") -> Why:
    """Return what a failed call's error was; its sentences are `errors.<code>.what` and `.next`.

    The encoder's settings are changed by variables whose names begin with `variables`.
    """
    facts: dict[str, Fact] = {
        "host": call.host,
        "setting": _token_setting(settings, variables),
        "reason": _reason(call),
        "seconds": round(call.seconds, 1),
        "detail": said_by_server(call),
        "request_id": call.request_id,
    }
    if call.status is not None:
        facts["status"] = call.status
    if call.outcome == EncoderPaused.code:
        facts["seconds"] = PAUSE_SECONDS
    if call.outcome == QuotaSpent.code:
        facts |= _limit(call, settings)
    return Why(call.outcome, facts)


def in_words(told: Why, words: Language) -> list[str]:
    """Return what happened, and the next step where there is one."""
    for root in (f"why.{told.code}", f"errors.{told.code}"):
        if f"{root}.what" in words:
            parts = (f"{root}.{part}" for part in ("what", "next"))
            return [words.text(part, **told.facts) for part in parts]
    return [words.text("errors.unexpected.what")]


def said_by_server(call: Call) -> str:
    """Return what the server said of a call, "" where what is kept is a reason of ours."""
    return "" if call.detail.startswith(_REASON) else call.detail


def _limit(call: Call, settings: Settings) -> dict[str, Fact]:
    """Return which of our own limits refused a call, and until when."""
    if call.detail == _MONTH:
        return spent_facts("month", settings.monthly_calls, call.started_at)
    return spent_facts("day", settings.daily_calls, call.started_at)


def _token_setting(settings: Settings, variables: str) -> str:
    """Return the variable that people change the token in."""
    is_theirs = settings.encoder_dialect.startswith("huggingface")
    if is_theirs and not settings.encoder_token:
        return "HUGGINGFACE_API_TOKEN"
    return f"{variables}ENCODER_TOKEN"


def _reason(call: Call) -> str:
    if call.detail.startswith(_REASON):
        return call.detail
    kind = _WITH_REASONS.get(call.outcome)
    if kind is not None and call.status is not None:
        known: dict[str, Fact] = {"host": call.host, "status": call.status, "detail": call.detail}
        return str(reason_of(kind, known)["reason"])
    if call.outcome == BadAnswer.code and call.detail:
        return "@reasons.answer_error"  # the only one of its reasons that comes with words
    return call.detail or "@reasons.unrecorded"
