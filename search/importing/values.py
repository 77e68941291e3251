"""Texts of a table -> values: prices, currencies, web addresses, names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from urllib.parse import urlsplit

from babel.numbers import list_currencies

from search.people import excerpt, tidy

LONGEST_ARTICLE = 200
LONGEST_NAME = 500
LONGEST_DESCRIPTION = 5000
# Of an address in UTF-8: what the database's index takes.
LONGEST_ADDRESS = 2000
# What numeric(12, 2) holds.
HIGHEST_PRICE = Decimal(10) ** 10
CENT = Decimal("0.01")

_CURRENCIES = frozenset(list_currencies())
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
# Between thousands people write blanks of all kinds, or an apostrophe.
_BETWEEN_THOUSANDS = re.compile(r"(?<=\d)[\s'\u2019](?=\d{3}(\D|$))")
# From the beginning, so that a long cell is looked through once.
_BLANK_IN_DECIMALS = re.compile(r"[^.,]*[.,][^\s'\u2019]*[\s'\u2019]")
# Of one mark, both are meant by somebody.
_THOUSANDS_OR_DECIMALS = re.compile(r"0*[1-9]\d{0,2}[.,]\d{3}")
_NUMBER = re.compile(r"\d+(\.\d+)?|\d{1,3}(,\d{3})+(\.\d+)?")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://|(data|javascript|mailto):", re.IGNORECASE)
_LOGIN = re.compile(r"(//)[^/?#\s]*@")


class NotAPrice(ValueError):
    """The text is no price."""


class Ambiguous(NotAPrice):
    """It may be a price with thousands or with three decimals: a thousandfold difference."""


class TooHigh(NotAPrice):
    """It is a number that no price reaches."""


def price_of(text: str) -> Decimal:
    """Return a price with two decimals, at least 0; decimals follow a comma or a point.

    The digits may be those of any script. Raises NotAPrice, Ambiguous for "1,490", TooHigh from
    HIGHEST_PRICE on.
    """
    digits = _plain_digits(text.strip())
    if _BLANK_IN_DECIMALS.match(digits):
        raise NotAPrice(text)  # "1,490 000" is a million and more to some, and 1.49 to nobody
    written = _BETWEEN_THOUSANDS.sub("", digits)
    if _THOUSANDS_OR_DECIMALS.fullmatch(written):
        raise Ambiguous(text)
    # What stands last, and stands once, parts the decimals from the rest.
    last = max(written.rfind(","), written.rfind("."))
    if last >= 0 and written[last] == "," and written.count(",") == 1:
        written = written.replace(".", ",")
        written = f"{written[:last]}.{written[last + 1 :]}"
    elif written.count(".") > 1 and "," not in written:
        written = written.replace(".", ",")
    if not _NUMBER.fullmatch(written):
        raise NotAPrice(text)
    return _rounded(Decimal(written.replace(",", "")), text)


def plain_number(value: Decimal | float) -> str:
    """Write a database's number so that it is read as it was meant, whatever its decimals."""
    try:
        return f"{Decimal(str(value)).quantize(CENT, ROUND_HALF_UP):f}"
    except InvalidOperation:  # NaN, infinity, more digits than anybody counts
        return str(value)


def _plain_digits(text: str) -> str:
    """Return the digits 0 to 9 in place of full-width, Arabic and other ones."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def _rounded(value: Decimal, text: str) -> Decimal:
    # What is far too high cannot even be rounded.
    rounded = value.quantize(CENT, ROUND_HALF_UP) if value < HIGHEST_PRICE else HIGHEST_PRICE
    if rounded >= HIGHEST_PRICE:
        raise TooHigh(text)
    return rounded


def currency_of(text: str) -> str | None:
    """Return a currency's code in capitals; None when there is no such currency."""
    code = text.strip().upper()
    return code if code in _CURRENCIES else None


def scheme_of(address: str) -> str | None:
    """Return the scheme of an address in small letters; None for a path."""
    match = _SCHEME.match(address)
    return (match[1] or match[2]).lower() if match else None


def is_web_address(address: str) -> bool:
    """Tell whether an address is one of the web that can be kept: no password, not too long."""
    if " " in address or not address.isprintable():  # no other blank is printable
        return False
    try:
        parts = urlsplit(address)
        whole = bool(parts.hostname) and parts.username is None and parts.password is None
    except ValueError:
        return False
    return whole and parts.scheme.lower() in {"http", "https"} and fits(address)


def quoted(address: str) -> str:
    """Return an address as a sentence can quote it: without a name and password, and cut."""
    return excerpt(_LOGIN.sub(r"\1…@", address))


def fits(address: str) -> bool:
    """Tell whether an address is short enough to be kept."""
    return len(address.encode("utf-8", "replace")) <= LONGEST_ADDRESS


def named(said: str, by_language: Mapping[str, str]) -> dict[str, str]:
    """Return names by language code, without empty ones.

    What is `said` in no language counts as Russian when it has Cyrillic letters, else as English;
    a name that says its language comes before it.
    """
    names = {code: tidy(name)[:LONGEST_NAME] for code, name in by_language.items() if tidy(name)}
    plain = tidy(said)[:LONGEST_NAME]
    if plain:
        names.setdefault("ru" if _CYRILLIC.search(plain) else "en", plain)
    return names


def one_line(text: str) -> str | None:
    """Return what is short: a project, a region, a route. None for an empty one."""
    return tidy(text)[:LONGEST_NAME] or None


def described(text: str) -> str | None:
    """Return a description, line by line, without what cannot be shown; None for an empty one."""
    text = "\n".join(tidy(line) for line in text.splitlines())
    return text.strip()[:LONGEST_DESCRIPTION].strip() or None
