"""What a person sees of a product's details, and does with them."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import FloatRect, Locator, Page


class Details:
    """The dialog over the page, and what the page was told."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.dialog = page.locator("dialog.details")
        self.title = self.dialog.locator(".title")
        self.opener = page.get_by_test_id("stBaseButton-secondary").first
        self.told = page.locator(".st-key-told")
        self.picture = self.dialog.locator(".shown img")
        self.queried = self.dialog.locator(".queried img")
        self.neighbours = self.dialog.locator(".near")

    def button(self, kind: str) -> Locator:
        """Return one of the dialog's buttons by its class."""
        return self.dialog.locator(f"button.{kind}")

    def close(self, way: str) -> None:
        """Close it by its cross, beside it, or by key."""
        if way == "cross":
            self.button("close").click()
        elif way == "beside":
            self.page.mouse.click(20, 450)
        else:
            self.page.keyboard.press("Escape")

    def frame(self, figure: str = "shown") -> FloatRect:
        """Tell where a picture's frame lies on the screen."""
        box = self.dialog.locator(f".{figure} .frame").bounding_box()
        assert box
        return box

    def scale(self) -> float:
        """Tell how many times the pictures are enlarged."""
        zoom: str = self.dialog.locator(".frames").evaluate(
            "frames => getComputedStyle(frames).getPropertyValue('--zoom')"
        )
        return float(zoom or 1)

    def focused(self) -> str:
        """Return the class, or else the tag, of what has the focus, inside of components too."""
        name: str = self.page.evaluate(
            """() => {
                let part = document.activeElement;
                while (part.shadowRoot?.activeElement) part = part.shadowRoot.activeElement;
                return part.className || part.tagName;
            }"""
        )
        return name

    def fits(self) -> bool:
        """Tell whether neither the page nor the dialog is wider than the window."""
        fits: bool = self.dialog.evaluate(
            """dialog => [document.documentElement, dialog, ...dialog.querySelectorAll(".body")]
                .every(part => part.scrollWidth <= part.clientWidth + 1)
                && dialog.getBoundingClientRect().right <= innerWidth"""
        )
        return fits


OpenDetails = Callable[..., Details]
