"""A text -> the products whose article, name, category, project or description it fits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from search.errors import TextEmpty, TextTooLong
from search.hits import Product
from search.layouts import other_layouts
from search.narrowing import Narrow
from search.people import tidy
from search.spelling import levels, meaningful
from search.store.finding import Looking, Row, Words
from search.vectors import VectorSpace

LONGEST_TEXT = 200
DEFAULT_LIMIT = 50
MOST = 200
# Two or three letters of the other layout begin some word in any catalogue.
SHORTEST_GUESS = 4


class Fit(StrEnum):
    """By what a product was found; the values are keys of texts."""

    ARTICLE = "article"
    BEGINNING = "beginning"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Match:
    """A product that was found, and how well its words fit: `score` in (0, 1].

    `picture` is the reference of its picture, see `Hit.picture`, and `picture_id` the number; None
    where it has no picture. One that is not `is_indexed` has no vector in the active space: what
    looks like it cannot be searched for.
    """

    product: Product
    picture: str | None
    picture_id: int | None
    score: float
    fit: Fit
    is_indexed: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, best first.

    `read_as` is the text as the other keyboard layout reads it, where only that fitted; else None.
    """

    matches: tuple[Match, ...]
    read_as: str | None = None


class Finding:
    """One an engine; used from several threads at once. `space` returns the active space."""

    def __init__(self, words: Words, space: Callable[[], VectorSpace]) -> None:
        self._words = words
        self._space = space

    def find(self, text: str, limit: int = DEFAULT_LIMIT, narrow: Narrow | None = None) -> Found:
        """Return up to `limit` products, 1 to 200, best first.

        The very article comes first, then articles that begin with the text, then products that all
        of its words fit somewhere: in another form, as a beginning or a part of a word, and with
        typos where nothing else fits. A text of which nothing is found is read as the other
        keyboard layout has it.

        Raises TextEmpty, TextTooLong or StoreError. Nothing found is no error.
        """
        asked = tidy(text)
        if len(asked) > LONGEST_TEXT:
            raise TextTooLong(limit=LONGEST_TEXT)
        if not any(map(str.isalnum, asked)):
            raise TextEmpty
        limit = min(max(limit, 1), MOST)
        with self._words.looking(self._space(), narrow or Narrow()) as looking:
            for reading in (asked, *other_layouts(asked)):
                guessed = reading is not asked
                matches = _matches(looking, reading, limit, guessed=guessed)
                if matches:
                    return Found(tuple(matches), reading if guessed else None)
        return Found(())


def _matches(looking: Looking, text: str, limit: int, *, guessed: bool) -> list[Match]:
    """Return what fits a text; one that nobody typed like that has to say more."""
    # A Russian word that looks like the beginning of an article in Latin letters is none.
    begins = any(map(str.isdigit, text)) or (text.isascii() and not guessed)
    rows = looking.by_article(text, limit, begins=begins)
    matches = [_match(row, Fit.ARTICLE if row.score == 1 else Fit.BEGINNING) for row in rows]
    if len(matches) == limit:
        return matches
    typed = meaningful(looking.typed(text))
    if not typed or (guessed and not any(len(one.word) >= SHORTEST_GUESS for one in typed)):
        return matches
    known = [match.product.id for match in matches]
    for strictly in (True, False):
        asked = [levels(one, strictly=strictly) for one in typed]
        rows = looking.by_words(asked, limit - len(matches), without=known)
        if rows:
            return matches + [_match(row, Fit.WORDS) for row in rows]
    return matches


def _match(row: Row, fit: Fit) -> Match:
    return Match(row.product, row.picture, row.picture_id, row.score, fit, row.is_indexed)
