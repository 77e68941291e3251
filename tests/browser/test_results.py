"""The results component in a real Chromium, as a person meets it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.axe import Axe
from tests.browser.browser import open_page
from tests.browser.results_data import SHOWN
from tests.browser.results_view import Open

pytestmark = pytest.mark.browser


def test_cards_best_first(view_of: Open) -> None:
    """The products come best first, each with name, article, price and a two-decimal similarity."""
    view = view_of()
    expect(view.similar).to_have_count(SHOWN)
    numbers = [float(text) for text in view.page.locator(".number").all_inner_texts()]
    assert numbers == sorted(numbers, reverse=True)
    assert numbers[0] == 0.83
    first = view.similar.first
    expect(first).to_contain_text("Mug “Morning”, 330 ml")
    expect(first).to_contain_text("Art. LK-1000 · Office")
    expect(first).to_contain_text("$4.50")
    link = first.get_by_role("link")
    expect(link).to_have_attribute("href", "https://shop.example/0")
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", "noopener")


def test_names_from_a_database_are_only_text(view_of: Open) -> None:
    """HTML and script in a product's name are shown as they are written, and run nowhere."""
    view = view_of("case=hostile")
    expect(view.similar.first).to_contain_text('<img src=x onerror="window.hacked=1"><script>')
    expect(view.similar.first.locator("img")).to_have_count(1)
    assert view.page.evaluate("window.hacked") is None


def test_only_web_addresses_become_links(view_of: Open) -> None:
    """A link that would run script, or leads anywhere but to the web, is no link."""
    view = view_of("case=hostile")
    expect(view.similar).to_have_count(SHOWN)
    expect(view.page.locator(".card a")).to_have_count(0)


def test_russian_counts_as_russian_does(view_of: Open) -> None:
    """1 товар, 2 товара, 5 товаров; numbers with a comma and a space."""
    view = view_of("language=ru")
    forms = {
        "0,83": "проходит 1 товар",
        "0,82": "проходят 2 товара",
        "0,80": "проходит 5 товаров",
        "0,74": "проходит 11 товаров",
        "0,90": "проходит 0 товаров",
    }
    for typed, form in forms.items():
        view.type(typed)
        expect(view.evidence).to_have_text(f"При пороге {typed} {form} из 12\N{NO-BREAK SPACE}907.")
    expect(view.page.get_by_role("button", name="Опустить порог до 0,83")).to_be_visible()


def test_a_new_theme_keeps_everything(view_of: Open) -> None:
    """Going dark recolours the page and changes neither the line nor the cards."""
    view = view_of()
    view.type("0.74")
    colour = "element => getComputedStyle(element).color"
    before = view.evidence.evaluate(colour)
    view.page.emulate_media(color_scheme="dark")
    expect(view.evidence).not_to_have_css("color", before)
    expect(view.evidence).to_have_text("At 0.74, 11 of 12,907 products pass.")
    expect(view.page.locator(".card")).to_have_count(SHOWN)
    expect(view.page.locator(".picture").first).to_have_css(
        "background-color", "rgb(255, 255, 255)"
    )


def test_a_broken_picture_leaves_a_neutral_tile(view_of: Open) -> None:
    """A picture that cannot be shown leaves a square tile that says so, and its name."""
    view = view_of("case=broken&threshold=anna")
    tile = view.page.locator(".picture").first
    expect(tile.get_by_text("No picture")).to_be_visible()
    expect(tile.get_by_role("img")).to_have_attribute("alt", "Mug “Morning”, 330 ml")
    # The browser's own sign and the name would be written over it, below the line as well.
    for place in (tile, view.page.locator(".below .picture.broken").first):
        expect(place.locator("img")).to_have_css("opacity", "0")
    box = view.box(tile)
    assert abs(box["width"] - box["height"]) < 1


