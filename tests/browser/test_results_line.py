"""The line of the results component in a real Chromium: moved, typed, pulled, remembered."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, WebSocket, expect

from tests.browser.results_data import SAMPLED, SHOWN, distribution, similarities
from tests.browser.results_view import Open, passing

pytestmark = pytest.mark.browser


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


def test_a_sample_is_called_a_sample(view_of: Open) -> None:
    """What is estimated says so and how far it may be off; what is known of the best is counted."""
    view = view_of("case=sampled")
    view.type("0.74")
    expect(view.evidence).to_have_text("At 0.74, 11 of 12,907 products pass.")
    expect(view.page.locator(".similar .title")).to_have_text("Similar — 11")
    view.type("0.60")
    margin = distribution(similarities(), SAMPLED).margins[160]
    assert margin > 0
    about = f"about {passing(60):,} (±{margin:,})"
    expect(view.evidence).to_have_text(f"At 0.60, {about} of 12,907 products pass.")
    expect(view.page.locator(".below .title")).to_contain_text(f"≈\xa0{12_907 - passing(60):,}")
    expect(view.page.locator(".estimated")).to_have_text(
        "Estimated from a sample of 5,000 of 12,907 products; in 19 of 20 samples the error is no"
        " larger than ±. The best products are counted."
    )


def test_what_was_not_counted_yet_is_not_claimed(view_of: Open) -> None:
    """While a large catalogue is counted for the first time, the best are called the best."""
    view = view_of("case=uncounted")
    view.type("0.74")
    expect(view.evidence).to_have_text("At 0.74, 11 of the 50 best products pass.")
    expect(view.page.locator(".estimated")).to_contain_text("is being counted for the first time")


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
    page.evaluate("new Promise(done => requestIdleCallback(() => done(true)))")
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


def test_nothing_is_suggested_against_a_threshold_that_somebody_chose(view_of: Open) -> None:
    """A guess has no say against a person's choice, unless the line cuts almost nothing."""
    view = view_of("threshold=ben")
    expect(view.value).to_have_value("0.60")
    expect(view.page.get_by_role("button", name="Use 0.74")).to_have_count(0)
    view.type("0.10")
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


def test_whoever_comes_next_in_a_tab_meets_their_own_line(view_of: Open) -> None:
    """Where somebody left line and order is nothing to the next person; they find it again."""
    view = view_of("reader=vera")
    view.type("0.85")
    view.page.get_by_label("Sort by").select_option("cheapest")
    view = view_of("reader=anna")
    expect(view.value).to_have_value("0.30")
    expect(view.page.get_by_label("Sort by")).to_have_value("similarity")
    view = view_of("reader=vera")
    expect(view.value).to_have_value("0.85")
    expect(view.page.get_by_label("Sort by")).to_have_value("cheapest")


def test_without_session_storage_it_works_all_the_same(page: Page, view_of: Open) -> None:
    """Where a browser forbids storage the line moves, and survives a new search on the page."""
    page.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', {get() { throw new Error('no'); }})"
    )
    view = view_of()
    view.type("0.74")
    view.page.get_by_role("button", name="Search again").click()
    expect(view.evidence).to_have_text("At 0.74, 10 of 12,907 products pass.")
