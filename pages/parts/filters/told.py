"""What the component of the filters is told, ready to be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pages.parts.filters.wanted import Wanted
from search.facets import Facet, Facets
from search.language import Language
from search.narrowing import Narrow, PriceRange, Trait
from search.store.facets import Span, Value

# A list that is longer can be looked through by typing.
_SHORT = 10

Told = dict[str, Any]
Names = Mapping[str, Mapping[str, str]]


def chips(narrow: Narrow, names: Names, t: Language) -> list[Told]:
    """Return one chip for each thing that is chosen; `names` are the categories'."""
    told = []
    for trait in Trait:
        for value in narrow.values(trait):
            name = t.choose(names[value]) if trait is Trait.CATEGORY and value in names else value
            said = t.text(f"filters.chip.{trait}", name=name)
            told.append(_chip(trait, value, said, t))
    if narrow.price is not None:
        told.append(_chip("price", "", price_said(narrow.price, t), t))
    return told


def price_said(price: PriceRange, t: Language) -> str:
    """Say a range of prices: from RUB 100 to 500."""
    low, high = t.price(price.lowest, price.currency), t.price(price.highest, price.currency)
    if low and high:
        return t.text("filters.chip.between", lowest=low, highest=high)
    if low:
        return t.text("filters.chip.lowest", price=low)
    return t.text("filters.chip.highest", price=high or "")


def left_said(products: int, unpriced: int, t: Language) -> str:
    """Say how many products are left, and how many more would be if they had a price."""
    if not products:
        return t.text("filters.nothing")
    said = t.text("filters.left", n=products)
    return f"{said} {t.text('filters.unpriced', n=unpriced)}" if unpriced else said


def ticked(narrow: Narrow, t: Language) -> Told:
    """Return what stands in the panel when it is opened."""
    price = narrow.price or PriceRange()
    return {
        **{str(trait): list(narrow.values(trait)) for trait in Trait},
        "lowest": t.price(price.lowest, None) or "",
        "highest": t.price(price.highest, None) or "",
        "currency": None if narrow.price is None else price.currency or "",
    }


def counted(facets: Facets, wanted: Wanted, chosen: Narrow, t: Language) -> Told:
    """Return what the panel shows for what is ticked and typed in it.

    What was `chosen` when it was opened stands first: whatever is ticked then moves nothing.
    """
    return {
        "number": wanted.number,
        "facets": [_facet(facet, wanted, chosen, t) for facet in facets.facets],
        "price": _price(facets, wanted, t) if facets.prices else None,
        "problem": t.error(wanted.problem).sentence if wanted.problem else "",
        "empty": "" if facets else t.text("filters.empty"),
        "show": t.text("filters.show", n=facets.products)
        if facets.products
        else t.text("filters.show_none"),
        "isNone": facets.products == 0,
    }


def _chip(trait: str, value: str, said: str, t: Language) -> Told:
    remove = t.text("filters.remove", name=said)
    return {"trait": str(trait), "value": value, "text": said, "remove": remove}


def _facet(facet: Facet, wanted: Wanted, chosen: Narrow, t: Language) -> Told:
    text, first = wanted.texts[facet.trait], chosen.values(facet.trait)
    values = sorted(facet.values, key=lambda value: value.value not in first)
    hidden = facet.different - len(facet.values)
    more = t.text("filters.more", n=hidden) if hidden > 0 else ""
    return {
        "trait": str(facet.trait),
        "values": [_value(value, t) for value in values],
        "isLong": bool(text) or facet.different > _SHORT,
        "more": more or _none_said(facet, text, t),
    }


def _none_said(facet: Facet, text: str, t: Language) -> str:
    if facet.values:
        return ""
    return t.text("filters.no_value", text=text) if text else t.text("filters.none_left")


def _value(value: Value, t: Language) -> Told:
    name = t.choose(value.name) if value.name else value.value
    return {"value": value.value, "text": name, "count": t.value(value.products)}


def _price(facets: Facets, wanted: Wanted, t: Language) -> Told:
    codes = [span.currency or "" for span in facets.prices]
    currency = codes[0] if wanted.currency is None else wanted.currency
    if currency not in codes:
        codes.append(currency)
    unpriced = facets.unpriced if wanted.is_priced else 0
    return {
        "currency": currency,
        "currencies": [[code, code or t.text("filters.any_currency")] for code in codes],
        "span": _span_said(facets.prices, currency, t),
        "unpriced": t.text("filters.unpriced", n=unpriced) if unpriced else "",
    }


def _span_said(spans: Sequence[Span], currency: str, t: Language) -> str:
    span = next((span for span in spans if (span.currency or "") == currency), None)
    if span is None:
        return ""
    low, high = t.price(span.lowest, span.currency), t.price(span.highest, span.currency)
    return t.text("filters.span", lowest=low or "", highest=high or "")
