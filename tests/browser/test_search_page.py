"""The whole app in a real Chromium: a photo in, products out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page, Request, expect

from search.demo.pack import load_pack
from tests.addresses import as_url
from tests.browser.browser import ROOT, open_page, streamlit_app
from tests.browser.pasting import paste
from tests.fake_huggingface import FAULTS, TOKEN, FakeHuggingFace, pixels_vector, vector

pytestmark = pytest.mark.browser

SAMPLE = load_pack().samples[0]


def choose(page: Page, file: Path) -> None:
    """Pick a file in the uploader."""
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(file)


def test_an_uploaded_photo_finds_its_product(page: Page, app: str, complaints: list[str]) -> None:
    """Upload, see the product first, how long it took, and the address; no complaint."""
    open_page(page, app)
    choose(page, SAMPLE.file)
    first = page.locator(".card").first
    expect(first).to_contain_text(SAMPLE.article)
    expect(page.locator(".card")).to_have_count(50)
    expect(page.get_by_role("button", name="Copy link")).to_be_visible()
    expect(page).to_have_url(re.compile(r"search=[0-9a-f]{8}-"))
    expect(page.get_by_text("database")).to_be_visible()
    assert complaints == []


def test_a_sample_is_one_click(page: Page, app: str) -> None:
    """A guest without a photo at hand still sees it work, again and again."""
    open_page(page, app)
    for number in (1, 2):
        sample = load_pack().samples[number]
        page.get_by_role("button", name=sample.caption["en"], exact=True).click()
        expect(page.locator(".card").first).to_contain_text(sample.article.split("-")[0])


def test_one_photo_takes_the_place_of_another(page: Page, app: str) -> None:
    """There is one uploader all the while, and what was found stays until the next is found."""
    open_page(page, app)
    for sample in load_pack().samples[:3]:
        choose(page, sample.file)
        expect(page.get_by_test_id("stFileChipName")).to_have_text(sample.file.name)
        expect(page.locator(".card").first).to_contain_text(sample.article)


def test_a_picture_pasted_anywhere_is_searched(page: Page, app: str) -> None:
    """Ctrl+V works wherever the focus is."""
    open_page(page, app)
    expect(page.locator(".samples button").first).to_be_visible()
    paste(page, f"{app}/api/samples/{SAMPLE.key}")
    expect(page.locator(".card").first).to_contain_text(SAMPLE.article)


def test_moving_the_line_asks_nobody(page: Page, app: str) -> None:
    """No request and no message leaves the page while the line moves over fifty products."""
    open_page(page, app)
    frames: list[object] = []
    # Playwright marks what it calls, and a bound method cannot be marked: hence the lambdas.
    note = lambda sent: frames.append(sent)  # noqa: E731, PLW0108 - see above
    page.on("websocket", lambda socket: socket.on("framesent", note))
    page.reload()
    choose(page, SAMPLE.file)
    expect(page.locator(".card")).to_have_count(50)
    page.wait_for_load_state("networkidle")
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request))  # noqa: PLW0108 - see above
    sent = len(frames)
    assert sent > 0
    slider = page.get_by_role("slider")
    before = page.locator(".evidence").inner_text()
    for _ in range(20):
        slider.press("ArrowRight")
    expect(page.locator(".evidence")).not_to_have_text(before)
    assert (len(requests), len(frames)) == (0, sent)


def test_real_photographs_work(page: Page, app: str, photos: Path) -> None:
    """What people really photograph finds goods of its kind."""
    open_page(page, app)
    choose(page, min(photos.glob("test/t-shirt/*.jpg")))
    expect(page.locator(".card")).to_have_count(50)


def test_a_bad_file_is_a_sentence_and_the_page_goes_on(
    page: Page, app: str, tmp_path: Path, complaints: list[str]
) -> None:
    """No traceback: what happened, what to do, and the next photo works."""
    bad, empty = tmp_path / "photo.jpg", tmp_path / "empty.jpg"
    bad.write_bytes(b"%PDF-1.7 not a picture")
    empty.touch()
    open_page(page, app)
    choose(page, empty)
    expect(page.get_by_text("The file is empty.")).to_be_visible()
    choose(page, bad)
    expect(page.get_by_text("This is not a picture that Likeness can read.")).to_be_visible()
    assert page.get_by_text("Traceback").count() == 0
    choose(page, SAMPLE.file)
    expect(page.locator(".card").first).to_contain_text(SAMPLE.article)
    assert complaints == []


def test_the_page_speaks_the_browsers_language(page: Page, app: str) -> None:
    """Russian when asked, with the results kept when the language changes."""
    open_page(page, app)
    switch = page.get_by_test_id("stButtonGroup")
    switch.get_by_text("RU").click()
    words = page.get_by_test_id("stFileUploaderDropzone").locator("button p")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Покажите товар")
    assert "Выбрать фото" in words.evaluate("e => getComputedStyle(e, '::after').content")
    switch.get_by_text("EN").click()
    choose(page, SAMPLE.file)
    expect(page.locator(".card").first).to_contain_text(SAMPLE.article)
    switch.get_by_text("RU").click()
    expect(page.locator(".evidence")).to_contain_text("проход")
    product = next(p for p in load_pack().products if p.article == SAMPLE.article)
    expect(page.locator(".card").first).to_contain_text(product.name["ru"])


def test_the_language_survives_a_reload(page: Page, app: str) -> None:
    """It stands in the address, so it goes along with a link; the document says it as well."""
    open_page(page, app)
    page.get_by_test_id("stButtonGroup").get_by_text("RU").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Покажите товар")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Покажите товар")
    expect(page.locator("html")).to_have_attribute("lang", "ru")


@pytest.mark.parametrize("way", ["details", "card"])
def test_what_is_searched_for_next_begins_at_the_top(page: Page, app: str, way: str) -> None:
    """On a phone, from far down: the page is at its top, wherever the focus goes."""
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, app)
    choose(page, SAMPLE.file)
    expect(page.locator(".card")).to_have_count(50)
    before, card = page.url, page.locator(".card").nth(40)
    card.scroll_into_view_if_needed()
    if way == "details":
        card.locator(".look").click()
        page.locator("dialog.details button.more").click()
    else:
        card.locator(".more").dispatch_event("click")
    expect(page).not_to_have_url(before)
    expect(page.locator(".card").first).to_be_in_viewport()
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollTop") == 0


@pytest.mark.parametrize(
    ("width", "height", "lowest"), [(390, 844, "picture"), (1440, 900, "meter")]
)
def test_products_are_on_the_first_screen(
    page: Page, app: str, width: int, height: int, lowest: str
) -> None:
    """A phone shows where they begin, a desk the whole first row with its scores."""
    page.set_viewport_size({"width": width, "height": height})
    open_page(page, app)
    choose(page, SAMPLE.file)
    expect(page.locator(".card")).to_have_count(50)
    box = page.locator(f".card .{lowest}").first.bounding_box()
    assert box
    assert box["y"] + (0 if lowest == "picture" else box["height"]) <= (
        720 if width == 390 else height
    )


def test_one_key_leads_to_the_products(page: Page, app: str) -> None:
    """The first stop after the languages goes past all that stands before the cards."""
    open_page(page, app)
    expect(page.locator(".skip")).to_be_hidden()
    choose(page, SAMPLE.file)
    expect(page.locator(".card")).to_have_count(50)
    page.locator(".st-key-language").get_by_role("radio", name="RU").focus()
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="To the results")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator(".card").first).to_be_focused()


def test_pictures_are_kept_by_the_browser(page: Page, app: str) -> None:
    """A second search for the same photo loads no catalogue picture again."""
    open_page(page, app)
    choose(page, SAMPLE.file)
    expect(page.locator(".card")).to_have_count(50)
    address = page.locator(".card img").first.get_attribute("src")
    assert address
    answer = page.request.get(f"{app}/{address}")
    assert "immutable" in answer.headers["cache-control"]


def keep_few(conninfo: str) -> None:
    """Leave of the demo's 720 products the one that is looked for, and some of every kind."""
    with psycopg.connect(conninfo) as connection:
        connection.execute(
            "DELETE FROM likeness.products WHERE id %% 4 > 0 AND article_number <> %s",
            [SAMPLE.article],
        )


