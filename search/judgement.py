"""Judgement: this product is, or is not, a match for this photo, said by someone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from search.vectors import VectorSpace

# SHA-256: how long a photo's fingerprint is.
FINGERPRINT_BYTES = 32


class Verdict(StrEnum):
    """What can be said of a photo and a product."""

    MATCH = "match"
    DIFFERENT = "different"
    UNSURE = "unsure"  # looked at, and left out of every figure


class Origin(StrEnum):
    """Where a judgement was made."""

    SEARCH = "search"
    ASSISTANT = "assistant"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One verdict of one person.

    `photo` is the photo's fingerprint, `similarity` the cosine that was shown, where known. The
    verdict is about the things pictured and holds in every space; `space` is the one in which the
    product was found, whatever is active by now, and that of the similarity.
    """

    id: UUID
    photo: bytes
    product_id: int
    verdict: Verdict
    who: str
    space: VectorSpace
    origin: Origin
    similarity: float | None = None
    made_at: datetime | None = None
