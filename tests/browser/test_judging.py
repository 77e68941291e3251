"""Judging on the results in a real Chromium: by key, by mouse, refused, offline, taken back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.axe import SCHEMES, Axe, wear
from tests.browser.played_server import FINAL, RESTARTING, PlayedServer
from tests.browser.results_view import Open, View

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def server(page: Page, results_app: str) -> PlayedServer:
    """Let nothing be known to the played server."""
    return PlayedServer.afresh(page, results_app)


def cards(view: View) -> Locator:
    """All cards, above the line and below."""
    return view.page.locator(".card")


def judged(view: View, verdict: str) -> Locator:
    """Return the cards that bear a verdict the server has."""
    return view.page.locator(f".card[data-verdict={verdict}]:not(.sending, .unsaved)")


def test_ten_results_are_judged_by_key(view_of: Open, server: PlayedServer) -> None:
    """Ten keys, ten verdicts: each goes to the card with the focus, which then moves on."""
    view = view_of("threshold=anna")
    expect(view.page.locator(".bar")).to_be_hidden()
    cards(view).first.focus()
    expect(view.page.locator(".keys")).to_be_visible()
    view.page.locator(".analyst").fill("Anna")
    cards(view).first.focus()
    for key in "my1n0mnmnm":
        view.page.keyboard.press(key)
    expect(view.page.locator(".judged")).to_have_text("10 of 50 judged")
    expect(cards(view).nth(10)).to_be_focused()
    expect(judged(view, "match")).to_have_count(6)
    expect(judged(view, "different")).to_have_count(4)
    said = ["match"] * 3 + ["different"] * 2 + ["match", "different"] * 2 + ["match"]
    server.wait_for({str(product): verdict for product, verdict in enumerate(said)})
    view.page.reload()
    expect(view.page.locator(".analyst")).to_have_value("Anna")
    first = server.judgements[0]
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f-]{21}", first.pop("id"))
    assert first.pop("similarity") == pytest.approx(0.8349)
    assert first == {
        "photo": "0" * 64,
        "product": "0",
        "verdict": "match",
        "who": "Anna",
        "origin": "search",
        "space": "openai/clip-vit-base-patch32",
    }


def test_keys_work_on_a_russian_keyboard(view_of: Open) -> None:
    """Where M writes ь, the key lies in the same place; a held key judges one card."""
    view = view_of("threshold=anna")
    cards(view).first.focus()
    for key, code in (("ь", "KeyM"), ("т", "KeyN"), ("г", "KeyU")):
        for repeat in (False, True):
            view.page.locator(".card:focus").dispatch_event(
                "keydown", {"key": key, "code": code, "repeat": repeat, "bubbles": True}
            )
    expect(view.page.locator(".judged")).to_have_text("1 of 50 judged")
    expect(judged(view, "match")).to_have_count(1)


def test_undo_takes_back_the_last_verdict(view_of: Open, server: PlayedServer) -> None:
    """U and Ctrl+Z take back one each, lead back to its card, and tell the server whose it was."""
    view = view_of("threshold=anna&known")
    view.page.locator(".analyst").fill("Ben")
    cards(view).nth(2).focus()
    for key in "mnm":
        view.page.keyboard.press(key)
    server.wait_for({"2": "match", "3": "different", "4": "match"})
    expect(view.page.locator(".sending")).to_have_count(0)
    for key in ("u", "Control+z"):
        view.page.keyboard.press(key)
    expect(view.page.locator(".judged")).to_have_text("3 of 50 judged")
    expect(cards(view).nth(3)).to_be_focused()
    expect(view.page.locator(".sending")).to_have_count(0)
    server.wait_for({"2": "match"})
    view.page.get_by_role("button", name="Undo").click()
    expect(view.page.locator(".judged")).to_have_text("2 of 50 judged")
    expect(view.page.get_by_role("button", name="Undo")).to_be_hidden()
    expect(view.page.locator(".sending")).to_have_count(0)
    assert server.judgements == []
    assert server.requests[-3:] == ["DELETE Ben"] * 3


def test_what_is_taken_back_before_its_turn_is_never_sent(
    page: Page, view_of: Open, server: PlayedServer
) -> None:
    """Verdicts go out one by one; one that waits and is taken back leaves no trace."""
    view = view_of("threshold=anna")
    held: list[Route] = []
    # Playwright marks what it calls, and a bound method cannot be marked: hence the lambda.
    page.route("**/api/judgements*", lambda route: held.append(route))  # noqa: PLW0108
    cards(view).first.focus()
    for key in "mnu":
        page.keyboard.press(key)
    expect(view.page.locator(".judged")).to_have_text("1 of 50 judged")
    held[0].continue_()
    expect(judged(view, "match")).to_have_count(1)
    page.unroute("**/api/judgements*")
    page.keyboard.press("n")
    expect(judged(view, "different")).to_have_count(1)
    assert server.requests == ["POST 0 match", "POST 1 different"]


def test_a_verdict_can_be_changed_by_mouse(view_of: Open, server: PlayedServer) -> None:
    """The buttons show what is said; another press says the other, the same press takes it back."""
    view = view_of("threshold=anna")
    card = cards(view).first
    match = card.get_by_role("button", name=re.compile("^Match"))
    different = card.get_by_role("button", name=re.compile("^Not a match"))
    expect(match).to_have_css("opacity", "0")
    card.hover()
    expect(match).to_have_css("opacity", "1")
    match.click()
    expect(match).to_have_attribute("aria-pressed", "true")
    different.click()
    expect(match).to_have_attribute("aria-pressed", "false")
    expect(judged(view, "different")).to_have_count(1)
    assert [one["verdict"] for one in server.judgements] == ["match", "different"]
    different.click()
    expect(judged(view, "match")).to_have_count(1)  # what was said before holds again
    match.click()
    expect(view.page.locator(".card[data-verdict='']:not(.sending)")).to_have_count(50)
    assert server.judgements == []


def test_a_refused_verdict_stays_and_says_so(view_of: Open, server: PlayedServer) -> None:
    """The server's sentence stands on the card, nothing is tried again unasked, a click tries."""
    view = view_of("threshold=anna")
    server.answer(**RESTARTING)
    cards(view).first.focus()
    view.page.keyboard.press("m")
    refused = cards(view).first.locator(".refused")
    expect(refused).to_contain_text("Not saved. The database is restarting.")
    expect(cards(view).first).to_have_attribute("data-verdict", "match")
    expect(view.page.locator(".unsaved-said")).to_have_text("1 judgement is not saved.")
    server.answer()
    assert server.judgements == []
    refused.get_by_role("button", name="Try again").click()
    expect(refused).to_be_hidden()
    expect(judged(view, "match")).to_have_count(1)
    server.wait_for({"0": "match"})
    assert server.requests == ["POST 0 match"] * 2


