"""What the uploaders are called, in a real Chromium: by what there is on the device."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.browser import open_page

pytestmark = pytest.mark.browser

AT_A_DESK = {
    "": "Your photo: drop it, choose it, or paste it anywhere with Ctrl+V",
    "batch": "Up to 100 photos, or a ZIP file with them: drop them, choose them, or paste them"
    " anywhere with Ctrl+V",
}
BY_TOUCH = {
    "": "Your photo: choose one, or take one with the camera",
    "batch": "Up to 100 photos, or a ZIP file with them",
}
BY_TOUCH_IN_RUSSIAN = {
    "": "Ваше фото: выберите готовое или снимите на камеру",
    "batch": "До 100 фото или ZIP-файл с ними",
}
PAGES = list(AT_A_DESK)


def expect_label(page: Page, label: str) -> None:
    """Expect the uploader to be called so, for those who see it and for those who hear it."""
    uploader = page.get_by_test_id("stFileUploader")
    expect(uploader.locator("label")).to_have_text(label)
    expect(uploader.get_by_role("group")).to_have_accessible_name(label)


@pytest.mark.parametrize("name", PAGES)
def test_without_a_keyboard_none_is_named(browser: Browser, app: str, name: str) -> None:
    """On a tablet, as wide as it is: what is left is to choose, and to take; in both languages."""
    screen: ViewportSize = {"width": 1024, "height": 768}
    with browser.new_context(
        viewport=screen, has_touch=True, is_mobile=True, locale="en-US"
    ) as tablet:
        page = tablet.new_page()
        open_page(page, f"{app}/{name}")
        expect_label(page, BY_TOUCH[name])
        page.locator(".st-key-language").get_by_text("RU").click()
        expect_label(page, BY_TOUCH_IN_RUSSIAN[name])
        page.locator(".st-key-language").get_by_text("EN").click()
        expect_label(page, BY_TOUCH[name])


@pytest.mark.parametrize("name", PAGES)
def test_a_window_is_told_what_holds_for_its_width(page: Page, app: str, name: str) -> None:
    """As wide as a phone, and wide again: the label follows without a run of the page."""
    open_page(page, f"{app}/{name}")
    expect_label(page, AT_A_DESK[name])
    page.set_viewport_size({"width": 390, "height": 844})
    expect_label(page, BY_TOUCH[name])
    page.set_viewport_size({"width": 1440, "height": 900})
    expect_label(page, AT_A_DESK[name])


@pytest.mark.parametrize("name", PAGES)
def test_a_mac_pastes_with_its_own_key(page: Page, app: str, name: str) -> None:
    """Nobody presses Ctrl there."""
    page.add_init_script("Object.defineProperty(navigator, 'platform', { get: () => 'MacIntel' })")
    open_page(page, f"{app}/{name}")
    expect_label(page, AT_A_DESK[name].replace("Ctrl+V", "⌘V"))
