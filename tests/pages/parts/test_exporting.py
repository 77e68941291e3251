"""What the buttons of exports offer: under which name, and where a search is seen."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID

import pytest

from pages.parts import exporting, moments

SEARCH = UUID("0edb9d88-383c-41d0-ba9f-0d4a7858adf9")


def context(monkeypatch: pytest.MonkeyPatch, **says: str | None) -> None:
    """Let the browser say this."""
    played = SimpleNamespace(context=SimpleNamespace(**says))
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


def test_without_a_browser_there_is_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the search's id stands in the file."""
    context(monkeypatch, url=None)
    assert exporting.search_address(SEARCH) == ""


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("фото", "likeness-2026-11-29-1705-фото"),
        ("a/b: c*?", "likeness-2026-11-29-1705-a-b-c"),
    ],
)
def test_files_are_named_by_the_readers_clock_and_the_subject(
    monkeypatch: pytest.MonkeyPatch, subject: str, name: str
) -> None:
    """Nothing in a name that some system refuses."""
    context(monkeypatch, timezone="Europe/Moscow")
    at = datetime(2026, 11, 29, 14, 5, tzinfo=UTC)
    assert exporting.file_name(at, subject) == name
