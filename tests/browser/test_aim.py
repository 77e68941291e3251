"""Choosing the part of a photo in a real Chromium: by mouse, by finger, by key alone."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.browser.axe import Axe
from tests.browser.browser import open_page

pytestmark = pytest.mark.browser

WIDTH, HEIGHT = 800, 600
# The photo's shortest side is brought to 448 pixels; a part may keep all that it has.
WHOLE_SHOWN = (597, 448)


def a_photo() -> bytes:
    """Paint a red thing right and below on a grey table."""
    image = Image.new("RGB", (WIDTH, HEIGHT), (170, 172, 175))
    image.paste((170, 30, 40), (520, 330, 660, 490))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


class Aiming:
    """The frame on the photo, as a person sees it and acts on it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.opener = page.locator(".st-key-aim_open button")
        self.frame = page.locator(".aim .frame")
        self.size = page.locator(".aim .size")
        self.shown = page.locator(".st-key-photo [data-testid=stImage] img")

    def button(self, kind: str) -> Locator:
        """Return one of the component's buttons."""
        return self.page.locator(f".aim .{kind}")

    def area(self) -> FloatRect:
        """Tell where the photo lies on the screen."""
        box = self.page.locator(".aim .sheet").bounding_box()
        assert box
        return box

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the place on the screen of a share of the photo's width and height."""
        area = self.area()
        return area["x"] + x * area["width"], area["y"] + y * area["height"]

    def edges(self) -> list[float]:
        """Return left, top, right and bottom of the frame as shares of the photo."""
        edges: list[float] = self.frame.evaluate(
            """frame => {
                const own = frame.getBoundingClientRect();
                const photo = frame.closest(".sheet").getBoundingClientRect();
                const across = (x) => (x - photo.left) / photo.width;
                const down = (y) => (y - photo.top) / photo.height;
                return [across(own.left), down(own.top), across(own.right), down(own.bottom)];
            }"""
        )
        return edges

    def pixels(self) -> tuple[int, int]:
        """Return the frame's size as it is said."""
        width, height = re.findall(r"\d+", self.size.inner_text())[:2]
        return int(width), int(height)

    def expect_shown(self, width: int, height: int) -> None:
        """Wait until the photo beside the results is one of so many pixels."""
        self.page.wait_for_function(
            """([width, height]) => {
                const image = document.querySelector(".st-key-photo [data-testid=stImage] img");
                return image?.naturalWidth === width && image.naturalHeight === height;
            }""",
            arg=[width, height],
        )
        expect(self.page.locator(".card")).to_have_count(50)


Open = Callable[..., Aiming]


@pytest.fixture
def sent(page: Page) -> list[object]:
    """Collect what the page sends to the server."""
    sent: list[object] = []
    # Playwright marks what it calls, and a bound method cannot be marked: hence the lambdas.
    note = lambda one: sent.append(one)  # noqa: E731, PLW0108 - see above
    page.on("websocket", lambda socket: socket.on("framesent", note))
    return sent


@pytest.fixture
def aiming(page: Page, app: str) -> Open:
    """Search with the photo, and open the frame on it."""

    def open_(language: str = "en", width: int = 1440) -> Aiming:
        page.set_viewport_size({"width": width, "height": 900})
        open_page(page, f"{app}/?language={language}")
        chosen = page.get_by_test_id("stFileUploaderDropzoneInput")
        chosen.set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": a_photo()})
        aiming = Aiming(page)
        aiming.expect_shown(*WHOLE_SHOWN)
        aiming.opener.press("Enter")
        expect(aiming.frame).to_be_focused()
        return aiming

    return open_


def fits(page: Page) -> bool:
    """Tell whether the page is no wider than the window."""
    wide: bool = page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    return wide


