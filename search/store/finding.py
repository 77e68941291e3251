"""Products by articles and words: columns of `products`, and the table `words`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, LiteralString

from psycopg import sql

from search.hits import Product
from search.meaning import Meant, Spelled
from search.narrowing import Narrow
from search.spelling import Known, Level, Typed
from search.store.database import Connection, Database
from search.store.narrowed import condition
from search.store.product_rows import (
    PICTURE_ORDER,
    PICTURE_REFERENCE,
    PRODUCT_COLUMNS,
    PRODUCT_WIDTH,
    product_of,
)
from search.store.spaces import Spaces, partition
from search.store.worded import Worded, any_of
from search.vectors import VectorSpace

BEGINNING = 0.95
# Words that are somewhat alike are candidates; how alike they are is looked at closer, elsewhere.
TRIGRAMS_ALIKE: Final = 0.19
MOST_TYPOS, MOST_PARTS = 100, 200

# Of a word in other letters than Latin and Russian ones the index knows nothing: all words of the
# catalogue would be looked at, for each such word of a text.
_IS_INDEXED: LiteralString = """
    length(typed.word) > 3 AND typed.coded ~ '[0-9a-z]'
"""
# OFFSET keeps a word from being coded anew for each word that it is compared with.
_TYPED: LiteralString = """
    SELECT typed.place, typed.word, likeness.stem(typed.word) = '', known.word,
           known.stem = likeness.stem(typed.word)
    FROM (
        SELECT word, place, likeness.coded(word) AS coded
        FROM likeness.words_of(%(text)s) WITH ORDINALITY AS said (word, place) OFFSET 0
    ) AS typed
    LEFT JOIN LATERAL (
        SELECT word, stem FROM likeness.words WHERE stem = likeness.stem(typed.word)
        UNION (
            SELECT word, stem FROM likeness.words
            WHERE {is_indexed} AND coded LIKE '%%' || typed.coded || '%%'
            ORDER BY length(word) LIMIT %(parts)s
        ) {typos}
    ) AS known ON typed.word !~ '[0-9]'
    ORDER BY typed.place
"""
_TYPOS: LiteralString = """
        UNION (
            SELECT word, stem FROM likeness.words
            WHERE {is_indexed} AND coded OPERATOR({schema}.%%) typed.coded
            ORDER BY {schema}.similarity(coded, typed.coded) DESC
            LIMIT %(typos)s
        )
"""
# Products with the very article come first, then those whose article begins so.
_BY_ARTICLE: LiteralString = """
    SELECT id, true AS by_article,
           CASE WHEN article_key = likeness.article_key(%(text)s) THEN 1
                ELSE %(beginning)s END::float8 AS score, count(*) OVER () AS alike,
           row_number() OVER (
               ORDER BY article_key <> likeness.article_key(%(text)s), article_key, id) AS place
    FROM likeness.products AS product
    WHERE {article} AND {narrow}
    ORDER BY place LIMIT %(limit)s
"""
_BY_WORDS: LiteralString = """
    SELECT id, false, score, count(*) OVER () AS alike,
           row_number() OVER (ORDER BY score DESC, length, id) AS place
    FROM (
        SELECT product.id, {score} AS score, length(product.name::text) AS length
        FROM likeness.products AS product
        LEFT JOIN likeness.categories AS category ON category.id = product.category_id
        WHERE {narrow} AND {fits}
    ) AS scored
    ORDER BY place LIMIT %(limit)s
"""
# Looked up first: as a part of the question they would have every product looked at.
_GROUPS: LiteralString = (
    "ARRAY(SELECT id FROM likeness.categories WHERE words @@ {any}::tsquery ORDER BY id)"
)
_SHOWN: LiteralString = """
    WITH fit AS MATERIALIZED (
        SELECT * FROM ({fit}) AS fits ORDER BY by_article DESC, place LIMIT %(limit)s
    )
    SELECT {columns}, picture.reference, picture.id, fit.score, fit.by_article, fit.alike, EXISTS (
        SELECT FROM {table} AS embedding WHERE embedding.product_id = product.id)
    FROM fit
    JOIN likeness.products AS product USING (id)
    LEFT JOIN likeness.categories AS category ON category.id = product.category_id
    LEFT JOIN LATERAL (
        SELECT picture.id, {reference} AS reference
        FROM likeness.pictures AS picture WHERE picture.product_id = product.id
        ORDER BY {order} LIMIT 1
    ) AS picture ON true
    ORDER BY fit.by_article DESC, fit.place
"""
_IS_THERE: LiteralString = "SELECT EXISTS (SELECT FROM likeness.products AS product WHERE {fits})"
_COUNT: LiteralString = """
    SELECT count(*) FROM likeness.products AS product WHERE {fits} AND {narrow}
"""
_TRIGRAMS: LiteralString = """
    SELECT nspname, extversion
    FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
    WHERE extname = 'pg_trgm'
"""
# The planner takes many words for as many rows, and would read them all.
_BEGIN: LiteralString = """
    SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true),
           set_config('pg_trgm.similarity_threshold', %s, true)
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A product that fits, its picture as in `Hit`, how well, and by its article or its words.

    `alike` is how many products fit by the same, and `is_indexed` tells whether it has a vector.
    """

    product: Product
    picture: str | None
    picture_id: int | None
    score: float
    by_article: bool
    alike: int
    is_indexed: bool


@dataclass(frozen=True, slots=True)
class Trigrams:
    """What typos are forgiven by: pg_trgm's version; None without it, and whether it could be."""

    version: str | None
    is_available: bool