def test_all_of_a_long_refusal_is_read(view_of: Open, server: PlayedServer) -> None:
    """It begins at the picture's top and goes on below it, with the button; nothing is scrolled."""
    view = view_of("threshold=anna")
    server.answer(**RESTARTING | {"error": "A long sentence of the server. " * 12})
    first = cards(view).first
    first.focus()
    view.page.keyboard.press("m")
    refused = first.locator(".refused")
    expect(refused.get_by_role("button", name="Try again")).to_be_visible()
    top, height = refused.evaluate("""one => [
        one.getBoundingClientRect().top - one.parentElement.getBoundingClientRect().top,
        one.scrollHeight - one.clientHeight,
    ]""")
    assert top == pytest.approx(0, abs=1)
    assert height == 0
    assert refused.bounding_box()["height"] > first.locator(".picture").bounding_box()["height"]  # type: ignore[index] # both are visible


def test_what_never_can_be_saved_can_be_left_out(view_of: Open, server: PlayedServer) -> None:
    """Where trying again would not help, the way out is to leave the verdict out."""
    view = view_of("threshold=anna")
    server.answer(**FINAL)
    cards(view).first.focus()
    view.page.keyboard.press("n")
    expect(view.page.get_by_role("button", name="Send again")).to_be_hidden()
    cards(view).first.get_by_role("button", name="Leave it out").click()
    expect(view.page.locator(".judged")).to_have_text("0 of 50 judged")
    expect(view.page.locator(".unsaved-said")).to_be_hidden()


