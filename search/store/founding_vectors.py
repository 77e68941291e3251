"""Vectors that a shop has already: copied inside the database, normalised, only what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, LiteralString

import numpy as np
from psycopg import sql

from search.store.database import Connection, Database
from search.store.deadlocks import undeadlocked
from search.store.founding import Table, reading_vectors
from search.store.spaces import Spaces, partition
from search.vectors import DIMENSIONS, VectorSpace

_MODELS: LiteralString = (
    "SELECT DISTINCT {model}::text FROM {table} AS t WHERE trim({model}::text) <> ''"
)
_PREPARE: LiteralString = """
    CREATE TEMP TABLE adopting_pictures (image text, product text, address text) ON COMMIT DROP;
    CREATE TEMP TABLE adopting_models (version text, model text, revision text) ON COMMIT DROP
"""
# Of several vectors of one picture in one space the latest counts. The others, and what no vector
# can be made of, keep their reasons to be counted by.
_SORT: LiteralString = """
    CREATE TEMP TABLE adopting_vectors ON COMMIT DROP AS
    SELECT told.model, told.revision, told.product, told.address, told.reason,
           CASE WHEN told.reason IS NULL THEN {normal} END AS vector,
           row_number() OVER (
               PARTITION BY told.reason, told.model, told.revision, told.product, told.address
               ORDER BY told.updated DESC NULLS LAST, told.created DESC NULLS LAST,
                        told.number DESC NULLS LAST) AS place
    FROM (
        SELECT model.model, model.revision, picture.product, picture.address,
               {vector}::vector AS vector, {number} AS number,
               {updated}::timestamp AS updated, {created}::timestamp AS created,
               CASE WHEN {vector} IS NULL THEN 'vector_null'
                    WHEN model.model IS NULL THEN 'vector_without_model'
                    WHEN picture.image IS NULL THEN 'vector_orphan'
                    WHEN picture.address IS NULL THEN 'vector_without_address'
                    WHEN vector_dims({vector}::vector) <> {dimensions} THEN 'vector_length'
                    WHEN vector_norm({vector}::vector) < {least} THEN 'vector_zero'
               END AS reason
        FROM {table} AS t
        LEFT JOIN adopting_models AS model ON model.version = {model}::text
        LEFT JOIN adopting_pictures AS picture
          ON picture.image = {image}::text AND picture.product = {product}::text
    ) AS told
"""
_REASONS: LiteralString = """
    SELECT coalesce(reason, 'vector_older'), count(*) FROM adopting_vectors
    WHERE reason IS NOT NULL OR place > 1 GROUP BY 1 ORDER BY 1
"""
_WANTED: LiteralString = """
    adopting_vectors AS wanted
    {join} JOIN likeness.products AS product
      ON product.source = %(source)s AND product.key = wanted.product
    {join} JOIN likeness.pictures AS picture
      ON picture.product_id = product.id AND picture.address = wanted.address
"""
_COMPARE: LiteralString = """
    SELECT wanted.model, wanted.revision,
           count(*) FILTER (WHERE known.picture_id IS NULL),
           count(*) FILTER (WHERE known.adopted AND known.image_embedding <> wanted.vector),
           count(*) FILTER (WHERE known.adopted),
           count(*) FILTER (WHERE NOT known.adopted)
    FROM {wanted}
    LEFT JOIN likeness.spaces AS space
      ON space.model = wanted.model AND space.revision = wanted.revision
    LEFT JOIN likeness.image_embeddings AS known
      ON known.space_id = space.id AND known.picture_id = picture.id
    WHERE wanted.reason IS NULL AND wanted.place = 1
    GROUP BY 1, 2 ORDER BY 1, 2
