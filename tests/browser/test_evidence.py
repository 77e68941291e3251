"""The evidence component in a real Chromium: its figures, its line and its charts."""

from __future__ import annotations

from math import ceil, log10

import pytest
from playwright.sync_api import Page, WebSocket, expect

from tests.browser.evidence_data import LINE, case, from_here_on, judged
from tests.browser.evidence_view import ALIGNED, CHARTS, Evidence, OpenEvidence

pytestmark = pytest.mark.browser


def written(value: float) -> str:
    """Write a figure with two decimals, or with as many as tell it from 0 and from 1."""
    end = min(value, 1 - value)
    if not 0 < end <= 0.005:
        return f"{value:.2f}"
    whole, decimals = f"{value:.{min(6, ceil(-log10(end)) + 1)}f}".split(".")
    return f"{whole}.{decimals.rstrip('0'):0<2}"


def said_at_every_line(view: Evidence, selector: str) -> dict[int, str]:
    """Read a sentence at each step of the slider."""
    said = view.slider.evaluate(
        """(slider, selector) => {
            const sentence = slider.getRootNode().querySelector(selector);
            const said = {};
            for (let line = Number(slider.min); line <= Number(slider.max); line += 1) {
                slider.value = line;
                slider.dispatchEvent(new Event('input'));
                said[line] = sentence.textContent;
            }
            return said;
        }""",
        selector,
    )
    assert len(said) > 50
    return {int(line): sentence for line, sentence in said.items()}


def test_the_sentence_counts_exactly_at_every_step(evidence_of: OpenEvidence) -> None:
    """For one photo the sentence names the number that a count one by one gives."""
    view = evidence_of("case=one")
    passing = from_here_on(list(case("one").counts))
    for line, sentence in said_at_every_line(view, ".evidence").items():
        verb = "passes" if passing[line + 100] == 1 else "pass"
        count = f"{passing[line + 100]:,} of 12,907 products {verb}"
        assert sentence == f"At {line / 100:.2f}, {count}."


def test_an_estimate_from_a_sample_says_so(evidence_of: OpenEvidence) -> None:
    """Beside the number stands how far it may be off, and under it what was looked at."""
    view = evidence_of("case=estimated")
    margins = case("estimated").margins or ()
    passing = from_here_on(list(case("one").counts))
    said = said_at_every_line(view, ".evidence")
    about = f"about {passing[160]:,} (±{margins[160]:,})"
    assert said[60] == f"At 0.60, {about} of 12,907 products pass."
    assert said[80] == f"At 0.80, {passing[180]:,} of 12,907 products pass."
    expect(view.page.locator(".shown").first).to_contain_text(
        "Products are estimated (≈) from a sample of 5,000 of 12,907"
    )


def test_precision_and_recall_agree_to_the_last_digit(evidence_of: OpenEvidence) -> None:
    """At every step both are what Python writes, and never 0 or 1 when they are not."""
    view = evidence_of()
    known = judged()
    for line, sentence in said_at_every_line(view, ".evidence").items():
        precision, recall = known.precision[line + 100], known.recall[line + 100]
        assert f"; precision {written(precision)} (" in sentence or precision != precision  # noqa: PLR0124 - NaN
        assert f", recall {written(recall)} (" in sentence


def test_figures_near_the_ends_keep_their_digits(evidence_of: OpenEvidence) -> None:
    """What is nearly 1 or nearly 0 is not called so, in titles, tables and shares alike."""
    view = evidence_of()
    expect(view.title("roc")).to_contain_text("ROC AUC 0.9981;")
    known = judged()
    last = max(i for i, recall in enumerate(known.recall) if recall > 0)
    view.type(f"{(last - 100) / 100:.2f}")
    assert 0 < known.recall[last] < 0.005
    expect(view.evidence).to_contain_text(f"recall {written(known.recall[last])} (")
    expect(view.evidence).not_to_contain_text("-0")
    assert written(0.9955) == "0.9955"
    assert written(0.0023) == "0.0023"


def test_what_is_left_is_the_median_of_the_photos(evidence_of: OpenEvidence) -> None:
    """At every step the sentence names the median and the range, and no mean beside them."""
    view = evidence_of("case=unjudged")
    low, median, high = (list(numbers) for numbers in case("unjudged").results)
    for line, sentence in said_at_every_line(view, ".evidence").items():
        i = line + 100
        assert sentence == (
            f"At {line / 100:.2f}, a photo is left with {median[i]:,} of 12,907 products "
            f"({low[i]:,}–{high[i]:,} for 8 in 10 photos)."
        )


def test_the_four_cells_add_up(evidence_of: OpenEvidence) -> None:
    """Every pair is in one cell, wherever the line is."""
    view = evidence_of()
    total = sum(case("judged").counts)
    for text in ("0.50", "0.74", "0.90"):
        view.type(text)
        counts = view.page.locator(".cell strong").all_inner_texts()
        assert sum(int(count.replace(",", "")) for count in counts) == total


def test_one_line_goes_through_all_charts(evidence_of: OpenEvidence) -> None:
    """The thumb, and the marker in the three charts under it, stand over one another."""
    view = evidence_of()
    for width in (1440, 390):
        view.resize(width)
        for text in ("0.30", "0.60", "0.91"):
            view.type(text)
            first, *others = view.markers()
            assert all(abs(other - first) < 0.6 for other in others)
            slider = view.box(view.slider)
            view.page.mouse.click(first + 1, slider["y"] + slider["height"] / 2)
            expect(view.value).to_have_value(text)


