"""The active threshold in the results component: whose it is, its scale, its second line."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.results_view import Open, passing

pytestmark = pytest.mark.browser


def test_it_says_whose_the_threshold_is(view_of: Open) -> None:
    """Who set it, when and why, in one line; or that it is the setting's; in both languages."""
    said = {
        "threshold=anna": r"0\.74, set by Anna on 25 \w+ 2025: “best F1 on the demo set”\.",
        "threshold=ben": r"0\.60, set by anonymous on 26 \w+ 2025\.",
        "threshold=anna&unsigned": r"0\.74, set on 25 \w+ 2025\.$",
        "threshold=anna&unsigned&language=ru": r"25 нояб\. 2025 г\. задан порог 0,74\.$",
        "": r"0\.30 is the default of the settings\.",
        "threshold=anna&language=ru": r"Порог 0,74 задан 25 нояб\. 2025 г\., автор — Anna: «best",
    }
    for query, pattern in said.items():
        view = view_of(query)
        expect(view.page.locator(".whose-said")).to_have_text(re.compile(pattern))


def test_the_link_leads_to_the_threshold_page_in_this_session(view_of: Open) -> None:
    """A click asks Python, which keeps the photo; the address is there for a tab of its own."""
    view = view_of("threshold=anna")
    link = view.page.get_by_role("link", name="Choose from evidence")
    expect(link).to_have_attribute("href", "threshold")
    link.click()
    expect(view.page.get_by_text("The threshold page was asked for.")).to_be_visible()


def test_a_threshold_saved_anew_is_followed_at_once(view_of: Open) -> None:
    """A line that this tab remembers for one threshold never hides another one."""
    view = view_of("threshold=anna")
    view.type("0.80")
    view.page.get_by_role("button", name="Ben saves 0.60").click()
    expect(view.value).to_have_value("0.60")
    expect(view.evidence).to_have_text(f"At 0.60, {passing(60):,} of 12,907 products pass.")
    expect(view.page.locator(".whose-said")).to_contain_text("0.60, set by")
    view.page.reload()
    expect(view.value).to_have_value("0.80")  # the page begins with Anna's, where the tab left it


def test_another_scale_is_named(view_of: Open) -> None:
    """Beside the value, under the chart, and with the cosine in the tooltip of a card."""
    view = view_of("threshold=relative")
    expect(view.page.locator(".entry-label")).to_have_text("Threshold, relative scale")
    expect(view.page.locator(".caption")).to_contain_text("1 is the best hit")
    tip = view.page.locator(".similarity").first
    expect(tip).to_have_attribute("title", "0.8349 on the relative scale, cosine 0.8349")
    view = view_of()
    expect(view.page.locator(".entry-label")).to_have_text("Threshold")
    expect(view.page.locator(".similarity").first).to_have_attribute("title", "Cosine 0.8349")


def test_doubtful_products_stand_between(view_of: Open) -> None:
    """Those from the second line up to the first are a group of their own, dimmed a little."""
    view = view_of("threshold=doubtful")
    doubtful = view.page.locator(".doubtful .card")
    expect(view.similar).to_have_count(11)
    expect(doubtful).to_have_count(39)
    expect(view.below).to_have_count(0)
    between = passing(70) - passing(74)
    expect(view.page.locator(".doubtful .title")).to_have_text(
        f"Doubtful — {between}, the best 39 are shown"
    )
    expect(doubtful.first.locator("img")).to_have_css("opacity", "0.75")
    expect(view.page.locator(".doubt")).to_have_css("border-left-style", "dashed")
    assert view.box(view.page.locator(".doubt"))["x"] < view.box(view.line)["x"]


def test_a_line_below_the_doubtful_one_leaves_no_doubt(view_of: Open) -> None:
    """The group and the dashed line vanish when the line passes them, and come back with it."""
    view = view_of("threshold=doubtful")
    view.type("0.70")
    expect(view.page.locator(".doubtful")).to_be_hidden()
    expect(view.page.locator(".doubt")).to_be_hidden()
    view.type("0.80")
    expect(view.page.locator(".doubtful .card")).not_to_have_count(0)
    expect(view.page.locator(".doubt")).to_be_visible()


def test_the_field_stands_beside_its_name(view_of: Open) -> None:
    """On every phone: where the line is full, both go to the next one."""
    page = view_of("language=ru", width=390).page
    beside = """() => {
        const all = [...document.querySelectorAll("*")];
        const root = all.find((one) => one.shadowRoot?.querySelector(".entry"))?.shadowRoot;
        const [label, value] = [".entry-label", ".value"].map(
            (part) => (root ?? document).querySelector(part).getBoundingClientRect());
        return value.top < label.bottom && label.right < value.left;
    }"""
    for width in range(320, 431, 10):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate(beside), width
