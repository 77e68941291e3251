"""What came from a shop's own source: its products by key, what changes in them, what goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from psycopg.types.json import Jsonb

from search.store.database import Connection, Database
from search.store.import_changes import (
    ImportedPicture,
    ImportedProduct,
    ProductChange,
    ProductFields,
)
from search.store.product_rows import offers_of, stored_offers
from search.store.spaces import Spaces
from search.store.vector_copy import clear_vectors, copy_embeddings
from search.vectors import VectorSpace

# A statement may take a minute, and all that belongs to a product goes with it.
REMOVED_AT_ONCE = 500
# The last columns of _FIND are a picture's.
PICTURE_WIDTH = 4

_FIND = """
    SELECT product.key, product.id, product.article_number, product.name, product.category_id,
           product.price, product.currency, product.link, product.description, product.project,
           product.region, product.offers,
           picture.id, picture.address, picture.original, picture.position
    FROM likeness.products AS product
    LEFT JOIN likeness.pictures AS picture ON picture.product_id = product.id
    WHERE product.source = %s AND product.key = ANY(%s)
    ORDER BY product.id, picture.position, picture.id
"""
_GONE = """
    SELECT product.id, (SELECT count(*) FROM likeness.pictures WHERE product_id = product.id)
    FROM likeness.products AS product
    WHERE source = %s
      AND NOT EXISTS (SELECT FROM unnest(%s::text[]) AS seen WHERE seen = key)
    ORDER BY id
"""
# What one language's source does not say of a category, another's may have said.
_WRITE_CATEGORIES = """
    INSERT INTO likeness.categories AS known (id, name)
    SELECT * FROM unnest(%s::text[], %s::jsonb[])
    ON CONFLICT (id) DO UPDATE SET name = known.name || excluded.name
    WHERE known.name <> known.name || excluded.name
"""
_WRITE_PRODUCTS = """
    INSERT INTO likeness.products
        (source, key, article_number, name, category_id, price, currency, link, description,
         project, region, offers)
    SELECT %s, * FROM unnest(%s::text[], %s::text[], %s::jsonb[], %s::text[], %s::numeric[],
                             %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
                             %s::jsonb[])
    ON CONFLICT (source, key) DO UPDATE
    SET article_number = excluded.article_number, name = excluded.name,
        category_id = excluded.category_id, price = excluded.price,
        currency = excluded.currency, link = excluded.link, description = excluded.description,
        project = excluded.project, region = excluded.region, offers = excluded.offers
    RETURNING key, id
"""
_WRITE_PICTURES = """
    INSERT INTO likeness.pictures
        (product_id, position, address, original, digest, media_type, content)
    SELECT * FROM unnest(%s::bigint[], %s::smallint[], %s::text[], %s::text[], %s::text[],
                         %s::text[], %b::bytea[])
    ON CONFLICT (product_id, address) DO UPDATE
    SET position = excluded.position, original = excluded.original, digest = excluded.digest,
        media_type = excluded.media_type, content = excluded.content
    RETURNING product_id, address, id
"""
_MOVE_PICTURES = """
    UPDATE likeness.pictures AS picture SET position = moved.position
    FROM unnest(%s::bigint[], %s::smallint[]) AS moved (id, position)
    WHERE picture.id = moved.id
"""
# Asked first, and removed from the spaces' own tables: where there is nothing to forget, nothing is
# noted as changed.
_WITH_VECTORS = """
    SELECT id FROM likeness.spaces AS space
    WHERE EXISTS (SELECT FROM likeness.image_embeddings
                  WHERE space_id = space.id AND picture_id = ANY(%s))