def test_known_verdicts_are_shown(view_of: Open, server: PlayedServer) -> None:
    """What people have said before stands on the cards; saying it again is a voice of one's own."""
    view = view_of("threshold=anna&known")
    expect(view.page.locator(".judged")).to_have_text("2 of 50 judged")
    first = cards(view).first
    expect(first).to_have_attribute("aria-label", "Mug “Morning”, 330 ml, 0.83, Match")
    first.focus()
    view.page.keyboard.press("m")
    expect(cards(view).nth(2)).to_be_focused()  # the second has a verdict
    expect(view.page.locator(".sending")).to_have_count(0)
    server.wait_for({"0": "match"})


def test_arrows_move_among_cards_and_not_the_line(view_of: Open, server: PlayedServer) -> None:
    """By the grid's geometry, from group to group; on the slider they move the line as ever."""
    view = view_of("threshold=anna")
    keys = view.page.keyboard
    cards(view).first.focus()
    keys.press("ArrowRight")
    expect(cards(view).nth(1)).to_be_focused()
    keys.press("ArrowDown")
    expect(cards(view).nth(7)).to_be_focused()
    keys.press("ArrowDown")
    expect(view.below.nth(1)).to_be_focused()
    keys.press("ArrowUp")
    keys.press("Home")
    expect(cards(view).first).to_be_focused()
    keys.press("ArrowLeft")
    keys.press("ArrowUp")
    expect(cards(view).first).to_be_focused()
    keys.press("End")
    expect(cards(view).nth(49)).to_be_focused()
    expect(view.value).to_have_value("0.74")
    view.slider.focus()
    keys.press("ArrowLeft")
    expect(view.value).to_have_value("0.73")
    expect(view.slider).to_be_focused()
    assert server.requests == []


def test_tab_goes_through_one_card(view_of: Open, server: PlayedServer) -> None:
    """Slider, what is over the list, one card with what is in it, and so on: not fifty stops."""
    view = view_of("threshold=anna")
    view.slider.focus()
    focused = """root => {
        const element = root.getRootNode().activeElement;
        return element.classList[0] ?? element.localName;
    }"""
    stops = []
    over = ["tool", "hide", "tool", "tool"]
    card = ["card", "more", "a", "copy-article", "verdict", "verdict"]
    for _ in range(12):
        view.page.keyboard.press("Tab")
        stops.append(view.page.locator(".results").evaluate(focused))
    assert stops == [*over, *card, "summary", "analyst"]
    assert server.requests == []


def test_letters_outside_the_cards_judge_nothing(view_of: Open, server: PlayedServer) -> None:
    """Typed as text they are text; on the slider the first key leads to the card, no more."""
    view = view_of("threshold=anna")
    view.value.press("m")
    view.slider.focus()
    view.page.keyboard.press("m")
    expect(cards(view).first).to_be_focused()
    expect(view.page.locator(".judged")).to_have_text("0 of 50 judged")
    assert server.requests == []


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_while_judging(
    page: Page, view_of: Open, server: PlayedServer, axe: Axe, width: int
) -> None:
    """With verdicts, a refusal and the bar, light and dark; and nothing sticks out sideways."""
    view = view_of("threshold=doubtful&language=ru", width=width)
    cards(view).first.focus()
    page.keyboard.press("m")
    page.keyboard.press("n")
    expect(judged(view, "different")).to_have_count(1)
    server.answer(**RESTARTING)
    page.keyboard.press("m")
    expect(page.locator(".card.unsaved")).to_have_count(1)
    for scheme in SCHEMES:
        wear(page, scheme)
        assert axe.faults(page) == [], scheme
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_what_looks_like_a_product_is_not_judged(view_of: Open, server: PlayedServer) -> None:
    """It says nothing of how photos find products: there are no buttons, and keys say nothing."""
    view = view_of("unjudged")
    cards(view).first.focus()
    expect(cards(view).first.locator(".verdict").first).to_be_hidden()
    for key in ("m", "n", "u"):
        view.page.keyboard.press(key)
    view.page.keyboard.press("ArrowRight")
    expect(cards(view).nth(1)).to_be_focused()
    assert server.judgements == []
