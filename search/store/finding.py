"""Products by articles and words: columns of `products`, and the table `words`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, LiteralString

from psycopg import sql

from search.hits import Product
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
from search.vectors import VectorSpace

# Where a word stands says how much it is worth: in article or name, in project or category, or in
# the description alone.
NAME, GROUP, DESCRIPTION = 1.0, 0.9, 0.7
BEGINNING = 0.95
# Words that are somewhat alike are candidates; how alike they are is looked at closer, elsewhere.
TRIGRAMS_ALIKE: Final = 0.19
MOST_TYPOS, MOST_PARTS = 100, 200

_TYPED: LiteralString = """
    SELECT typed.place, typed.word, likeness.stem(typed.word) = '', known.word,
           known.stem = likeness.stem(typed.word)
    FROM likeness.words_of(%(text)s) WITH ORDINALITY AS typed (word, place)
    LEFT JOIN LATERAL (
        SELECT word, stem FROM likeness.words WHERE stem = likeness.stem(typed.word)
        UNION (
            SELECT word, stem FROM likeness.words
            WHERE length(typed.word) > 3 AND coded LIKE '%%' || likeness.coded(typed.word) || '%%'
            ORDER BY length(word) LIMIT %(parts)s
        ) {typos}
    ) AS known ON typed.word !~ '[0-9]'
    ORDER BY typed.place
"""
_TYPOS: LiteralString = """
        UNION (
            SELECT word, stem FROM likeness.words
            WHERE length(typed.word) > 3
                AND coded OPERATOR({schema}.%%) likeness.coded(typed.word)
            ORDER BY {schema}.similarity(coded, likeness.coded(typed.word)) DESC
            LIMIT %(typos)s
        )
"""
_KEY: LiteralString = "likeness.article_key(%(text)s)"
_IS_KEY: LiteralString = f"article_key = {_KEY}"
_BEGINS_KEY: LiteralString = f"article_key LIKE {_KEY} || '%%'"
_BY_ARTICLE: LiteralString = """
    SELECT id, CASE WHEN article_key = likeness.article_key(%(text)s) THEN 1
                    ELSE %(beginning)s END::float8 AS score,
           row_number() OVER (
               ORDER BY article_key <> likeness.article_key(%(text)s), article_key, id) AS place
    FROM likeness.products AS product
    WHERE likeness.article_key(%(text)s) <> '' AND {fits} AND {narrow}
    ORDER BY place LIMIT %(limit)s
"""
_BY_WORDS: LiteralString = """
    SELECT id, score, row_number() OVER (ORDER BY score DESC, length, id) AS place
    FROM (
        SELECT product.id, ({scores}) / {words} AS score, length(product.name::text) AS length
        FROM likeness.products AS product
        LEFT JOIN likeness.categories AS category ON category.id = product.category_id
        WHERE {narrow} AND product.id <> ALL(%(without)s) AND {fits}
    ) AS scored
    ORDER BY place LIMIT %(limit)s
