"""What is known of photos and products: listed by an evaluation set, or judged by people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from search.store.database import Database

# People overrule the list where they agree; where they are divided the list stands, and without one
# nothing is known.
_PAIRS = """
    WITH listed AS (
        SELECT fingerprint, product_id, true AS is_listed
        FROM likeness.evaluation_matches WHERE set_id = %(set)s
    ), judged AS (
        SELECT fingerprint, product_id, matches > differents AS says_match
        FROM likeness.verdicts
        WHERE fingerprint = ANY(%(photos)s) AND matches <> differents
    )
    SELECT fingerprint, product_id, coalesce(says_match, is_listed), says_match IS NOT NULL,
           product.category_id
    FROM listed FULL JOIN judged USING (fingerprint, product_id)
    JOIN likeness.products AS product ON product.id = product_id
    WHERE fingerprint = ANY(%(photos)s)
    ORDER BY fingerprint, product_id
"""


@dataclass(frozen=True, slots=True)
class KnownPair:
    """A photo and a product: whether they match, and whether people said so or only a list."""

    photo: bytes
    product_id: int
    is_match: bool
    is_judged: bool
    category: str | None


class Truths:
    """The view `verdicts` beside the table `evaluation_matches`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def pairs(self, photos: Sequence[bytes], set_id: int | None) -> list[KnownPair]:
        """Return every known pair of these photos; with a set, also those that it lists."""
        asked = {"set": set_id, "photos": list(photos)}
        with self._database.connection() as connection:
            rows = connection.execute(_PAIRS, asked, binary=True).fetchall()
        return [KnownPair(bytes(photo), *rest) for photo, *rest in rows]
