"""The usage page in a real Chromium, on a real database and a played Hugging Face."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from playwright.sync_api import BrowserContext, Page, expect
from psycopg.conninfo import make_conninfo

from search.calls import OK, BreakerChange, BreakerState, Call, Purpose, SearchRecord
from search.store.database import Database
from search.store.embedded import EmbeddedServer
from search.store.store import Store
from search.vectors import CLIP, Embedding
from tests.browser.axe import Axe
from tests.browser.browser import READY, ROOT, open_page, streamlit_app
from tests.catalogues import products, unit_vectors
from tests.fake_huggingface import FAULTS, FakeHuggingFace, pixels_vector, reset, vector

pytestmark = pytest.mark.browser

NAME = "usage_in_browser"
STATES = {
    "credentials": ("Refusing", "refused the token (401).", "Make a new one"),
    "credits": ("Out of quota", "credits at", "Add credits or a PRO plan"),
    "loading": ("Waking up", "is still waking up.", "it goes on waking meanwhile"),
    "reset": ("Unreachable", "the connection broke off", "Check the network"),
}


@dataclass(frozen=True, slots=True)
class Usage:
    """The app's address, the server that it asks, and the tables that it writes."""

    address: str
    fake: FakeHuggingFace
    store: Store
    server: EmbeddedServer

    def call(self, outcome: str = OK, seconds: float = 1.2, **more: Any) -> Call:  # noqa: ANN401 - a field's value
        """Return a call of this moment."""
        facts: dict[str, Any] = {
            "reached": True,
            "status": 200,
            "detail": "",
            "request_id": "Root=1-x",
        } | more
        return Call(
            uuid4(),
            datetime.now(UTC),
            "Hugging Face",
            self.fake.host,
            CLIP,
            Purpose.SEARCH,
            outcome,
            seconds,
            **facts,
        )


