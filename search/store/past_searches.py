"""Searches that were made, as they are reopened and as a history lists them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, LiteralString
from uuid import UUID

from search.addresses import photo_path, picture_path
from search.entries import Entry
from search.hits import Hit, Product, Search
from search.store.database import Connection, Database
from search.store.photos import IS_SHOWN
from search.store.product_rows import (
    PICTURE_ORDER,
    PICTURE_REFERENCE,
    PRODUCT_COLUMNS,
    PRODUCT_WIDTH,
    product_of,
)
from search.store.stored_narrow import narrow_of
from search.subject import Kind, Subject
from search.threshold import Threshold
from search.tuning.scales import Scale, reaches
from search.vectors import Embedding, VectorSpace

# A search from before its line was kept was made with the threshold that was saved last before it.
_THRESHOLD: LiteralString = """
    LEFT JOIN likeness.thresholds AS threshold ON threshold.id = CASE
        WHEN search.line IS NOT NULL THEN search.threshold_id
        ELSE (SELECT max(id) FROM likeness.thresholds AS earlier
              WHERE earlier.space_id = search.space_id AND earlier.scale = search.scale
                AND set_at <= search.created_at) END
"""
_SUBJECT: LiteralString = (
    "search.id, search.created_at, kind, search.fingerprint, photos, product_id, picture, narrow"
)
_REOPEN: LiteralString = f"""
    SELECT {_SUBJECT}, model, revision, dimensions, image_embedding, remembered, search.scale,
           coalesce(line, threshold.value, %(default)s)::float8, threshold.doubtful::float8,
           threshold.centre, threshold.id, threshold.who, threshold.why, threshold.set_at,
           product_ids, picture_ids, similarities, coalesce(scores, similarities),
           same_ranks, same_ids
    FROM likeness.searches AS search
    JOIN likeness.spaces AS space ON space.id = search.space_id
    JOIN likeness.photo_embeddings AS photo
      ON photo.space_id = search.space_id AND photo.fingerprint = search.fingerprint
    {_THRESHOLD}
    WHERE search.id = %(id)s
"""  # noqa: S608 - our own columns
_LIST: LiteralString = f"""
    SELECT {_SUBJECT}, product_ids, picture_ids, coalesce(scores, similarities),
           coalesce(line, threshold.value, %(default)s)::float8, title, pinned, EXISTS (
               SELECT FROM likeness.photo_pictures AS kept
               WHERE kept.fingerprint = search.fingerprint AND {IS_SHOWN})
    FROM likeness.searches AS search
    {_THRESHOLD}
    WHERE (%(visitor)s::text IS NULL OR visitor = %(visitor)s)
      AND (%(pinned)s::boolean IS NULL OR pinned = %(pinned)s)
      AND (%(before)s::timestamptz IS NULL
           OR (search.created_at, search.id) < (%(before)s, %(before_id)s::uuid))
    ORDER BY search.created_at DESC, search.id DESC LIMIT %(limit)s
"""  # noqa: S608 - our own columns
# As of today: what the product is called now, and the picture of then, else its first one.
_PRODUCTS: LiteralString = f"""
    SELECT {PRODUCT_COLUMNS}, said, shown.id, shown.reference
    FROM unnest(%s::bigint[], %s::text[]) AS asked (product_id, said)
    JOIN likeness.products AS product ON product.id = asked.product_id
    LEFT JOIN likeness.categories AS category ON category.id = product.category_id
    LEFT JOIN LATERAL (
        SELECT picture.id, {PICTURE_REFERENCE} AS reference FROM likeness.pictures AS picture
        WHERE picture.product_id = product.id
        ORDER BY (picture.digest = said OR picture.id::text = said) IS TRUE DESC, {PICTURE_ORDER}
        LIMIT 1
    ) AS shown ON true
"""  # noqa: S608 - our own columns
_THERE: LiteralString = "SELECT id FROM likeness.searches WHERE id = ANY(%s)"
_MARK: LiteralString = """
    UPDATE likeness.searches
    SET pinned = coalesce(%(pinned)s, pinned), title = coalesce(%(title)s, title)
    WHERE id = %(id)s AND visitor = coalesce(%(visitor)s, visitor)
