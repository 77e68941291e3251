"""What the buttons of exports offer: under which name, and where a search is seen."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from pages.parts import exporting, moments
from search.finding import Found

SEARCH = UUID("0edb9d88-383c-41d0-ba9f-0d4a7858adf9")


def context(monkeypatch: pytest.MonkeyPatch, below: str = "", **says: str | None) -> None:
    """Let the browser say this, and Streamlit's option that the app is below a path."""
    played = SimpleNamespace(context=SimpleNamespace(**says), get_option=lambda _: below)
    monkeypatch.setattr(exporting, "st", played)
    monkeypatch.setattr(moments, "st", played)


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://likeness.example", "https://likeness.example"),
        ("https://likeness.example/batch", "https://likeness.example"),
        ("https://shop.example/tools/likeness/", "https://shop.example/tools/likeness"),
        ("https://shop.example/tools/likeness/batch", "https://shop.example/tools/likeness"),
    ],
)
def test_an_address_leads_back_from_anywhere(
    monkeypatch: pytest.MonkeyPatch, url: str, base: str
) -> None:
    """A file that is sent to a colleague opens the search, wherever the app is mounted."""
    context(monkeypatch, url=url)
    assert exporting.search_address(SEARCH) == f"{base}/?search={SEARCH}"


@pytest.mark.parametrize("below", ["search", "/tools/product-catalogue/"])
def test_a_path_that_is_called_like_a_page_stays(
    monkeypatch: pytest.MonkeyPatch, below: str
) -> None:
    """Streamlit takes its end for a page, and would leave out a part of the address."""
    context(monkeypatch, below, url="https://shop.example/tools/product-")
    address = exporting.search_address(SEARCH)
    assert address == f"https://shop.example/{below.strip('/')}/?search={SEARCH}"


def test_words_have_an_address_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever signs are in them."""
    context(monkeypatch, url="https://likeness.example/")
    assert exporting.text_address("a&b=c ё") == "https://likeness.example/?text=a%26b%3Dc+%D1%91"


def test_files_say_what_was_looked_for_and_nothing_around_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A link with a hundred thousand blanks makes no file that has them in every row."""
    context(monkeypatch, url="https://likeness.example/", timezone="Europe/Moscow")
    offered = list[exporting.Offered]()
    monkeypatch.setattr(exporting, "offer_files", lambda files, **_: offered.extend(files))
    t: Any = SimpleNamespace(text=str)
    engine: Any = SimpleNamespace(
        exporting=SimpleNamespace(
            found_csv=lambda _, looked, __: f"{looked.text} {looked.address}".encode()
        )
    )
    at, text = datetime(2026, 11, 29, tzinfo=UTC), f"\n {' ' * 100_000}mug\t\0"
    exporting.offer_words(engine, Found(()), text, None, t, at=at)
    assert offered[0].make() == b"mug https://likeness.example/?text=mug"


def test_without_a_browser_there_is_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the search's id stands in the file."""
    context(monkeypatch, url=None)
    assert exporting.search_address(SEARCH) == exporting.text_address("mug") == ""


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("фото", "likeness-2026-11-29-1705-фото"),
        ("a/b: c*?", "likeness-2026-11-29-1705-a-b-c"),
        ("синяя кружка", "likeness-2026-11-29-1705-синяя-кружка"),
        ("и" * 200, f"likeness-2026-11-29-1705-{'и' * 50}"),
    ],
)
def test_files_are_named_by_the_readers_clock_and_the_subject(
    monkeypatch: pytest.MonkeyPatch, subject: str, name: str
) -> None:
    """Nothing in a name that some system refuses."""
    context(monkeypatch, timezone="Europe/Moscow")
    at = datetime(2026, 11, 29, 14, 5, tzinfo=UTC)
    assert exporting.file_name(at, subject) == name
