"""What a call can come to, in words, and how it looks in a chart."""

from __future__ import annotations

from typing import Final

from pages.parts.usage.chart.chart import Key
from pages.parts.usage.words import Words

# Colour and pattern together tell outcomes apart; the order is that of the stack, from below.
_LOOKS: Final = {
    "ok": ("--violet", ""),
    "remembered": ("--violet/0.5", ""),
    "under_way": ("--grey", ""),
    "model_waking": ("--orange", ""),
    "rate_limited": ("--orange", "/"),
    "encoder_timeout": ("--red", "\\"),
    "encoder_unreachable": ("--red", "/"),
    "encoder_failed": ("--red", "x"),
    "encoder_paused": ("--grey", "/"),
    "quota_spent": ("--orange", "x"),
    "credits_exhausted": ("--orange", "-"),
    "token_refused": ("--red", ""),
    "access_forbidden": ("--red", "|"),
    "address_retired": ("--red", "-"),
    "token_missing": ("--quiet", "/"),
    "token_malformed": ("--quiet", "x"),
    "photo_rejected": ("--blue", "/"),
    "bad_answer": ("--blue", "x"),
    "encoder_broken": ("--quiet", ""),
    "local_packages_missing": ("--quiet", "\\"),
    "local_model_unfetched": ("--quiet", "+"),
    "local_model_broken": ("--quiet", "|"),
}
_OTHER = ("--quiet", "-")


def outcome_name(outcome: str, words: Words) -> str:
    """Name what a call came to; a code that nobody knows stands for itself."""
    key = f"outcomes.{outcome}"
    return words.t.text(key) if key in words.t else outcome


def outcome_key(outcome: str, words: Words) -> Key:
    """Return an outcome's entry in the legend."""
    return Key(outcome_name(outcome, words), *_LOOKS.get(outcome, _OTHER))


def stacking(outcome: str) -> int:
    """Return where in a stack an outcome stands, the lowest first."""
    return list(_LOOKS).index(outcome) if outcome in _LOOKS else len(_LOOKS)
