"""What people said of photos and products, and what of it holds."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

from psycopg.errors import ForeignKeyViolation

from search.errors import ProductUnknown
from search.judgement import Judgement, Origin, Verdict
from search.store.database import Database
from search.store.spaces import Spaces
from search.vectors import VectorSpace

# In one statement, so that it is all or nothing; in the given order, which decides what is the
# last word. What is known already, by its id, stays as it is.
_ADD: LiteralString = """
    INSERT INTO likeness.judgements
        (id, fingerprint, product_id, space_id, verdict, who, origin, similarity, made_at)
    SELECT id, fingerprint, product_id, space_id, verdict, who, origin, similarity,
           coalesce(made_at, now())
    FROM unnest(%(ids)s::uuid[], %(photos)s::bytea[], %(products)s::bigint[], %(spaces)s::integer[],
                %(verdicts)s::text[], %(whos)s::text[], %(origins)s::text[],
                %(similarities)s::float8[], %(made)s::timestamptz[])
        WITH ORDINALITY AS new (id, fingerprint, product_id, space_id, verdict, who, origin,
                                similarity, made_at, place)
    ORDER BY place
    ON CONFLICT (id) DO NOTHING
    RETURNING id
"""

_UNDO = """
    UPDATE likeness.judgements SET undone_at = coalesce(undone_at, now())
    WHERE id = %s AND who = %s RETURNING fingerprint, product_id
"""

# The last word of each person, as the view `verdicts` takes it.
_OF_PHOTO = """
    SELECT DISTINCT ON (product_id) product_id, verdict
    FROM likeness.judgements
    WHERE undone_at IS NULL AND fingerprint = %s AND who = %s
      AND (%s::bigint IS NULL OR product_id = %s)
    ORDER BY product_id, number DESC
"""

_JUDGED = """
    SELECT fingerprint, product_id, bool_or(who = %(who)s)
    FROM likeness.judgements
    WHERE undone_at IS NULL AND fingerprint = ANY(%(photos)s)
    GROUP BY fingerprint, product_id
    ORDER BY fingerprint, product_id
"""

_ALL = """
    SELECT number, judged.id, fingerprint, product_id, verdict, who, origin, similarity, made_at,
           space.model, space.revision, space.dimensions,
           product.source, product.article_number, product.key
    FROM likeness.judgements AS judged
    JOIN likeness.spaces AS space ON space.id = space_id
    JOIN likeness.products AS product ON product.id = product_id
    WHERE undone_at IS NULL AND number > %s
    ORDER BY number LIMIT %s
"""

# An article that several products have names none by itself, nor does one that repeats in a source.
_POOLED = """
    SELECT fingerprint, CASE WHEN named.everywhere > 1 THEN source END, article_number,
           CASE WHEN named.here > 1 THEN key END, matches > differents
    FROM likeness.verdicts JOIN likeness.products AS product ON product.id = product_id
    CROSS JOIN LATERAL (
        SELECT count(*) AS everywhere, count(*) FILTER (WHERE other.source = product.source) AS here
        FROM likeness.products AS other WHERE other.article_number = product.article_number
    ) AS named
    WHERE matches <> differents
    ORDER BY fingerprint, article_number, source, key
"""

# The key tells products of a source apart. Without one, an article that several have means the one
# that was there first; where there is a key that nobody has, it means none of them.
_NUMBERS = """
    WITH named AS (
        SELECT * FROM unnest(%s::text[], %s::text[], %s::text[])
            WITH ORDINALITY AS named (source, article, key, place)
    ), by_key AS (
        SELECT place, min(product.id) AS id
        FROM named JOIN likeness.products AS product
          ON product.key = named.key AND named.source IN ('', product.source)
        WHERE named.key <> '' GROUP BY place
    ), by_article AS (
        SELECT place, min(product.id) AS id, count(*) AS products
        FROM named JOIN likeness.products AS product
          ON product.article_number = named.article AND named.source IN ('', product.source)
        GROUP BY place
    )
    SELECT place, coalesce(by_key.id, by_article.id)
    FROM named LEFT JOIN by_key USING (place) LEFT JOIN by_article USING (place)
    WHERE by_key.id IS NOT NULL OR by_article.products = 1
       OR by_article.id IS NOT NULL AND named.key = ''
"""

AT_ONCE = 2_000


class ProductName(NamedTuple):
    """What names a product outside of this database; source and key may be "", for not said."""

    source: str
    article: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A judgement with what names its product outside of this database."""

    judgement: Judgement
    product: ProductName


@dataclass(frozen=True, slots=True)
class JudgedPair:
    """A pair that somebody judged, perhaps this person, whatever they said."""

    photo: bytes
    product_id: int
    is_own: bool


@dataclass(frozen=True, slots=True)
class Pooled:
    """What most people say of a photo and a product.

    `source` is given only where the article alone could mean several products, `key` where it could
    within the source.
    """

    photo: bytes
    source: str | None
    article: str
    key: str | None
    is_match: bool


