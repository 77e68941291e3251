"""Why nothing is looked for by words."""

from __future__ import annotations

from search.errors.root import LikenessError


class FindingError(LikenessError):
    """This text is nothing to look for; another one is."""


class TextEmpty(FindingError):
    """It has neither a letter nor a figure."""

    code = "text_empty"


class TextTooLong(FindingError):
    """Facts: `limit` (in characters)."""

    code = "text_too_long"
