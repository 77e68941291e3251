"""Everything that the usage page shows, in plain values: for JSON, and for a terminal's sentences.

Figures are rounded to 6 decimals, as those of an evaluation are (search/report.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any
from uuid import UUID

from search.report import rounded
from search.usage.beside import Beside
from search.usage.span import Span
from search.usage.views import Allowance, Latency, Now, Outcomes, Quota, SearchFigures, Trial
from search.vectors import VectorSpace


@dataclass(frozen=True, slots=True)
class UsageReport:
    """The page's parts, and the call that was made first if one was."""

    now: Now
    quota: Quota
    span: Span
    latency: Latency
    outcomes: Outcomes
    searches: SearchFigures
    trial: Trial | None = None
    beside: Beside | None = None


def plain(value: object) -> Any:  # noqa: ANN401 - JSON is anything
    """Return a view as JSON knows it: objects by field, moments and days as ISO 8601 writes them.

    Of an allowance also what is left, of outcomes and of a trial also what was sent.
    """
    found: Any
    match value:
        case None | bool() | int():
            found = value
        case str() | UUID() | VectorSpace():
            found = str(value)
        case float():
            found = rounded(value)
        case date():
            found = value.isoformat()
        case Mapping():
            found = {str(plain(key)): plain(entry) for key, entry in value.items()}
        case Sequence():
            found = [plain(entry) for entry in value]
        case _:
            found = _fields(value)
    return found


def _fields(value: object) -> dict[str, Any]:
    if not is_dataclass(value):
        raise TypeError(f"{type(value).__name__} is no part of a report")
    known = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    match value:
        case Allowance():
            known["left"] = value.left
        case Outcomes() | Trial():
            known["sent"] = value.sent
    return known