class Judgements:
    """The table `judgements` and the view `verdicts`."""

    def __init__(self, database: Database, spaces: Spaces) -> None:
        self._database = database
        self._spaces = spaces

    def add(self, new: Sequence[Judgement]) -> set[UUID]:
        """Store judgements, all or none, and return the ids of those that were not known.

        Raises ProductUnknown when a product is not in the catalogue.
        """
        asked = {
            "ids": [judgement.id for judgement in new],
            "photos": [judgement.photo for judgement in new],
            "products": [judgement.product_id for judgement in new],
            "spaces": [self._spaces.id_of(judgement.space) for judgement in new],
            "verdicts": [str(judgement.verdict) for judgement in new],
            "whos": [judgement.who for judgement in new],
            "origins": [str(judgement.origin) for judgement in new],
            "similarities": [judgement.similarity for judgement in new],
            "made": [judgement.made_at for judgement in new],
        }
        with self._database.connection() as connection:
            try:
                rows = connection.execute(_ADD, asked).fetchall()
            except ForeignKeyViolation:
                product = str(new[0].product_id) if len(new) == 1 else "…"
                raise ProductUnknown(product=product) from None
        return {row[0] for row in rows}

    def spaces(self) -> list[VectorSpace]:
        """Return the spaces that there are."""
        return self._spaces.all()

    def numbers(self, names: Collection[ProductName]) -> dict[ProductName, int]:
        """Return the numbers of the products that are named, of those that there are."""
        listed = list(names)
        asked = [[name[part] for name in listed] for part in range(3)]
        with self._database.connection() as connection:
            rows = connection.execute(_NUMBERS, asked, binary=True).fetchall()
        return {listed[place - 1]: number for place, number in rows}

    def find(self, number: UUID) -> tuple[bytes, int, Verdict, str] | None:
        """Return photo, product, verdict and person of a judgement, be it undone or not."""
        with self._database.connection() as connection:
            row = connection.execute(
                "SELECT fingerprint, product_id, verdict, who FROM likeness.judgements"
                " WHERE id = %s",
                (number,),
                binary=True,
            ).fetchone()
        return (bytes(row[0]), row[1], Verdict(row[2]), row[3]) if row else None

    def undo(self, number: UUID, who: str) -> tuple[bytes, int] | None:
        """Take a judgement back; return its photo and product, None if it is not this person's.

        Doing so twice changes nothing.
        """
        with self._database.connection() as connection:
            row = connection.execute(_UNDO, (number, who), binary=True).fetchone()
        return (bytes(row[0]), row[1]) if row else None

    def by_person(
        self, photo: bytes, who: str, product_id: int | None = None
    ) -> dict[int, Verdict]:
        """Return what a person says of a photo's products, or of one of them, by their numbers."""
        with self._database.connection() as connection:
            rows = connection.execute(
                _OF_PHOTO, (photo, who, product_id, product_id), binary=True
            ).fetchall()
        return {number: Verdict(verdict) for number, verdict in rows}

    def pooled(self, photo: bytes) -> dict[int, Verdict]:
        """Return what people say of a photo's products together; a draw is unsure."""
        with self._database.connection() as connection:
            rows = connection.execute(
                "SELECT product_id, matches - differents FROM likeness.verdicts"
                " WHERE fingerprint = %s ORDER BY product_id",
                (photo,),
                binary=True,
            ).fetchall()
        return {number: _majority(lead) for number, lead in rows}

    def judged(self, photos: Sequence[bytes], who: str) -> list[JudgedPair]:
        """Return every pair of these photos that somebody judged, and whether this person did."""
        asked = {"photos": list(photos), "who": who}
        with self._database.connection() as connection:
            rows = connection.execute(_JUDGED, asked, binary=True).fetchall()
        return [JudgedPair(bytes(photo), product, own) for photo, product, own in rows]

    def all(self) -> Iterator[Listed]:
        """Yield every judgement that was not undone, in the order in which they were made.

        Read piece by piece, so that neither memory nor a connection is held meanwhile.
        """
        last = 0
        while True:
            with self._database.connection() as connection:
                rows = connection.execute(_ALL, (last, AT_ONCE), binary=True).fetchall()
            yield from map(_listed, rows)
            if len(rows) < AT_ONCE:
                return
            last = rows[-1][0]

    def all_pooled(self) -> list[Pooled]:
        """Return what most people say of every pair on which they are not divided."""
        with self._database.connection() as connection:
            rows = connection.execute(_POOLED, binary=True).fetchall()
        return [Pooled(bytes(photo), *rest) for photo, *rest in rows]


def _majority(lead: int) -> Verdict:
    if lead == 0:
        return Verdict.UNSURE
    return Verdict.MATCH if lead > 0 else Verdict.DIFFERENT


def _listed(row: Any) -> Listed:  # noqa: ANN401 - a row of _ALL
    _, number, photo, product_id, verdict, who, origin, similarity, made_at, *rest = row
    model, revision, dimensions, *product = rest
    judgement = Judgement(
        id=number,
        photo=bytes(photo),
        product_id=product_id,
        verdict=Verdict(verdict),
        who=who,
        space=VectorSpace(model, revision, dimensions),
        origin=Origin(origin),
        similarity=similarity,
        made_at=made_at,
    )
    return Listed(judgement, ProductName(*product))