@pytest.fixture
def fake() -> Iterator[FakeHuggingFace]:
    """Run a Hugging Face that wants a token."""
    with FakeHuggingFace(token=TOKEN, embed=pixels_vector) as server:
        yield server


def test_with_a_token_the_photo_goes_to_hugging_face(
    page: Page, conninfo: str, fake: FakeHuggingFace, complaints: list[str]
) -> None:
    """As in production: own database, token, index, search; errors in words, then well again."""
    environment = {
        "VECTOR_DATABASE_URL": as_url(conninfo),
        "HUGGINGFACE_API_TOKEN": TOKEN,
        "ENCODER_URL": fake.model_url,
        "ENCODER_TIMEOUT": "60",
    }
    with streamlit_app(ROOT / "app.py", environment=environment, patience=120) as app:
        open_page(page, f"{app}/catalogue")
        page.get_by_role("button", name="Load the demo catalogue").click()
        offered = page.get_by_role("button", name=re.compile("^Index "))
        expect(offered).to_be_visible()
        keep_few(conninfo)
        offered.click()
        expect(page.get_by_text("Every picture can be searched.")).to_be_visible(timeout=120_000)
        complaints.clear()  # Streamlit's own probing below a page's path
        indexing = fake.count

        page.get_by_role("link", name="Search").first.click()
        choose(page, SAMPLE.file)
        expect(page.locator(".card")).to_have_count(50)
        asked = fake.received[indexing]
        assert fake.count == indexing + 1
        assert (asked.method, asked.headers["Authorization"]) == ("POST", f"Bearer {TOKEN}")
        assert asked.body.startswith(b"\xff\xd8")

        fake.script(FAULTS["credentials"])
        page.get_by_role("button", name=load_pack().samples[3].caption["en"], exact=True).click()
        expect(page.get_by_text(re.compile(r"refused the token \(401\)"))).to_be_visible()
        assert TOKEN not in page.content()

        fake.cold_start(1.5, vector())
        page.get_by_role("button", name=load_pack().samples[4].caption["en"], exact=True).click()
        expect(page.get_by_text("Waking the model")).to_be_visible()
        expect(page.locator(".card")).to_have_count(50)
        assert complaints == []
