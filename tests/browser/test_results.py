"""The results component in a real Chromium, as a person meets it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import FloatRect, Locator, Page, WebSocket, expect

from search.hits import hundredths
from tests.browser.browser import open_page
from tests.browser.results_data import SHOWN, similarities

pytestmark = pytest.mark.browser


class View:
    """What a person sees of the component, and does with it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.slider = page.get_by_role("slider")
        self.evidence = page.locator(".evidence")
        self.value = page.locator(".value")
        self.line = page.locator(".line")
        self.plot = page.locator(".plot")
        self.similar = page.locator(".similar .card")
        self.below = page.locator(".below .card")

    def type(self, text: str) -> None:
        """Type a threshold and press Enter."""
        self.value.fill(text)
        self.value.press("Enter")

    def wait_for_pictures(self) -> None:
        """Wait until every picture has come, also those that wait their turn."""
        come = self.page.locator(".results").evaluate(
            """root => Promise.all([...root.querySelectorAll('.card img')].map(
                image => image.complete || new Promise(done => { image.onload = done; })))"""
        )
        assert len(come) == SHOWN

    def box(self, part: Locator) -> FloatRect:
        """Tell where a part is."""
        box = part.bounding_box()
        assert box
        return box


Open = Callable[..., View]


@pytest.fixture
def view_of(page: Page, results_app: str) -> Open:
    """Open the page in one of its cases; a failing script of ours fails the test."""

    def open_view(query: str = "", width: int = 1440, height: int = 900) -> View:
        page.set_viewport_size({"width": width, "height": height})
        open_page(page, f"{results_app}/?{query}")
        view = View(page)
        expect(view.evidence).to_be_visible()
        return view

    return open_view


def passing(line: int) -> int:
    """How many products of the made-up catalogue reach a line, counted one by one."""
    return sum(hundredths(value) >= line for value in similarities())


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


def test_every_step_of_the_slider_counts_exactly(view_of: Open) -> None:
    """At each hundredth the sentence names the number that a count one by one gives."""
    view = view_of()
    said = view.slider.evaluate(
        """slider => {
            const sentence = slider.getRootNode().querySelector('.evidence');
            const said = {};
            for (let line = Number(slider.min); line <= Number(slider.max); line += 1) {
                slider.value = line;
                slider.dispatchEvent(new Event('input'));
                said[line] = sentence.textContent;
            }
            return said;
        }"""
    )
    assert len(said) > 50
    for line, sentence in said.items():
        count = passing(int(line))
        expected = "all 12,907" if count == 12_907 else f"{count:,} of 12,907"
        assert f"{int(line) / 100:.2f}" in sentence
        assert f" {expected} " in sentence


def test_arrow_keys_move_line_cards_and_counts(view_of: Open) -> None:
    """One press of an arrow key moves the line by 0.01, and cards and counts follow."""
    view = view_of()
    view.type("0.75")
    expect(view.similar).to_have_count(10)
    view.slider.focus()
    view.slider.press("ArrowLeft")
    expect(view.evidence).to_have_text("At 0.74, 11 of 12,907 products pass.")
    expect(view.page.locator(".shown")).to_have_text("11 of the 50 shown here are above the line.")
    expect(view.similar).to_have_count(11)
    expect(view.below).to_have_count(39)
    expect(view.page.locator(".similar .title")).to_have_text("Similar — 11")
    expect(view.page.locator(".below .title")).to_have_text(
        "Below the line — 12,896, the nearest 39 are shown"
    )
    expect(view.slider).to_have_attribute("aria-valuetext", "At 0.74, 11 of 12,907 products pass.")
    expect(view.value).to_have_value("0.74")


def test_the_number_on_a_card_never_contradicts_its_side(view_of: Open) -> None:
    """Wherever the line is, cards above it show at least its value, and cards below it less."""
    view = view_of()
    for text in ("0.73", "0.75", "0.80", "0.83"):
        view.type(text)
        above = view.similar.locator(".number").all_inner_texts()
        below = view.below.locator(".number").all_inner_texts()
        assert len(above) + len(below) == SHOWN
        assert all(number >= text for number in above)
        assert all(number < text for number in below)