"""

# A product, the number of its picture and that one's reference; 0 and "" where it has none.
_Shown = tuple[Product, int, str]
# A product's number, and what its picture was called.
_Asked = tuple[int, str]


class PastSearches:
    """The table `searches`, as it is read for people. `default` is the line until one is saved."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, number: UUID, default: float) -> Search | None:
        """Return a search with the hits that were shown then; None when there is none."""
        with self._database.connection() as connection:
            asked = {"id": number, "default": default}
            row = connection.execute(_REOPEN, asked, binary=True).fetchone()
            return None if row is None else _reopened(connection, row)

    def list(
        self,
        visitor: str | None,
        limit: int,
        *,
        before: Entry | None,
        pinned: bool | None,
        searched: bool,
        default: float,
    ) -> Sequence[Entry]:
        """Return searches, the latest first, see `History.list`.

        Without `searched`, only photos of evaluation sets have a thumbnail.
        """
        asked = {
            "visitor": visitor,
            "limit": limit,
            "before": before.made_at if before else None,
            "before_id": before.id if before else None,
            "pinned": pinned,
            "searched": searched,
            "default": default,
        }
        with self._database.connection() as connection:
            rows = connection.execute(_LIST, asked, binary=True).fetchall()
            wanted = [pair for row in rows for pair in _wanted(row)]
            products = _products(connection, wanted)
        return [_entry(row, products) for row in rows]

    def is_of(self, number: UUID, visitor: str) -> bool:
        """Tell whether a search is in the history of a visitor."""
        with self._database.connection() as connection:
            asked = "SELECT FROM likeness.searches WHERE id = %s AND visitor = %s"
            return connection.execute(asked, (number, visitor)).rowcount > 0

    def there(self, searches: Collection[UUID]) -> set[UUID]:
        """Return those of some searches that were not deleted."""
        if not searches:
            return set()
        with self._database.connection() as connection:
            rows = connection.execute(_THERE, ([*searches],)).fetchall()
        return {row[0] for row in rows}

    def mark(
        self,
        number: UUID,
        visitor: str | None,
        *,
        pinned: bool | None = None,
        title: str | None = None,
    ) -> bool:
        """Pin, unpin or name a search, of a visitor if one is named; tell whether there is one."""
        asked = {"id": number, "visitor": visitor, "pinned": pinned, "title": title}
        with self._database.connection() as connection:
            return connection.execute(_MARK, asked).rowcount > 0


def _products(connection: Connection, asked: Sequence[_Asked]) -> dict[_Asked, _Shown]:
    numbers, said = [number for number, _ in asked], [picture for _, picture in asked]
    rows = connection.execute(_PRODUCTS, (numbers, said)).fetchall()
    found = {}
    for row in rows:
        picture, number, reference = row[PRODUCT_WIDTH:]
        found[row[0], picture] = (product_of(row), number or 0, reference or "")
    return found


def _subject(row: Sequence[Any], products: dict[_Asked, _Shown]) -> Subject:
    _, _, kind, fingerprint, photos, product_id, picture, _ = row[:8]
    shown = products.get((product_id, picture))
    return Subject(
        Kind(kind),
        bytes(fingerprint),
        tuple(bytes(photo) for photo in photos),
        product_id,
        (shown[2] or None) if shown else None,
    )


def _reopened(connection: Connection, row: Sequence[Any]) -> Search:
    (number, made_at, _, _, _, product_id, picture, narrow, model, revision, dimensions) = row[:11]
    vector, remembered, scale, value, doubtful, centre, line_id, who, why, set_at = row[11:21]
    product_ids, picture_ids, similarities, scores, ranks, same_ids = row[21:]
    hit_keys = [(one, str(two)) for one, two in zip(product_ids, picture_ids, strict=True)]
    same_keys = [(one, "") for one in same_ids or ()]
    subject_key = [] if product_id is None else [(product_id, picture)]
    products = _products(connection, [*hit_keys, *same_keys, *subject_key])
    same: dict[int, list[_Asked]] = {}
    for rank, key in zip(ranks or (), same_keys, strict=True):
        same.setdefault(rank, []).append(key)
    hits = []
    for rank, key in enumerate(hit_keys, 1):
        # Where the first of several with one picture is gone, the next stands for it.
        shown = [products[one] for one in (key, *same.get(rank, ())) if one in products]
        if shown:
            (product, picture_id, reference), *others = shown
            hits.append(
                Hit(
                    rank,
                    product,
                    picture_id,
                    reference,
                    similarities[rank - 1],
                    scores[rank - 1],
                    tuple(other for other, _, _ in others),
                )
            )
    space = VectorSpace(model, revision, dimensions)
    return Search(
        id=number,
        subject=_subject(row, products),
        query=Embedding(vector.to_numpy(), space),
        hits=tuple(hits),
        remembered=remembered,
        threshold=Threshold(
            value,
            space,
            Scale(scale),
            doubtful,
            None if centre is None else centre.to_numpy(),
            line_id,
            who or "",
            why or "",
            set_at,
        ),
        seconds={},
        made_at=made_at,
        narrow=narrow_of(narrow),
        gone=sum(key not in products for key in (*hit_keys, *same_keys)),
    )


def _wanted(row: Sequence[Any]) -> list[_Asked]:
    """Return the products that an entry names: the one that was searched with, and the best hit."""
    product_id, picture, product_ids, picture_ids = row[5], row[6], row[8], row[9]
    searched = [] if product_id is None else [(product_id, picture)]
    best = [(product_ids[0], str(picture_ids[0]))] if product_ids else []
    return [*searched, *best]


def _entry(row: Sequence[Any], products: dict[_Asked, _Shown]) -> Entry:
    number, made_at, _, _, _, product_id, picture, narrow = row[:8]
    product_ids, picture_ids, scores, line, title, pinned, has_picture = row[8:]
    subject = _subject(row, products)
    thumbnail = photo_path(subject.fingerprint) if has_picture else None
    if subject.kind is Kind.PRODUCT:
        thumbnail = picture_path(subject.picture) if subject.picture else None
    searched = products.get((product_id, picture))
    best = products.get((product_ids[0], str(picture_ids[0]))) if product_ids else None
    return Entry(
        number,
        made_at,
        subject,
        thumbnail,
        searched[0] if searched else None,
        narrow_of(narrow),
        len(product_ids),
        sum(reaches(score, line) for score in scores),
        best[0] if best else None,
        scores[0] if scores else 0.0,
        title,
        pinned,
        (best[2] or None) if best else None,
    )
