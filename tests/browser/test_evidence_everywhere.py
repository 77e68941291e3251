"""The evidence on every screen, in every theme and language, and without Plotly."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from pages.parts.scripts import plotly_path
from tests.browser.axe import Axe
from tests.browser.browser import open_page
from tests.browser.evidence_view import Evidence, OpenEvidence

pytestmark = pytest.mark.browser


def test_without_plotly_there_is_a_sentence(page: Page, evidence_app: str) -> None:
    """When the script does not load the figures still work, and a sentence says what is missing."""
    page.route("**/assets/**", lambda route: route.abort())
    open_page(page, evidence_app)
    view = Evidence(page)
    expect(page.get_by_text("The charts cannot be drawn")).to_be_visible()
    view.type("0.80")
    expect(view.evidence).to_contain_text("At 0.80, ")


def test_plotly_comes_from_the_package_and_is_kept(page: Page, evidence_app: str) -> None:
    """The script is packed where that is understood, kept for ever, and nothing else is there."""
    address = f"{evidence_app}/{plotly_path()}"
    packed = page.request.get(address)
    assert packed.headers["content-encoding"] == "gzip"
    assert "immutable" in packed.headers["cache-control"]
    assert packed.headers["content-type"].startswith("text/javascript")
    plain = page.request.get(address, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.body() == packed.body()
    assert page.request.get(f"{evidence_app}/assets/other.js").status == 404


def test_russian_is_russian(evidence_of: OpenEvidence) -> None:
    """Plurals, commas and spaces as Russian has them, one photo and many."""
    view = evidence_of("case=one&language=ru")
    for typed, form in {"0,83": "проходит 1 товар", "0,82": "проходят 2 товара"}.items():
        view.type(typed)
        expect(view.evidence).to_have_text(f"При пороге {typed} {form} из 12\N{NO-BREAK SPACE}907.")
    view = evidence_of("language=ru")
    expect(view.evidence).to_contain_text("у фото остаётся 13 из 12\N{NO-BREAK SPACE}907 товаров")
    expect(view.evidence).to_contain_text("(4–78 у 8 фото из 10); точность 0,30")


def test_the_slider_stays_in_reach(evidence_of: OpenEvidence) -> None:
    """While one scrolls, slider and sentence stay at the top."""
    view = evidence_of(width=390, height=800)
    expect(view.page.locator(".compact")).to_be_hidden()
    view.page.locator(".roc-chart .frame").scroll_into_view_if_needed()
    expect(view.page.locator(".compact")).to_be_visible()
    assert 60 <= view.box(view.slider)["y"] < 190


@pytest.mark.parametrize("case_", ["judged", "unmeasured", "unjudged", "one"])
def test_it_fits_every_screen(evidence_of: OpenEvidence, case_: str) -> None:
    """No screen scrolls sideways, with every table open."""
    view = evidence_of(f"case={case_}&language=ru")
    for button in view.page.get_by_role("button", name="Таблица").all():
        button.click()
    for width in (1440, 1024, 768, 390, 320):
        view.page.set_viewport_size({"width": width, "height": 800})
        overflow = view.page.evaluate(
            """() => Math.max(...['html', '[data-testid=stMain]'].map(selector => {
                const element = document.querySelector(selector);
                return element.scrollWidth - element.clientWidth;
            }))"""
        )
        assert overflow == 0, f"{width} pixels"


def test_a_new_theme_redraws_the_charts(evidence_of: OpenEvidence) -> None:
    """Going dark changes the colours of the curves and nothing else."""
    view = evidence_of()
    view.type("0.80")
    curve = view.page.locator(".pr-chart path.js-line").first
    before = curve.evaluate("path => path.style.stroke")
    view.page.emulate_media(color_scheme="dark")
    expect(curve).not_to_have_css("stroke", before)
    expect(view.value).to_have_value("0.80")


@pytest.mark.parametrize(
    ("case_", "width"),
    [("judged", 1440), ("sampled", 390), ("unmeasured", 1440), ("unjudged", 390)],
)
def test_axe_and_console_find_nothing(
    page: Page, evidence_of: OpenEvidence, axe: Axe, case_: str, width: int
) -> None:
    """With tables open, light and dark, axe-core finds no fault and the console no error."""
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    evidence_of(f"case={case_}", width=width)
    page.get_by_role("button", name="Table").first.click()
    assert axe.faults_in_both(page, sees=".near-button") == []
    assert errors == []


def test_the_sentence_is_copied_without_a_secure_context(
    page: Page, evidence_of: OpenEvidence
) -> None:
    """In a network of one's own there is no HTTPS: the button is there, and does what it says."""
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    view = evidence_of()
    sentence = page.locator(".evidence").inner_text()
    page.get_by_role("button", name="Copy sentence").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    view.value.evaluate("field => field.maxLength = 1000")
    view.value.fill("")
    view.value.press("Control+v")
    assert view.value.input_value() == sentence
