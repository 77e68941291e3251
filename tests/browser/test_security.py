"""What browsers are told to forbid, in a real Chromium: nothing that Likeness does is among it."""

from __future__ import annotations

import re

import pytest
import requests
from playwright.sync_api import Browser, Page, Route, expect

from search.demo.pack import load_pack
from search.visitor_cookie import NAME
from tests.browser.browser import open_page
from tests.browser.watched import TELLING, Watched

pytestmark = pytest.mark.browser

SAMPLES = load_pack().samples
# What a page may not do, however it comes to try: each returns whether it was kept from it.
TRIED = {
    "a script of another site": """new Promise(done => {
        const script = document.createElement("script");
        script.onerror = () => done(true);
        script.onload = () => done(false);
        script.src = "https://example.org/script.js";
        document.head.append(script);
    })""",
    "a script in the page": """(() => {
        const script = document.createElement("script");
        script.textContent = "window.hasRun = true";
        document.head.append(script);
        return !window.hasRun;
    })()""",
    # Later: what the browser's tools call at once may do what the page may not.
    "a text run as a script": """new Promise(done => setTimeout(() => {
        try { new Function("return true")(); done(false); } catch { done(true); }
    }))""",
    "telling another site": """fetch("https://example.org/", { mode: "no-cors" })
        .then(() => false, () => true)""",
    "another site's picture": """new Promise(done => {
        const picture = new Image();
        picture.onerror = () => done(true);
        picture.onload = () => done(false);
        picture.src = "https://example.org/picture.png";
    })""",
    "a websocket to another site": """new Promise(done => {
        try {
            const socket = new WebSocket("wss://example.org/");
            socket.onerror = () => done(true);
            socket.onopen = () => done(false);
        } catch { done(true); }
    })""",
}


@pytest.fixture
def watched(page: Page) -> Watched:
    """Give a tab that is listened to."""
    return Watched(page)


def search(page: Page, app: str) -> None:
    """Search with a sample, and wait for its products' pictures."""
    open_page(page, app)
    page.get_by_role("button", name=SAMPLES[0].caption["en"], exact=True).click()
    expect(page.locator(".card")).to_have_count(50)
    page.wait_for_load_state("networkidle")