"""
_GONE: LiteralString = """
    SELECT space.id, space.model, space.revision, count(*)
    FROM likeness.image_embeddings AS known JOIN likeness.spaces AS space ON space.id = space_id
    WHERE known.adopted AND NOT EXISTS (
        SELECT FROM {wanted}
        WHERE picture.id = known.picture_id AND wanted.reason IS NULL
          AND wanted.model = space.model AND wanted.revision = space.revision)
    GROUP BY 1 ORDER BY 1
"""
_REMOVE: LiteralString = """
    DELETE FROM {partition} AS known
    WHERE known.adopted AND NOT EXISTS (
        SELECT FROM {wanted}
        WHERE picture.id = known.picture_id AND wanted.reason IS NULL
          AND wanted.model = %(model)s AND wanted.revision = %(revision)s)
"""
# A vector that Likeness made itself stays, whatever the shop's table has.
_COPY: LiteralString = """
    INSERT INTO {partition} AS known
        (space_id, picture_id, product_id, image_embedding, adopted)
    SELECT %(space)s, picture.id, picture.product_id, wanted.vector, true
    FROM {wanted}
    WHERE wanted.model = %(model)s AND wanted.revision = %(revision)s
      AND wanted.reason IS NULL AND wanted.place = 1
      AND NOT EXISTS (
        SELECT FROM {partition} AS there
        WHERE there.picture_id = picture.id
          AND (NOT there.adopted OR there.image_embedding = wanted.vector))
    ORDER BY picture.id
    ON CONFLICT (space_id, picture_id) DO UPDATE
    SET image_embedding = excluded.image_embedding, product_id = excluded.product_id,
        created_at = now()
    WHERE known.adopted
"""
_NORMALISES = "l2_normalize(vector)"
_BY_PGVECTOR: Final[LiteralString] = "l2_normalize(told.vector)"
# Twenty times as slow.
_BY_PARTS: Final[LiteralString] = """(
    SELECT array_agg(part / vector_norm(told.vector) ORDER BY place)::vector
    FROM unnest(told.vector::real[]) WITH ORDINALITY AS parts (part, place))
"""


@dataclass(frozen=True, slots=True)
class PictureOfShop:
    """Which picture of which product is at an address; None: nobody says where it is."""

    image: str
    product: str
    address: str | None


@dataclass(frozen=True, slots=True)
class SpaceCounts:
    """What becomes of a space's vectors: `own` are those that Likeness made, and which stay."""

    space: VectorSpace
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    own: int = 0

    @property
    def count(self) -> int:
        """How many are copies of the shop's, when all of it is done."""
        return self.added + self.changed + self.unchanged


@dataclass(frozen=True, slots=True)
class VectorCounts:
    """The spaces that the vectors are of, and how many are left out for which reason."""

    spaces: tuple[SpaceCounts, ...]
    left_out: Mapping[str, int]


class FoundingVectors:
    """Copies vectors from a shop's `image_embeddings` into the table of that name of Likeness."""

    def __init__(self, database: Database, spaces: Spaces) -> None:
        self._database = database
        self._spaces = spaces

    @undeadlocked
    def copy(
        self, table: Table, pictures: Sequence[PictureOfShop], source: str, *, dry_run: bool
    ) -> VectorCounts:
        """Bring a source's vectors up to date, in one transaction; raise a StoreError.

        With `dry_run` nothing is written, and what would be is counted.
        """
        versions = self._versions(table)
        # Before a connection is held: a space that is new needs one.
        new = () if dry_run else versions.values()
        numbers = {space: self._spaces.id_of(space) for space in new}
        with self._database.patient_connection() as connection, connection.transaction():
            _prepare(connection, table, pictures, versions)
            work = _Work(connection, source, numbers)
            counts = work.count(first=dry_run)
            if not dry_run:
                work.write(counts)
        return counts

    def _versions(self, table: Table) -> dict[str, VectorSpace]:
        """Return the space that each model_version means."""
        patient = self._database.patient_connection()
        with patient as connection, reading_vectors(connection, table):
            rows = connection.execute(
                sql.SQL(_MODELS).format(model=table.column("model_version"), table=table.identifier)
            ).fetchall()
        return {version: VectorSpace.named(version.strip()) for (version,) in rows}


