"""Searches with one thing that were made in one go: folded into the latest of them.

Whoever changes filters searches anew each time. Each of these searches has an address of its own,
but a list of them all hides what was searched for before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from search.entries import Entry
from search.subject import Kind, Subject

# Whoever comes back to a photo later searches with it once more, and looks for that in its place.
IN_ONE_GO: Final = timedelta(hours=1)
# More than anybody reads through.
MOST_EARLIER: Final = 50


@dataclass(frozen=True, slots=True)
class Fold:
    """A search, and the `earlier` ones with the same, the latest of them first."""

    latest: Entry
    earlier: tuple[Entry, ...] = ()


def folded(entries: Iterable[Entry]) -> Iterator[Fold]:
    """Fold searches, the latest first, that follow one another within an hour with the same.

    One that somebody named is folded into no other: it is looked for by its name.
    """
    go: list[Entry] = []
    for entry in entries:
        if go and not _goes_on(go, entry):
            yield Fold(go[0], tuple(go[1:]))
            go = []
        go.append(entry)
    if go:
        yield Fold(go[0], tuple(go[1:]))


def _goes_on(go: list[Entry], entry: Entry) -> bool:
    return (
        not entry.title
        and len(go) <= MOST_EARLIER
        and _thing(entry.subject) == _thing(go[-1].subject)
        and go[-1].made_at - entry.made_at <= IN_ONE_GO
    )


def _thing(subject: Subject) -> tuple[Kind, int | bytes | None]:
    """Return what tells things apart; a product is the same with another picture."""
    if subject.kind is Kind.PRODUCT:
        return subject.kind, subject.product_id
    return subject.kind, subject.fingerprint