"""
_FORGET_FAILURES = "DELETE FROM likeness.picture_failures WHERE picture_id = ANY(%s)"


class Imports:
    """The tables `products` and `pictures`, by where they came from."""

    def __init__(self, database: Database, spaces: Spaces) -> None:
        self._database = database
        self._spaces = spaces

    def count(self, source: str) -> int:
        """Return how many products came from a source."""
        with self._database.connection() as connection:
            row = connection.execute(
                "SELECT count(*) FROM likeness.products WHERE source = %s", (source,)
            ).fetchone()
        return int(row[0]) if row else 0

    def find(self, source: str, keys: Sequence[str]) -> dict[str, ImportedProduct]:
        """Return what is stored of a source's products, by key."""
        with self._database.connection() as connection:
            rows = connection.execute(_FIND, (source, list(keys))).fetchall()
        found: dict[str, ImportedProduct] = {}
        for key, number, *said in rows:
            *fields, offers = said[:-PICTURE_WIDTH]
            pictures = tuple(
                ImportedPicture(*picture)
                for picture in [said[-PICTURE_WIDTH:]]
                if picture[0] is not None
            )
            if key in found:
                found[key] = replace(found[key], pictures=found[key].pictures + pictures)
            else:
                known = ProductFields(*[*fields, offers_of(offers)])
                found[key] = ImportedProduct(number, known, pictures)
        return found

    def write(
        self,
        source: str,
        categories: Mapping[str, Mapping[str, str]],
        changes: Sequence[ProductChange],
    ) -> None:
        """Write changes and the names of their categories, by id, in one transaction."""
        # A space that is new makes its table first, on a connection and transaction of its own.
        spaces = {given.embedding.space for change in changes for given in change.vectors}
        space_ids = {space: self._spaces.id_of(space) for space in spaces}
        # Two that import the same at once take the same locks in the same order.
        changes = sorted(changes, key=lambda change: change.key)
        with self._database.connection() as connection, connection.transaction():
            _write_categories(connection, categories)
            numbers = _write_products(connection, source, changes)
            pictures = _write_pictures(connection, changes, numbers)
            _rearrange(connection, changes)
            _write_vectors(connection, space_ids, changes, numbers, pictures)

    def gone(self, source: str, seen: Iterable[str]) -> dict[int, int]:
        """Return the products of a source that are not among the keys `seen`.

        By number, each with how many pictures it has.
        """
        with self._database.connection() as connection:
            return dict(connection.execute(_GONE, (source, list(seen))).fetchall())

    def remove(self, numbers: Sequence[int]) -> int:
        """Remove products with all that belongs to them; return how many there were.

        Their pictures, vectors and judgements go as well. Portion by portion: after a kill in the
        middle some of them are gone.
        """
        removed = 0
        for first in range(0, len(numbers), REMOVED_AT_ONCE):
            with self._database.connection() as connection:
                removed += connection.execute(
                    "DELETE FROM likeness.products WHERE id = ANY(%s)",
                    (list(numbers[first : first + REMOVED_AT_ONCE]),),
                ).rowcount
        return removed


def _write_categories(connection: Connection, categories: Mapping[str, Mapping[str, str]]) -> None:
    named = sorted(categories.items())
    connection.execute(
        _WRITE_CATEGORIES,
        ([number for number, _ in named], [Jsonb(dict(name)) for _, name in named]),
    )


def _write_products(
    connection: Connection, source: str, changes: Sequence[ProductChange]
) -> dict[str, int]:
    """Return the numbers of all the changes' products by key."""
    said = [(change.key, change.fields) for change in changes if change.fields is not None]
    rows = connection.execute(
        _WRITE_PRODUCTS,
        (
            source,
            [key for key, _ in said],
            [fields.article for _, fields in said],
            [Jsonb(dict(fields.name)) for _, fields in said],
            [fields.category_id for _, fields in said],
            [fields.price for _, fields in said],
            [fields.currency for _, fields in said],
            [fields.link for _, fields in said],
            [fields.description for _, fields in said],
            [fields.project for _, fields in said],
            [fields.region for _, fields in said],
            [Jsonb(stored_offers(fields.offers)) for _, fields in said],
        ),
    )
    known = {c.key: c.product_id for c in changes if c.product_id is not None}
    return known | dict(rows.fetchall())


def _write_pictures(
    connection: Connection, changes: Sequence[ProductChange], numbers: Mapping[str, int]
) -> dict[tuple[int, str], int]:
    """Return the numbers of what was written, by the products' numbers and the addresses."""
    new = [(numbers[change.key], picture) for change in changes for picture in change.pictures]
    if not new:
        return {}
    written = connection.execute(
        _WRITE_PICTURES,
        (
            [number for number, _ in new],
            [picture.position for _, picture in new],
            [picture.address for _, picture in new],
            [picture.kept and picture.kept.original for _, picture in new],
            [picture.kept and picture.kept.digest for _, picture in new],
            [picture.kept and picture.kept.media_type for _, picture in new],
            [picture.kept and picture.kept.content for _, picture in new],
        ),
    ).fetchall()
    # Whatever was said of another picture under these numbers no longer holds. After they were
    # written: who stores a vector meanwhile waits for us and then sees that the picture is another.
    _forget(connection, [number for _, _, number in written])
    return {(product, address): number for product, address, number in written}


def _forget(connection: Connection, pictures: list[int]) -> None:
    for (space_id,) in connection.execute(_WITH_VECTORS, (pictures,)).fetchall():
        clear_vectors(connection, space_id, pictures)
    connection.execute(_FORGET_FAILURES, (pictures,))


def _write_vectors(
    connection: Connection,
    space_ids: Mapping[VectorSpace, int],
    changes: Sequence[ProductChange],
    numbers: Mapping[str, int],
    pictures: Mapping[tuple[int, str], int],
) -> None:
    """Write the vectors that came along; `pictures` are those just written."""
    given = []
    for change in changes:
        for vector in change.vectors:
            product = numbers[change.key]
            picture = pictures.get((product, vector.address), vector.picture_id)
            if picture is not None:
                given.append((picture, product, vector.embedding))
    copy_embeddings(connection, space_ids, given)


def _rearrange(connection: Connection, changes: Sequence[ProductChange]) -> None:
    moved = [move for change in changes for move in change.moved]
    if moved:
        numbers, positions = zip(*moved, strict=True)
        connection.execute(_MOVE_PICTURES, (list(numbers), list(positions)))
    removed = [number for change in changes for number in change.removed]
    if removed:
        connection.execute("DELETE FROM likeness.pictures WHERE id = ANY(%s)", (removed,))