class _Work:
    """What is done in the transaction, with the temporary tables in place."""

    def __init__(
        self, connection: Connection, source: str, numbers: Mapping[VectorSpace, int]
    ) -> None:
        self._connection = connection
        self._numbers = dict(numbers)
        self._source = source
        self._wanted = sql.SQL(_WANTED).format(join=sql.SQL(""))

    def count(self, *, first: bool) -> VectorCounts:
        """Count; with `first`, also vectors of pictures that are not stored yet."""
        wanted = sql.SQL(_WANTED).format(join=sql.SQL("LEFT" if first else ""))
        asked = {"source": self._source}
        compared = self._connection.execute(
            sql.SQL(_COMPARE).format(wanted=wanted), asked
        ).fetchall()
        gone = self._connection.execute(
            sql.SQL(_GONE).format(wanted=self._wanted), asked
        ).fetchall()
        removed = {VectorSpace(model, revision): count for _, model, revision, count in gone}
        # A space of which nothing is left in the table has a number as well.
        self._numbers |= {VectorSpace(model, revision): n for n, model, revision, _ in gone}
        spaces = {
            space: SpaceCounts(space, added, changed, copied - changed, removed.pop(space, 0), own)
            for model, revision, added, changed, copied, own in compared
            for space in [VectorSpace(model, revision)]
        }
        spaces |= {space: SpaceCounts(space, removed=count) for space, count in removed.items()}
        reasons = dict(self._connection.execute(_REASONS).fetchall())
        return VectorCounts(tuple(spaces.values()), reasons)

    def write(self, counts: VectorCounts) -> None:
        """Write what was counted; a table of which nothing changes is left alone."""
        for space in counts.spaces:
            number = self._numbers[space.space]
            asked = {
                "source": self._source,
                "space": number,
                "model": space.space.model,
                "revision": space.space.revision,
            }
            table = partition(number)
            if space.removed:
                self._connection.execute(
                    sql.SQL(_REMOVE).format(partition=table, wanted=self._wanted), asked
                )
            if space.added or space.changed:
                self._connection.execute(
                    sql.SQL(_COPY).format(partition=table, wanted=self._wanted), asked
                )


def _prepare(
    connection: Connection,
    table: Table,
    pictures: Sequence[PictureOfShop],
    versions: Mapping[str, VectorSpace],
) -> None:
    connection.execute(_PREPARE)
    with connection.cursor().copy("COPY adopting_pictures FROM STDIN") as copy:
        for picture in pictures:
            copy.write_row((picture.image, picture.product, picture.address))
    connection.cursor().executemany(
        "INSERT INTO adopting_models VALUES (%s, %s, %s)",
        [(version, space.model, space.revision) for version, space in versions.items()],
    )
    connection.execute("ANALYZE adopting_pictures")
    sort = sql.SQL(_SORT).format(
        table=table.identifier,
        normal=sql.SQL(_normal(connection)),
        vector=table.column("image_embedding"),
        model=table.column("model_version"),
        image=table.column("image_id"),
        product=table.column("product_id"),
        number=table.column("id") if "id" in table.columns else sql.SQL("NULL::bigint"),
        updated=table.column("updated_at"),
        created=table.column("created_at"),
        dimensions=sql.Literal(DIMENSIONS),
        least=sql.Literal(float(np.finfo(np.float32).tiny)),
    )
    with reading_vectors(connection, table):
        connection.execute(sort)
    connection.execute("ANALYZE adopting_vectors")


def _normal(connection: Connection) -> LiteralString:
    """Return the vector at unit length; pgvector itself can do that from 0.7 on."""
    row = connection.execute("SELECT to_regprocedure(%s) IS NOT NULL", (_NORMALISES,)).fetchone()
    return _BY_PGVECTOR if row and row[0] else _BY_PARTS
