"""Pasting a picture as a person does, wherever the focus is."""

from __future__ import annotations

from playwright.sync_api import Page

_PASTE = """async address => {
    const blob = await (await fetch(address)).blob();
    const carried = new DataTransfer();
    carried.items.add(new File([blob], "pasted.jpg", { type: "image/jpeg" }));
    document.body.dispatchEvent(new ClipboardEvent("paste", {
        clipboardData: carried, bubbles: true, cancelable: true,
    }));
}"""


def paste(page: Page, address: str) -> None:
    """Paste the picture that is at an address."""
    page.evaluate(_PASTE, address)
