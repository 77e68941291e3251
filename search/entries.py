"""Entry: a search that was made, as a history lists it; Portrait: what it was made with.

Forgotten: what is left of one that was deleted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from search.hits import Product
from search.narrowing import Narrow
from search.subject import Kind, Subject


@dataclass(frozen=True, slots=True)
class Entry:
    """One search of a history.

    `thumbnail` is where a small picture of what was searched with is, relative to the app: of the
    photo, several photos side by side, or of the product; None where none is kept. `product` is the
    one that was searched with, as it is called today; None for photos, or when it is gone.
    `shown` is how many results there were, `similar` how many of them reached the threshold then.
    `best` is the best hit's product as of today, None when it is gone; `best_score` that of then,
    and `best_picture` the reference of its picture, see `search.addresses.picture_path`.
    """

    id: UUID
    made_at: datetime
    subject: Subject
    thumbnail: str | None
    product: Product | None
    narrow: Narrow | None
    shown: int
    similar: int
    best: Product | None
    best_score: float
    title: str
    is_pinned: bool
    best_picture: str | None = None


@dataclass(frozen=True, slots=True)
class Portrait:
    """How what was searched with is shown.

    `picture` is where it is, relative to the app; None where none is kept. `product` is the one of
    the catalogue that was searched with; None for photos, or when it is gone.
    """

    picture: str | None
    product: Product | None = None


class Need(StrEnum):
    """Who goes on needing a photo whose search was forgotten; the values are keys of texts."""

    SEARCH = "search"
    JUDGEMENT = "judgement"
    SET = "set"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A search that was deleted: what it was made with, and who goes on needing the photos.

    Where nobody does, nothing is left of them: no picture, no vector, no comparison.
    """

    kind: Kind
    needs: frozenset[Need] = frozenset()