def test_a_card_tells_the_project(view_of: Open) -> None:
    """In one line however long it is; all of it is under the pointer, with the description."""
    view = view_of("")
    first, second, third = (view.page.locator(".card").nth(place) for place in range(3))
    expect(first.locator(".project")).to_have_text("Spring campaign · Moscow")
    expect(first.locator(".name")).to_have_attribute(
        "title",
        "Mug “Morning”, 330 ml\nKeeps warm for six hours.\nProject: Spring campaign · Moscow",
    )
    expect(second.locator(".price")).to_have_text("from $5.50")
    one, cut = (view.box(card.locator(".project")) for card in (first, second))
    assert cut["height"] == one["height"]
    expect(third.locator(".project")).to_be_hidden()


def test_a_picture_that_is_on_its_way_holds_its_place(view_of: Open, page: Page) -> None:
    """Fetching it from the shop may take seconds: a grey tile of the same size stands there."""
    white = "rgb(255, 255, 255)"
    held: list[Route] = []
    page.route("**/pictures/0", lambda route: held.append(route))  # noqa: PLW0108 - a builtin has no signature
    view = view_of("")
    tile = page.locator(".picture").first
    expect(tile).not_to_have_css("background-color", white)
    before = view.box(tile)
    held[0].abort()
    expect(tile.get_by_text("No picture")).to_be_visible()
    assert view.box(tile) == before
    expect(page.locator(".picture").nth(1)).to_have_css("background-color", white)


def test_an_empty_catalogue_gets_a_sentence(page: Page, results_app: str) -> None:
    """With no products there is one sentence, and no chart of nothing."""
    open_page(page, f"{results_app}/?case=empty")
    expect(page.get_by_text("There are no products to show.")).to_be_visible()
    expect(page.locator(".plot")).to_be_hidden()
    expect(page.get_by_role("slider")).to_have_count(0)


def test_a_catalogue_of_one_is_spoken_of_as_one(view_of: Open) -> None:
    """One product is "the only product", in both languages' grammar."""
    view = view_of("case=one")
    expect(view.evidence).to_have_text("At 0.30 the line cuts nothing: the only product passes.")
    expect(view.similar).to_have_count(1)


def test_products_below_the_line_can_be_folded_away(view_of: Open) -> None:
    """The dimmed products are there at first and fold away with one click or key."""
    view = view_of()
    view.type("0.74")
    expect(view.below.first).to_be_visible()
    view.page.locator(".below summary").click()
    expect(view.below.first).to_be_hidden()
    view.slider.focus()
    view.slider.press("ArrowRight")
    expect(view.below.first).to_be_hidden()
    expect(view.page.locator(".below .title")).to_contain_text("the nearest 40 are shown")


def test_it_fits_every_screen(view_of: Open) -> None:
    """No screen scrolls sideways, and a phone shows two products side by side."""
    view = view_of("language=ru")
    expect(view.similar).to_have_count(SHOWN)
    for width, columns in {1440: 6, 1280: 6, 390: 2, 320: 2}.items():
        view.page.set_viewport_size({"width": width, "height": 800})
        for text in ("0,30", "0,74", "1"):
            view.type(text)
            overflow = view.page.evaluate(
                """() => Math.max(...['html', '[data-testid=stMain]'].map(selector => {
                    const element = document.querySelector(selector);
                    return element.scrollWidth - element.clientWidth;
                }))"""
            )
            assert overflow == 0, f"{width} pixels, line at {text}"
        tops = [view.box(card)["y"] for card in view.below.all()[: columns + 1]]
        assert len(set(tops[:columns])) == 1, f"{width} pixels"
        assert tops[columns] > tops[0], f"{width} pixels"


def test_the_slider_stays_in_reach_on_a_phone(view_of: Open) -> None:
    """While the products scroll by, slider and sentence stay at the top, and the slider works."""
    view = view_of(width=390, height=800)
    view.type("0.74")
    expect(view.page.locator(".compact")).to_be_hidden()
    view.below.nth(5).scroll_into_view_if_needed()
    expect(view.page.locator(".compact")).to_be_visible()
    expect(view.page.locator(".compact")).to_have_text("At 0.74, 11 of 12,907 products pass.")
    box = view.box(view.slider)
    assert 60 <= box["y"] < 120
    view.page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    expect(view.page.locator(".compact")).not_to_contain_text("At 0.74")


