"""The pictures of a product in a real Chromium: choosing, comparing, seeing a part larger."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.details_data import BROKEN
from tests.browser.details_view import OpenDetails

pytestmark = pytest.mark.browser


def test_arrows_and_the_strip_choose_a_picture(look: OpenDetails) -> None:
    """The one by which it was found comes first; beyond the last one is the first."""
    details = look("case=found")
    keys = details.page.keyboard
    expect(details.picture).to_have_attribute("src", "api/pictures/21")
    expect(details.picture).to_have_accessible_name(re.compile(r"\. Picture 2 of 3$"))
    keys.press("ArrowRight")
    expect(details.picture).to_have_attribute("src", "api/pictures/22")
    keys.press("ArrowRight")
    expect(details.picture).to_have_attribute("src", "api/pictures/20")
    keys.press("ArrowLeft")
    expect(details.picture).to_have_attribute("src", "api/pictures/22")
    strip = details.dialog.get_by_role("radio")
    expect(strip.nth(2)).to_be_checked()
    strip.nth(0).click()
    expect(details.picture).to_have_attribute("src", "api/pictures/20")
    keys.press("ArrowRight")
    expect(details.picture).to_have_attribute("src", "api/pictures/21")
    expect(strip.nth(1)).to_be_focused()


def test_side_by_side_both_are_large_and_equally_high(look: OpenDetails) -> None:
    """On a desk beside one another; whoever compares one product compares the next one too."""
    details = look("photo")
    expect(details.queried).to_be_hidden()
    details.button("compare").click()
    expect(details.button("compare")).to_have_attribute("aria-pressed", "true")
    photo, shown = details.frame("queried"), details.frame()
    assert photo["y"] == pytest.approx(shown["y"], abs=1)
    assert photo["height"] == pytest.approx(shown["height"], abs=1)
    assert photo["height"] > 500
    assert photo["x"] + photo["width"] < shown["x"]
    expect(details.queried).to_have_accessible_name("Searched with")
    details.neighbours.first.click()
    expect(details.told).to_contain_text("look 2")
    expect(details.queried).to_be_visible()
    details.button("compare").click()
    expect(details.queried).to_be_hidden()


def test_on_a_phone_one_stands_above_the_other(look: OpenDetails) -> None:
    """Both as wide as the window, both on one screen, and nothing sticks out."""
    details = look("photo&case=found", 390, 844)
    details.button("compare").click()
    photo, shown = details.frame("queried"), details.frame()
    assert photo["width"] == pytest.approx(shown["width"], abs=1)
    assert photo["width"] > 340
    assert photo["y"] + photo["height"] < shown["y"]
    assert shown["y"] + shown["height"] < 844
    assert details.fits()


def test_a_part_is_seen_larger(look: OpenDetails) -> None:
    """By double click at the place itself, by Ctrl and wheel, by button and key; arrows move it."""
    details = look()
    page, box = details.page, details.frame()
    expect(details.button("zoom-out")).to_be_disabled()
    corner = (box["x"] + 0.25 * box["width"], box["y"] + 0.25 * box["height"])
    page.mouse.dblclick(*corner)
    assert details.scale() == 2.5
    before = details.picture.bounding_box()
    assert before
    # What was under the pointer still is.
    assert before["x"] + 0.25 * before["width"] == pytest.approx(corner[0], abs=3)  # the border
    page.keyboard.press("ArrowRight")
    after = details.picture.bounding_box()
    assert after
    assert after["x"] == pytest.approx(before["x"] - 0.1 * box["width"], abs=1)
    expect(details.picture).to_have_attribute("src", "api/pictures/20")
    page.mouse.dblclick(*corner)
    assert details.scale() == 1
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    expect(details.button("zoom-out")).to_be_enabled()
    page.keyboard.press("0")
    expect(details.button("zoom-out")).to_be_disabled()
    page.keyboard.press("+")
    assert details.scale() == 1.5
    details.button("zoom-out").click()
    assert details.scale() == 1


def test_what_is_enlarged_is_pulled_and_stays_within_its_frame(look: OpenDetails) -> None:
    """Nobody pulls a picture away."""
    details = look()
    page, box = details.page, details.frame()
    details.button("zoom-in").click()
    page.mouse.move(box["x"] + 50, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 5, box["y"] + box["height"] - 5, steps=5)
    page.mouse.up()
    picture = details.picture.bounding_box()
    assert picture
    assert picture["x"] == pytest.approx(box["x"], abs=2)
    assert picture["y"] == pytest.approx(box["y"], abs=2)


def test_a_picture_that_does_not_come_is_a_word(look: OpenDetails) -> None:
    """As in the results."""
    details = look(f"product={BROKEN}")
    expect(details.dialog.locator(".shown .no-picture")).to_be_visible()
