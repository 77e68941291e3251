"""Why something was left out of an adopted catalogue, in words."""

from __future__ import annotations

from search.language import Language


def reason_of(reason: str, words: Language) -> str:
    """Return what was left out, to stand before a colon and a number."""
    key = f"adoption.left_out.{reason}"
    return words.text(key if key in words else "adoption.left_out.other", reason=reason)
