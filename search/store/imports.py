"""What came from a shop's own source: its products by key, what changes in them, what goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from search.store.database import Database
from search.store.deadlocks import undeadlocked
from search.store.import_changes import (
    ImportedPicture,
    ImportedProduct,
    ProductChange,
    ProductFields,
)
from search.store.import_writing import (
    LOCK_PICTURES,
    lock_pictures,
    rearrange,
    write_categories,
    write_pictures,
    write_products,
    write_vectors,
)
from search.store.product_rows import offers_of
from search.store.spaces import Spaces

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
_BY_ARTICLE = """
    SELECT key FROM likeness.products
    WHERE source = %(source)s AND NOT EXISTS (
        SELECT FROM likeness.products WHERE source = %(source)s AND key <> article_number)
"""
# In two steps: one product's new key may be the old one of another, and at no moment may two have
# the same. No key of a source begins with a control character.
_LEAVE_KEYS = """
    UPDATE likeness.products SET key = chr(1) || key
    WHERE source = %s AND key = ANY(%s) AND key = article_number
"""
_TAKE_KEYS = """
    UPDATE likeness.products SET key = taken.key
    FROM unnest(%s::text[], %s::text[]) AS taken (key, article)
    WHERE source = %s AND products.key = chr(1) || taken.article
"""
# In the order in which who imports them takes them; then their pictures.
_LOCK_PRODUCTS = """
    SELECT id FROM likeness.products WHERE id = ANY(%s) ORDER BY key COLLATE "C" FOR UPDATE
"""


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

    def known_by_article(self, source: str) -> frozenset[str]:
        """Return the keys of a source's products if all of them are articles, else none."""
        with self._database.connection() as connection:
            rows = connection.execute(_BY_ARTICLE, {"source": source}).fetchall()
        return frozenset(key for (key,) in rows)

    @undeadlocked
    def rekey(self, source: str, articles: Mapping[str, str]) -> None:
        """Give products new keys, each in place of the article that was its key until now.

        All or none; a new key may be the old one of another that gets a new one as well.
        """
        keys, old = list(articles), list(articles.values())
        with self._database.patient_connection() as connection, connection.transaction():
            connection.execute(_LEAVE_KEYS, (source, old))
            connection.execute(_TAKE_KEYS, (keys, old, source))

    @undeadlocked
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
        # Two that import the same at once take the same locks in the same order: products by their
        # keys, and then the pictures.
        changes = sorted(changes, key=lambda change: change.key)
        with self._database.connection() as connection, connection.transaction():
            write_categories(connection, categories)
            numbers = write_products(connection, source, changes)
            lock_pictures(connection, changes)
            pictures = write_pictures(connection, changes, numbers)
            rearrange(connection, changes)
            write_vectors(connection, space_ids, changes, numbers, pictures)

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
            removed += self._remove(list(numbers[first : first + REMOVED_AT_ONCE]))
        return removed

    @undeadlocked
    def _remove(self, numbers: list[int]) -> int:
        with self._database.connection() as connection, connection.transaction():
            connection.execute(_LOCK_PRODUCTS, (numbers,))
            connection.execute(LOCK_PICTURES, (numbers,))
            return connection.execute(
                "DELETE FROM likeness.products WHERE id = ANY(%s)", (numbers,)
            ).rowcount
