"""What is meant by a text, as conditions on products, in SQL: columns of `products`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import LiteralString

from psycopg import sql

from search.meaning import Meant, Spelled
from search.spelling import Level

# Where a word stands says how much it is worth: in article or name, in project or category, or in
# the description alone.
NAME, GROUP, DESCRIPTION = 1.0, 0.9, 0.7

_KEY: LiteralString = "likeness.article_key(%(text)s)"
_IS_KEY: LiteralString = f"({_KEY} <> '' AND product.article_key = {_KEY})"
_BEGINS_KEY: LiteralString = f"({_KEY} <> '' AND product.article_key LIKE {_KEY} || '%%')"


class Worded:
    """Conditions on `likeness.products AS product`; `asked` are their parameters."""

    def __init__(self, meant: Meant) -> None:
        words = [_Word(number, word) for number, word in enumerate(meant.words)]
        self._scores = [word.score() for word in words]
        self.article: sql.Composable = sql.SQL(_BEGINS_KEY if meant.begins else _IS_KEY)
        self.words: sql.Composable | None = None
        if words:
            self.words = sql.SQL("({})").format(sql.SQL(" AND ").join(map(_Word.fits, words)))
        self.asked: dict[str, object] = {"text": meant.text}
        for word in words:
            self.asked |= word.asked

    @property
    def fits(self) -> sql.Composable:
        """The condition that a product is meant."""
        if self.words is None:
            return self.article
        return sql.SQL("({} OR {})").format(self.article, self.words)

    @property
    def beyond_articles(self) -> sql.Composable:
        """The condition that it is meant, and by its words alone where there are any."""
        if self.words is None:
            return self.article
        # A product without an article has no key.
        return sql.SQL("({} IS NOT TRUE AND {})").format(self.article, self.words)

    @property
    def score(self) -> sql.Composable:
        """The mean of what the words are worth for `product` of `category`."""
        total = sql.SQL(" + ").join(self._scores)
        return sql.SQL("({}) / {}").format(total, sql.Literal(len(self._scores)))


def any_of(levels: Sequence[Level]) -> str:
    """Return a query of PostgreSQL's for whatever fits a word, however well."""
    return " | ".join(map(_query, levels))


class _Word:
    """The condition that a typed word fits a product, and what that is worth."""

    def __init__(self, number: int, word: Spelled) -> None:
        self._number = number
        self._word = word
        self.asked: dict[str, object] = {}

    def fits(self) -> sql.Composable:
        """Return the condition."""
        any_word = self._placeholder("any", any_of(self._word.levels))
        fits = "product.words @@ {any}::tsquery OR product.description_words @@ {any}::tsquery"
        wanted: sql.Composable = sql.SQL(fits).format(any=any_word)
        if self._word.groups:
            groups = self._placeholder("groups", list(self._word.groups))
            wanted = sql.SQL("{} OR product.category_id = ANY({})").format(wanted, groups)
        return sql.SQL("({})").format(wanted)

    def score(self) -> sql.Composable:
        """Return what it is worth for `product` of `category`."""
        worth: list[tuple[float, sql.Composable]] = []
        for rank, level in enumerate(self._word.levels):
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

    def _placeholder(self, name: str, asked: object) -> sql.Placeholder:
        name = f"word_{self._number}_{name}"
        self.asked[name] = asked
        return sql.Placeholder(name)


def _query(level: Level, place: str = "") -> str:
    """Return a query of PostgreSQL's for any of the words, perhaps where they stand."""
    marks = f"{'*' if level.begins else ''}{place}"
    suffix = f":{marks}" if marks else ""
    return " | ".join(f"{_quoted(word)}{suffix}" for word in level.words)


def _quoted(word: str) -> str:
    doubled = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"
