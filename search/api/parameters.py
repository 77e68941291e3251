"""What a request asks for beside its photo: in its address, or in fields of its form."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from search.aim import WHOLE, Aim
from search.errors import ParameterInvalid, ParameterUnknown
from search.language import LANGUAGES
from search.narrowed_by import narrowed_by
from search.narrowing import Narrow, PriceRange
from search.people import excerpt
from search.price_range import read_range
from search.store.store import Store
from search.threshold import similarity

MOST: Final = 200
_SHOWING: Final = ("threshold", "language")
_SEARCHING: Final = (
    *_SHOWING,
    "limit",
    "category",
    "project",
    "region",
    "lowest",
    "highest",
    "currency",
)
OF_A_SEARCH: Final = _SHOWING
OF_A_PHOTO: Final = (*_SEARCHING, "crop")
OF_A_PRODUCT: Final = ("product", *_SEARCHING)

_NUMBER = re.compile(r"[0-9]{1,18}")
_CURRENCY = re.compile(r"[A-Za-z]{3}")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. None of a threshold is the active one, of a limit RESULT_LIMIT."""

    threshold: float | None
    limit: int | None
    categories: tuple[str, ...]
    projects: tuple[str, ...]
    regions: tuple[str, ...]
    price: PriceRange | None

    def narrow(self, store: Store) -> Narrow | None:
        """Return what the search is narrowed to; raise CategoryUnknown or a StoreError."""
        return narrowed_by(
            store,
            categories=self.categories,
            projects=self.projects,
            regions=self.regions,
            price=self.price,
        )


class Parameters:
    """The parameters of a request, in the order in which they came; see the module.

    Every method raises ParameterInvalid for a value that cannot be used.
    """

    def __init__(self, given: Iterable[tuple[str, str]], known: Iterable[str]) -> None:
        """Take pairs of names and values; raise ParameterUnknown for a name that is not known."""
        names = tuple(known)
        self._given = dict[str, list[str]]()
        for name, value in given:
            if name not in names:
                raise ParameterUnknown(name=excerpt(name) or "“”", known=", ".join(names))
            self._given.setdefault(name, []).append(value)

    def language(self) -> str | None:
        """Return the code of the language that is named."""
        text = self._one("language")
        if text is not None and text.lower() not in LANGUAGES:
            raise _wrong("language")
        return text.lower() if text is not None else None

    def threshold(self) -> float | None:
        """Return the threshold, to the nearest hundredth."""
        text = self._one("threshold")
        try:
            return None if text is None else similarity(text)
        except ValueError:
            raise _wrong("threshold", "similarity") from None

    def product(self) -> int:
        """Return the product's id."""
        text = self._one("product")
        if text is None or not _NUMBER.fullmatch(text):
            raise _wrong("product")
        return int(text)

    def crop(self) -> Aim:
        """Return the part of the photo that is searched with; raise AimInvalid."""
        text = self._one("crop")
        return WHOLE if text is None else Aim.parse(text)

    def asked(self, spoken: str) -> Asked:
        """Return the rest; `spoken` is the code of the language that prices are written in.

        Raises a NarrowingError as well.
        """
        return Asked(
            self.threshold(),
            self._limit(),
            self._all("category"),
            self._all("project"),
            self._all("region"),
            self._price(spoken),
        )

    def _limit(self) -> int | None:
        text = self._one("limit")
        if text is None:
            return None
        limit = int(text) if _NUMBER.fullmatch(text) else 0
        if not 1 <= limit <= MOST:
            raise _wrong("limit", most=MOST)
        return limit

    def _price(self, spoken: str) -> PriceRange | None:
        lowest, highest = self._one("lowest") or "", self._one("highest") or ""
        currency = self._one("currency")
        if currency is not None:
            if not (_CURRENCY.fullmatch(currency) and (lowest or highest)):
                raise _wrong("currency")
            currency = currency.upper()
        return read_range(lowest, highest, currency, spoken=spoken)

    def _all(self, name: str) -> tuple[str, ...]:
        return tuple(self._given.get(name, ()))

    def _one(self, name: str) -> str | None:
        values = self._given.get(name, [])
        if len(values) > 1:
            raise _wrong(name, "once")
        return values[0].strip() if values else None


def _wrong(name: str, expected: str = "", **facts: int) -> ParameterInvalid:
    return ParameterInvalid(name=name, expected=f"@reasons.parameter_{expected or name}", **facts)