class Words:
    """Used from several threads at once."""

    def __init__(self, database: Database, spaces: Spaces) -> None:
        self._database = database
        self._spaces = spaces

    @contextmanager
    def looking(self, space: VectorSpace, narrow: Narrow) -> Iterator[Looking]:
        """Lend what looks, on one connection, for products that fulfil `narrow`."""
        table = partition(self._spaces.id_of(space))
        with self._database.connection() as connection, connection.transaction():
            connection.execute(_BEGIN, (str(TRIGRAMS_ALIKE),))
            there = connection.execute(_TRIGRAMS).fetchone()
            yield Looking(connection, table, narrow, there[0] if there else None)

    def trigrams(self) -> Trigrams:
        """Return whether typos are forgiven in this database."""
        with self._database.connection() as connection:
            there = connection.execute(_TRIGRAMS).fetchone()
            known = connection.execute(
                "SELECT FROM pg_available_extensions WHERE name = 'pg_trgm'"
            ).fetchone()
        return Trigrams(there[1] if there else None, known is not None)

    def forgive_typos(self) -> None:
        """Make what forgives typos, where an administrator has made that possible meanwhile."""
        with self._database.patient_connection() as connection:
            connection.execute("SELECT likeness.forgive_typos()")


class Looking:
    """One look, by one thread. `trigrams` is the schema of pg_trgm, None without it."""

    def __init__(
        self, connection: Connection, table: sql.Identifier, narrow: Narrow, trigrams: str | None
    ) -> None:
        self._connection = connection
        self._table = table
        self._narrow, self._narrowing = condition(narrow)
        self._trigrams = trigrams

    def typed(self, text: str) -> list[Typed]:
        """Take a text apart into its words, each with those of the catalogue that it might be."""
        is_indexed, typos = sql.SQL(_IS_INDEXED), sql.Composed([])
        if self._trigrams:
            schema = sql.Identifier(self._trigrams)
            typos = sql.SQL(_TYPOS).format(schema=schema, is_indexed=is_indexed)
        asked = {"text": text, "parts": MOST_PARTS, "typos": MOST_TYPOS}
        rows = self._ask(sql.SQL(_TYPED).format(typos=typos, is_indexed=is_indexed), asked)
        return [
            Typed(word, is_small, tuple(Known(row[3], row[4]) for row in rows if row[3]))
            for (_, word, is_small), rows in groupby(rows, key=lambda row: tuple(row[:3]))
        ]

    def spelled(self, typed: Sequence[Sequence[Level]]) -> tuple[Spelled, ...]:
        """Return words by their levels, best first, each with the categories that it fits."""
        asked = {f"any_{number}": any_of(levels) for number, levels in enumerate(typed)}
        each = [sql.SQL(_GROUPS).format(any=sql.Placeholder(name)) for name in asked]
        (row,) = self._ask(sql.SQL("SELECT {}").format(sql.SQL(", ").join(each)), asked)
        return tuple(
            Spelled(tuple(levels), tuple(groups)) for levels, groups in zip(typed, row, strict=True)
        )

    def found(self, meant: Meant, limit: int) -> list[Row]:
        """Return the products that are meant: by article, then those that the words fit best.

        An article's dashes, dots and spaces do not count, nor does case. A product's score is the
        mean of what the words are worth.
        """
        worded = Worded(meant)
        parts = [sql.SQL(_BY_ARTICLE).format(article=worded.article, narrow=self._narrow)]
        if worded.words is not None:
            by_words = sql.SQL(_BY_WORDS).format(
                score=worded.score, narrow=self._narrow, fits=worded.beyond_articles
            )
            parts.append(by_words)
        statement = sql.SQL(_SHOWN).format(
            fit=sql.SQL(" UNION ALL ").join(sql.SQL("({})").format(part) for part in parts),
            columns=sql.SQL(PRODUCT_COLUMNS),
            reference=sql.SQL(PICTURE_REFERENCE),
            order=sql.SQL(PICTURE_ORDER),
            table=self._table,
        )
        asked = {**worded.asked, **self._narrowing, "beginning": BEGINNING, "limit": limit}
        rows = self._ask(statement, asked)
        return [Row(product_of(row), *row[PRODUCT_WIDTH:]) for row in rows]

    def is_there(self, meant: Meant) -> bool:
        """Tell whether any product is meant, whatever it is narrowed to.

        Where words are meant, by them: one that the article alone fits says nothing of them.
        """
        worded = Worded(meant)
        statement = sql.SQL(_IS_THERE).format(fits=worded.beyond_articles)
        return bool(self._ask(statement, worded.asked)[0][0])

    def count(self, meant: Meant) -> int:
        """Return how many products are meant."""
        worded = Worded(meant)
        statement = sql.SQL(_COUNT).format(fits=worded.fits, narrow=self._narrow)
        return int(self._ask(statement, {**worded.asked, **self._narrowing})[0][0])

    def _ask(self, statement: sql.Composed, asked: Mapping[str, object]) -> list[Any]:
        # Planned for these words: a plan for any would not know how many products they have.
        return self._connection.execute(statement, asked, binary=True, prepare=False).fetchall()
