"""The order of the products and what is hidden of them, in a real Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, WebSocket, expect

from tests.browser.results_view import Open, View

pytestmark = pytest.mark.browser


def choose(view: View, order: str) -> None:
    """Choose an order by its name."""
    view.page.get_by_label("Sort by").select_option(label=order)


def prices(view: View, group: str) -> list[str]:
    """Read the prices of a group, in the order in which its products stand."""
    return view.page.locator(f".{group} .card .price").all_inner_texts()


def amount(price: str) -> float:
    """Read a price of the made-up catalogue."""
    return float(price.removeprefix("from ").strip("$"))


def test_sorted_by_price_within_each_group(view_of: Open) -> None:
    """Lowest or highest first; no product crosses the line, and those without a price come last."""
    view = view_of("threshold=anna")
    by_similarity = view.articles("similar"), view.articles("below")
    for order, sign in (("Price, lowest first", 1), ("Price, highest first", -1)):
        choose(view, order)
        for group, products in zip(("similar", "below"), by_similarity, strict=True):
            assert set(view.articles(group)) == set(products)
            said = prices(view, group)
            known = [sign * amount(price) for price in said if price]
            assert known == sorted(known)
            assert said == [price for price in said if price] + [""] * said.count("")
    choose(view, "Similarity")
    assert (view.articles("similar"), view.articles("below")) == by_similarity


@pytest.mark.parametrize("order", ["similarity", "cheapest", "dearest"])
def test_a_chosen_order_can_be_read_on_a_phone(view_of: Open, order: str) -> None:
    """In Russian too: the box is as wide as what it says, and the tools stay beside it."""
    view = view_of("threshold=anna&language=ru", width=390)
    sort = view.page.locator(".sort")
    sort.select_option(order)
    needed = sort.evaluate(
        """box => {
            const alone = box.cloneNode();
            alone.append(new Option(box.selectedOptions[0].text));
            alone.style.width = 'auto';
            box.after(alone);
            const { width } = alone.getBoundingClientRect();
            alone.remove();
            return width;
        }"""
    )
    assert view.box(sort)["width"] >= needed
    tops = view.box(sort)["y"], view.box(view.page.locator(".tools"))["y"]
    assert abs(tops[0] - tops[1]) < 5


def test_equal_prices_stand_most_similar_first(view_of: Open) -> None:
    """What does not decide changes nothing."""
    view = view_of("threshold=anna")
    choose(view, "Price, highest first")
    equal = [
        article
        for article, price in zip(view.articles("below"), prices(view, "below"), strict=True)
        if price in {"$12.50", "from $12.50"}
    ]
    assert len(equal) > 2
    assert equal == sorted(equal)


def test_two_currencies_are_not_compared(view_of: Open) -> None:
    """The one that most products have comes first, sorted, then the other; and the page says so."""
    view = view_of("case=currencies&threshold=anna")
    note = view.page.locator(".currencies")
    expect(note).to_be_hidden()
    choose(view, "Price, lowest first")
    expect(note).to_have_text("Prices are not converted: USD, RUB, one after the other.")
    for group in ("similar", "below"):
        signs = ["₽" in price for price in prices(view, group) if price]
        assert signs == sorted(signs)
    rubles = [int(price.split()[0]) for price in prices(view, "below") if "₽" in price]
    assert rubles == sorted(rubles)


def test_without_prices_there_is_no_order_to_choose(view_of: Open) -> None:
    """A catalogue that knows no price is not asked for one."""
    view = view_of("case=priceless")
    expect(view.page.get_by_label("Sort by")).to_be_hidden()
    expect(view.page.get_by_label("Hide doubtful")).to_be_visible()


def test_hiding_leaves_what_is_above_the_line(view_of: Open) -> None:
    """The doubtful and what is below go; how many is said, and follows the line."""
    view = view_of("threshold=doubtful")
    hide = view.page.get_by_label("Hide doubtful")
    view.type("0.80")
    hide.check()
    expect(view.page.locator(".card:visible")).to_have_count(5)
    expect(view.page.locator(".hidden-said")).to_have_text("45 products hidden")
    expect(view.page.locator(".judgement")).to_have_text("45 products hidden")
    view.type("0.74")
    expect(view.page.locator(".card:visible")).to_have_count(11)
    expect(view.page.locator(".hidden-said")).to_have_text("39 products hidden")
    view.similar.first.focus()
    view.page.keyboard.press("End")
    expect(view.similar.nth(10)).to_be_focused()
    view.type("0.90")
    expect(view.page.locator(".nothing")).to_contain_text("Nothing is as similar as 0.90")
    hide.uncheck()
    expect(view.page.locator(".card:visible")).to_have_count(50)
    expect(view.page.locator(".hidden-said")).to_be_hidden()


def test_russian_counts_what_is_hidden(view_of: Open) -> None:
    """Скрыт 1 товар, скрыто 2 товара, скрыто 5 товаров."""
    view = view_of("language=ru&case=one")
    view.page.get_by_label("Скрыть сомнительные").check()
    said = view.page.locator(".hidden-said")
    view.type("0.90")
    expect(said).to_have_text("Скрыт 1 товар")
    view = view_of("language=ru&threshold=anna")
    expect(said).to_have_text("Скрыто 39 товаров")
    view.type("0.30")
    expect(said).to_have_text("Скрыто 0 товаров")


def test_both_are_kept_in_the_tab(view_of: Open) -> None:
    """Another search, or a reload, leaves them as they were."""
    view = view_of("threshold=anna")
    choose(view, "Price, highest first")
    view.page.get_by_label("Hide doubtful").check()
    for again, left in (
        (view.page.get_by_role("button", name="Search again").click, 10),
        (view.page.reload, 11),
    ):
        again()
        expect(view.page.locator(".card:visible")).to_have_count(left)
        expect(view.page.get_by_label("Sort by")).to_have_value("dearest")
        expect(view.page.get_by_label("Hide doubtful")).to_be_checked()


def test_neither_asks_anybody(page: Page, view_of: Open) -> None:
    """Sorting and hiding make no request and send no websocket frame."""
    wire: list[str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda _: wire.append("frame sent"))

    page.on("websocket", listen)
    page.on("request", lambda request: wire.append(request.url))
    view = view_of("threshold=anna")
    view.wait_for_pictures()
    wire.clear()
    choose(view, "Price, lowest first")
    view.page.get_by_label("Hide doubtful").check()
    expect(view.page.locator(".card:visible")).to_have_count(11)
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert wire == []
