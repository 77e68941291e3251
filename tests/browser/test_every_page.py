"""Every page, in Russian: nothing on it is left in English, and nothing is wider than a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from search.demo.pack import load_pack
from tests.browser.axe import COMPONENTS, Axe
from tests.browser.browser import open_page

pytestmark = pytest.mark.browser

PAGES = ("", "batch", "history", "threshold", "usage", "catalogue")
SAMPLE = load_pack().samples[0]

# Whatever is read or heard, in our components and around them, by what it stands in.
SAID = """() => {
    const UNHEARD = `script, style, template, noscript, code, pre,
        [data-testid=stIconMaterial]`; // whose text is the name of a drawing
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
    return [...new Set(said)];
}"""
# Names, codes and what is the same in every language.
SAME = re.compile(
    r"Likeness|EN|RU|CSV|XLSX|ZIP|PDF|CLIP|PNG|JPEG|GIF|WEBP|HEIC|F1|ROC|Ctrl|Enter|Esc|Shift|"
    r"PostgreSQL|pgvector|Hugging Face|EfficientNet-Lite0\S*|API|USD|EUR|RUB|UTC|p\d\d|MB|"
    r"[A-Z]{2,}(-[A-Z0-9]+)+|[0-9a-f]{8}-[0-9a-f-]+|\S+/\S+@\d+|https?://\S*|\w+\.(jpg|py|csv)|\w+_\w+|nDCG@\d+|AUC"
)
LATIN = re.compile(r"[A-Za-z][A-Za-z'-]{2,}")


def left_in_english(page: Page) -> list[str]:
    """Return what is said without a single Russian letter, and is no name."""
    said: list[str] = page.evaluate(SAID)
    latin = (text for text in said if not re.search("[А-Яа-яё]", text))
    return [text for text in latin if LATIN.search(SAME.sub("", text))]


@pytest.mark.parametrize("name", PAGES)
def test_a_russian_page_is_russian(page: Page, app: str, axe: Axe, name: str) -> None:
    """What Streamlit says of its own included, on a phone in the dark."""
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, f"{app}/{name}?language=ru")
    page.wait_for_load_state("networkidle")
    assert left_in_english(page) == []
    assert axe.faults(page, COMPONENTS, ".motto") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_russian_results_are_russian(page: Page, app: str) -> None:
    """Cards, controls, line and all that can be done with them."""
    open_page(page, f"{app}/?language=ru")
    page.get_by_role("button", name=SAMPLE.caption["ru"], exact=True).click()
    expect(page.locator(".card")).to_have_count(50)
    page.wait_for_load_state("networkidle")
    assert left_in_english(page) == []
