"""Errors as they are stored, and back: a code and its facts."""

from __future__ import annotations

from collections.abc import Mapping

from search.errors import LikenessError
from search.language import Fact


def error_of(code: str, facts: Mapping[str, Fact]) -> LikenessError:
    """Return the error that was stored, to be said in any language; the root if none has it."""
    kinds = {kind.code: kind for kind in LikenessError.kinds()}
    return kinds.get(code, LikenessError)(**facts)