def test_the_line_can_be_pulled_in_the_chart(view_of: Open) -> None:
    """Press in the chart, pull, let go: the line follows the pointer and then stays."""
    view = view_of()
    box = view.box(view.plot)
    start = view.box(view.line)
    middle = box["y"] + box["height"] / 2
    view.page.mouse.move(start["x"] + 1, middle)
    view.page.mouse.down()
    view.page.mouse.move(box["x"] + box["width"] * 0.5, middle, steps=4)
    view.page.mouse.move(box["x"] + box["width"] * 0.6, middle, steps=4)
    view.page.mouse.up()
    pulled = view.slider.input_value()
    assert 60 <= int(pulled) <= 64
    assert abs(view.box(view.line)["x"] - box["x"] - box["width"] * 0.6) < box["width"] / 70
    view.page.mouse.move(box["x"] + 20, middle)
    assert view.slider.input_value() == pulled


def test_the_thumb_is_the_foot_of_the_line(view_of: Open) -> None:
    """Pressing the slider exactly under the line changes nothing: both share one axis."""
    view = view_of()
    for width in (1440, 390):
        view.page.set_viewport_size({"width": width, "height": 900})
        for text in ("0.25", "0.57", "0.74", "0.88"):
            view.type(text)
            line, slider = view.box(view.line), view.box(view.slider)
            view.page.mouse.click(line["x"] + line["width"] / 2, slider["y"] + slider["height"] / 2)
            expect(view.value).to_have_value(text)


def test_sliding_sends_nothing(page: Page, view_of: Open) -> None:
    """Moving the line makes no request and sends or receives no websocket frame."""
    wire: list[str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda _: wire.append("frame sent"))
        socket.on("framereceived", lambda _: wire.append("frame received"))

    page.on("websocket", listen)
    page.on("request", lambda request: wire.append(request.url))
    view = view_of()
    view.wait_for_pictures()
    assert any("/pictures/" in entry for entry in wire), "nothing was listened to"
    assert "frame sent" in wire
    wire.clear()
    view.slider.focus()
    for key in ["ArrowRight"] * 30 + ["End", "Home"]:
        view.slider.press(key)
    view.type("0.74")
    view.page.get_by_role("button", name="Back to 0.30").click()
    expect(view.similar).to_have_count(SHOWN)
    page.wait_for_function("new Promise(done => requestIdleCallback(() => done(true)))")
    assert wire == []


def test_pictures_are_kept_while_cards_move(view_of: Open) -> None:
    """A card that changes sides is the same element with the same picture, not a new one."""
    view = view_of()
    view.page.locator(".card img").evaluate_all("images => images.forEach(i => i.marked = i.src)")
    for text in ("0.9", "0.74", "0.3"):
        view.type(text)
    kept = view.page.locator(".card img").evaluate_all(
        "images => images.filter(i => i.marked === i.src).length"
    )
    assert kept == SHOWN


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


def test_a_line_that_cuts_nothing_says_so(view_of: Open) -> None:
    """At 0.30 one sentence says that nearly all pass, and one button sets what would cut."""
    view = view_of()
    expect(view.evidence).to_have_text(
        f"At 0.30 the line cuts almost nothing: {passing(30):,} of 12,907 products pass."
    )
    expect(view.page.get_by_role("button", name="Back to")).to_have_count(0)
    view.page.get_by_role("button", name="Use 0.74: 11 products pass").click()
    expect(view.evidence).to_have_text("At 0.74, 11 of 12,907 products pass.")
    expect(view.page.get_by_role("button", name="Use 0.74")).to_have_count(0)
    expect(view.slider).to_be_focused()
    view.page.get_by_role("button", name="Back to 0.30").click()
    expect(view.value).to_have_value("0.30")


def test_the_suggestion_is_there_until_it_is_taken(view_of: Open) -> None:
    """Wherever the line is, also where nothing passes, one click leads to what would cut well."""
    view = view_of()
    for text in ("0.10", "0.60", "0.95"):
        view.type(text)
        expect(view.page.get_by_role("button", name="Use 0.74")).to_be_visible()


def test_without_a_suggestion_none_is_offered(view_of: Open) -> None:
    """Where no better value is known the sentence stands alone."""
    view = view_of("case=no-suggestion")
    expect(view.evidence).to_contain_text("cuts almost nothing")
    expect(view.page.get_by_role("button", name="Use")).to_have_count(0)


