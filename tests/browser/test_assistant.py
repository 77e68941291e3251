"""The assistant in a real Chromium: it deals, listens, forgives, and says how far one is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import SCHEMES, Axe, wear
from tests.browser.browser import open_page
from tests.browser.played_server import RESTARTING, PlayedServer

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def server(page: Page, assistant_app: str) -> PlayedServer:
    """Let nothing be known to the played server."""
    return PlayedServer.afresh(page, assistant_app)


def open_assistant(page: Page, address: str, query: str = "", width: int = 1440) -> None:
    """Open the assistant's page and wait for the first pair."""
    page.set_viewport_size({"width": width, "height": 900})
    open_page(page, f"{address}/?{query}")
    expect(page.locator(".pair")).to_be_visible()


def name_is(page: Page, number: int) -> None:
    """Expect the product of this number to be the one that is asked about."""
    expect(page.locator(".name")).to_have_text(f"Mug “Morning” {number}, 330 ml")


def test_pairs_are_judged_by_key(page: Page, assistant_app: str, server: PlayedServer) -> None:
    """M, N, ? and U: one pair after another, what was said arrives, and the last is taken back."""
    open_assistant(page, assistant_app)
    name_is(page, 0)
    expect(page.locator(".where")).to_have_text("0.72: right at the line")
    expect(page.locator(".photo")).to_have_attribute("src", "pictures/7")
    expect(page.locator(".product")).to_have_attribute("src", "pictures/0")
    page.get_by_role("button", name="Match", exact=True).focus()
    for key in ("m", "n", "?", "m", "u"):
        page.keyboard.press(key)
    name_is(page, 3)
    expect(page.locator(".progress-said")).to_contain_text("2 judged")
    page.keyboard.press("n")
    name_is(page, 4)
    said = {"0": "match", "1": "different", "2": "unsure", "3": "different"}
    server.wait_for(said)
    assert {one["origin"] for one in server.judgements} == {"assistant"}
    assert server.judgements[0]["similarity"] == pytest.approx(0.71)
    assert server.judgements[0]["space"] == "acme/clip-two"


def test_the_next_pairs_are_there_before_they_are_needed(
    page: Page, assistant_app: str, server: PlayedServer
) -> None:
    """Twelve quick verdicts meet twelve different products, and no empty place between."""
    open_assistant(page, assistant_app)
    page.get_by_role("button", name="Not a match").focus()
    for number in range(12):
        name_is(page, number)
        page.keyboard.press("n")
    server.wait_for({str(number): "different" for number in range(12)})
    deals = [asked for asked in server.requests if asked.startswith("GET")]
    assert set(deals) == {"GET searches:20 cosine 74"}
    assert len(deals) <= 5


def test_ten_verdicts_count_the_figures_anew(page: Page, assistant_app: str) -> None:
    """The page hears of it after ten, or at a press of the button; the pair stays and the focus."""
    open_assistant(page, assistant_app)
    match = page.get_by_role("button", name="Match", exact=True)
    expect(page.get_by_role("button", name="Update the figures")).to_be_hidden()
    match.focus()
    page.keyboard.press("m")
    page.get_by_role("button", name="Update the figures").click()
    expect(page.get_by_text("Counted 1 times")).to_be_visible()
    expect(page.get_by_role("button", name="Update the figures")).to_be_hidden()
    expect(match).to_be_focused()
    for number in range(1, 11):
        name_is(page, number)
        page.keyboard.press("m")
    expect(page.get_by_text("Counted 2 times")).to_be_visible()
    name_is(page, 11)
    expect(match).to_be_focused()
    expect(page.locator(".progress-said")).to_have_text(
        "11 judged, enough for sound recommendations"
    )


def test_a_new_line_deals_anew(page: Page, assistant_app: str, server: PlayedServer) -> None:
    """When the line moves, the cards at hand are laid aside for those around the new one."""
    open_assistant(page, assistant_app)
    page.get_by_role("button", name="Move the line").click()
    expect(page.locator(".where")).to_have_text("0.78: right at the line")
    assert server.requests[-1] == "GET searches:20 cosine 80"


def test_refused_verdicts_are_kept_and_sent_again(
    page: Page, assistant_app: str, server: PlayedServer
) -> None:
    """Judging goes on, the sentence says what is not saved, and one click sends it."""
    open_assistant(page, assistant_app)
    server.answer(**RESTARTING)
    page.get_by_role("button", name="Match", exact=True).click()
    page.get_by_role("button", name="Not a match").click()
    expect(page.locator(".unsaved-said")).to_have_text(
        "2 judgements are not saved. The database is restarting."
    )
    name_is(page, 2)
    server.answer()
    page.get_by_role("button", name="Send again").click()
    expect(page.locator(".unsaved-said")).to_be_hidden()
    server.wait_for({"0": "match", "1": "different"})


