"""Entry: a search that was made, as a history lists it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from search.hits import Product
from search.narrowing import Narrow
from search.subject import Subject


@dataclass(frozen=True, slots=True)
class Entry:
    """One search of a history.

    `thumbnail` is where a small picture of what was searched with is, relative to the app: of the
    photo, several photos side by side, or of the product; None where none is kept. `product` is the
    one that was searched with, as it is called today; None for photos, or when it is gone.
    `shown` is how many results there were, `similar` how many of them reached the threshold then.
    `best` is the best hit's product as of today, None when it is gone; `best_score` that of then.
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
