"""The catalogue page in a real Chromium: indexing is offered, watched, stopped, goes on."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from search.store.database import Database
from search.store.store import Store
from search.vectors import CLIP
from tests.browser.axe import Axe
from tests.browser.browser import READY, ROOT, open_page, streamlit_app
from tests.fake_huggingface import FakeHuggingFace, pixels_vector
from tests.fake_huggingface.behaviours import slow
from tests.restarts import OwnServer, Stop, own_server
from tests.search.fetching.played_site import Site, answer
from tests.search.indexing.conftest import paint, stock_web
from tests.search.indexing.test_going_on import index_command
from tests.search.indexing.watching import until

pytestmark = pytest.mark.browser

WIDTHS = (1440, 390)
SCROLLS = """() => Math.max(...['html', '[data-testid=stMain]'].map(selector => {
    const element = document.querySelector(selector);
    return element.scrollWidth - element.clientWidth;
}))"""
EMPTY = "TRUNCATE likeness.products, likeness.index_runs CASCADE"
MISSING, PAGE = 3, 5
# A table is a drawing; its words stand inside it, for whoever cannot see.
CELL = "canvas [role=gridcell]"


@dataclass(slots=True)
class Shop:
    """An app, and what it depends on: its database, the model's server, the pictures' server."""

    address: str
    server: OwnServer
    fake: FakeHuggingFace
    site: Site
    store: Store
    calls: int = 0

    def stock(self, pictures: int, seconds: float = 0.0) -> None:
        """Begin with so many pictures, all without a vector; each call takes so long."""
        run = self.store.index_runs.current(CLIP)
        if run is not None:  # of a test that failed
            self.store.index_runs.stop(run.id)
            until(lambda: self.store.index_runs.current(CLIP) is None)
        with self.store.database.connection() as connection:
            connection.execute(EMPTY)
        stock_web(self.store, self.site, pictures, frozenset({MISSING}))
        self.site.answers[f"/{PAGE}.png"] = answer(200, b"<!doctype html><html>no</html>")
        self.fake.otherwise(slow(seconds))
        self.calls = self.fake.count

    def asked(self) -> int:
        """Return how often the model was asked since then."""
        return self.fake.count - self.calls

    def open(self, page: Page, query: str = "") -> None:
        """Open the page."""
        open_page(page, f"{self.address}/catalogue{query}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        settled(page)


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    """Start everything once."""
    folders = (str(Path(__file__).parent / "impatient"), str(ROOT))
    with own_server() as server, FakeHuggingFace(embed=pixels_vector) as fake, Site() as site:
        environment = {
            "PYTHONPATH": os.pathsep.join(folders),
            "VECTOR_DATABASE_URL": server.url,
            "ENCODER": "http",
            "ENCODER_URL": fake.model_url,
            "FETCH_PRIVATE": "true",
            "INDEX_CONCURRENCY": "4",
        }
        with (
            closing(Store.on(Database(server.conninfo))) as store,
            streamlit_app(ROOT / "app.py", environment=environment, patience=120) as address,
        ):
            yield Shop(address, server, fake, site, store)


def settled(page: Page) -> None:
    """Wait until nothing is being drawn any more: a click would be lost on what is replaced."""
    expect(page.get_by_test_id("stSpinner")).to_have_count(0)
    expect(page.locator(READY)).to_be_attached()


def press(page: Page, name: str) -> None:
    """Press a button when the page is at rest."""
    button = page.get_by_role("button", name=re.compile(name))
    expect(button).to_be_enabled()
    settled(page)
    button.click()


def finished(page: Page) -> None:
    """Wait until a run that was begun is over, and the page says so."""
    expect(page.get_by_role("button", name=re.compile("^(Index|Проиндексировать)"))).to_have_count(
        0
    )
    expect(page.get_by_test_id("stProgress")).to_have_count(0)
    settled(page)


def done(page: Page) -> int:
    """Return how many pictures the progress says are done."""
    said = page.get_by_test_id("stProgress").inner_text()
    found = re.search(r"(\d+) of \d+ pictures", said)
    return int(found[1]) if found else 0


def test_indexing_is_offered_watched_stopped_and_gone_on_with(page: Page, shop: Shop) -> None:
    """From the first press to the last picture; what is left out is listed and tried again."""
    shop.stock(60, 0.8)
    shop.open(page)
    expect(page.get_by_text("60 pictures have no vector in the space")).to_be_visible()
    press(page, "^Index 60 pictures$")
    progress = page.get_by_test_id("stProgress")
    expect(progress).to_contain_text(re.compile(r"[1-9]\d* of 60 pictures"))
    expect(page.get_by_text("This app is indexing.")).to_be_visible()
    before = done(page)
    expect(progress).not_to_contain_text(f"{before} of 60")
    assert done(page) > before
    page.locator(".st-key-stop button").click()
    expect(progress).to_have_count(0)
    rest = 58 - shop.asked()
    shop.fake.otherwise(slow(0.0))
    press(page, r"^Index \d+ pictures$")

    finished(page)
    expect(page.get_by_role("heading", name="Left out")).to_be_visible()
    expect(page.get_by_text("2 pictures have no vector for reasons of their own")).to_be_visible()
    assert 0 < rest < 58
    assert shop.asked() == 58
    reasons = page.get_by_test_id("stExpander")
    expect(reasons).to_have_count(2)
    for number in range(2):
        reasons.nth(number).locator("summary").click()
    cells = page.locator(CELL)
    for article in (f"WEB-{MISSING}", f"WEB-{PAGE}"):
        expect(cells.filter(has_text=article)).to_have_count(1)
    for number in (MISSING, PAGE):
        shop.site.answers[f"/{number}.png"] = answer(200, paint(number))
    press(page, "^Try 2 pictures again$")
    expect(page.get_by_text("Every picture can be searched.")).to_be_visible()
    expect(page.get_by_role("heading", name="Left out")).to_have_count(0)


def test_what_another_process_does_is_shown_and_stopped(page: Page, shop: Shop) -> None:
    """A command in a terminal indexes: the page says who it is and how far, and can end it."""
    shop.stock(300, 0.5)
    with index_command(shop.server.conninfo, shop.fake, FETCH_PRIVATE="true") as command:
        until(lambda: shop.store.index_runs.current(CLIP) is not None)
        shop.open(page, "?language=ru")
        expect(
            page.get_by_text(re.compile(rf"индексирует процесс \S+:{command.pid}"))
        ).to_be_visible()
        expect(page.get_by_test_id("stProgress")).to_contain_text("из 300 картинок")
        page.locator(".st-key-stop button").click()
        expect(page.get_by_role("button", name=re.compile("^Проиндексировать"))).to_be_visible()
        command.wait(20)
    assert 0 < shop.asked() < 300


def test_it_is_clean_and_fits_every_screen(page: Page, shop: Shop, axe: Axe) -> None:
    """With pictures left out, in both languages: axe finds nothing, and nothing sticks out."""
    shop.stock(12)
    for language, heading in (("en", "Left out"), ("ru", "Пропущенные картинки")):
        shop.open(page, f"?language={language}")
        if language == "en":
            press(page, "^Index 12 pictures$")
            finished(page)
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        page.get_by_test_id("stExpander").first.locator("summary").click()
        expect(page.locator(CELL).first).to_be_attached()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            settled(page)
            # Tables take their new width a moment after the page. A function: a mere expression is
            # evaluated anew each time it is not true, which the page's policy forbids.
            page.wait_for_function(f"() => ({SCROLLS})() === 0")
            found = axe.faults_in_both(page, "[data-testid=stMainBlockContainer]")
            assert found == [], (language, width)


def test_a_database_that_is_restarted_is_found_again(page: Page, shop: Shop) -> None:
    """In the middle of a run: the page says what it waits for, and goes on by itself."""
    shop.stock(60, 0.8)
    shop.open(page)
    press(page, "^Index 60 pictures$")
    expect(page.get_by_test_id("stProgress")).to_contain_text(re.compile("[1-9] of 60"))
    shop.server.stop(Stop.IMMEDIATE)
    alert = page.get_by_test_id("stAlert")
    expect(alert).to_contain_text("The database does not answer")
    page.reload()
    expect(alert).to_contain_text("The database does not answer")
    expect(page.get_by_text("This page goes on by itself")).to_be_visible()
    shop.fake.otherwise(slow(0.0))
    shop.server.start()
    expect(page.get_by_role("heading", level=1)).to_have_text("Catalogue")
    # It is drawn anew twice: when the database is back, and when the run is over.
    expect(page.get_by_test_id("stProgress")).to_have_count(0)
    expect(page.get_by_role("heading", name="Left out")).to_be_visible()
    expect(alert).to_have_count(0)
    assert shop.asked() == 58


def test_a_search_in_an_outage_is_made_when_it_is_over(
    page: Page, shop: Shop, tmp_path: Path
) -> None:
    """The search page says what it waits for, and then shows what was found: nobody clicks."""
    shop.stock(12)
    with index_command(shop.server.conninfo, shop.fake, FETCH_PRIVATE="true") as command:
        command.wait(30)
    photo = tmp_path / "photo.png"
    photo.write_bytes(paint(1))
    open_page(page, shop.address)
    settled(page)
    shop.server.stop(Stop.FAST)
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(photo)
    expect(page.get_by_test_id("stAlert")).to_contain_text("The database does not answer")
    expect(page.get_by_text("This page goes on by itself")).to_be_visible()
    shop.server.start()
    expect(page.locator(".card").first).to_contain_text("WEB-1")
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
