"""Columns of other people's tables: what addresses, prices and links are made of them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from search.adopting.fields import NoAddress, link_of, offers_of, picture_address
from search.hits import Offer
from search.importing.offers import lowest_price
from search.store.founding_rows import FoundingOffer, FoundingPicture

BASE = "https://cdn.example/pictures"


@pytest.mark.parametrize(
    ("url", "file", "address"),
    [
        ("https://a.example/1.jpg", "2.jpg", "https://a.example/1.jpg"),
        (" https://a.example/my photo.jpg ", None, "https://a.example/my%20photo.jpg"),
        (
            None,
            "Фото №1 #2 100%?.jpg",
            f"{BASE}/%D0%A4%D0%BE%D1%82%D0%BE%20%E2%84%961%20%232%20100%25%3F.jpg",
        ),
        ("  ", "2024\\05\\a b.jpg", f"{BASE}/2024/05/a%20b.jpg"),
        ("/uploads/1.jpg", None, f"{BASE}/uploads/1.jpg"),
        ("no-address.jpg", "2.jpg", f"{BASE}/2.jpg"),
        ("ftp://a.example/1.jpg", "2.jpg", f"{BASE}/2.jpg"),
        ("ftp://a.example/1.jpg", None, NoAddress("adopting.no_address")),
        (None, " ", NoAddress("adopting.no_address")),
        ("https://user:secret@a.example/1.jpg", "2.jpg", NoAddress("importing.bad_address")),
    ],
)
def test_where_a_picture_is(url: str | None, file: str | None, address: object) -> None:
    """At its address, else below the base; what is no address may be the path of a file."""
    assert picture_address(FoundingPicture("1", url, file), BASE) == address


def test_a_base_address_may_end_in_several_ways() -> None:
    """With a slash, without, or with what a script wants the name after; or there is none."""
    picture = FoundingPicture("1", None, "a.jpg")
    assert picture_address(picture, f"{BASE}/") == f"{BASE}/a.jpg"
    assert picture_address(picture, f"{BASE}?file=") == f"{BASE}?file=a.jpg"
    assert picture_address(picture, None) == NoAddress("adopting.no_base")


def test_the_lowest_price_in_roubles_counts() -> None:
    """Prices that are none are counted; an offer without any is no offer."""
    offers, refused = offers_of(
        [
            FoundingOffer("100", "12.505", "1", "air", "30"),
            FoundingOffer("1000", "-5", "0.9", " ", "soon"),
            FoundingOffer(None, "NaN", None, None, None),
            FoundingOffer("5", "0", "1e30", None, "-1"),
            FoundingOffer("5", None, None, "train", "9"),
        ]
    )
    assert offers == (
        Offer(100, {"RUB": Decimal("12.51"), "USD": Decimal(1)}, "air", 30),
        Offer(1000, {"USD": Decimal("0.90")}),
    )
    assert refused == ["-5", "NaN", "0", "1e30"]
    assert lowest_price(offers, None) == (Decimal("12.51"), "RUB")
    assert lowest_price(offers[1:], None) == (Decimal("0.90"), "USD")
    assert lowest_price((), None) == (None, None)


def test_the_first_link_that_leads_anywhere_counts() -> None:
    """What stands in its place is told when none does."""
    assert link_of([None, "see mail", "https://a.example/1"]) == ("https://a.example/1", None)
    assert link_of([None, "see mail"]) == (None, "see mail")
    assert link_of([None, " "]) == (None, None)
