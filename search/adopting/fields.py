"""Columns of a shop's own tables -> what Likeness keeps: addresses, prices, links. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final
from urllib.parse import quote

from search.hits import Offer
from search.importing.values import (
    NotAPrice,
    is_web_address,
    one_line,
    plain_number,
    price_of,
    scheme_of,
)
from search.people import excerpt, tidy
from search.store.founding_rows import FoundingOffer, FoundingPicture

RUB, USD = "RUB", "USD"
_WEB = ("http", "https")
# What the columns quantity and delivery_time_days hold at most.
_HIGHEST_COUNT: Final = 2**31


@dataclass(frozen=True, slots=True)
class NoAddress:
    """Why a picture has no address: the key of a sentence."""

    reason: str


def picture_address(picture: FoundingPicture, base: str | None) -> str | NoAddress:
    """Return where a picture is: at its address, or where its file is, below `base`."""
    url, file = (picture.url or "").strip(), (picture.file or "").strip()
    if scheme_of(url) in _WEB:
        address = "%20".join(url.split())
        return address if is_web_address(address) else NoAddress("importing.bad_address")
    # What is no address may be the path of a file.
    file = file or ("" if scheme_of(url) else url)
    if not file:
        return NoAddress("adopting.no_address")
    if base is None:
        return NoAddress("adopting.no_base")
    between = "" if base.endswith(("/", "=")) else "/"
    address = base + between + quote(file.replace("\\", "/").lstrip("/"), safe="/")
    return address if is_web_address(address) else NoAddress("importing.bad_address")


def link_of(links: Iterable[str | None]) -> tuple[str | None, str | None]:
    """Return the first link that leads anywhere; else None, and what stands in its place."""
    told = [tidy(link) for link in links if link and tidy(link)]
    link = next((link for link in told if is_web_address(link)), None)
    return link, (told[0] if told and link is None else None)


def offers_of(rows: Iterable[FoundingOffer]) -> tuple[tuple[Offer, ...], list[str]]:
    """Return offers that have a price, and what stands in place of other prices."""
    offers, refused = [], []
    for row in rows:
        prices = {}
        for code, text in ((RUB, row.rub), (USD, row.usd)):
            price = _price(text)
            if price is not None:
                prices[code] = price
            elif text is not None:
                refused.append(excerpt(text))
        if prices:
            route = one_line(row.route or "")
            offers.append(Offer(_count(row.quantity), prices, route, _count(row.days)))
    return tuple(offers), refused


def _price(text: str | None) -> Decimal | None:
    """Return a price above 0 that can be kept: a price of nothing is none."""
    number = _number(text)
    try:
        return (price_of(plain_number(number)) or None) if number is not None else None
    except NotAPrice:
        return None


def _count(text: str | None) -> int | None:
    number = _number(text)
    return int(number) if number is not None and 0 <= number < _HIGHEST_COUNT else None


def _number(text: str | None) -> Decimal | None:
    try:
        number = Decimal(text.strip()) if text else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() else None
