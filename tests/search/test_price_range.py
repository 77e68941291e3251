"""A range of prices as people type it, in both languages."""

from __future__ import annotations

from decimal import Decimal

import pytest

from search.errors import LikenessError, PriceRangeReversed, PriceTooHigh, PriceUnreadable
from search.language import language
from search.narrowing import PriceRange
from search.price_range import read_range


@pytest.mark.parametrize(
    ("text", "english", "russian"),
    [
        ("1490", "1490", "1490"),
        (" 1490.5 ", "1490.5", "1490.5"),
        ("1490,50", "1490.5", "1490.5"),
        ("1 490,50", "1490.5", "1490.5"),
        ("1\N{NO-BREAK SPACE}490", "1490", "1490"),
        ("1,490", "1490", "1.49"),
        ("1.490", "1.49", "1.49"),
        ("1,490.50", "1490.5", "1490.5"),
        ("0", "0", "0"),
        ("\uff11,\uff14\uff19\uff10", "1490", "1.49"),
        ("\u0661.\u0664\u0669\u0660", "1.49", "1.49"),
    ],
)
def test_a_price_is_read_as_it_is_meant(text: str, english: str, russian: str) -> None:
    """A comma or a point; what may be thousands is what the language takes it for."""
    for code, expected in (("en", english), ("ru", russian)):
        found = read_range(text, "", "RUB", spoken=code)
        assert found == PriceRange(Decimal(expected), None, "RUB")


@pytest.mark.parametrize("code", ["en", "ru"])
def test_what_is_shown_can_be_read_again(code: str) -> None:
    """A range that comes back into its fields is the same range."""
    words = language(code)
    for amount in (Decimal("0.5"), Decimal(1490), Decimal("1234567.89")):
        shown = words.price(amount, None) or ""
        assert read_range("", shown, spoken=code) == PriceRange(None, amount)


def test_ends_may_be_open_or_alike() -> None:
    """Nothing typed is no range; one price is a range as well."""
    assert read_range("", "  ", "RUB") is None
    assert read_range("5", "5") == PriceRange(Decimal(5), Decimal(5))


@pytest.mark.parametrize(
    ("lowest", "highest", "kind", "english", "russian"),
    [
        ("cheap", "", PriceUnreadable, "“cheap” is no price.", "«cheap» — не цена."),
        ("", "-5", PriceUnreadable, "“-5” is no price.", "«-5» — не цена."),
        ("1e9", "", PriceUnreadable, "“1e9” is no price.", "«1e9» — не цена."),
        ("9" * 500, "", PriceTooHigh, "…", "…"),
        ("10000000000", "", PriceTooHigh, "below 10,000,000,000.", "10\xa0000\xa0000\xa0000."),
        ("500", "100.5", PriceRangeReversed, "(RUB 500) is above", "(500\xa0₽) больше"),
    ],
)
def test_what_is_no_range_is_a_sentence(
    lowest: str, highest: str, kind: type[LikenessError], english: str, russian: str
) -> None:
    """It says what is wrong and what to type, and is never longer than a line or two."""
    with pytest.raises(kind) as caught:
        read_range(lowest, highest, "RUB")
    said = language("en").error(caught.value).sentence
    assert english in said
    assert len(said) < 200
    with pytest.raises(kind) as caught:
        read_range(lowest, highest, "RUB", spoken="ru")
    assert russian in language("ru").error(caught.value).sentence