@pytest.fixture(scope="module")
def usage(server: EmbeddedServer, _migrated: str) -> Iterator[Usage]:
    """One app for all of these tests: three products, one search, a few calls."""
    with psycopg.connect(server.conninfo, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {NAME} TEMPLATE {_migrated}")
    conninfo = make_conninfo(server.conninfo, dbname=NAME)
    store = Store.on(Database(conninfo))
    with FakeHuggingFace(embed=pixels_vector) as fake:
        store.products.add("test", products(unit_vectors(3)))
        environment = {
            "VECTOR_DATABASE_URL": conninfo,
            "ENCODER_URL": fake.model_url,
            "ENCODER_TIMEOUT": "1",
        }
        with streamlit_app(ROOT / "app.py", environment=environment, patience=120) as address:
            usage = Usage(address, fake, store, server)
            fill(usage)
            yield usage
    store.close()


def fill(usage: Usage) -> None:
    """Write what the page has to show: good calls, failed ones, a search."""
    refused = {"status": 429, "detail": "<b>Slow</b> *down*, =now"}
    usage.store.calls.write(
        [usage.call() for _ in range(20)]
        + [usage.call("rate_limited", 0.1, **refused) for _ in range(2)]
        + [usage.call("bad_answer", 0.1, detail=f"no {n}") for n in range(8)]
        + [usage.call("ok", 41.0, cold=True, attempt=2)]
    )
    now, host = datetime.now(UTC), usage.fake.host
    states = (BreakerState.OPEN, BreakerState.CLOSED)
    usage.store.breakers.write([BreakerChange(now, "web-1:412", host, one) for one in states])
    best = usage.store.embeddings.nearest(Embedding(unit_vectors(1)[0], CLIP), 1)[0]
    usage.store.search_log.write(
        [
            SearchRecord(
                uuid4(),
                datetime.now(UTC),
                CLIP,
                OK,
                "page",
                "Anna",
                remembered=False,
                encoder_seconds=1.2,
                database_seconds=0.02,
                rest_seconds=0.01,
                shown=3,
                above=1,
                best_similarity=0.83,
                product_id=best.product.id,
            )
        ]
    )


@contextmanager
def outage(usage: Usage) -> Iterator[None]:
    """Let the database refuse everybody for a while."""
    with psycopg.connect(usage.server.conninfo, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {NAME} ALLOW_CONNECTIONS false")
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [NAME]
        )
        try:
            yield
        finally:
            connection.execute(f"ALTER DATABASE {NAME} ALLOW_CONNECTIONS true")


@dataclass(frozen=True, slots=True)
class Tab:
    """One page for all of these tests, and what it sent to the server. Its clock can be moved."""

    page: Page
    sent: list[object]

    def look_at(self, span: str, *, follow: bool = False) -> Page:
        """Choose a range, and whether it is followed, whatever was chosen before."""
        page = self.page
        expect(page.locator(READY)).to_be_attached()  # a click on what is being drawn is lost
        page.get_by_role("radio", name=span).click()
        expect(page.get_by_role("radio", name=span)).to_be_checked()
        switch = page.get_by_role("switch", name="Refresh every 10 s")
        if switch.is_checked() is not follow:
            switch.click(force=True)
        chosen = ADDRESSES[span]
        page.wait_for_url(lambda url: chosen in url and ("refresh=off" in url) is not follow)
        expect(page.locator(READY)).to_be_attached()
        return page


ADDRESSES = {"Hour": "range=hour", "Week": "range=week", "Dates": "range=custom"}


@pytest.fixture(scope="module")
def tab(context: BrowserContext, usage: Usage) -> Iterator[Tab]:
    """Open the page once."""
    page, sent = context.new_page(), list[object]()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.clock.install()
    note = lambda frame: sent.append(frame)  # noqa: E731, PLW0108 - Playwright marks what it calls
    page.on("websocket", lambda socket: socket.on("framesent", note))
    open_page(page, f"{usage.address}/usage?refresh=off")
    expect(page.locator(".usage-now")).to_be_visible()
    yield Tab(page, sent)
    page.close()


def try_it(page: Page) -> None:
    """Press the button, and wait for what comes of it."""
    before = page.locator(".usage-test").count()
    page.get_by_role("button", name="Test now").click()
    if not before:
        expect(page.locator(".usage-test")).to_be_visible()
    expect(page.locator(READY)).to_be_attached()


def says(page: Page, word: str, *sentences: str) -> None:
    """See the state, and find what is said of it."""
    state = page.locator(".usage-now")
    expect(state.locator(".state")).to_have_text(word)
    for sentence in sentences:
        expect(state).to_contain_text(sentence)


def test_each_of_the_six_states_has_its_sentence(tab: Tab, usage: Usage) -> None:
    """Made real: what the server answers to a test is what the page says of it."""
    page = tab.look_at("Week")
    usage.fake.otherwise(vector())
    try_it(page)
    says(page, "Working", "The latest calls were answered", usage.fake.host, "just now")
    tested = page.locator(".usage-test")
    for stage in ("Attempt 1: Answered", "200, ", "Root=1-fake-", "vector of the right space"):
        expect(tested).to_contain_text(stage)
    expect(tested).to_contain_text("The database finds the nearest picture, similarity 0.")
    for fault, sentences in STATES.items():
        usage.fake.otherwise(reset if fault == "reset" else FAULTS[fault])
        try_it(page)
        says(page, *sentences)
        expect(tested).to_contain_text("it does not work")
    usage.fake.otherwise(vector())
    usage.store.calls.write([usage.call(seconds=4.2) for _ in range(12)])
    tab.look_at("Hour")
    says(page, "Slow", "took 4.2 s or more")
    usage.store.calls.write([usage.call(seconds=0.4) for _ in range(12)])
    tab.look_at("Week")
    says(page, "Working")


def test_a_link_opens_the_same_view(tab: Tab) -> None:
    """The range that is picked stands in the address, and so do days and the pause."""
    page = tab.look_at("Week")
    assert "range=week" in page.url
    tab.look_at("Dates")
    assert re.search(r"range=custom.*from=\d{4}-\d\d-\d\d&to=\d{4}-\d\d-\d\d", page.url)
    page.reload()
    expect(page.get_by_role("radio", name="Dates")).to_be_checked()
    expect(page.get_by_test_id("stDateInput")).to_have_count(2)
    expect(page.get_by_role("switch", name="Refresh every 10 s")).not_to_be_checked()


def test_it_follows_by_itself_until_it_is_paused(tab: Tab, usage: Usage) -> None:
    """New figures come into the same picture: nothing moves, closes or loses the focus."""
    page = tab.look_at("Hour", follow=True)
    expect(page.locator(".usage-table.totals")).to_be_visible()
    page.get_by_text(re.compile(r"^\d+ more$")).click()
    expect(page.locator(".usage-table.failures").nth(1)).to_be_visible()
    button = page.get_by_role("button", name="Test now")
    button.focus()
    usage.store.calls.write([usage.call("token_malformed", 0.1, status=None)])
    page.clock.fast_forward(11_000)
    expect(page.locator(".usage-table.totals")).to_contain_text("Not a token")
    expect(page.locator(".usage-table.failures").nth(1)).to_be_visible()
    expect(button).to_be_focused()

    tab.look_at("Hour")
    before = len(tab.sent)
    page.clock.fast_forward(60_000)
    page.evaluate("() => 0")
    assert len(tab.sent) == before


def test_every_table_can_be_taken_along(tab: Tab) -> None:
    """What was refused comes as a file that runs nothing."""
    page = tab.look_at("Hour")
    names = (
        "Days",
        "Times",
        "Outcomes",
        "Failures",
        "Circuit breaker",
        "Searches",
        "Origins",
        "Products",
    )
    for name in names:
        with page.expect_download() as waiting:
            page.get_by_role("button", name=f"{name} (CSV)").click()
        assert re.fullmatch(r"likeness-\w+-[\d-]+\.csv", waiting.value.suggested_filename)
        text = waiting.value.path().read_bytes()
        assert text.startswith(b"\xef\xbb\xbf")
        if name == "Failures":
            assert b"<b>Slow</b> *down*, =now" in text


def test_a_database_that_comes_back_is_found_again(tab: Tab, usage: Usage) -> None:
    """While it is away the page says so and keeps what it had; then it goes on by itself."""
    page = tab.look_at("Hour", follow=True)
    with outage(usage):
        page.clock.fast_forward(11_000)
        expect(page.get_by_test_id("stAlert")).to_contain_text("The database does not answer")
        expect(page.locator(".usage-table.totals")).to_be_visible()
        # Its parts say so, or the whole page where that was just being drawn.
        says = re.compile("The page goes on trying|This page goes on by itself")
        expect(page.get_by_text(says).first).to_be_visible()
    page.clock.fast_forward(11_000)
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    expect(page.locator(".usage-now .state")).to_be_visible()


WIDTHS = (1440, 390)
# Which labels of a chart's axes lie on one another, or stand out of it.
MISPLACED = """charts => charts.flatMap(chart => {
    const labels = [...chart.querySelectorAll('.xtick text, .ytick text')];
    const boxes = labels.map(label => label.getBoundingClientRect());
    const frame = chart.getBoundingClientRect();
    const meets = (one, other) => one.left < other.right && other.left < one.right
        && one.top < other.bottom && other.top < one.bottom;
    return labels.flatMap((label, n) => {
        const box = boxes[n];
        const out = box.left < frame.left - 1 || box.right > frame.right + 1;
        return out || boxes.slice(0, n).some(other => meets(box, other)) ? [label.textContent] : [];
    });
})"""
SCROLLS = """() => Math.max(...['html', '[data-testid=stMain]'].map(selector => {
    const element = document.querySelector(selector);
    return element.scrollWidth - element.clientWidth;
}))"""


def test_axe_console_and_other_hosts_find_nothing(page: Page, usage: Usage, axe: Axe) -> None:
    """Light and dark, wide and narrow: no fault, no error, no request elsewhere, no scrolling."""
    errors: list[str] = []
    asked: list[str] = []
    # Streamlit looks for its own server below the page's address first.
    expected = re.compile(r"/usage/_stcore/")
    page.on(
        "console",
        lambda said: (
            errors.append(said.text)
            if said.type == "error" and not expected.search(said.location["url"])
            else None
        ),
    )
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    open_page(page, f"{usage.address}/usage?range=hour&refresh=off&language=ru")
    expect(page.locator("ol.top img")).to_have_count(1)
    expect(page.locator(".chart.drawn")).to_have_count(7)
    assert errors == []  # said here: axe itself is not asked
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for chart in page.locator(".chart").all():
            expect(chart.locator(".main-svg").first).to_have_js_property(
                "clientWidth", chart.evaluate("chart => chart.clientWidth")
            )
        assert page.locator(".chart").evaluate_all(MISPLACED) == [], width
        assert page.evaluate(SCROLLS) == 0, width
        assert axe.faults_in_both(page, "[data-testid=stMainBlockContainer]") == [], width
    others = [url for url in asked if not url.startswith((usage.address, "data:", "blob:"))]
    assert others == []
