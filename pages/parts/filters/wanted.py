"""What the browser sends of the filters -> what is wanted. It may send anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from search.errors import NarrowingError
from search.narrowing import Narrow, Trait
from search.people import tidy
from search.price_range import read_range

# More than anybody ticks one by one, and longer than any name or price.
_MOST_VALUES, _LONGEST_VALUE, _LONGEST_TEXT = 200, 600, 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is ticked and typed in the panel.

    `narrow` is without a price where the one that was typed is none: then `problem` says why.
    `is_priced` tells that anything was typed there, `currency` is the one that is shown with it;
    "" for any, None as long as the panel has shown none. `texts` are what values are looked for by,
    and `number` tells answers apart.
    """

    number: int
    narrow: Narrow
    is_priced: bool
    currency: str | None
    texts: Mapping[Trait, str]
    problem: NarrowingError | None

    @classmethod
    def read(cls, sent: object, spoken: str) -> Wanted:
        """Read what was sent by somebody who reads this language; what is no filter is left out."""
        said: Mapping[Any, Any] = sent if isinstance(sent, Mapping) else {}
        find = said.get("find")
        looked_for: Mapping[Any, Any] = find if isinstance(find, Mapping) else {}
        number, currency = said.get("number"), said.get("currency")
        code = tidy(currency)[:_LONGEST_TEXT] if isinstance(currency, str) else None
        lowest, highest = _text(said.get("lowest")), _text(said.get("highest"))
        problem: NarrowingError | None = None
        try:
            price = read_range(lowest, highest, code or None, spoken=spoken)
        except NarrowingError as error:
            price, problem = None, error
        narrow = Narrow(price=price)
        for trait in Trait:
            narrow = narrow.having(trait, *_values(said.get(trait)))
        return cls(
            number if isinstance(number, int) else 0,
            narrow,
            bool(lowest or highest),
            code,
            {trait: _text(looked_for.get(trait)) for trait in Trait},
            problem,
        )


def _text(sent: object) -> str:
    return tidy(sent[:_LONGEST_TEXT]) if isinstance(sent, str) else ""


def _values(sent: object) -> list[str]:
    """Return the values as they are: no blank of a catalogue's own may be lost."""
    values = sent[:_MOST_VALUES] if isinstance(sent, list) else []
    texts = [value for value in values if isinstance(value, str) and _can_be_kept(value)]
    return list(dict.fromkeys(texts))


def _can_be_kept(value: str) -> bool:
    """Tell whether a catalogue could have a value: no NUL in it, and no half of a character."""
    is_whole = "\0" not in value and not any("\ud800" <= c <= "\udfff" for c in value)
    return is_whole and len(value) <= _LONGEST_VALUE
