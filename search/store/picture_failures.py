"""Pictures that have no vector for a reason of their own, by reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from search.language import Fact
from search.store.database import Database
from search.store.spaces import Spaces
from search.vectors import VectorSpace

# Some facts stand in a picture's own sentence only: a request's number tells no reasons apart.
_BY_REASON = """
    WITH failed AS (
        SELECT failure.code, failure.facts, product.article_number, picture.address, picture.id,
               failure.facts - ARRAY['request_id', 'detail', 'megabytes', 'megapixels'] AS reason
        FROM likeness.picture_failures AS failure
        JOIN likeness.pictures AS picture ON picture.id = failure.picture_id
        JOIN likeness.products AS product ON product.id = picture.product_id
        WHERE failure.space_id IS NULL OR failure.space_id = %(space)s
    ), numbered AS (
        SELECT *, count(*) OVER (PARTITION BY code, reason) AS pictures,
               row_number() OVER (PARTITION BY code, reason ORDER BY id) AS number
        FROM failed
    )
    SELECT code, min(pictures), (array_agg(facts ORDER BY number))[1],
           array_agg(article_number ORDER BY number), array_agg(address ORDER BY number)
    FROM numbered
    WHERE number <= %(places)s
    GROUP BY code, reason
    ORDER BY min(pictures) DESC, code, reason
    LIMIT %(reasons)s
"""


@dataclass(frozen=True, slots=True)
class FailedPicture:
    """A picture that failed: its product's article, and its address where it has one."""

    article: str
    address: str | None


@dataclass(frozen=True, slots=True)
class FailureReason:
    """One reason, how many pictures have it, and the first of them.

    `code` and `facts` are those of the error that the first picture met.
    """

    code: str
    facts: Mapping[str, Fact]
    pictures: int
    first: tuple[FailedPicture, ...]


class PictureFailures:
    """The table `picture_failures`, as people read it; indexing writes it."""

    def __init__(self, database: Database, spaces: Spaces) -> None:
        self._database = database
        self._spaces = spaces

    def count(self, space: VectorSpace) -> int:
        """Return how many pictures failed: in this space, or before they got into any."""
        with self._database.connection() as connection:
            row = connection.execute(
                "SELECT count(DISTINCT picture_id) FROM likeness.picture_failures"
                " WHERE space_id IS NULL OR space_id = %s",
                (self._spaces.id_of(space),),
            ).fetchone()
        return int(row[0]) if row else 0

    def by_reason(
        self, space: VectorSpace, *, reasons: int = 50, places: int = 200
    ) -> list[FailureReason]:
        """Return the reasons that most pictures have, each with so many pictures at most."""
        asked = {"space": self._spaces.id_of(space), "reasons": reasons, "places": places}
        with self._database.connection() as connection:
            rows = connection.execute(_BY_REASON, asked).fetchall()
        return [
            FailureReason(code, facts, pictures, tuple(map(FailedPicture, articles, addresses)))
            for code, pictures, facts, articles, addresses in rows
        ]

    def forget(self, space: VectorSpace, before: datetime | None = None) -> None:
        """Let what failed be tried again; what failed `before` then, if that is given."""
        with self._database.connection() as connection:
            connection.execute(
                "DELETE FROM likeness.picture_failures"
                " WHERE (space_id IS NULL OR space_id = %s)"
                " AND failed_at < coalesce(%s, 'infinity'::timestamptz)",
                (self._spaces.id_of(space), before),
            )