def test_when_nothing_passes_the_best_is_named(view_of: Open) -> None:
    """Above the best product a sentence takes the grid's place, and a button leads back to it."""
    view = view_of()
    view.type("0.9")
    expect(view.page.locator(".nothing")).to_contain_text(
        "Nothing is as similar as 0.90. The best is 0.83."
    )
    expect(view.below).to_have_count(SHOWN)
    view.page.get_by_role("button", name="Lower the line to 0.83").click()
    expect(view.similar).to_have_count(1)
    expect(view.page.locator(".nothing")).to_be_hidden()


def test_a_value_can_be_typed(view_of: Open) -> None:
    """Comma or point, more decimals than two, even off the axis: the line goes there."""
    view = view_of()
    typed = {"0,74": "0.74", "0.50": "0.50", " .8 ": "0.80", "0.745": "0.75", "-1": "-1.00"}
    for text, shown in typed.items():
        view.type(text)
        expect(view.value).to_have_value(shown)
        expect(view.page.locator(".flag")).to_have_text(shown)
        expect(view.page.locator(".problem")).to_be_hidden()
        assert view.slider.input_value() == str(round(float(shown) * 100))


def test_a_bad_value_gets_a_sentence(view_of: Open) -> None:
    """What is no similarity is named in a sentence; the line stays, and a good value clears it."""
    view = view_of()
    for typed in ("high", "1.01", "74", "0,7x", "", "1e-1"):
        view.type("0.5")
        expect(view.page.locator(".problem")).to_be_hidden()
        view.type(typed)
        alert = view.page.get_by_role("alert")
        expect(alert).to_have_text(
            f"“{typed}” is not a similarity: type a number from −1 to 1, such as 0.74."
        )
        expect(view.value).to_have_attribute("aria-invalid", "true")
        expect(view.page.locator(".flag")).to_have_text("0.50")


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


def test_the_line_survives_reruns_new_searches_and_a_reload(view_of: Open) -> None:
    """The value belongs to the tab: another photo, or a reload, leaves the line where it was."""
    view = view_of()
    view.type("0.74")
    expect(view.similar).to_have_count(11)
    view.page.get_by_role("button", name="Search again").click()
    expect(view.similar).to_have_count(10)
    expect(view.evidence).to_have_text("At 0.74, 10 of 12,907 products pass.")
    expect(view.page.locator(".card")).to_have_count(SHOWN)
    view.page.reload()
    expect(view.value).to_have_value("0.74")


def test_without_session_storage_it_works_all_the_same(page: Page, view_of: Open) -> None:
    """Where a browser forbids storage the line moves, and survives a new search on the page."""
    page.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', {get() { throw new Error('no'); }})"
    )
    view = view_of()
    view.type("0.74")
    view.page.get_by_role("button", name="Search again").click()
    expect(view.evidence).to_have_text("At 0.74, 10 of 12,907 products pass.")


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
    view = view_of("case=broken")
    tile = view.page.locator(".picture").first
    expect(tile.get_by_text("No picture")).to_be_visible()
    expect(tile.get_by_role("img")).to_have_attribute("alt", "Mug “Morning”, 330 ml")
    box = view.box(tile)
    assert abs(box["width"] - box["height"]) < 1


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


SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_and_console_find_nothing(page: Page, view_of: Open, axe: str, width: int) -> None:
    """In each state, light and dark, axe-core finds no fault and the console shows no error."""
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    view = view_of(width=width)
    page.evaluate(axe)
    found = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        expect(page.locator("[data-testid=stApp]")).to_have_css("color-scheme", scheme)
        for text in ("0.30", "0.74", "0.9", "nonsense"):
            view.type(text)
            report = page.evaluate("axe.run('[data-testid^=stBidiComponent]')")
            seen = [node["target"] for rule in report["passes"] for node in rule["nodes"]]
            assert any(".similar" in str(target) or ".card" in str(target) for target in seen)
            found += [
                (scheme, violation["id"], node["html"][:120], node["failureSummary"])
                for violation in report["violations"]
                for node in violation["nodes"][:3]
            ]
    assert found == []
    assert errors == []


def test_the_chart_says_what_it_shows(view_of: Open) -> None:
    """Values along the bottom, counts at the side, and the scale in words."""
    view = view_of()
    ticks = view.page.locator(".ticks span").all_inner_texts()
    assert len(ticks) > 5
    assert all(re.fullmatch(r"0\.\d{1,2}", tick) for tick in ticks)
    expect(view.page.locator(".levels")).to_contain_text("500")
    expect(view.page.locator(".caption")).to_contain_text("square root")
