"""The evidence component in a real Chromium, as an analyst meets it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import FloatRect, Locator, Page, WebSocket, expect

from pages.parts.scripts import plotly_path
from tests.browser.browser import open_page, streamlit_app
from tests.browser.evidence_data import LINE, case, from_here_on, judged

pytestmark = pytest.mark.browser

CHARTS = ("distribution", "results", "measures", "pr", "roc")
ALIGNED = CHARTS[:3]
# Each chart is as wide as its frame.
_FITTED = """() => {
    const holds = element => element.shadowRoot?.querySelector('.board');
    const host = [...document.querySelectorAll('*')].find(holds);
    return [...host.shadowRoot.querySelectorAll('.chart .frame')].every(frame =>
        frame.querySelector('.main-svg')?.width.baseVal.value === frame.clientWidth);
}"""


@pytest.fixture(scope="module")
def evidence_app() -> Iterator[str]:
    """Serve the evidence component alone; the address of that server."""
    with streamlit_app(Path(__file__).parent / "evidence_app.py") as address:
        yield address


class View:
    """What a person sees of the component, and does with it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.slider = page.get_by_role("slider")
        self.evidence = page.locator(".evidence")
        self.value = page.locator(".value")
        self.told = page.locator(".st-key-told")

    def chart(self, name: str) -> Locator:
        """Return the frame in which a chart is drawn."""
        return self.page.locator(f".{name}-chart .frame")

    def title(self, name: str) -> Locator:
        """Return the sentence over a chart."""
        return self.page.locator(f".{name}-chart .chart-title")

    def type(self, text: str) -> None:
        """Type a threshold and press Enter."""
        self.value.fill(text)
        self.value.press("Enter")

    def box(self, part: Locator) -> FloatRect:
        """Tell where a part is."""
        box = part.bounding_box()
        assert box
        return box

    def markers(self) -> list[float]:
        """Tell where the line stands in the charts that share an axis, in pixels."""
        lines = [self.page.locator(f".{name}-chart .line-marker") for name in ALIGNED]
        return [self.box(line)["x"] for line in lines]

    def resize(self, width: int) -> None:
        """Make the window as wide as this, and wait until the charts are drawn for it."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.wait_for_function(_FITTED)

    def pull(self, name: str, across: float, down: float) -> None:
        """Press in a chart, pull to a place given in shares of its frame, and let go."""
        frame = self.chart(name)
        frame.scroll_into_view_if_needed()
        box = self.box(frame)
        mouse = self.page.mouse
        mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
        mouse.down()
        mouse.move(box["x"] + box["width"] * across, box["y"] + box["height"] * down, steps=4)
        mouse.up()


Open = Callable[..., View]


@pytest.fixture
def view_of(page: Page, evidence_app: str) -> Open:
    """Open the page in one of its cases, its charts drawn."""

    def open_view(query: str = "", width: int = 1440, height: int = 900) -> View:
        page.set_viewport_size({"width": width, "height": height})
        open_page(page, f"{evidence_app}/?{query}")
        expect(page.locator(".board.drawn")).to_be_attached()
        return View(page)

    return open_view


def said_at_every_line(view: View, selector: str) -> dict[int, str]:
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


def test_the_sentence_counts_exactly_at_every_step(view_of: Open) -> None:
    """For one photo the sentence names the number that a count one by one gives."""
    view = view_of("case=one")
    passing = from_here_on(list(case("one").counts))
    for line, sentence in said_at_every_line(view, ".evidence").items():
        verb = "passes" if passing[line + 100] == 1 else "pass"
        count = f"{passing[line + 100]:,} of 12,907 products {verb}"
        assert sentence == f"At {line / 100:.2f}, {count}."


def test_precision_and_recall_agree_to_the_last_digit(view_of: Open) -> None:
    """At every step both are what Python writes with two decimals."""
    view = view_of()
    known = judged()
    for line, sentence in said_at_every_line(view, ".evidence").items():
        precision, recall = known.precision[line + 100], known.recall[line + 100]
        said = "–" if precision != precision else f"{precision:.2f}"  # noqa: PLR0124 - NaN
        assert f"; precision {said}" in sentence
        assert f", recall {recall:.2f}" in sentence


def test_the_four_cells_add_up(view_of: Open) -> None:
    """Every pair is in one cell, wherever the line is."""
    view = view_of()
    total = sum(case("judged").counts)
    for text in ("0.50", "0.74", "0.90"):
        view.type(text)
        counts = view.page.locator(".cell strong").all_inner_texts()
        assert sum(int(count.replace(",", "")) for count in counts) == total


def test_one_line_goes_through_all_charts(view_of: Open) -> None:
    """The thumb, and the marker in the three charts under it, stand over one another."""
    view = view_of()
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
def test_the_line_is_pulled_in_any_chart(view_of: Open, name: str) -> None:
    """Pull in one chart: sentence, slider, every marker and both dots follow."""
    view = view_of()
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


def test_moving_sends_nothing_and_resting_tells_once(page: Page, view_of: Open) -> None:
    """While the line moves the wire is silent; where it comes to rest is told one time."""
    wire: list[str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda _: wire.append("frame sent"))

    page.on("websocket", listen)
    page.on("request", lambda request: wire.append(request.url))
    view = view_of()
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


def test_keys_move_the_line_and_tell_when_they_rest(view_of: Open) -> None:
    """Each arrow is a hundredth, spoken as the whole sentence; leaving the slider tells at once."""
    view = view_of()
    view.slider.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
        view.slider.press(key)
    expect(view.value).to_have_value("0.75")
    expect(view.slider).to_have_attribute("aria-valuetext", view.evidence.inner_text())
    view.slider.press("Tab")
    expect(view.told).to_have_text("line cosine 75 None")


def test_repainting_is_quick(view_of: Open) -> None:
    """A step of the line is on the screen within 100 ms, in the median of fifty."""
    view = view_of()
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


def test_python_may_move_the_line(view_of: Open) -> None:
    """When the page moves the line the component follows; a rerun by itself moves nothing."""
    view = view_of()
    view.type("0.81")
    expect(view.told).to_have_text("line cosine 81 None")
    expect(view.value).to_have_value("0.81")
    view.page.get_by_role("button", name="Move to 0.60").click()
    expect(view.value).to_have_value("0.60")


def test_bad_values_get_a_sentence(view_of: Open) -> None:
    """Comma and point are both decimals; anything else is named, and the line stays."""
    view = view_of()
    view.type("0,81")
    expect(view.value).to_have_value("0.81")
    view.type("much")
    expect(view.page.get_by_role("alert")).to_have_text(
        "“much” is not a threshold: type a number from −1 to 1, such as 0.74."
    )
    expect(view.slider).to_have_value("81")


@pytest.mark.parametrize("name", CHARTS)
def test_each_chart_has_its_table(view_of: Open, name: str) -> None:
    """One click opens the numbers, a row for each line of the axis, with named columns."""
    view = view_of()
    chart = view.page.locator(f".{name}-chart")
    button = chart.get_by_role("button", name="Table")
    expect(button).to_have_attribute("aria-expanded", "false")
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    rows = chart.get_by_role("row")
    steps = int(view.slider.get_attribute("max") or 0) - int(view.slider.get_attribute("min") or 0)
    expect(rows).to_have_count(steps + 2)
    expect(chart.get_by_role("columnheader").first).to_have_text("Threshold")
    chart.locator(".table-frame").scroll_into_view_if_needed()
    expect(chart.get_by_role("rowheader", name="0.74", exact=True)).to_be_in_viewport()
    button.click()
    expect(rows).to_have_count(0)


def test_a_cell_is_reported_once(view_of: Open) -> None:
    """A click on a cell asks for its pictures, at the line where it was clicked."""
    view = view_of()
    view.page.get_by_role("button", name="wrongly shown").click()
    expect(view.told).to_have_text("cell false_positive cosine 74")
    view.type("0.80")
    expect(view.told).to_contain_text("line cosine 80 None")
    view.page.get_by_role("button", name="Just below the line").click()
    expect(view.told).to_have_text(
        "cell false_positive cosine 74 line cosine 80 None cell just_below cosine 80"
    )


def test_a_recommendation_moves_the_line(view_of: Open) -> None:
    """One click takes it, with its second line where it has one, and marks its card."""
    view = view_of()
    advised = judged().advised
    assert advised
    advice = advised.advice
    card = view.page.locator(".advice-card").nth(1)
    card.get_by_role("button").click()
    expect(view.slider).to_have_value(str(advice[1].threshold))
    expect(card).to_contain_text("The line is here")
    card = view.page.locator(".advice-card").last
    card.get_by_role("button").click()
    expect(view.page.locator(".doubtful-marker").first).to_be_visible()
    expect(view.told).to_contain_text(f"line cosine {advice[4].threshold} {advice[4].doubtful}")
    view.page.get_by_role("button", name="Back to 0.30").click()
    expect(view.page.locator(".doubtful-marker").first).to_be_hidden()


def test_what_cannot_be_recommended_is_said(view_of: Open) -> None:
    """Unreachable goals, too few judgements and one class only each have their sentence."""
    view = view_of("case=sampled")
    cards = view.page.locator(".advice-card")
    expect(cards.nth(1)).to_contain_text("the best that can be promised is 0.84")
    expect(cards.nth(2)).to_contain_text("8 more photos with a match are needed")
    expect(cards.nth(3)).to_contain_text("All that was judged is of one kind")
    expect(cards.nth(4)).to_contain_text("1 more photo with a match is needed")
    expect(view.evidence).to_contain_text("precision ≈ 0.30")
    expect(view.page.locator(".cell strong").first).to_contain_text("≈")


def test_figures_do_not_wait_for_advice(view_of: Open) -> None:
    """What takes seconds is announced, and everything else is there."""
    view = view_of("case=pending")
    expect(view.page.get_by_text("Working them out")).to_be_visible()
    expect(view.page.locator(".advice-card")).to_have_count(0)
    expect(view.evidence).to_contain_text("precision 0.30, recall 0.76")
    expect(view.title("pr")).to_contain_text("Average precision –")


def test_without_judgements_there_is_no_precision(view_of: Open) -> None:
    """Nothing is claimed that nobody knows, and the next step is named."""
    view = view_of("case=unjudged")
    expect(view.evidence).to_contain_text("a search shows 13 results (4–78)")
    expect(view.evidence).not_to_contain_text("precision")
    expect(view.page.locator(".measures-chart, .curve, .cell")).to_have_count(0)
    expect(view.page.get_by_text("Recommendations need judgements")).to_be_visible()


def test_without_plotly_there_is_a_sentence(page: Page, evidence_app: str) -> None:
    """When the script does not load the figures still work, and a sentence says what is missing."""
    page.route("**/assets/**", lambda route: route.abort())
    open_page(page, evidence_app)
    view = View(page)
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


def test_russian_is_russian(view_of: Open) -> None:
    """Plurals, commas and spaces as Russian has them, one photo and many."""
    view = view_of("case=one&language=ru")
    for typed, form in {"0,83": "проходит 1 товар", "0,82": "проходят 2 товара"}.items():
        view.type(typed)
        expect(view.evidence).to_have_text(f"При пороге {typed} {form} из 12\N{NO-BREAK SPACE}907.")
    view = view_of("language=ru")
    expect(view.evidence).to_contain_text("в среднем проходит 12,7 товара")
    expect(view.evidence).to_contain_text("поиск показывает 13 товаров (4–78); точность 0,30")


def test_the_slider_stays_in_reach(view_of: Open) -> None:
    """While one scrolls, slider and sentence stay at the top."""
    view = view_of(width=390, height=800)
    expect(view.page.locator(".compact")).to_be_hidden()
    view.page.locator(".roc-chart .frame").scroll_into_view_if_needed()
    expect(view.page.locator(".compact")).to_be_visible()
    assert 60 <= view.box(view.slider)["y"] < 190


@pytest.mark.parametrize("case_", ["judged", "unjudged", "one"])
def test_it_fits_every_screen(view_of: Open, case_: str) -> None:
    """No screen scrolls sideways, with every table open."""
    view = view_of(f"case={case_}&language=ru")
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


def test_a_new_theme_redraws_the_charts(view_of: Open) -> None:
    """Going dark changes the colours of the curves and nothing else."""
    view = view_of()
    view.type("0.80")
    curve = view.page.locator(".pr-chart path.js-line").first
    before = curve.evaluate("path => path.style.stroke")
    view.page.emulate_media(color_scheme="dark")
    expect(curve).not_to_have_css("stroke", before)
    expect(view.value).to_have_value("0.80")


SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_and_console_find_nothing(page: Page, view_of: Open, axe: str, width: int) -> None:
    """With tables open, light and dark, axe-core finds no fault and the console no error."""
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    found = []
    for query in ("case=judged", "case=sampled", "case=unjudged"):
        view_of(query, width=width)
        page.evaluate(axe)
        page.get_by_role("button", name="Table").first.click()
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            expect(page.locator("[data-testid=stApp]")).to_have_css("color-scheme", scheme)
            report = page.evaluate("axe.run('[data-testid^=stBidiComponent]')")
            seen = [node["target"] for rule in report["passes"] for node in rule["nodes"]]
            assert any(".near-button" in str(target) for target in seen)
            found += [
                (query, scheme, violation["id"], node["html"][:120], node["failureSummary"])
                for violation in report["violations"]
                for node in violation["nodes"][:3]
            ]
    assert found == []
    assert errors == []