"""
# Looked up first: as a part of the question they would have every product looked at.
_GROUPS: LiteralString = (
    "ARRAY(SELECT id FROM likeness.categories WHERE words @@ {any}::tsquery ORDER BY id)"
)
_SHOWN: LiteralString = """
    WITH fit AS MATERIALIZED ({fit})
    SELECT {columns}, picture.reference, picture.id, fit.score, EXISTS (
        SELECT FROM {table} AS embedding WHERE embedding.product_id = product.id)
    FROM fit
    JOIN likeness.products AS product USING (id)
    LEFT JOIN likeness.categories AS category ON category.id = product.category_id
    LEFT JOIN LATERAL (
        SELECT picture.id, {reference} AS reference
        FROM likeness.pictures AS picture WHERE picture.product_id = product.id
        ORDER BY {order} LIMIT 1
    ) AS picture ON true
    ORDER BY fit.place
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
    """A product that fits, its picture as in `Hit`, how well, and whether it has a vector."""

    product: Product
    picture: str | None
    picture_id: int | None
    score: float
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
        typos: sql.Composable = sql.SQL("")
        if self._trigrams:
            typos = sql.SQL(_TYPOS).format(schema=sql.Identifier(self._trigrams))
        asked = {"text": text, "parts": MOST_PARTS, "typos": MOST_TYPOS}
        rows = self._ask(sql.SQL(_TYPED).format(typos=typos), asked)
        return [
            Typed(word, is_small, tuple(Known(row[3], row[4]) for row in rows if row[3]))
            for (_, word, is_small), rows in groupby(rows, key=lambda row: tuple(row[:3]))
        ]

    def by_article(self, text: str, limit: int, *, begins: bool) -> list[Row]:
        """Return products whose article is the text, then, if wanted, those it `begins`.

        Dashes, dots and spaces do not count, nor does case.
        """
        fits = sql.SQL(_BEGINS_KEY if begins else _IS_KEY)
        fit = sql.SQL(_BY_ARTICLE).format(fits=fits, narrow=self._narrow)
        return self._shown(fit, {"text": text, "beginning": BEGINNING, "limit": limit})

    def by_words(
        self, typed: Sequence[Sequence[Level]], limit: int, *, without: Sequence[int] = ()
    ) -> list[Row]:
        """Return the products that every word fits somewhere, those first that they fit best.

        `typed` has the levels of each word, best first; products with the ids `without` are left
        out. A product's score is the mean of what its words are worth.
        """
        words = [_Word(number, levels) for number, levels in enumerate(typed)]
        groups = self._groups(words)
        fit = sql.SQL(_BY_WORDS).format(
            scores=sql.SQL(" + ").join(word.score() for word in words),
            words=sql.Literal(len(words)),
            narrow=self._narrow,
            fits=sql.SQL(" AND ").join(map(_Word.fits, words, groups)),
        )
        asked: dict[str, object] = {"limit": limit, "without": list(without)}
        for word in words:
            asked |= word.asked
        return self._shown(fit, asked)

    def _groups(self, words: Sequence[_Word]) -> Sequence[list[str]]:
        """Return the ids of the categories that each word fits."""
        groups = sql.SQL(", ").join(sql.SQL(_GROUPS).format(any=word.any) for word in words)
        asked = {name: query for word in words for name, query in word.asked.items()}
        return list(self._ask(sql.SQL("SELECT {}").format(groups), asked)[0])

    def _shown(self, fit: sql.Composed, asked: Mapping[str, object]) -> list[Row]:
        statement = sql.SQL(_SHOWN).format(
            fit=fit,
            columns=sql.SQL(PRODUCT_COLUMNS),
            reference=sql.SQL(PICTURE_REFERENCE),
            order=sql.SQL(PICTURE_ORDER),
            table=self._table,
        )
        rows = self._ask(statement, {**asked, **self._narrowing})
        return [Row(product_of(row), *row[PRODUCT_WIDTH:]) for row in rows]

    def _ask(self, statement: sql.Composed, asked: Mapping[str, object]) -> list[Any]:
        # Planned for these words: a plan for any would not know how many products they have.
        return self._connection.execute(statement, asked, binary=True, prepare=False).fetchall()


class _Word:
    """The condition that a typed word fits a product, and what that is worth, in SQL.

    `groups` are the categories that it fits, `asked` the parameters.
    """

    def __init__(self, number: int, levels: Sequence[Level]) -> None:
        self._number = number
        self._levels = levels
        self.any = sql.Placeholder(f"any_{number}")
        self.asked: dict[str, object] = {f"any_{number}": " | ".join(map(_query, levels))}

    def fits(self, groups: Sequence[str]) -> sql.Composable:
        """Return the condition on `product`."""
        fits = "product.words @@ {any}::tsquery OR product.description_words @@ {any}::tsquery"
        wanted: sql.Composable = sql.SQL(fits).format(any=self.any)
        if groups:
            name = f"groups_{self._number}"
            self.asked[name] = list(groups)
            in_groups = sql.SQL("product.category_id = ANY({})").format(sql.Placeholder(name))
            wanted = sql.SQL("{} OR {}").format(wanted, in_groups)
        return sql.SQL("({})").format(wanted)

    def score(self) -> sql.Composable:
        """Return what it is worth for `product` of `category`."""
        worth: list[tuple[float, sql.Composable]] = []
        for rank, level in enumerate(self._levels):
            anywhere = self._placeholder(f"{rank}", _query(level))
            name = self._placeholder(f"{rank}_a", _query(level, "A"))
            group = self._placeholder(f"{rank}_b", _query(level, "B"))
            conditions = {
                NAME: sql.SQL("product.words @@ {}::tsquery").format(name),
                GROUP: sql.SQL(
                    "product.words @@ {}::tsquery OR category.words @@ {}::tsquery"
                ).format(group, anywhere),
                DESCRIPTION: sql.SQL("product.description_words @@ {}::tsquery").format(anywhere),
            }
            worth += [(level.value * share, said) for share, said in conditions.items()]
        worth.sort(key=lambda one: -one[0])
        branches = [
            sql.SQL("WHEN {} THEN {}").format(said, sql.Literal(value)) for value, said in worth
        ]
        return sql.SQL("CASE {} ELSE 0 END::float8").format(sql.SQL(" ").join(branches))

    def _placeholder(self, name: str, query: str) -> sql.Placeholder:
        name = f"word_{self._number}_{name}"
        self.asked[name] = query
        return sql.Placeholder(name)


def _query(level: Level, place: str = "") -> str:
    """Return a query of PostgreSQL's for any of the words, perhaps where they stand."""
    marks = f"{'*' if level.begins else ''}{place}"
    suffix = f":{marks}" if marks else ""
    return " | ".join(f"{_quoted(word)}{suffix}" for word in level.words)


def _quoted(word: str) -> str:
    doubled = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"