def test_what_jumps_over_the_window_sticks_all_the_same(view_of: Open) -> None:
    """From under the window to over it at once, as when a filter lays the page anew."""
    view = view_of(width=390, height=800)
    control, main = view.page.locator(".control"), view.page.get_by_test_id("stMain")
    main.evaluate("""main => {
        const space = document.createElement('div');
        space.className = 'space';
        space.style.cssText = 'flex: none; height: 3000px';
        main.prepend(space);
    }""")
    expect(control).not_to_be_in_viewport()
    expect(control).not_to_have_class(re.compile("stuck"))
    main.evaluate("main => { main.scrollTop = 5000; }")
    expect(control).to_have_class(re.compile("stuck"))
    expect(view.page.locator(".compact")).to_be_visible()


def test_a_category_is_shown_whole_or_not_at_all(view_of: Open) -> None:
    """Never cut within a word: where it does not fit beside the article it is left out."""
    rest = view_of().similar.first.locator(".rest")
    seen = """rest => {
        const said = rest.firstElementChild.getBoundingClientRect();
        const line = rest.getBoundingClientRect();
        if (said.top >= line.bottom) return 'not at all';
        return said.right <= line.right && said.bottom <= line.bottom + 1 ? 'whole' : 'cut';
    }"""
    assert rest.evaluate(seen) == "whole"
    rest.locator(".category").evaluate(
        "said => { said.textContent = ' · Writing instruments and paper'; }"
    )
    assert rest.evaluate(seen) == "not at all"


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_and_console_find_nothing(page: Page, view_of: Open, axe: Axe, width: int) -> None:
    """In each state, light and dark, axe-core finds no fault and the console shows no error."""
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    view = view_of(width=width)
    for text in ("0.30", "0.74", "0.9", "nonsense"):
        view.type(text)
        assert axe.faults_in_both(page, sees="li[data-id") == [], text
    assert errors == []


def test_the_chart_says_what_it_shows(view_of: Open) -> None:
    """Values along the bottom, counts at the side, and the scale in words."""
    view = view_of()
    ticks = view.page.locator(".ticks span").all_inner_texts()
    assert len(ticks) > 5
    assert all(re.fullmatch(r"0\.\d{1,2}", tick) for tick in ticks)
    expect(view.page.locator(".levels")).to_contain_text("500")
    expect(view.page.locator(".caption")).to_contain_text("square root")


def test_products_with_the_same_picture_share_a_card(view_of: Open) -> None:
    """A line names them; by key it opens to names, articles, prices and links. All are counted."""
    view = view_of("case=same")
    expect(view.similar).to_have_count(SHOWN)
    expect(view.page.locator(".also:visible")).to_have_count(2)
    first = view.similar.first
    expect(first.get_by_text("also: LK-2000 and 4 more")).to_be_visible()
    expect(first.get_by_text("Art. LK-2003")).to_be_hidden()
    first.focus()
    for _ in ("more like this", "the product's own link", "copy the article", "what else"):
        view.page.keyboard.press("Tab")
    view.page.keyboard.press("Enter")
    expect(first.get_by_text("Art. LK-2003 · $3.90")).to_be_visible()
    link = first.get_by_role("link", name=re.compile("330 ml 3"))
    expect(link).to_have_attribute("href", "https://shop.example/0")
    expect(link).to_have_attribute("rel", "noopener")
    expect(view.page.locator(".shown")).to_have_text(
        f"All {SHOWN + 7} shown here are above the line."
    )
    view.type("0.81")
    expect(view.page.locator(".similar .title")).to_contain_text("Similar — 3")
