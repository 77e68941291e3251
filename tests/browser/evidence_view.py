"""What a person sees of the evidence component, and does with it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import FloatRect, Locator, Page

CHARTS = ("distribution", "results", "measures", "pr", "roc")
ALIGNED = CHARTS[:3]
# Each chart is as wide as its frame.
_FITTED = """() => {
    const holds = element => element.shadowRoot?.querySelector('.board');
    const host = [...document.querySelectorAll('*')].find(holds);
    return [...host.shadowRoot.querySelectorAll('.chart .frame')].every(frame =>
        frame.querySelector('.main-svg')?.width.baseVal.value === frame.clientWidth);
}"""


class Evidence:
    """What a person sees of the component, and does with it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.slider = page.get_by_role("slider")
        self.evidence = page.locator(".evidence")
        self.value = page.locator(".line-value")
        self.doubtful = page.locator(".doubtful-value")
        self.marker = page.locator(".doubtful-marker").first
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

    def wish(self, text: str) -> None:
        """Type where doubtful products begin and press Enter."""
        self.doubtful.fill(text)
        self.doubtful.press("Enter")

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


OpenEvidence = Callable[..., Evidence]
