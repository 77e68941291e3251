"""The filters alone, on a played catalogue of 600 goods: what is chosen stands below them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

import streamlit as st

from pages.parts.filters.filters import pick_narrow
from pages.parts.texts import texts
from search.facets import Faceting
from search.narrowing import Narrow, PriceRange, Trait
from search.store.facets import FacetCounts, Span, Value
from search.vectors import CLIP

NAMES = {
    "mugs": {"en": "Mugs", "ru": "Кружки"},
    "bags": {"en": "Bags", "ru": "Сумки"},
    "clocks": {"en": "Wall clocks and watches for men", "ru": "Настенные и наручные часы"},
}
LONGEST = f"<b>Forum</b> «Ёлка» {'и другие ' * 9}"
GIVEN = {
    "reopened": Narrow(("mugs", "gone"), ("Проект 7",), ("Урал",)),
    "priced": Narrow(price=PriceRange(Decimal(100), Decimal("1500.50"), "RUB")),
}


@dataclass(frozen=True, slots=True)
class Good:
    """A product as far as it is counted."""

    category: str
    project: str
    region: str
    price: Decimal | None
    currency: str | None


def goods() -> list[Good]:
    """Make them up, always the same."""
    regions = ("Урал", "Поволжье", "Сибирь")
    return [
        Good(
            tuple(NAMES)[(number % 7) % 3],
            f"Проект {number % 60 + 1}"
            if number % 60
            else f"<b>Forum</b> «Ёлка» {'и другие ' * 9}",
            regions[number % 11 % 3],
            None if number % 10 == 9 else Decimal(50 + number * 5),
            None if number % 10 == 9 else "USD" if number % 5 == 4 else "RUB",
        )
        for number in range(600)
    ]


def fulfils(good: Good, narrow: Narrow) -> bool:
    """Tell whether a product has what it must have."""
    for trait in Trait:
        wanted = narrow.values(trait)
        if wanted and getattr(good, trait.value) not in wanted:
            return False
    price = narrow.price
    if price is None:
        return True
    return (
        good.price is not None
        and price.currency in {None, good.currency}
        and (price.lowest or 0) <= good.price <= (price.highest or good.price)
    )


class PlayedCounts:
    """Counts goods as the database does."""

    goods = goods()

    def stamp(self, _: object) -> str:
        """Never change."""
        return ""

    def values(
        self, _: object, trait: Trait, narrow: Narrow, most: int
    ) -> tuple[Sequence[Value], int]:
        """Count a trait's values."""
        left = (good for good in self.goods if fulfils(good, narrow.having(trait)))
        counted = Counter(getattr(good, trait.value) for good in left)
        ordered = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
        return [Value(value, n, NAMES.get(value)) for value, n in ordered[:most]], len(ordered)

    def among(
        self, space: object, trait: Trait, narrow: Narrow, values: Sequence[str]
    ) -> list[Value]:
        """Count these values of a trait."""
        counted = {value.value: value for value in self.values(space, trait, narrow, 600)[0]}
        return [counted.get(value) or Value(value, 0, NAMES.get(value)) for value in values]

    def prices(self, _: object, narrow: Narrow) -> tuple[Sequence[Span], int]:
        """Find the lowest and the highest."""
        left = [good for good in self.goods if fulfils(good, narrow)]
        spans = []
        for currency in ("RUB", "USD"):
            prices = [good.price for good in left if good.price and good.currency == currency]
            if prices:
                spans.append(Span(currency, min(prices), max(prices), len(prices)))
        return spans, sum(good.price is None for good in left)

    def products(self, _: object, narrow: Narrow) -> int:
        """Count what is left."""
        return sum(fulfils(good, narrow) for good in self.goods)

    def names(self, categories: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """Name them."""
        return {key: NAMES[key] for key in categories if key in NAMES}


def main() -> None:
    """Show the filters, and how often the page itself was run."""
    state: Any = st.session_state
    state.runs = state.get("runs", 0) + 1
    counts = cast("FacetCounts", PlayedCounts())
    facets = Faceting(counts, lambda: CLIP)
    given = GIVEN.get(st.query_params.get("given", ""))
    if st.button("Open another"):
        state.given = Narrow(("bags",))
    picked = pick_narrow(facets, texts(), key="filters", given=state.get("given", given))
    st.text(f"Picked: {picked}")
    st.text(f"Runs: {state.runs}")


st.set_page_config(page_title="Filters", layout="wide")
main()
