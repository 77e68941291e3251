"""Sentences in the reader's language: TOML files of texts, Babel's plurals and numbers.

A text is a string with `{placeholders}`, or a table of plural forms (`one`, `few`, `many`,
`other`) of which the number called `n` chooses one.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Protocol

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, format_percent

# What fills a placeholder.
Fact = str | int | float
# The facts that may name a text, as `@some.key`. Any other may be what somebody wrote, who would
# have the sentence say something else by it.
NAMING = frozenset({"reason", "expected", "scale", "period", "role"})
LANGUAGES = ("en", "ru")
MESSAGES = Path(__file__).parent / "messages"
PLURAL_FORMS = frozenset({"zero", "one", "two", "few", "many", "other"})


class Told(Protocol):
    """An error as far as it takes to say it: the key of its texts, and their facts."""

    code: ClassVar[str]
    facts: dict[str, Fact]


@dataclass(frozen=True, slots=True)
class Spoken:
    """An error in words: what happened, and the next step."""

    what: str
    next: str

    @property
    def sentence(self) -> str:
        """Both in one line."""
        return f"{self.what} {self.next}"


class Language:
    """The texts of one language, read from the files `<code>.toml` of one or more folders."""

    def __init__(self, code: str, *folders: Path) -> None:
        self.code = code
        self._locale = Locale.parse(code)
        self._texts: dict[str, Any] = {}
        for folder in folders:
            self._texts |= tomllib.loads((folder / f"{code}.toml").read_text("utf-8"))

    def text(self, key: str, **facts: Fact) -> str:
        """Return the text at a dotted key, its placeholders filled; KeyError when there is none."""
        entry = self.entry(key)
        if isinstance(entry, Mapping):
            entry = entry[self._locale.plural_form(float(facts["n"]))]
        return str(entry).format_map(_Filled({name: self._fill(name, facts) for name in facts}))

    def entry(self, key: str) -> Any:  # noqa: ANN401 - a text, a plural or a whole table of them
        """Return what stands at a dotted key, untouched; for code that fills it in elsewhere."""
        entry: Any = self._texts
        for part in key.split("."):
            entry = entry[part]
        return entry

    def error(self, error: Told, facts: Mapping[str, Fact] | None = None) -> Spoken:
        """Say an error, with its own facts or as others write them."""
        key, said = f"errors.{error.code}", error.facts if facts is None else facts
        return Spoken(self.text(f"{key}.what", **said), self.text(f"{key}.next", **said))

    def choose(self, names: Mapping[str, str]) -> str:
        """Pick this language from names in several; any of them when this one is missing."""
        return names.get(self.code) or names.get("en") or next(iter(names.values()), "")

    def value(self, value: Fact) -> str:
        """Write a fact: numbers as this language does, anything else as it is."""
        return value if isinstance(value, str) else format_decimal(value, locale=self._locale)

    def _fill(self, name: str, facts: Mapping[str, Fact]) -> str:
        """Write a fact; in those of NAMING `@some.key` stands for the text at that key."""
        value = facts[name]
        if not isinstance(value, str):
            return self.value(value)
        if name in NAMING and value.startswith("@") and value[1:] in self:
            others = {other: fact for other, fact in facts.items() if fact != value}
            return self.text(value[1:], **others)
        return value

    def __contains__(self, key: str) -> bool:
        try:
            return isinstance(self.entry(key), str)
        except (KeyError, TypeError):
            return False

    def similarity(self, value: float) -> str:
        """Write a similarity with its two decimals, rounded down: 0.747 does not pass 0.75.

        A millionth is forgiven: a float32 vector's similarity to itself is 0.9999999.
        """
        hundredths = math.floor(value * 100 + 1e-4)
        return format_decimal(hundredths / 100, format="0.00", locale=self._locale)

    def moment(self, at: datetime, zone: tzinfo | None = None) -> str:
        """Write a moment, aware, by the clock of a time zone: 29 Nov 2026, 14:05.

        Without a zone it is the one of whoever runs this program, and named: on a server that is
        not the reader's.
        """
        local = at.astimezone(zone)
        said = format_datetime(local, "d MMM y, HH:mm", locale=self._locale)
        return said if zone else f"{said} {local.tzname()}"

    def day(self, day: date) -> str:
        """Write a day: 29 Nov 2026."""
        return format_date(day, "d MMM y", locale=self._locale)

    def share(self, share: float) -> str:
        """Write a share of 0 to 1 in whole per cent: 19%, 19 %."""
        return format_percent(share, locale=self._locale)

    def price(self, amount: Decimal | None, currency: str | None) -> str | None:
        """Write a price; None when there is none. Whole amounts lose their zeros."""
        if amount is None:
            return None
        if not currency:
            return format_decimal(amount, locale=self._locale)
        if self.code == "en":
            # Babel glues the currency's letters to the number where English has no sign for it.
            return f"{currency} {format_decimal(amount, _amount_format(amount), self._locale)}"
        return format_currency(
            amount, currency, f"{_amount_format(amount)}\xa0¤", self._locale, currency_digits=False
        )


def _amount_format(amount: Decimal) -> str:
    return "#,##0" if amount == amount.to_integral_value() else "#,##0.00"


class _Filled(dict[str, str]):
    """A missing fact becomes an ellipsis: a sentence with a gap is better than a second error."""

    def __missing__(self, key: str) -> str:
        return "…"


@lru_cache
def language(code: str, *folders: Path) -> Language:
    """Return a language with the program's own messages and those of further folders."""
    return Language(code if code in LANGUAGES else "en", MESSAGES, *folders)
