"""Tallies of calls summed up in the ways in which they are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from search.store.calls import Tally
from search.usage.views import OutcomeCount


def by_step(tallies: Iterable[Tally], steps: int) -> dict[str, list[int]]:
    """Return for each outcome how many calls began in each of so many steps."""
    counts: dict[str, list[int]] = {}
    for tally in tallies:
        counts.setdefault(tally.outcome, [0] * steps)[tally.step] += tally.calls
    return counts


def totals(tallies: Iterable[Tally]) -> list[OutcomeCount]:
    """Return how many calls came to each outcome and status, the most first."""
    counts: Counter[tuple[str, int | None]] = Counter()
    for tally in tallies:
        counts[tally.outcome, tally.status] += tally.calls
    return [OutcomeCount(*what, calls) for what, calls in counts.most_common()]


def purposes(tallies: Iterable[Tally]) -> dict[str, int]:
    """Return how many calls were for what, the most first."""
    counts: Counter[str] = Counter()
    for tally in tallies:
        counts[tally.purpose] += tally.calls
    return dict(counts.most_common())