def test_a_search_and_all_that_is_done_with_it(watched: Watched, app: str) -> None:
    """Results, details, the presentation, files to take along, words, and another photo's crop."""
    page = watched.page
    search(page, app)
    first = page.locator(".card img").first
    expect(first).to_have_js_property("complete", value=True)
    assert first.evaluate("image => image.naturalWidth") > 0
    page.locator(".card").first.press("Enter")
    details = page.locator("dialog.details")
    expect(details.locator(".shown img")).to_be_visible()
    expect(details.locator(".near").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(details).to_have_count(0)
    page.get_by_role("button", name="Present").click()
    expect(page.get_by_role("dialog", name="Presentation")).to_be_visible()
    page.keyboard.press("Escape")
    for kind in ("CSV", "Excel"):
        with page.expect_download():
            page.get_by_role("button", name=re.compile(kind)).first.click()
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(SAMPLES[1].file)
    expect(page.get_by_text(SAMPLES[1].article).first).to_be_visible()
    page.get_by_role("button", name="Crop or rotate").click()
    expect(page.locator(".aim .frame")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert watched.is_content_with(app)


def test_every_other_page(watched: Watched, app: str) -> None:
    """The threshold's and the usage's charts, history, several photos, catalogue; reloaded too."""
    page = watched.page
    search(page, app)
    open_page(page, f"{app}/threshold")
    expect(page.locator(".board.drawn")).to_be_attached()
    expect(page.locator(".board .main-svg").first).to_be_attached()
    open_page(page, f"{app}/usage")
    expect(page.locator(".main-svg").first).to_be_attached()
    open_page(page, f"{app}/history")
    expect(page.locator(".entry img").first).to_be_visible()
    open_page(page, f"{app}/catalogue")
    page.wait_for_load_state("networkidle")
    open_page(page, f"{app}/batch")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        [sample.file for sample in SAMPLES[:2]]
    )
    page.get_by_role("button", name=re.compile("^Search with ")).click()
    expect(page.locator(".batch .product")).to_have_count(10, timeout=60_000)
    page.reload()
    page.wait_for_load_state("networkidle")
    assert watched.is_content_with(app)


@pytest.mark.parametrize("page_and_camera", ["allowed"], indirect=True)
def test_the_camera(page_and_camera: Page, app: str) -> None:
    """It is the one thing of the device that the app's own pages may use."""
    watched, page = Watched(page_and_camera), page_and_camera
    open_page(page, app)
    page.get_by_role("button", name="Take a photo").click()
    finder = page.get_by_role("dialog", name="Take a photo")
    take = finder.get_by_role("button", name="Take it")
    expect(take).to_be_enabled()
    take.click()
    expect(page.locator(".card")).to_have_count(50)
    assert watched.is_content_with(app)


@pytest.mark.parametrize("what", TRIED)
def test_what_no_page_of_ours_does_is_forbidden(page: Page, app: str, what: str) -> None:
    """However somebody's text came to be a script: it runs nothing, and tells nobody."""
    page.add_init_script(TELLING)
    open_page(page, app)
    with page.expect_console_message(lambda said: said.text.startswith("forbidden: ")):
        assert page.evaluate(TRIED[what])


def test_another_site_shows_it_in_no_frame(page: Page, app: str) -> None:
    """Nobody lays their own buttons over it."""
    page.set_content(f'<iframe src="{app}"></iframe>')
    frame = page.frames[-1]
    expect(frame.locator("[data-testid=stApp]")).to_have_count(0)
    assert frame.url != f"{app}/"


def test_a_search_is_not_told_to_other_sites(page: Page, app: str) -> None:
    """Whoever follows a product's link to its shop does not bring the search's address along."""
    search(page, app)
    expect(page).to_have_url(re.compile("search="))
    told: list[str | None] = []

    def shop(route: Route) -> None:
        told.append(route.request.headers.get("referer"))
        route.fulfill(body="a shop")

    page.route("https://example.org/**", shop)
    page.evaluate("location.assign('https://example.org/mug')")
    page.wait_for_url("https://example.org/**")
    assert told == [None]


def test_cookies_are_closed(browser: Browser, app: str) -> None:
    """No other site's form sends one; a script reads the one alone that it has to send back."""
    context = browser.new_context()
    search(context.new_page(), app)
    cookies = {cookie["name"]: cookie for cookie in context.cookies()}
    assert set(cookies) == {NAME, "_streamlit_xsrf"}
    assert cookies[NAME]["httpOnly"]
    assert {cookie["sameSite"] for cookie in cookies.values()} == {"Lax"}
    context.close()


def test_behind_https_every_cookie_is_for_https(app: str) -> None:
    """Streamlit's own too, though only the proxy before the app knows of it."""
    by_proxy = {"X-Forwarded-Proto": "https"}
    for path, name in (("", NAME), ("_stcore/health", "_streamlit_xsrf")):
        answer = requests.get(f"{app}/{path}", headers=by_proxy, timeout=20)
        assert [(cookie.name, cookie.secure) for cookie in answer.cookies] == [(name, True)]
        assert "max-age=" in answer.headers["strict-transport-security"]
        assert "strict-transport-security" not in requests.get(f"{app}/{path}", timeout=20).headers


@pytest.mark.parametrize(
    "path",
    ["", "usage", "static/nothing.js", "_stcore/host-config", "api/nothing", "healthz", "metrics"],
)
def test_every_answer_says_it(app: str, path: str) -> None:
    """Pages, Streamlit's files, the HTTP interface, what is not there, and metrics."""
    headers = requests.get(f"{app}/{path}", timeout=20).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_a_name_that_leads_here_is_not_answered_to(app: str) -> None:
    """Another site's name that somebody had lead to this machine: neither pages nor websockets."""
    foreign = {"Host": "rebound.example"}
    upgrade = foreign | {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "bGlrZW5lc3MtbGlrZW5lcw==",
    }
    for path, headers in (("", foreign), ("_stcore/stream", upgrade)):
        answer = requests.get(f"{app}/{path}", headers=headers, timeout=20)
        assert answer.status_code == 400
        assert "Likeness does not answer to this name." in answer.text
        assert "Likeness не отвечает на это имя." in answer.text
    told = requests.get(f"{app}/api/threshold", headers=foreign, timeout=20)
    assert (told.status_code, told.json()["code"]) == (400, "host_refused")
    assert requests.get(f"{app}/healthz", headers=foreign, timeout=20).status_code == 200
