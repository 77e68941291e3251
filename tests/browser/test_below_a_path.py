"""The app below a path of its host, as a proxy that passes the path on has it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from search.demo.pack import load_pack
from tests.browser.browser import READY, open_page
from tests.browser.watched import Watched
from tests.embedded_apps import data_folder
from tests.fake_oidc import OLEG, FakeOidc
from tests.signing_in import SignInApp, by_uvicorn, free_address, settings_for

pytestmark = pytest.mark.browser

SAMPLES = load_pack().samples
# Whether every picture that is to be seen has come, those of components included.
DRAWN = """() => {
    const pictures = [];
    const visit = root => {
        pictures.push(...root.querySelectorAll("img"));
        for (const element of root.querySelectorAll("*"))
            if (element.shadowRoot) visit(element.shadowRoot);
    };
    visit(document);
    const shown = pictures.filter(one => one.checkVisibility() && one.loading !== "lazy");
    return shown.length > 0 && shown.every(one => one.naturalWidth > 0);
}"""


@pytest.fixture(scope="module")
def app() -> Iterator[SignInApp]:
    """Serve the app below two parts of a path, where people sign in."""
    address = f"{free_address()}/shop/likeness"
    with FakeOidc() as provider, data_folder() as folder:
        provider.register(f"{address}/oauth2callback")
        folder.mkdir(exist_ok=True)
        with by_uvicorn(address, folder, settings_for(provider, address)) as app:
            yield app


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """Give a browser in which nobody is signed in yet."""
    with browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US") as context:
        yield context.new_page()


def test_the_app_below_a_path_is_whole(tab: Page, app: SignInApp) -> None:
    """Samples, pictures, a search's own address, charts and routes: nothing is asked beside it."""
    watched, asked = Watched(tab), list[str]()
    tab.on("request", lambda request: asked.append(request.url))
    open_page(tab, app.address)
    tab.get_by_role("button", name="Sign in").click()
    tab.get_by_role("link", name=OLEG.name).click()
    tab.locator(READY).wait_for(state="attached")
    tab.wait_for_function(DRAWN)
    tab.get_by_role("button", name=SAMPLES[0].caption["en"], exact=True).click()
    expect(tab.locator(".card")).to_have_count(50)
    tab.wait_for_function(DRAWN)
    expect(tab).to_have_url(re.compile(rf"^{re.escape(app.address)}/\?search="))
    tab.reload()
    expect(tab.locator(".card")).to_have_count(50)
    tab.wait_for_function(DRAWN)
    tab.get_by_role("link", name="Threshold").click()
    expect(tab.locator(".board.drawn")).to_be_attached()
    expect(tab).to_have_url(re.compile(rf"^{re.escape(app.address)}/threshold"))
    tab.go_back()
    expect(tab.locator(".card")).to_have_count(50)
    # Back has led to an address without a language: the one in use is marked again.
    expect(tab).to_have_url(re.compile(rf"^{re.escape(app.address)}/\?.*language=en"))
    assert watched.complaints == []
    host = app.address.removesuffix("/shop/likeness")
    assert [url for url in asked if url.startswith(host) and not url.startswith(app.address)] == []
