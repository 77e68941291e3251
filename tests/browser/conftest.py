"""Fixtures of the tests that drive a browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.addresses import as_url
from tests.browser.axe import Axe
from tests.browser.browser import (
    ARGUMENTS,
    CAMERA,
    ROOT,
    browser_is_required,
    chromium,
    find_axe,
    find_chromium,
    open_page,
    streamlit_app,
)
from tests.browser.details_view import Details, OpenDetails
from tests.browser.evidence_view import Evidence, OpenEvidence
from tests.browser.results_view import Open, View
from tests.embedded_apps import data_folder
from tests.fake_oidc import FakeOidc
from tests.signing_in import SignInApp, by_uvicorn, free_address, settings_for

# Nobody listens there: the browser is answered by the fixture.
OPENER = "http://127.0.0.1:9/"

# A busy machine is slow, not wrong: what never comes still fails.
expect.set_options(timeout=30_000)


def _missing(what: str) -> None:
    if browser_is_required():
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    executable = find_chromium()
    if executable is None:
        _missing("no Chromium found: install one, or name it in LIKENESS_CHROMIUM")
    assert executable
    with chromium(executable) as browser:
        yield browser


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One profile for the whole run: Streamlit's own files are fetched and compiled once."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    yield context
    context.close()


@pytest.fixture(scope="module")
def opener(context: BrowserContext) -> Iterator[Page]:
    """Return an empty page that opens tabs: they share its process, and what that has compiled.

    The chart library alone takes a second and a half to compile. It is a page of this machine's,
    whatever its port, as only those of one site share a process. A new one for each module: after
    fifty pages in one process the next costs half as much again.
    """
    opener = context.new_page()
    opener.route(OPENER, lambda route: route.fulfill(body="", content_type="text/html"))
    opener.goto(OPENER)
    yield opener
    opener.close()


@pytest.fixture
def page(context: BrowserContext, opener: Page) -> Iterator[Page]:
    """Give each test a tab of its own, with its own session and storage, 1440 pixels wide."""
    with context.expect_page() as opened:
        opener.evaluate("void window.open('about:blank')")
    page = opened.value
    page.set_viewport_size({"width": 1440, "height": 900})
    yield page
    page.close()


@pytest.fixture
def page_and_camera(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Give a tab of a browser of its own, in which the camera is "allowed" or "refused"."""
    with browser.browser_type.launch(
        executable_path=find_chromium(), args=[*ARGUMENTS, CAMERA[request.param]]
    ) as another:
        yield another.new_page(viewport={"width": 1440, "height": 900}, locale="en-US")


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """Collect what the console calls an error while a test runs."""
    said: list[str] = []
    page.on("console", lambda entry: said.append(entry.text) if entry.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


@pytest.fixture(scope="session")
def axe() -> Axe:
    """Return axe-core, to be run inside a page."""
    script = find_axe()
    if script is None:
        _missing("no axe-core found: run `npm ci` in tests/browser, or name it in LIKENESS_AXE")
    assert script
    return Axe(script.read_text("utf-8"))


@pytest.fixture(scope="session")
def results_app() -> Iterator[str]:
    """Serve the results component alone; the address of that server."""
    with streamlit_app(Path(__file__).parent / "results_app.py") as address:
        yield address


@pytest.fixture
def view_of(page: Page, results_app: str) -> Open:
    """Open the results component's page in one of its cases, at a width and a height."""

    def open_view(query: str = "", width: int = 1440, height: int = 900) -> View:
        page.set_viewport_size({"width": width, "height": height})
        open_page(page, f"{results_app}/?{query}")
        view = View(page)
        view.evidence.wait_for()
        return view

    return open_view


@pytest.fixture(scope="session")
def assistant_app() -> Iterator[str]:
    """Serve the assistant alone; the address of that server."""
    with streamlit_app(Path(__file__).parent / "assistant_app.py") as address:
        yield address


@contextmanager
def _fresh_app() -> Iterator[str]:
    with data_folder() as folder:
        environment = {"LIKENESS_DATA_DIR": str(folder)}
        with streamlit_app(ROOT / "app.py", environment=environment, patience=120) as address:
            yield address


@pytest.fixture(scope="session")
def app() -> Iterator[str]:
    """Serve the app as a fresh clone does: no token, no database, nothing set.

    One for the whole run: what a test leaves behind must not matter to another one.
    """
    with _fresh_app() as address:
        yield address


@pytest.fixture(scope="module")
def own_app() -> Iterator[str]:
    """Serve the app to one module alone, which changes what others would see."""
    with _fresh_app() as address:
        yield address


@pytest.fixture(scope="session")
def evidence_app() -> Iterator[str]:
    """Serve the evidence component alone; the address of that server."""
    with streamlit_app(Path(__file__).parent / "evidence_app.py") as address:
        yield address


@pytest.fixture
def evidence_of(page: Page, evidence_app: str) -> OpenEvidence:
    """Open the page in one of its cases, its charts drawn."""

    def open_view(query: str = "", width: int = 1440, height: int = 900) -> Evidence:
        page.set_viewport_size({"width": width, "height": height})
        open_page(page, f"{evidence_app}/?{query}")
        page.locator(".board.drawn").wait_for(state="attached")
        return Evidence(page)

    return open_view


@pytest.fixture(scope="session")
def details_app() -> Iterator[str]:
    """Serve the details of a product alone; the address of that server."""
    with streamlit_app(Path(__file__).parent / "details_app.py") as address:
        yield address


@pytest.fixture
def look(page: Page, details_app: str) -> OpenDetails:
    """Open the page in one of its cases, and the dialog in it by key."""

    def open_view(query: str = "", width: int = 1440, height: int = 900) -> Details:
        page.set_viewport_size({"width": width, "height": height})
        open_page(page, f"{details_app}/?{query}")
        details = Details(page)
        details.opener.press("Enter")
        expect(details.dialog).to_be_visible()
        return details

    return open_view


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeOidc]:
    """Play a provider for the whole module."""
    with FakeOidc() as provider:
        yield provider


@pytest.fixture(scope="module")
def sign_in_app(
    provider: FakeOidc, shared_demo_conninfo: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SignInApp]:
    """Serve one module the app, with the demo catalogue, to people who sign in."""
    address, folder = free_address(), tmp_path_factory.mktemp("sign_in") / "data"
    provider.register(f"{address}/oauth2callback")
    database = {"VECTOR_DATABASE_URL": as_url(shared_demo_conninfo)}
    with by_uvicorn(address, folder, settings_for(provider, address) | database) as app:
        yield app
