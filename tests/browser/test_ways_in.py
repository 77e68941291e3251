"""Every way in: camera, a picture's address, words, a product of the catalogue."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from search.demo.pack import load_pack
from tests.browser.browser import ROOT, open_page, streamlit_app
from tests.embedded_apps import data_folder
from tests.search.fetching.played_site import Site, answer

pytestmark = pytest.mark.browser

SAMPLE = load_pack().samples[0]
PICTURE, ARTICLE = SAMPLE.file.read_bytes(), SAMPLE.article


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Run a site in the web with a picture and a page."""
    page = {"Content-Type": "text/html"}
    with Site() as site:
        site.answers["/mug.jpg"] = answer(body=PICTURE, headers={"Content-Type": "image/jpeg"})
        site.answers["/page"] = answer(body=b"<!doctype html><p>A mug", headers=page)
        yield site


@pytest.fixture(scope="module")
def app(site: Site) -> Iterator[str]:
    """Serve the app as a fresh clone does, in a web in which one site is played."""
    with data_folder() as folder:
        folders = (str(Path(__file__).parent / "played_web"), str(ROOT))
        environment = {
            "LIKENESS_DATA_DIR": str(folder),
            "LIKENESS_TEST_SITE": str(site.port),
            "PYTHONPATH": os.pathsep.join(folders),
        }
        with streamlit_app(ROOT / "app.py", environment=environment, patience=120) as address:
            yield address


def enter(page: Page, text: str) -> None:
    """Type into the field for texts and addresses, and press Enter."""
    field = page.get_by_test_id("stTextInput").locator("input").first
    field.fill(text)
    field.press("Enter")


@pytest.mark.parametrize("width", [1440, 390])
def test_a_picture_is_searched_by_its_address(page: Page, app: str, width: int) -> None:
    """The server fetches it; it can be cropped as any other, and the search has an address."""
    page.set_viewport_size({"width": width, "height": 900})
    open_page(page, app)
    enter(page, "http://shop.example/mug.jpg")
    expect(page.locator(".card").first).to_contain_text(ARTICLE)
    expect(page.get_by_role("button", name="Crop or rotate")).to_be_visible()
    expect(page).to_have_url(re.compile(r"search=[0-9a-f-]{36}"))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://127.0.0.1/a.jpg", "does not fetch pictures from"),
        ("http://169.254.169.254/latest/meta-data", "does not fetch pictures from"),
        ("http://shop.example/page", "page"),
        ("ftp://shop.example/mug.jpg", "http"),
    ],
)
def test_an_address_that_will_not_do_is_a_sentence(
    page: Page, app: str, address: str, said: str
) -> None:
    """It says what to do instead, and the field keeps what was typed."""
    open_page(page, app)
    enter(page, address)
    error = page.get_by_test_id("stAlert").first
    expect(error).to_contain_text(said)
    assert page.get_by_text("Traceback").count() == 0
    expect(page.get_by_test_id("stTextInput").locator("input").first).to_have_value(address)


def test_words_find_products_and_lead_on(page: Page, app: str) -> None:
    """Typos are forgiven; what looks like one of the products is one click away."""
    open_page(page, app)
    enter(page, "blue mugg")
    cards = page.locator(".products .card")
    expect(cards.first).to_contain_text(re.compile("mug", re.IGNORECASE))
    expect(page).to_have_url(re.compile(r"text=blue"))
    cards.first.get_by_role("button", name=re.compile("^More like this")).click()
    expect(page.get_by_text(re.compile("^More like ")).first).to_be_visible()
    expect(page.locator(".card").first).to_contain_text(re.compile("mug", re.IGNORECASE))
    expect(page).to_have_url(re.compile(r"search=[0-9a-f-]{36}"))


def test_russian_words_in_the_wrong_layout_are_read(page: Page, app: str) -> None:
    """Whoever forgot to switch the keyboard finds the mugs all the same, and is told."""
    open_page(page, f"{app}/?language=ru")
    enter(page, "rhe;rf")
    expect(page.locator(".products .card").first).to_contain_text(
        re.compile("кружка", re.IGNORECASE)
    )
    expect(page.get_by_text("другой раскладке")).to_be_visible()


