"""A text -> the products whose article, name, category, project or description it fits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from search.errors import TextEmpty, TextTooLong
from search.hits import Product
from search.layouts import other_layouts
from search.meaning import Meant
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
    """What was found, best first; `total` is how many products fit, shown or not.

    `read_as` is the text as the other keyboard layout reads it, where only that fitted; else None.
    """

    matches: tuple[Match, ...]
    read_as: str | None = None
    total: int = 0


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
        keyboard layout has it. How it is read depends on the whole catalogue: `narrow` leaves some
        of what that finds.

        Raises TextEmpty, TextTooLong or StoreError. Nothing found is no error.
        """
        asked = _checked(text)
        limit = min(max(limit, 1), MOST)
        with self._words.looking(self._space(), narrow or Narrow()) as looking:
            for meant in _meanings(looking, asked):
                rows = looking.found(meant, limit)
                fits = any(not row.by_article for row in rows) if meant.words else bool(rows)
                # What is narrowed, or cut off, may hide what fits.
                if fits or ((narrow or len(rows) == limit) and looking.is_there(meant)):
                    # Where articles take all places, nobody counted the words.
                    total = _total(rows) if fits else looking.count(meant)
                    read_as = None if meant.text == asked else meant.text
                    return Found(tuple(map(_match, rows)), read_as, total)
        return Found(())

    def meant(self, text: str) -> Meant | None:
        """Return how `find` reads a text; None where it finds nothing, whatever is left out.

        Raises TextEmpty, TextTooLong or StoreError.
        """
        asked = _checked(text)
        with self._words.looking(self._space(), Narrow()) as looking:
            return next(filter(looking.is_there, _meanings(looking, asked)), None)


def _checked(text: str) -> str:
    asked = tidy(text)
    if len(asked) > LONGEST_TEXT:
        raise TextTooLong(limit=LONGEST_TEXT)
    if not any(map(str.isalnum, asked)):
        raise TextEmpty
    return asked


def _meanings(looking: Looking, asked: str) -> Iterator[Meant]:
    """Yield what may be meant by a text; the first that any product fits is."""
    for text in (asked, *other_layouts(asked)):
        guessed = text is not asked
        # A Russian word that looks like the beginning of an article in Latin letters is none.
        begins = any(map(str.isdigit, text)) or (text.isascii() and not guessed)
        typed = meaningful(looking.typed(text))
        # What nobody typed like that has to say more.
        if not guessed or any(len(one.word) >= SHORTEST_GUESS for one in typed):
            spellings = [[levels(one, strictly=way) for one in typed] for way in (True, False)]
            for number, spelling in enumerate(spellings):
                if spelling and spelling not in spellings[:number]:
                    yield Meant(text, begins, looking.spelled(spelling))
        yield Meant(text, begins)


def _total(rows: Sequence[Row]) -> int:
    """Return how many products fit, by their articles and by their words."""
    return sum({row.by_article: row.alike for row in rows}.values())


def _match(row: Row) -> Match:
    fit = Fit.WORDS
    if row.by_article:
        fit = Fit.ARTICLE if row.score == 1 else Fit.BEGINNING
    return Match(row.product, row.picture, row.picture_id, row.score, fit, row.is_indexed)
