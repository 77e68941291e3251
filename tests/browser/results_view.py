"""The results component as a person meets it, for the tests that drive it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import FloatRect, Locator, Page

from search.tuning.scales import hundredths
from tests.browser.results_data import SHOWN, similarities


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
        self.heard = page.get_by_text("Heard: ")

    def type(self, text: str) -> None:
        """Type a threshold and press Enter."""
        self.value.fill(text)
        self.value.press("Enter")

    def articles(self, group: str) -> list[str]:
        """Name the products of a group by their articles, in the order in which they stand."""
        return self.page.locator(f".{group} .card .article").all_inner_texts()

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


def passing(line: int) -> int:
    """How many products of the made-up catalogue reach a line, counted one by one."""
    return sum(hundredths(value) >= line for value in similarities())