@pytest.mark.parametrize("page_and_camera", ["allowed"], indirect=True)
def test_a_photo_is_taken_with_the_camera(page_and_camera: Page, app: str) -> None:
    """The browser's fake camera is seen, taken, and searched with; the camera is let go."""
    page = page_and_camera
    open_page(page, app)
    page.get_by_role("button", name="Take a photo").click()
    finder = page.get_by_role("dialog", name="Take a photo")
    take = finder.get_by_role("button", name="Take it")
    expect(take).to_be_enabled()
    expect(take).to_be_focused()
    take.click()
    expect(finder).to_be_hidden()
    expect(page.locator(".card")).to_have_count(50)
    expect(page.get_by_test_id("stFileChipName")).to_have_text("camera.jpg")
    playing = page.locator(".camera video").evaluate("video => Boolean(video.srcObject)")
    assert not playing


@pytest.mark.parametrize("page_and_camera", ["refused"], indirect=True)
def test_a_camera_that_is_not_allowed_is_said(page_and_camera: Page, app: str) -> None:
    """With the way to allow it, in the reader's language; Escape closes."""
    page = page_and_camera
    open_page(page, f"{app}/?language=ru")
    page.get_by_role("button", name="Снять на камеру").click()
    finder = page.get_by_role("dialog", name="Снимок товара")
    expect(finder.get_by_role("status")).to_contain_text("Разрешите")
    page.keyboard.press("Escape")
    expect(finder).to_be_hidden()


def test_a_product_leads_to_what_looks_like_it(page: Page, app: str) -> None:
    """From card to card, without the encoder; Back returns to what was found before."""
    open_page(page, app)
    page.get_by_role("button", name=SAMPLE.caption["en"], exact=True).click()
    expect(page.locator(".card").first).to_contain_text(ARTICLE)
    expect(page).to_have_url(re.compile(r"search=[0-9a-f-]{36}"))
    first = page.url
    page.locator(".card").first.get_by_role("button", name=re.compile("^More like this")).click()
    expect(page.get_by_text(re.compile("^More like ")).first).to_be_visible()
    expect(page.locator(".card").first).not_to_contain_text(ARTICLE)
    expect(page.get_by_text("No model was asked")).to_be_visible()
    page.wait_for_url(lambda url: url != first)
    page.go_back()
    expect(page.locator(".card").first).to_contain_text(ARTICLE)


def test_an_address_shows_a_colleague_the_same(page: Page, app: str) -> None:
    """The same products in the same order, in another tab, and the language can be changed."""
    open_page(page, app)
    page.get_by_role("button", name=SAMPLE.caption["en"], exact=True).click()
    expect(page.locator(".card")).to_have_count(50)
    expect(page).to_have_url(re.compile(r"search=[0-9a-f-]{36}"))
    names = page.locator(".card .known").all_inner_texts()
    other = page.context.new_page()
    open_page(other, page.url)
    expect(other.locator(".card")).to_have_count(50)
    assert other.locator(".card .known").all_inner_texts() == names
    expect(other.get_by_text("As it was found on")).to_be_visible()
    other.get_by_test_id("stButtonGroup").first.get_by_text("RU").click()
    expect(other.get_by_text("Как было найдено")).to_be_visible()
    assert "search=" in other.url
    other.get_by_role("button", name="Искать ещё раз").click()
    expect(other.get_by_text("Как было найдено")).to_be_hidden()
    expect(other.locator(".card")).to_have_count(50)
    other.close()


def test_a_search_that_is_gone_is_said(page: Page, app: str) -> None:
    """An old address leads to a sentence, and the page can be searched with."""
    open_page(page, f"{app}/?search=00000000-0000-4000-8000-000000000000")
    expect(page.get_by_text("There is no search")).to_be_visible()
    page.get_by_role("button", name=SAMPLE.caption["en"], exact=True).click()
    expect(page.locator(".card").first).to_contain_text(ARTICLE)
