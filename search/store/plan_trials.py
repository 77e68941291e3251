"""Trying plans out: queries like those that people make, and what each plan answers how fast."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, LiteralString

import numpy as np
import numpy.typing as npt
from psycopg import sql

from search.errors import PlanningElsewhere
from search.planning.plans import Plan
from search.store.database import Connection, Database
from search.store.nearest import ask, candidates
from search.store.search_plans import is_used
from search.store.spaces import Spaces, partition
from search.store.turns import turn
from search.tuning.scales import Scale
from search.vectors import Vector, VectorSpace

# With the space's number: who measures or builds takes turns, over all processes.
TURN_LOCK: Final = 0x11CE_91A2
# What a photo is like its product's picture, by the cosine.
CLOSEST, FARTHEST = 0.9, 0.8

_PHOTOS: LiteralString = """
    SELECT image_embedding FROM likeness.photo_embeddings
    WHERE space_id = %s ORDER BY fingerprint LIMIT %s
"""
# By a hash: always the same pictures, from all over the catalogue; the vectors are read afterwards.
_PICTURES = sql.SQL("""
    SELECT image_embedding FROM {table} WHERE space_id = %(space)s AND picture_id = ANY (ARRAY(
        SELECT picture_id FROM {table} WHERE space_id = %(space)s
        ORDER BY hashint8(picture_id), picture_id LIMIT %(limit)s))
""")


class PlanTrials:
    """Asks by a given plan, whichever was chosen."""

    def __init__(self, database: Database, spaces: Spaces) -> None:
        self._database = database
        self._spaces = spaces

    @contextmanager
    def turn(self, space: VectorSpace) -> Iterator[None]:
        """Hold the turn to measure or build in a space; raise PlanningElsewhere if it is taken."""
        with turn(self._database, TURN_LOCK, self._spaces.id_of(space)) as held:
            if held is None:
                raise PlanningElsewhere
            yield

    def queries(self, space: VectorSpace, limit: int) -> npt.NDArray[np.float32]:
        """Return float32 [n, dimensions]: photos' embeddings, filled up with what is like photos.

        Those are vectors of the catalogue, moved to a cosine of 0.8 to 0.9 to themselves, so that
        none is its own nearest neighbour. The same ones as long as catalogue and photos stay so.
        """
        space_id = self._spaces.id_of(space)
        with self._database.patient_connection() as connection:
            photos = connection.execute(_PHOTOS, (space_id, limit), binary=True).fetchall()
            pictures = connection.execute(
                _PICTURES.format(table=partition(space_id)),
                {"space": space_id, "limit": limit - len(photos)},
                binary=True,
            ).fetchall()
        found = [row[0].to_numpy() for row in photos]
        if pictures:
            found.extend(moved(np.stack([row[0].to_numpy() for row in pictures])))
        return np.array(found, dtype=np.float32).reshape(len(found), space.dimensions)

    @contextmanager
    def asking(self, space: VectorSpace, pgvector: tuple[int, ...]) -> Iterator[Asking]:
        """Lend what asks by plans, on one connection."""
        table = partition(self._spaces.id_of(space))
        with self._database.patient_connection() as connection:
            yield Asking(connection, table, space, pgvector)


@dataclass(frozen=True, slots=True)
class Answer:
    """The nearest pictures' numbers and distances, best first, and how many seconds it took."""

    pictures: list[int]
    distances: list[float]
    seconds: float


class Asking:
    """Asks one query after the other on one connection."""

    def __init__(
        self,
        connection: Connection,
        table: sql.Identifier,
        space: VectorSpace,
        pgvector: tuple[int, ...],
    ) -> None:
        self._connection = connection
        self._table = table
        self._space = space
        self._pgvector = pgvector

    def is_used(self, plan: Plan) -> bool:
        """Tell whether the server searches by the plan's index, if told to."""
        return is_used(self._connection, self._table, plan, self._space.dimensions, self._pgvector)

    def ask(self, plan: Plan, query: Vector, pictures: int) -> Answer:
        """Return the nearest pictures; equal ones in one order, whichever plan found them."""
        start = time.perf_counter()
        found = candidates(
            self._table,
            plan,
            Scale.COSINE,
            dimensions=self._space.dimensions,
            pictures=pictures,
            pgvector=self._pgvector,
        )
        asked = {"photo": query, "query": query, "pictures": pictures}
        rows = ask(self._connection, found.statement, asked, found.settings, prepare=found.prepare)
        seconds = time.perf_counter() - start
        rows.sort(key=lambda row: (row[2], row[0]))
        return Answer([row[0] for row in rows], [row[2] for row in rows], seconds)


def moved(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Turn each of float32 [n, dimensions], of unit length, some way to a side: a fixed one."""
    random = np.random.default_rng(1)
    aside = random.normal(size=vectors.shape)
    aside -= np.sum(aside * vectors, axis=1, keepdims=True) * vectors
    aside /= np.linalg.norm(aside, axis=1, keepdims=True)
    cosine = random.uniform(FARTHEST, CLOSEST, (len(vectors), 1))
    turned = cosine * vectors + np.sqrt(1 - cosine**2) * aside
    return np.asarray(turned / np.linalg.norm(turned, axis=1, keepdims=True), dtype=np.float32)
