"""The vectors of the catalogue's pictures: finding the nearest, by the plan that was chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from psycopg import sql

from search.grouping import group
from search.hits import Hit, Product
from search.narrowing import Narrow
from search.planning.choosing import Way, most_first, way_of
from search.planning.plans import EXACT, MOST_EF_SEARCH, Plan
from search.store.database import Connection, Database
from search.store.narrowed import condition, count_up_to
from search.store.nearest import ask, candidates
from search.store.product_rows import PRODUCT_COLUMNS, PRODUCT_WIDTH, product_of
from search.store.scoring import query_parameters
from search.store.search_plans import SearchPlans
from search.store.spaces import Spaces, partition
from search.tuning.scales import Scale, relative
from search.vectors import Embedding, Vector, VectorSpace

# Several pictures of one product may be among the nearest: so many times more are looked at.
PICTURES_A_PRODUCT: Final = 4
# Several products may have the same picture: by so much more are looked at.
SAME_SHARE: Final = 0.5
# And never at more, or as many as are asked for: where thousands have one picture, such as a shop's
# "no photo yet", no page could show them.
MOST_PRODUCTS: Final = 1000
# Up to so many pictures the centred scale is scanned; above, an index finds the candidates for it,
# so many times more of them.
CENTRED_EXACT_UP_TO: Final = 100_000
CENTRED_TIMES: Final = 2

# The threshold is no part of it: what it cuts is decided where it can be moved without asking.
_NEAREST = sql.SQL("""
    WITH nearest AS MATERIALIZED ({candidates}
    ), by_product AS (
        SELECT DISTINCT ON (product_id) product_id, picture_id, distance
        FROM nearest
        WHERE product_id IS DISTINCT FROM %(without)s::bigint
        ORDER BY product_id, distance, picture_id
    ), best AS MATERIALIZED (
        SELECT * FROM by_product ORDER BY distance, product_id LIMIT %(products)s
    )
    SELECT {columns}, picture.id, coalesce(picture.digest, picture.id::text),
           least(1, greatest(-1, 1 - best.distance)), {vector}, (SELECT count(*) FROM nearest)
    FROM best
    JOIN likeness.products AS product ON product.id = best.product_id
    JOIN likeness.pictures AS picture ON picture.id = best.picture_id
    LEFT JOIN likeness.categories AS category ON category.id = product.category_id
    ORDER BY best.distance, product.id
""")
# Looked up for the few that are left: sorting must not carry the vectors along.
_VECTOR = sql.SQL("""(
    SELECT image_embedding FROM {table} AS of_best
    WHERE space_id = %(space)s AND of_best.picture_id = best.picture_id)""")
_PICTURE, _DIGEST, _SCORE, _STORED, _SCANNED = range(PRODUCT_WIDTH, PRODUCT_WIDTH + 5)


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked, whatever the plan. `alike` is from which cosine on pictures are the same.

    `without` is the product whose vector the query is, if it is one.
    """

    query: Embedding
    limit: int
    scale: Scale
    centre: Vector | None
    narrow: Narrow
    alike: float
    without: int | None


class Embeddings:
    """The table `image_embeddings`."""

    def __init__(self, database: Database, spaces: Spaces, plans: SearchPlans) -> None:
        self._database = database
        self._spaces = spaces
        self._plans = plans

    def nearest(
        self,
        query: Embedding,
        limit: int,
        scale: Scale = Scale.COSINE,
        centre: Vector | None = None,
        narrow: Narrow | None = None,
        *,
        alike: float = 0.0,
        without: int | None = None,
    ) -> tuple[Hit, ...]:
        """Return the `limit` most similar products, best first, each by its best picture.

        They are ordered and scored on `scale`; the centred one needs the `centre`, float32
        [dimensions]. With `narrow`, only products that fulfil it. Products whose pictures have a
        cosine of `alike` or more come as one hit; 0 groups none. `without` is a product that is not
        among them, because the query is its own vector.

        They are found by the plan of `SearchPlans`. An exact one misses nothing, and so does a
        narrowed search that leaves a small part of the catalogue. An index knows the cosine only:
        on the centred scale every picture is compared up to 100,000 of them; above, the nearest by
        cosine, twice as many as else, are ordered by the centred distance. Among 100,000 made-up
        pictures, and in the demo, half as many had all of the fifty nearest on that scale.
        """
        question = _Question(query, limit, scale, centre, narrow or Narrow(), alike, without)
        inventory, choice = self._plans.chosen(query.space)
        plan = choice.plan
        if scale is Scale.CENTRED and inventory.pictures <= CENTRED_EXACT_UP_TO:
            plan = EXACT
        space_id = self._spaces.id_of(query.space)
        with self._database.connection() as connection:
            looking = _Looking(connection, question, space_id, inventory.pgvector)
            found = looking.look(plan, inventory.pictures)
        return _hits(found, question)

    def count(self, space: VectorSpace) -> int:
        """Return how many pictures have a vector in a space."""
        return self._spaces.count(space)