def drag(aiming: Aiming, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Pull with the mouse, in steps."""
    mouse = aiming.page.mouse
    mouse.move(*aiming.at(*start))
    mouse.down()
    mouse.move(*aiming.at(*end), steps=5)
    mouse.up()


def test_the_mouse_pulls_moves_and_draws_and_only_search_asks(
    page: Page, sent: list[object], aiming: Open
) -> None:
    """An edge, a corner, all of it, another one; the photo shown is the part, and back again."""
    frame = aiming()
    before = len(sent)
    assert before > 0
    drag(frame, (1, 1), (0.5, 0.5))
    assert frame.edges() == pytest.approx([0, 0, 0.5, 0.5], abs=0.01)
    drag(frame, (0.5, 0.25), (0.4, 0.4))
    assert frame.edges() == pytest.approx([0, 0, 0.4, 0.5], abs=0.01)
    drag(frame, (0.2, 0.25), (0.5, 0.9))
    assert frame.edges() == pytest.approx([0.3, 0.5, 0.7, 1], abs=0.01)
    drag(frame, (0.1, 0.1), (0.2, 0.4))
    assert frame.edges() == pytest.approx([0.1, 0.1, 0.2, 0.4], abs=0.01)
    drag(frame, (0.1, 0.25), (0.9, 0.3))  # no edge passes the opposite one
    assert frame.pixels()[0] == 33
    frame.button("whole").click()
    drag(frame, (0.4, 0.4), (0.9, 0.9))
    assert frame.pixels() == pytest.approx((400, 300), abs=8)
    assert len(sent) == before
    width, height = frame.pixels()
    frame.button("search").click()
    frame.expect_shown(width, height)
    page.locator(".st-key-aim_whole button").click()
    frame.expect_shown(*WHOLE_SHOWN)


def test_a_finger_does_the_same_and_scrolls_nothing(page: Page, aiming: Open) -> None:
    """On a phone the frame follows the finger, and the page stays where it is."""
    frame = aiming("ru", width=390)
    assert fits(page)
    screen = page.context.new_cdp_session(page)
    screen.send("Emulation.setTouchEmulationEnabled", {"enabled": True})

    def touch(kind: str, *place: float) -> None:
        points = [dict(zip("xy", frame.at(*place), strict=True))] if place else []
        screen.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def swipe(start: tuple[float, float], end: tuple[float, float]) -> None:
        touch("touchStart", *start)
        for step in range(1, 6):
            share = step / 5
            touch("touchMove", *(a + share * (b - a) for a, b in zip(start, end, strict=True)))
        touch("touchEnd")

    place = frame.area()
    swipe((0, 0), (0.3, 0.4))
    assert frame.edges() == pytest.approx([0.3, 0.4, 1, 1], abs=0.02)
    swipe((0.65, 0.7), (0.35, 0.3))
    assert frame.edges() == pytest.approx([0, 0, 0.7, 0.6], abs=0.02)
    assert frame.area() == place
    width, height = frame.pixels()
    frame.button("search").click()
    frame.expect_shown(*_shrunk(width, height))
    assert fits(page)
    screen.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
    screen.detach()


@pytest.mark.parametrize(
    ("language", "name", "said"),
    [
        ("en", "Frame around what is searched", "{} × {} of 600 × 800 pixels"),
        ("ru", "Рамка: по ней идёт поиск", "{} × {} из 600 × 800 пикс."),
    ],
)
def test_keys_alone_lead_from_opening_to_the_search(  # noqa: PLR0917 - fixtures
    page: Page, sent: list[object], aiming: Open, language: str, name: str, said: str
) -> None:
    """Smaller, moved, scaled, turned, searched; left by Escape; the focus goes where it was."""
    frame = aiming(language)
    expect(frame.frame).to_have_accessible_name(name)
    before = len(sent)
    for key, times in (("Shift+ArrowLeft", 20), ("Shift+ArrowUp", 30), ("ArrowRight", 10)):
        for _ in range(times):
            page.keyboard.press(key)
    assert frame.edges() == pytest.approx([0.1, 0, 0.9, 0.7], abs=0.01)
    page.keyboard.press("-")
    page.keyboard.press("+")
    assert frame.edges() == pytest.approx([0.1, 0, 0.9, 0.7], abs=0.05)
    page.keyboard.press("KeyR")
    width, height = frame.pixels()
    assert (width, height) == pytest.approx((420, 640), abs=2)
    # Screen readers are told when the frame has come to rest.
    expect(page.locator(".aim .announcement")).to_have_text(said.format(width, height))
    assert len(sent) == before > 0
    page.keyboard.press("Enter")
    frame.expect_shown(*_shrunk(width, height))
    expect(frame.opener).to_be_focused()

    page.keyboard.press("Enter")
    expect(frame.frame).to_be_focused()
    assert frame.pixels() == (width, height)
    page.keyboard.press("KeyR")
    page.keyboard.press("Escape")
    frame.expect_shown(*_shrunk(width, height))
    expect(frame.opener).to_be_focused()


def test_the_thing_is_suggested_and_not_forced(aiming: Open) -> None:
    """The frame begins around everything; one press puts it around what stands out."""
    frame = aiming()
    assert frame.pixels() == (WIDTH, HEIGHT)
    frame.button("turn-right").click()
    frame.button("suggested").click()
    left, top, right, bottom = frame.edges()
    # As the photo lies now, the thing is at the left and near the lower edge.
    assert 0 <= left < 0.19
    assert 0.5 < top < 0.65
    assert 0.45 < right < 0.6
    assert 0.82 < bottom < 0.95
    frame.button("turn-left").click()
    width, height = frame.pixels()
    frame.button("search").click()
    frame.expect_shown(width, height)


@pytest.mark.parametrize("width", [1440, 390])
def test_the_frame_is_clean_for_everyone(page: Page, aiming: Open, axe: Axe, width: int) -> None:
    """Axe finds nothing in it, light or dark, and nothing sticks out sideways."""
    frame = aiming("ru" if width == 390 else "en", width=width)
    frame.button("suggested").click()
    assert fits(page)
    assert axe.faults_in_both(page, ".st-key-aim_frame", sees=".frame") == []
    frame.button("search").click()
    expect(frame.opener).to_be_visible()
    assert axe.faults(page, ".st-key-tools", sees="aim_whole") == []
    assert fits(page)


def _shrunk(width: int, height: int) -> tuple[int, int]:
    """Return how large a part is when its shortest side has come down to 448 pixels."""
    scale = min(1.0, 448 / min(width, height))
    return round(width * scale), round(height * scale)
