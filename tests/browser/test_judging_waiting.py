"""Verdicts that could not be sent, in a real Chromium: kept in the tab, for whoever said them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.played_server import SIGNED_OUT, PlayedServer
from tests.browser.results_view import Open
from tests.browser.test_judging import cards, judged

pytestmark = pytest.mark.browser

LOAD_OR_SEND = {
    "en": ("Load the page again", "Send again"),
    "ru": ("Обновить страницу", "Отправить ещё раз"),
}


@pytest.fixture(autouse=True)
def server(page: Page, results_app: str) -> PlayedServer:
    """Let nothing be known to the played server."""
    return PlayedServer.afresh(page, results_app)


def test_offline_verdicts_survive_a_reload_and_are_sent(
    page: Page, view_of: Open, server: PlayedServer
) -> None:
    """What could not be sent is kept in the tab, also over a reload, and one click sends it."""
    view = view_of("threshold=anna")
    page.route("**/api/judgements*", lambda route: route.abort("internetdisconnected"))
    cards(view).first.focus()
    for key in "mnm":
        page.keyboard.press(key)
    expect(page.locator(".card.unsaved")).to_have_count(3)
    expect(cards(view).first).to_contain_text("The server cannot be reached")
    page.unroute("**/api/judgements*")
    page.reload()
    expect(page.locator(".unsaved-said")).to_have_text("3 judgements are not saved.")
    assert server.requests == []
    page.get_by_role("button", name="Send again").click()
    expect(page.locator(".card.unsaved")).to_have_count(0)
    expect(judged(view, "match")).to_have_count(2)
    server.wait_for({"0": "match", "1": "different", "2": "match"})


def test_what_waits_is_not_sent_by_the_next_person(
    page: Page, view_of: Open, server: PlayedServer
) -> None:
    """It would stand under their name: it waits for whoever said it."""
    view = view_of("threshold=anna&reader=vera")
    page.route("**/api/judgements*", lambda route: route.abort("internetdisconnected"))
    cards(view).first.focus()
    page.keyboard.press("m")
    expect(page.locator(".card.unsaved")).to_have_count(1)
    page.unroute("**/api/judgements*")
    view = view_of("threshold=anna&reader=anna")
    cards(view).first.focus()
    page.keyboard.press("n")
    expect(judged(view, "different")).to_have_count(1)
    expect(page.locator(".unsaved-said")).to_be_hidden()
    server.wait_for({"0": "different"})
    view_of("threshold=anna&reader=vera")
    expect(page.locator(".unsaved-said")).to_have_text("1 judgement is not saved.")


def test_what_was_said_while_another_is_signed_in_waits_for_whoever_said_it(
    page: Page, view_of: Open, server: PlayedServer
) -> None:
    """Anna's tab is still open when Vera signs in beside it: nothing of hers becomes Vera's."""
    view = view_of("threshold=anna&reader=anna")
    server.answer(person="vera")
    cards(view).first.focus()
    page.keyboard.press("m")
    expect(cards(view).first).to_contain_text("Not saved. Another is signed in here.")
    assert server.judgements == []
    view = view_of("threshold=anna&reader=vera")
    cards(view).nth(1).focus()
    page.keyboard.press("n")
    expect(judged(view, "different")).to_have_count(1)
    expect(page.locator(".unsaved-said")).to_be_hidden()
    server.answer(person="anna")
    view = view_of("threshold=anna&reader=anna")
    expect(page.locator(".unsaved-said")).to_have_text("1 judgement is not saved.")
    expect(cards(view).first).to_contain_text("Somebody else was signed in here at that time.")
    page.get_by_role("button", name="Send again").click()
    server.wait_for({"1": "different", "0": "match"})


@pytest.mark.parametrize("where", [".bar", ".card"])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_what_is_refused_since_another_is_signed_in_offers_to_load_the_page(
    page: Page, view_of: Open, server: PlayedServer, where: str, language: str
) -> None:
    """Sending it again would be refused again; on the page that is then loaded it is offered."""
    reload, send = LOAD_OR_SEND[language]
    view = view_of(f"threshold=anna&reader=anna&language={language}")
    server.answer(person="vera")
    cards(view).first.focus()
    page.keyboard.press("m")
    offered = page.locator(where).get_by_role("button", name=reload)
    expect(offered).to_be_visible()
    expect(page.get_by_role("button", name=send)).to_be_hidden()
    server.answer(person="anna")
    with page.expect_event("load"):
        offered.click()
    page.get_by_role("button", name=send).click()
    server.wait_for({"0": "match"})
    expect(page.get_by_role("button", name=reload)).to_have_count(0)


def test_what_was_said_after_signing_out_is_sent_after_signing_in(
    page: Page, view_of: Open, server: PlayedServer
) -> None:
    """A sign-in ends by itself in the middle of judging: what was said since then is not lost."""
    view = view_of("threshold=anna&reader=anna")
    server.answer(**SIGNED_OUT)
    cards(view).first.focus()
    page.keyboard.press("m")
    expect(cards(view).first).to_contain_text("Who are you?")
    server.answer()
    page.reload()
    page.get_by_role("button", name="Send again").click()
    server.wait_for({"0": "match"})
