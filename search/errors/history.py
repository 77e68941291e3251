"""What cannot be done with searches that were made."""

from __future__ import annotations

from search.errors.root import LikenessError


class HistoryError(LikenessError):
    """What was asked of past searches cannot be done."""


class SearchUnknown(HistoryError):
    """There is no such search, or no longer. Facts: `search`."""

    code = "search_unknown"


class SearchOfAnotherModel(HistoryError):
    """Its vector says nothing in the active space. Facts: `then` and `now`, the two spaces."""

    code = "search_of_another_model"


class TitleTooLong(HistoryError):
    """Facts: `limit` (in characters)."""

    code = "title_too_long"