class _Looking:
    """One search on one connection: looks at more pictures until there are enough products."""

    def __init__(
        self,
        connection: Connection,
        question: _Question,
        space_id: int,
        pgvector: tuple[int, ...],
    ) -> None:
        self._connection = connection
        self._question = question
        self._table = partition(space_id)
        self._pgvector = pgvector
        self._wanted, narrowing = condition(question.narrow)
        self._asked = {
            "space": space_id,
            "photo": question.query.vector,
            "without": question.without,
            **query_parameters(question.query, question.scale, question.centre),
            **narrowing,
        }

    def look(self, plan: Plan, pictures_there: int) -> _Found:
        """Return the nearest products, more than the limit where some show the same."""
        question = self._question
        way = self._way(plan, pictures_there) if question.narrow else None
        products = limit = question.limit
        if question.alike > 0:
            products = int(limit * (1 + SAME_SHARE)) + 1
        pictures = limit * PICTURES_A_PRODUCT
        while True:
            if pictures > MOST_EF_SEARCH and not plan.is_exact:
                plan, way = EXACT, _exact(way)
            found = _Found.of(self._fetch(plan, way, pictures, products), question.alike)
            rows = found.rows
            scanned = rows[0][_SCANNED] if rows else 0
            looked_at = self._pictures(plan, pictures)
            if found.different >= limit:
                return found
            if len(rows) < products and scanned < looked_at:
                # That is all there is; only an index may have held something back.
                if plan.is_exact or way is Way.FIRST:
                    return found
                plan, way = EXACT, _exact(way)
            elif len(rows) < products:
                pictures *= PICTURES_A_PRODUCT
            elif products >= max(limit, MOST_PRODUCTS):
                return found
            else:
                products = min(products * 2, max(limit, MOST_PRODUCTS))
                pictures = max(pictures, products * PICTURES_A_PRODUCT)

    def _way(self, plan: Plan, pictures_there: int) -> Way:
        most = most_first(plan, pictures_there) + 1
        matching = count_up_to(self._connection, self._question.narrow, most)
        return way_of(plan, matching, pictures_there)

    def _pictures(self, plan: Plan, pictures: int) -> int:
        """Return how many candidates to take; what an index finds for another scale needs more."""
        if plan.is_exact or self._question.scale is not Scale.CENTRED:
            return pictures
        return min(pictures * CENTRED_TIMES, MOST_EF_SEARCH)

    def _fetch(self, plan: Plan, way: Way | None, pictures: int, products: int) -> list[Any]:
        question = self._question
        pictures = self._pictures(plan, pictures)
        found = candidates(
            self._table,
            plan,
            question.scale,
            dimensions=question.query.space.dimensions,
            pictures=pictures,
            pgvector=self._pgvector,
            narrowed=(way, self._wanted) if way else None,
        )
        needs_vector = question.alike > 0 or question.scale is Scale.CENTRED
        statement = _NEAREST.format(
            candidates=found.statement,
            columns=sql.SQL(PRODUCT_COLUMNS),
            vector=_VECTOR.format(table=self._table) if needs_vector else sql.SQL("NULL"),
        )
        asked = self._asked | {"pictures": pictures, "products": products}
        return ask(self._connection, statement, asked, found.settings, prepare=found.prepare)


def _exact(way: Way | None) -> Way | None:
    return Way.SCAN if way is Way.AFTER else way


@dataclass(frozen=True, slots=True)
class _Found:
    """Rows of _NEAREST, best first, and for each the number of the one that shows the same."""

    rows: list[Any]
    leaders: list[int]

    @classmethod
    def of(cls, rows: list[Any], alike: float) -> _Found:
        """Group rows by their pictures' vectors; with `alike` 0 each stands for itself."""
        if alike <= 0 or not rows:
            return cls(rows, list(range(len(rows))))
        return cls(rows, group(np.stack([row[_STORED].to_numpy() for row in rows]), alike))

    @property
    def different(self) -> int:
        """How many different pictures there are."""
        return len(set(self.leaders))


def _hits(found: _Found, question: _Question) -> tuple[Hit, ...]:
    rows = found.rows
    same: dict[int, list[Product]] = {}
    for number, leader in enumerate(found.leaders):
        others = same.setdefault(leader, [])
        if number != leader:
            others.append(product_of(rows[number]))
    leaders = list(same)[: question.limit]
    # Nothing is more like a product than itself, though it is not shown.
    best = 1.0 if question.without is not None else rows[0][_SCORE] if rows else 0.0
    return tuple(
        _hit(rank, rows[leader], question, best, same[leader])
        for rank, leader in enumerate(leaders, 1)
    )


def _hit(
    rank: int,
    row: Any,  # noqa: ANN401 - a row of _NEAREST
    question: _Question,
    best: float,
    same: list[Product],
) -> Hit:
    score = similarity = row[_SCORE]
    if question.scale is Scale.CENTRED:
        similarity = float(np.clip(row[_STORED].to_numpy() @ question.query.vector, -1, 1))
    elif question.scale is Scale.RELATIVE:
        score = float(relative(score, best))
    return Hit(
        rank,
        product_of(row),
        picture_id=row[_PICTURE],
        picture=row[_DIGEST],
        similarity=similarity,
        score=score,
        same=tuple(same),
    )