@pytest.mark.parametrize("name", CHARTS)
def test_the_line_is_pulled_in_any_chart(evidence_of: OpenEvidence, name: str) -> None:
    """Pull in one chart: sentence, slider, every marker and both dots follow."""
    view = evidence_of()
    dots = view.page.locator(".curve .dot")
    before = view.markers(), [view.box(dot) for dot in dots.all()]
    view.pull(name, *((0.8, 0.5) if name in ALIGNED else (0.75, 0.2)))
    expect(view.slider).not_to_have_value(str(LINE))
    after = view.markers(), [view.box(dot) for dot in dots.all()]
    assert len({round(place) for place in after[0]}) == 1
    assert after[0] != before[0]
    assert after[1] != before[1]
    line = int(view.slider.input_value())
    expect(view.evidence).to_contain_text(f"At {line / 100:.2f}, ")
    for chart in CHARTS:
        expect(view.title(chart)).to_contain_text(f"{line / 100:.2f}")
    if name in ALIGNED:
        box = view.box(view.chart(name))
        assert abs(after[0][0] - box["x"] - box["width"] * 0.8) < box["width"] / 100


def test_moving_sends_nothing_and_resting_tells_once(page: Page, evidence_of: OpenEvidence) -> None:
    """While the line moves the wire is silent; where it comes to rest is told one time."""
    wire: list[str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda _: wire.append("frame sent"))

    page.on("websocket", listen)
    page.on("request", lambda request: wire.append(request.url))
    view = evidence_of()
    assert any("/assets/plotly-" in entry for entry in wire), "nothing was listened to"
    view.chart("measures").scroll_into_view_if_needed()
    box = view.box(view.chart("measures"))
    middle = box["y"] + box["height"] / 2
    wire.clear()
    page.mouse.move(box["x"] + box["width"] * 0.3, middle)
    page.mouse.down()
    for step in range(30):
        page.mouse.move(box["x"] + box["width"] * (0.3 + step / 100), middle)
    assert wire == []
    page.mouse.up()
    line = int(view.slider.input_value())
    expect(view.told).to_have_text(f"line cosine {line} None")
    assert wire.count("frame sent") == 1


def test_keys_move_the_line_and_tell_when_they_rest(evidence_of: OpenEvidence) -> None:
    """Each arrow is a hundredth, spoken as the whole sentence; leaving the slider tells at once."""
    view = evidence_of()
    view.slider.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
        view.slider.press(key)
    expect(view.value).to_have_value("0.75")
    expect(view.slider).to_have_attribute("aria-valuetext", view.evidence.inner_text())
    view.slider.press("Tab")
    expect(view.told).to_have_text("line cosine 75 None")


def test_repainting_is_quick(evidence_of: OpenEvidence) -> None:
    """A step of the line is on the screen within 100 ms, in the median of fifty."""
    view = evidence_of()
    median = view.slider.evaluate(
        """async slider => {
            const frame = () => new Promise(done => requestAnimationFrame(done));
            const taken = [];
            for (let line = 40; line < 90; line += 1) {
                await frame();
                const start = performance.now();
                slider.value = line;
                slider.dispatchEvent(new Event('input'));
                await frame();
                await new Promise(done => setTimeout(done));
                taken.push(performance.now() - start);
            }
            return taken.sort((a, b) => a - b)[25];
        }"""
    )
    print(f"{median:.1f} ms")  # noqa: T201 - a figure for the curious: pytest -s
    assert median < 100


def test_python_may_move_the_line(evidence_of: OpenEvidence) -> None:
    """When the page moves the line the component follows; a rerun by itself moves nothing."""
    view = evidence_of()
    view.type("0.81")
    expect(view.told).to_have_text("line cosine 81 None")
    expect(view.value).to_have_value("0.81")
    view.page.get_by_role("button", name="Move to 0.60").click()
    expect(view.value).to_have_value("0.60")


def test_bad_values_get_a_sentence(evidence_of: OpenEvidence) -> None:
    """Comma and point are both decimals; anything else is named, and the line stays."""
    view = evidence_of()
    view.type("0,81")
    expect(view.value).to_have_value("0.81")
    view.type("much")
    expect(view.page.get_by_role("alert")).to_have_text(
        "“much” is not a threshold: type a number from −1 to 1, such as 0.74."
    )
    expect(view.slider).to_have_value("81")


@pytest.mark.parametrize("name", CHARTS)
def test_each_chart_has_its_table(evidence_of: OpenEvidence, name: str) -> None:
    """One press opens the numbers, a row for each line of the axis, with named columns."""
    view = evidence_of()
    chart = view.page.locator(f".{name}-chart")
    button = chart.get_by_role("button", name="Table")
    expect(button).to_have_attribute("aria-expanded", "false")
    # By key: the bar that sticks while the page scrolls may move a button from under the mouse.
    button.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    rows = chart.get_by_role("row")
    steps = int(view.slider.get_attribute("max") or 0) - int(view.slider.get_attribute("min") or 0)
    expect(rows).to_have_count(steps + 2)
    expect(chart.get_by_role("columnheader").first).to_have_text("Threshold")
    chart.locator(".table-frame").scroll_into_view_if_needed()
    expect(chart.get_by_role("rowheader", name="0.74", exact=True)).to_be_in_viewport()
    button.press("Enter")
    expect(rows).to_have_count(0)
