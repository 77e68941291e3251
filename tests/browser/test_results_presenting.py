"""The presentation, in a real Chromium: the photo and what is above the line, and nothing else."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import SCHEMES, Axe, wear
from tests.browser.results_view import Open, View

pytestmark = pytest.mark.browser

HOST = "[data-likeness=presentation]"
FORBIDDEN = "Element.prototype.requestFullscreen = () => Promise.reject(new TypeError('no'))"
# Whether it has every point of the window, Streamlit's own header included.
COVERS = """host => [0.01, 0.5, 0.99].every(x => [0.01, 0.5, 0.99].every(y =>
    document.elementFromPoint(innerWidth * x, innerHeight * y) === host))"""


def present(view: View) -> Locator:
    """Begin the presentation and return its dialog."""
    view.page.get_by_role("button", name="Present").click()
    shown = view.page.get_by_role("dialog", name="Presentation")
    expect(shown).to_be_visible()
    return shown


def covers(page: Page) -> bool:
    """Tell whether nothing but the presentation is on the screen."""
    return bool(page.locator(HOST).evaluate(COVERS))


@pytest.mark.parametrize("size", [(1440, 900), (1920, 1080), (390, 844)])
def test_it_shows_the_photo_and_what_is_above_the_line(
    view_of: Open, size: tuple[int, int]
) -> None:
    """Large, with name, article, price and similarity; no controls, and nothing of the page."""
    view = view_of("threshold=anna", *size)
    view.type("0.80")
    shown = present(view)
    assert covers(view.page)
    expect(shown.locator("li")).to_have_count(5)
    expect(shown.locator("li").first).to_contain_text("Mug “Morning”, 330 ml")
    expect(shown.locator("li").first).to_contain_text("Art. LK-1000")
    expect(shown.locator("li").first).to_contain_text("$4.50")
    expect(shown.locator("li").first).to_contain_text("0.83")
    expect(shown.locator("li img").first).to_have_attribute("src", "/pictures/0?large")
    expect(shown.get_by_role("img", name="The picture that was searched with")).to_be_visible()
    expect(shown).to_contain_text("At 0.80, 5 of 12,907 products pass.")
    assert shown.get_by_role("button").count() == 1
    assert shown.locator("input, select, a").count() == 0
    photo, product = view.box(shown.locator(".asked img")), view.box(shown.locator("li").first)
    if size[0] > 1000:
        assert photo["width"] > size[0] / 4
        last = view.box(shown.locator("li").last)
        assert last["y"] + last["height"] <= size[1]
    assert product["x"] + product["width"] <= size[0]
    assert shown.evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")


def test_escape_leaves_and_nothing_has_moved(view_of: Open) -> None:
    """The page is where it was, and the focus on the button that began it."""
    view = view_of("threshold=anna")
    button = view.page.get_by_role("button", name="Present")
    before = view.box(button)
    present(view)
    view.page.keyboard.press("Escape")
    expect(view.page.locator(HOST)).to_have_count(0)
    expect(button).to_be_focused()
    assert view.box(button) == before
    assert view.page.evaluate("document.fullscreenElement") is None


def test_the_small_button_leaves_too(view_of: Open) -> None:
    """It is named, and large enough for a finger."""
    view = view_of("threshold=anna", 390, 844)
    leave = present(view).get_by_role("button", name="Leave the presentation (Esc)")
    box = view.box(leave)
    assert min(box["width"], box["height"]) >= 44
    leave.click()
    expect(view.page.locator(HOST)).to_have_count(0)


def test_it_takes_the_whole_screen_where_it_may(view_of: Open) -> None:
    """And who leaves the whole screen by the browser's own key leaves the presentation."""
    view = view_of("threshold=anna")
    present(view)
    assert view.page.evaluate("document.fullscreenElement === document.documentElement")
    assert covers(view.page)
    view.page.evaluate("document.exitFullscreen()")
    expect(view.page.locator(HOST)).to_have_count(0)


def test_without_the_whole_screen_it_has_the_window(page: Page, view_of: Open) -> None:
    """A browser that refuses, or a frame that may not, still presents."""
    page.add_init_script(FORBIDDEN)
    view = view_of("threshold=anna")
    present(view)
    assert covers(page)
    page.keyboard.press("Escape")
    expect(page.locator(HOST)).to_have_count(0)


@pytest.mark.parametrize("how", ["", "&replaced"])
def test_the_next_search_keeps_it(view_of: Open, how: str) -> None:
    """What is pasted meanwhile is searched, and takes the place of what was found before."""
    view = view_of(f"threshold=anna{how}")
    shown = present(view)
    expect(shown.locator("li")).to_have_count(11)
    view.page.get_by_text("Search again").evaluate("text => text.closest('button').click()")
    expect(shown.locator("li")).to_have_count(10)
    expect(shown.locator(".asked img")).to_have_attribute("src", "/pictures/901")
    assert covers(view.page)
    expect(view.page.locator(HOST)).to_have_count(1)
    view.page.keyboard.press("Escape")
    expect(view.page.locator(HOST)).to_have_count(0)
    expect(view.page.locator(".results:visible")).to_have_count(1)


def test_it_ends_with_what_it_shows(view_of: Open) -> None:
    """Where the next search ends in an error, that error must be seen."""
    view = view_of("threshold=anna")
    present(view)
    view.page.get_by_text("Leave", exact=True).evaluate("text => text.closest('button').click()")
    expect(view.page.locator(HOST)).to_have_count(0)


def test_where_nothing_passes_it_says_so(view_of: Open) -> None:
    """One sentence, beside the photo."""
    view = view_of("threshold=anna")
    view.type("0.95")
    shown = present(view)
    expect(shown).to_contain_text("Nothing is as similar as 0.95. The best is 0.83.")
    expect(shown.locator("li")).to_have_count(0)


def test_without_a_photo_the_products_have_the_screen(view_of: Open) -> None:
    """What was searched with may have no picture that is kept."""
    view = view_of("threshold=anna&photoless")
    shown = present(view)
    expect(shown.locator(".asked")).to_be_hidden()
    assert view.box(shown.locator("ol"))["width"] > 1200


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_in_a_presentation(
    page: Page, view_of: Open, axe: Axe, width: int
) -> None:
    """In light and dark; the colours are the page's."""
    view = view_of("threshold=anna", width)
    shown = present(view)
    for scheme in SCHEMES:
        wear(page, scheme)
        ground = page.locator("[data-testid=stApp]").evaluate(
            "app => getComputedStyle(app).backgroundColor"
        )
        expect(shown).to_have_css("background-color", ground)
        assert axe.faults(page, HOST, sees="li") == [], scheme
