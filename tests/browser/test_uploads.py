"""Files that were taken from an uploader, in a real browser, which goes on telling of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.browser import READY, open_page, streamlit_app
from tests.browser.held import held_uploads

pytestmark = pytest.mark.browser

INPUT = "stFileUploaderDropzoneInput"


@pytest.fixture(scope="module")
def uploads() -> Iterator[str]:
    """Serve the page; its address."""
    with streamlit_app(Path(__file__).with_name("uploads_app.py")) as address:
        yield address


def give(page: Page, said: str) -> None:
    """Choose a file that says something, and wait until it was taken."""
    # Streamlit loses a file that is chosen while a run is about to begin.
    page.locator(READY).wait_for(state="attached")
    file: FilePayload = {"name": f"{said}.jpg", "mimeType": "image/jpeg", "buffer": said.encode()}
    page.get_by_test_id(INPUT).set_input_files(file)
    expect(page.get_by_text(f"taken {said}")).to_be_visible()


def again(page: Page) -> None:
    """Let the page run once more, and wait until it has."""
    runs = page.get_by_text("run ")
    before = runs.inner_text()
    page.get_by_role("button", name="Again").click()
    expect(runs).not_to_have_text(before)


def test_a_page_goes_on_without_the_file(page: Page, uploads: str, complaints: list[str]) -> None:
    """At further reruns, with another file, without any, and when it is loaded anew."""
    open_page(page, uploads)
    give(page, "first")
    shown = page.get_by_test_id("stFileUploader")
    assert held_uploads(uploads) == 0
    again(page)
    again(page)
    expect(page.get_by_text("taken first 1")).to_be_visible()
    expect(shown).to_contain_text("first.jpg")
    give(page, "second")
    expect(page.get_by_text("taken second 2")).to_be_visible()
    expect(shown).not_to_contain_text("first.jpg")
    shown.get_by_role("button", name="Remove").click()
    expect(shown).not_to_contain_text("second.jpg")
    again(page)
    expect(page.get_by_text("taken second 2")).to_be_visible()
    give(page, "third")
    assert held_uploads(uploads) == 0
    page.reload()
    expect(page.get_by_text("taken nothing 0")).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert complaints == []