def test_a_deal_that_fails_is_a_sentence(
    page: Page, assistant_app: str, server: PlayedServer
) -> None:
    """The server's own where it answers, ours where it cannot be reached; a click tries again."""
    server.answer(**RESTARTING)
    page.goto(assistant_app)
    expect(page.locator(".trouble")).to_contain_text("The database is restarting.")
    page.route("**/api/deal*", lambda route: route.abort("internetdisconnected"))
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".trouble")).to_contain_text("The server cannot be reached")
    page.unroute("**/api/deal*")
    server.answer()
    page.get_by_role("button", name="Try again").click()
    name_is(page, 0)
    expect(page.locator(".trouble")).to_be_hidden()


def test_when_everything_is_judged_it_says_so(
    page: Page, assistant_app: str, server: PlayedServer
) -> None:
    """After the last pair there is a sentence, and undo leads back to that pair."""
    server.answer(judged=38)
    open_assistant(page, assistant_app)
    page.get_by_role("button", name="Match", exact=True).focus()
    page.keyboard.press("m")
    name_is(page, 39)
    page.keyboard.press("m")
    expect(page.locator(".waiting")).to_contain_text("There is nothing left to judge here.")
    page.keyboard.press("u")
    name_is(page, 39)


def test_on_a_complete_set_judging_checks_the_list(page: Page, assistant_app: str) -> None:
    """There the lead says what judging is for, and no bar waits to be filled."""
    open_assistant(page, assistant_app, "complete")
    expect(page.locator(".lead")).to_contain_text("judging here checks the list")
    expect(page.locator(".progress-said")).to_have_text("0 judged")
    expect(page.locator(".bands")).to_be_hidden()


def test_russian_plurals(page: Page, assistant_app: str, server: PlayedServer) -> None:
    """Every text is there in Russian, on another scale too."""
    open_assistant(page, assistant_app, "language=ru&scale=relative")
    expect(page.locator(".where")).to_have_text("0,72: у самого порога (относительная шкала)")
    expect(page.locator(".progress-said")).to_have_text(
        "Оценено: 0, ещё 8 фото — и рекомендациям можно доверять"
    )
    expect(page.locator(".bands")).to_contain_text("0 из 3\N{NO-BREAK SPACE}003")
    assert server.requests == ["GET searches:20 relative 74"]


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_and_it_works_by_touch(
    page: Page, assistant_app: str, server: PlayedServer, axe: Axe, width: int
) -> None:
    """Photo, product and buttons fit one screen, light and dark, with and without trouble."""
    open_assistant(page, assistant_app, width=width)
    page.get_by_role("button", name="Match", exact=True).click()
    server.answer(**RESTARTING)
    page.get_by_role("button", name="Not a match").click()
    expect(page.locator(".unsaved-said")).to_be_visible()
    boxes = [page.locator(name).bounding_box() for name in (".photo", ".product")]
    assert boxes[0]
    assert boxes[1]
    assert boxes[0]["y"] == pytest.approx(boxes[1]["y"], abs=20)
    for scheme in SCHEMES:
        wear(page, scheme)
        assert axe.faults(page) == [], scheme
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_no_cards_are_dealt_for_another_person(
    page: Page, assistant_app: str, server: PlayedServer
) -> None:
    """Whoever is signed in beside it has judged other pairs: the page says so and deals none."""
    server.answer(person="vera")
    open_page(page, f"{assistant_app}/?reader=anna")
    expect(page.locator(".trouble-said")).to_have_text("Another is signed in here.")
    expect(page.locator(".pair")).to_be_hidden()
    server.answer(person="anna")
    with page.expect_event("load"):
        page.locator(".trouble").get_by_role("button", name="Load the page again").click()
    name_is(page, 0)
    server.answer(person="vera")
    page.get_by_role("button", name="Match", exact=True).click()
    again = page.locator(".bar").get_by_role("button", name="Load the page again")
    expect(again).to_be_visible()
    expect(page.get_by_role("button", name="Send again")).to_be_hidden()
    open_assistant(page, assistant_app, "reader=vera")
    expect(page.locator(".bar .unsaved")).to_be_hidden()
