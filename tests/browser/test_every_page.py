"""Every page: all of it in Russian, no wider than a phone; its languages and its menu."""

from __future__ import annotations

from contextlib import suppress

import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as TooLate

from search.demo.pack import load_pack
from tests.browser.axe import Axe
from tests.browser.browser import open_page

pytestmark = pytest.mark.browser

PAGES = ("", "batch", "history", "threshold", "usage", "catalogue")
SAMPLE = load_pack().samples[0]

# Whatever is read or heard, in our components and around them, by what it stands in; of it what has
# no Russian letter, and is no name.
IN_ENGLISH = """([same, latin]) => {
    const UNHEARD = `script, style, template, noscript, code, pre,
        [data-testid=stIconMaterial],
        [data-testid=stAlertDynamicIcon]`; // whose text is the name of a drawing
    const said = [];
    const visit = root => {
        for (const element of root.querySelectorAll('*')) {
            if (element.shadowRoot) visit(element.shadowRoot);
            if (element.matches(UNHEARD)) continue;
            if (!element.checkVisibility({ visibilityProperty: true })) continue;
            for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
                const value = element.getAttribute(name);
                if (value) said.push(value);
            }
            for (const node of element.childNodes) {
                const text = node.nodeType === Node.TEXT_NODE ? node.data.trim() : '';
                if (text) said.push(text);
            }
        }
    };
    visit(document.body);
    const isEnglish = text => !/[А-Яа-яё]/.test(text)
        && new RegExp(latin).test(text.replace(new RegExp(same, "g"), ""));
    return [...new Set(said)].filter(isEnglish);
}"""
FITS = "document.documentElement.scrollWidth <= innerWidth"
# Names, codes and what is the same in every language.
SAME = (
    r"Likeness|EN|RU|CSV|XLSX|ZIP|PDF|CLIP|PNG|JPEG|GIF|WEBP|HEIC|F1|ROC|Ctrl|Enter|Esc|Shift|"
    r"PostgreSQL|pgvector|Hugging Face|EfficientNet-Lite0\S*|API|USD|EUR|RUB|UTC|p\d\d|MB|"
    r"[A-Z]{2,}(-[A-Z0-9]+)+|[0-9a-f]{8}-[0-9a-f-]+|\S+/\S+@\d+|https?://\S*|\w+\.(jpg|py|csv)|\w+_\w+|nDCG@\d+|AUC"
)
LATIN = r"[A-Za-z][A-Za-z'-]{2,}"


def left_in_english(page: Page, *names: str) -> list[str]:
    """Return what stays in English but names, as patterns; what is said late is waited for."""
    given = ["|".join((SAME, *names)), LATIN]
    with suppress(TooLate):
        page.wait_for_function(f"names => !({IN_ENGLISH})(names).length", arg=given)
    left: list[str] = page.evaluate(IN_ENGLISH, given)
    return left


@pytest.mark.parametrize("name", PAGES)
def test_a_russian_page_is_russian(page: Page, app: str, axe: Axe, name: str) -> None:
    """What Streamlit says of its own included, on a phone in the dark."""
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, f"{app}/{name}?language=ru")
    page.wait_for_load_state("networkidle")
    assert left_in_english(page) == []
    assert axe.faults(page, "body") == []
    assert page.evaluate(FITS)
    assert "language=ru" in page.url  # so that it is Russian again after a reload


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everyone(page: Page, app: str, axe: Axe, name: str) -> None:
    """Axe finds nothing on the whole of it, at a desk, in the light and in the dark."""
    open_page(page, f"{app}/{name}")
    page.wait_for_load_state("networkidle")
    assert axe.faults_in_both(page, "body") == []


@pytest.mark.parametrize("width", [1440, 390])
def test_results_are_for_everyone(page: Page, app: str, axe: Axe, width: int) -> None:
    """The same with fifty products on the page, which is no wider than the screen."""
    page.set_viewport_size({"width": width, "height": 900})
    open_page(page, app)
    page.get_by_role("button", name=SAMPLE.caption["en"], exact=True).click()
    expect(page.locator(".card")).to_have_count(50)
    page.wait_for_load_state("networkidle")
    assert axe.faults_in_both(page, "body", sees="li[data-id") == []
    assert page.evaluate(FITS)


def test_russian_results_are_russian(page: Page, app: str) -> None:
    """Cards, controls, line and all that can be done with them."""
    open_page(page, f"{app}/?language=ru")
    page.get_by_role("button", name=SAMPLE.caption["ru"], exact=True).click()
    expect(page.locator(".card")).to_have_count(50)
    page.wait_for_load_state("networkidle")
    assert left_in_english(page) == []


def test_an_address_without_a_page_is_told_in_the_readers_language(page: Page, app: str) -> None:
    """Whoever mistyped it reads where they are and where the others are, and closes that."""
    for language, said, where in (
        ("en", "There is no such page", "This is the search; the menu leads to the other pages."),
        ("ru", "Такой страницы нет", "Это поиск; остальные страницы есть в меню."),
    ):
        open_page(page, f"{app}/nonsense?language={language}")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text(said)
        expect(dialog).to_contain_text(where)
        expect(dialog).not_to_contain_text("main page")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_going_back_keeps_the_language_and_its_mark(page: Page, app: str, language: str) -> None:
    """Also to an address from before it was chosen; the one in use is always marked."""
    open_page(page, app)
    page.get_by_role("button", name=SAMPLE.caption["en"], exact=True).click()
    expect(page.locator(".card").first).to_contain_text(SAMPLE.article)
    if language == "ru":
        page.get_by_test_id("stButtonGroup").get_by_text("RU").click()
    first = page.url
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.locator(".card .more").nth(1).dispatch_event("click")
    expect(page).not_to_have_url(first)
    used = page.locator(".st-key-language").get_by_role("radio", name=language.upper())
    for step in (page.go_back, page.go_forward, page.go_back):
        step()
        expect(used).to_be_checked()
        expect(page.locator(".card")).to_have_count(50)
        expect(page.locator("html")).to_have_attribute("lang", language)


def test_the_menu_of_a_phone_closes(page: Page, app: str) -> None:
    """On Esc, on a tap beside it, which does nothing else, and when a page is chosen."""
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, app)
    menu, opener = page.get_by_test_id("stSidebarNav"), page.get_by_test_id("stExpandSidebarButton")
    title = page.get_by_role("heading", level=1)
    expect(title).to_contain_text("Show a product")
    opener.click()
    expect(menu).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(menu).not_to_be_in_viewport()
    expect(opener).to_be_focused()
    opener.click()
    expect(menu).to_be_in_viewport()
    russian = page.locator(".st-key-language").get_by_text("RU").bounding_box()
    assert russian
    page.mouse.click(russian["x"] + 5, russian["y"] + 5)
    expect(menu).not_to_be_in_viewport()
    opener.click()
    menu.get_by_role("link", name="History").click()
    expect(title).to_have_text("History")
    expect(menu).not_to_be_in_viewport()
