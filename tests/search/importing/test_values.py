"""Prices, currencies, addresses and names, as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from search.importing.categories import Categories
from search.importing.values import (
    Ambiguous,
    NotAPrice,
    currency_of,
    is_web_address,
    named,
    plain_number,
    price_of,
    scheme_of,
)


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("1490", "1490.00"),
        ("1490.5", "1490.50"),
        ("1490,50", "1490.50"),
        ("1 490,50", "1490.50"),
        ("1\N{NO-BREAK SPACE}490\N{NARROW NO-BREAK SPACE}000", "1490000.00"),
        ("1'490.50", "1490.50"),
        ("1,490.50", "1490.50"),
        ("1.490,50", "1490.50"),
        ("1,490,000", "1490000.00"),
        ("1.490.000", "1490000.00"),
        ("1490,125", "1490.13"),
        ("0.125", "0.13"),
        (" 0 ", "0.00"),
        ("9999999999.99", "9999999999.99"),
        ("\uff11\uff14\uff19\uff10", "1490.00"),  # full width
        ("\u0661\u0664\u0669\u0660,\u0665", "1490.50"),  # Arabic
        ("\u0967\u00a0\u096a\u096f\u0966", "1490.00"),  # Devanagari
    ],
)
def test_a_price_is_read_as_it_is_meant(text: str, price: str) -> None:
    """Comma or point before the decimals, blanks and more between thousands."""
    assert price_of(text) == Decimal(price)
    assert str(price_of(text)) == price


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-5",
        "NaN",
        "Infinity",
        "1e5",
        "1 49",
        "12 RUB",
        "1,2,3",
        "1.2.3",
        "1,49,000.5",
        "10000000000",
        "9999999999.995",
        "1" * 99,
        "1,490 000",
        "1.490 000",
        "10\N{SUPERSCRIPT TWO}",
        "\uff11\uff0c\uff14\uff19\uff10",  # the comma is of full width as well
        "\u0661\u066c\u0664\u0669\u0660",  # the Arabic mark between thousands
    ],
)
def test_what_is_no_price_is_none(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(NotAPrice):
        price_of(text)


@pytest.mark.parametrize(
    "text",
    [
        *("1,490", "1.490", "149.000", "01,490"),
        "\uff11,\uff14\uff19\uff10",
        "\u0661.\u0664\u0669\u0660",
        "1,\u0664\u0669\u0660",
    ],
)
def test_a_thousandfold_difference_is_not_guessed(text: str) -> None:
    """Whoever wrote it knows whether it is thousands or decimals."""
    with pytest.raises(Ambiguous):
        price_of(text)


@pytest.mark.parametrize(
    ("value", "price"), [(Decimal("1.490"), "1.49"), (1490, "1490.00"), (0.1 + 0.2, "0.30")]
)
def test_a_databases_number_is_no_text(value: Decimal | float, price: str) -> None:
    """Three decimals in a column of numbers are decimals."""
    assert price_of(plain_number(value)) == Decimal(price)


def test_a_number_that_is_none_stays_none() -> None:
    """NaN and infinity are numbers to a database and no price."""
    for value in (Decimal("NaN"), float("inf"), Decimal(10) ** 40):
        with pytest.raises(NotAPrice):
            price_of(plain_number(value))


def test_currencies_are_codes() -> None:
    """Small letters are forgiven, signs and words are not."""
    assert (currency_of(" rub "), currency_of("EUR")) == ("RUB", "EUR")
    assert [currency_of(text) for text in ("₽", "руб", "XYZQ", "")] == [None] * 4


def test_web_addresses_are_whole_and_hold_no_password() -> None:
    """What is stored may be shown and logged."""
    assert is_web_address("HTTPS://shop.example/a.jpg?size=2&x=%20")
    for address in (
        "https://user:secret@shop.example/a.jpg",
        "https:///a.jpg",
        "https://shop.example/a b.jpg",
        "https://[1/a.jpg",
        "https://shop.example/\u202ea.jpg",
        "ftp://shop.example/a.jpg",
        "https://shop.example/" + "ы" * 1000,
    ):
        assert not is_web_address(address), address


def test_schemes_are_told_from_paths() -> None:
    """A colon in a path makes no scheme."""
    assert [scheme_of(text) for text in ("FTP://x", "file:///etc", "data:image/png;base64,x")] == [
        "ftp",
        "file",
        "data",
    ]
    assert [scheme_of(text) for text in ("a/b.jpg", "C:\\a.jpg", "12:30.jpg", "")] == [None] * 4


def test_names_know_their_language() -> None:
    """One that says it comes before one that does not; Cyrillic letters are Russian."""
    assert named("Mug", {"en": "", "ru": "Кружка"}) == {"ru": "Кружка", "en": "Mug"}
    assert named("Кружка\n5", {"en": "Mug"}) == {"en": "Mug", "ru": "Кружка 5"}
    assert named(" \0", {}) == {}
    assert named("Mug", {"en": "Cup"}) == {"en": "Cup"}


def test_categories_are_named_once() -> None:
    """Of several spellings the first counts, in each language; capitals rename nothing."""
    categories = Categories({"bags": {"en": "bags", "ru": "Сумки"}})
    assert categories.id_of({"en": "Bags"}) == categories.id_of({"en": "BAGS"}) == "bags"
    assert not categories.is_renamed("bags")
    assert categories.id_of({"en": "Bags", "ru": "Баулы"}) == "bags"
    assert categories.is_renamed("bags")
    assert categories.news_of("bags") == {"ru": "Баулы"}
    assert categories.id_of({"ru": "Кружки"}) == "кружки"
    assert categories.news_of("кружки") == {"ru": "Кружки"}
    assert categories.id_of({}) is None
    assert not categories.is_renamed(None)
