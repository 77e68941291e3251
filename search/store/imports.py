"""What came from a shop's own source: its products by article, what changes in them, what goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from psycopg.types.json import Jsonb

from search.catalogue_picture import KeptPicture
from search.store.database import Connection, Database

# A statement may take a minute, and all that belongs to a product goes with it.
REMOVED_AT_ONCE = 500

_FIND = """
    SELECT product.article_number, product.id, product.name, product.category_id, product.price,
           product.currency, product.link, picture.id, picture.address, picture.original,
           picture.position
    FROM likeness.products AS product
    LEFT JOIN likeness.pictures AS picture ON picture.product_id = product.id
    WHERE product.source = %s AND product.article_number = ANY(%s)
    ORDER BY product.id, picture.position, picture.id
"""
_GONE = """
    SELECT product.id, (SELECT count(*) FROM likeness.pictures WHERE product_id = product.id)
    FROM likeness.products AS product
    WHERE source = %s
      AND NOT EXISTS (SELECT FROM unnest(%s::text[]) AS seen WHERE seen = article_number)
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
        (source, article_number, name, category_id, price, currency, link)
    SELECT %s, * FROM unnest(%s::text[], %s::jsonb[], %s::text[], %s::numeric[], %s::text[],
                             %s::text[])
    ON CONFLICT (source, article_number) DO UPDATE
    SET name = excluded.name, category_id = excluded.category_id, price = excluded.price,
        currency = excluded.currency, link = excluded.link
    RETURNING article_number, id
"""
_WRITE_PICTURES = """
    INSERT INTO likeness.pictures
        (product_id, position, address, original, digest, media_type, content)
    SELECT * FROM unnest(%s::bigint[], %s::smallint[], %s::text[], %s::text[], %s::text[],
                         %s::text[], %b::bytea[])
    ON CONFLICT (product_id, address) DO UPDATE
    SET position = excluded.position, original = excluded.original, digest = excluded.digest,
        media_type = excluded.media_type, content = excluded.content
    RETURNING id
"""
_MOVE_PICTURES = """
    UPDATE likeness.pictures AS picture SET position = moved.position
    FROM unnest(%s::bigint[], %s::smallint[]) AS moved (id, position)
    WHERE picture.id = moved.id
"""
_FORGET = (
    "DELETE FROM likeness.image_embeddings WHERE picture_id = ANY(%s)",
    "DELETE FROM likeness.picture_failures WHERE picture_id = ANY(%s)",
)


@dataclass(frozen=True, slots=True)
class ProductFields:
    """What a source says of a product itself; `name` is by language code."""

    name: Mapping[str, str]
    category_id: str | None
    price: Decimal | None
    currency: str | None
    link: str | None


@dataclass(frozen=True, slots=True)
class ImportedPicture:
    """A stored picture: where it came from, and the SHA-256 of the file as it came, once known."""

    id: int
    address: str | None
    original: str | None
    position: int


@dataclass(frozen=True, slots=True)
class ImportedProduct:
    """A stored product with its pictures in their order."""

    id: int
    fields: ProductFields
    pictures: tuple[ImportedPicture, ...]


@dataclass(frozen=True, slots=True)
class NewPicture:
    """A picture to be written at an address, in place of what is there; None: to be fetched."""

    address: str
    position: int
    kept: KeptPicture | None


@dataclass(frozen=True, slots=True)
class ProductChange:
    """What is to be written of a product.

    `fields` is None where they stay; then `product_id` is known. `moved` are pictures' numbers with
    their new positions, `removed` the numbers of those that go.
    """

    article: str
    product_id: int | None
    fields: ProductFields | None
    pictures: tuple[NewPicture, ...]
    moved: tuple[tuple[int, int], ...]
    removed: tuple[int, ...]


class Imports:
    """The tables `products` and `pictures`, by where they came from."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self, source: str) -> int:
        """Return how many products came from a source."""
        with self._database.connection() as connection:
            row = connection.execute(
                "SELECT count(*) FROM likeness.products WHERE source = %s", (source,)
            ).fetchone()
        return int(row[0]) if row else 0

    def find(self, source: str, articles: Sequence[str]) -> dict[str, ImportedProduct]:
        """Return what is stored of a source's products, by article."""
        with self._database.connection() as connection:
            rows = connection.execute(_FIND, (source, list(articles))).fetchall()
        found: dict[str, ImportedProduct] = {}
        for article, number, *said in rows:
            pictures = (ImportedPicture(*said[5:]),) if said[5] is not None else ()
            before = found[article].pictures if article in found else ()
            found[article] = ImportedProduct(number, ProductFields(*said[:5]), before + pictures)
        return found

    def write(
        self,
        source: str,
        categories: Mapping[str, Mapping[str, str]],
        changes: Sequence[ProductChange],
    ) -> None:
        """Write changes and the names of their categories, by id, in one transaction."""
        # Two that import the same at once take the same locks in the same order.
        changes = sorted(changes, key=lambda change: change.article)
        with self._database.connection() as connection, connection.transaction():
            _write_categories(connection, categories)
            numbers = _write_products(connection, source, changes)
            _write_pictures(connection, changes, numbers)
            _rearrange(connection, changes)

    def gone(self, source: str, seen: Iterable[str]) -> dict[int, int]:
        """Return the products of a source that are not among the articles `seen`.

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
    """Return the numbers of all the changes' products by article."""
    said = [(change.article, change.fields) for change in changes if change.fields is not None]
    rows = connection.execute(
        _WRITE_PRODUCTS,
        (
            source,
            [article for article, _ in said],
            [Jsonb(dict(fields.name)) for _, fields in said],
            [fields.category_id for _, fields in said],
            [fields.price for _, fields in said],
            [fields.currency for _, fields in said],
            [fields.link for _, fields in said],
        ),
    )
    known = {c.article: c.product_id for c in changes if c.product_id is not None}
    return known | dict(rows.fetchall())


def _write_pictures(
    connection: Connection, changes: Sequence[ProductChange], numbers: Mapping[str, int]
) -> None:
    new = [(numbers[change.article], picture) for change in changes for picture in change.pictures]
    if not new:
        return
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
    for forget in _FORGET:
        connection.execute(forget, ([number for (number,) in written],))


def _rearrange(connection: Connection, changes: Sequence[ProductChange]) -> None:
    moved = [move for change in changes for move in change.moved]
    if moved:
        numbers, positions = zip(*moved, strict=True)
        connection.execute(_MOVE_PICTURES, (list(numbers), list(positions)))
    removed = [number for change in changes for number in change.removed]
    if removed:
        connection.execute("DELETE FROM likeness.pictures WHERE id = ANY(%s)", (removed,))
