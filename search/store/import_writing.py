"""What an import changes, written on a connection in a transaction that is under way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from psycopg.types.json import Jsonb

from search.store.database import Connection
from search.store.import_changes import ProductChange
from search.store.product_rows import stored_offers
from search.store.vector_copy import clear_vectors, copy_embeddings
from search.vectors import VectorSpace

# All that are touched before any of them is: in the order of their numbers, as who copies vectors
# and who indexes take them.
LOCK_PICTURES = """
    SELECT id FROM likeness.pictures WHERE product_id = ANY(%s) ORDER BY id FOR UPDATE
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


def write_categories(connection: Connection, categories: Mapping[str, Mapping[str, str]]) -> None:
    """Add names, by language, to categories, by id."""
    named = sorted(categories.items())
    connection.execute(
        _WRITE_CATEGORIES,
        ([number for number, _ in named], [Jsonb(dict(name)) for _, name in named]),
    )


def write_products(
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


def lock_pictures(connection: Connection, changes: Sequence[ProductChange]) -> None:
    """Take the pictures of products of which any picture or vector changes."""
    touched = [
        change.product_id
        for change in changes
        if change.product_id is not None
        and (change.pictures or change.moved or change.removed or change.vectors)
    ]
    if touched:
        connection.execute(LOCK_PICTURES, (touched,))


def write_pictures(
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


def write_vectors(
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


def rearrange(connection: Connection, changes: Sequence[ProductChange]) -> None:
    """Bring stored pictures into their new order, and remove those that go."""
    moved = [move for change in changes for move in change.moved]
    if moved:
        numbers, positions = zip(*moved, strict=True)
        connection.execute(_MOVE_PICTURES, (list(numbers), list(positions)))
    removed = [number for change in changes for number in change.removed]
    if removed:
        connection.execute("DELETE FROM likeness.pictures WHERE id = ANY(%s)", (removed,))
