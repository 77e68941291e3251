"""What the search page searches with, run by AppTest: an address, a text, a product, the past."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

import pytest
from streamlit.runtime.scriptrunner import StopException
from streamlit.testing.v1 import AppTest

from pages.parts import waiting
from pages.parts.asked import AskedProduct
from pages.parts.running import get_engine
from search.encoders import Encoder
from search.errors import FetchTimeout
from search.hits import Search
from search.narrowing import Narrow, PriceRange
from search.photo import read_photo
from search.store.store import Store
from tests.fake_huggingface import FakeHuggingFace
from tests.pages.search_page import a_picture, stock, upload

Open = Callable[..., AppTest]
Told = list[dict[str, Any]]

pytestmark = pytest.mark.usefixtures("told")  # what is shown is noted, and not drawn


@pytest.fixture
def page(
    open_page: Open, store: Store, fake: FakeHuggingFace, encoder: Encoder
) -> Iterator[AppTest]:
    """Open the search page on three products."""
    with fake:
        stock(store, encoder)
        yield open_page("search", encoder)


def an_earlier_search(narrow: Narrow | None = None) -> Search:
    """Search as somebody did some time ago."""
    return get_engine().search(read_photo(a_picture("orange")), narrow=narrow)


def articles(told: Told) -> list[str]:
    """Return the articles that are shown, in their order."""
    return [card.article for card in told[-1]["cards"]]


def captions(page: AppTest) -> str:
    """Return what stands beside the results."""
    return "\n".join(caption.value for caption in page.caption)


def test_an_address_of_a_search_shows_it_as_it_was(page: AppTest, told: Told) -> None:
    """With the line of then, whoever has set another one since; and nothing is searched."""
    then = an_earlier_search()
    get_engine().thresholds.save(0.8, who="Anna", why="best F1")
    page.query_params["search"] = str(then.id)
    page.run()
    assert not page.error
    assert articles(told) == [hit.product.article for hit in then.hits]
    assert told[-1]["threshold"].value == 0.3
    assert "As it was found on" in captions(page)
    page.run()
    assert [entry.id for entry in get_engine().history.list("")] == [then.id]


def test_searching_again_asks_no_model(page: AppTest, told: Told, fake: FakeHuggingFace) -> None:
    """By the stored vector, at the line of today; the address is the new search's."""
    then = an_earlier_search(Narrow(price=PriceRange(highest=10_000)))  # type: ignore[arg-type]
    get_engine().thresholds.save(0.8, who="Anna", why="best F1")
    page.query_params["search"] = str(then.id)
    page.run()
    asked = fake.count
    page.button(key="subject_again").click().run()
    assert not page.error
    assert fake.count == asked
    assert told[-1]["threshold"].value == 0.8
    newest = get_engine().history.list("")[0]
    assert page.query_params["search"] == str(newest.id)
    assert newest.id != then.id
    assert newest.narrow == then.narrow


def test_an_address_that_asks_to_search_again_does_so_once(page: AppTest, told: Told) -> None:
    """A history leads to it; running the page again searches no more."""
    then = an_earlier_search()
    page.query_params["search"] = str(then.id)
    page.query_params["again"] = "1"
    page.run()
    page.run()
    assert len(get_engine().history.list("")) == 2
    assert "again" not in page.query_params
    assert articles(told) == [hit.product.article for hit in then.hits]


@pytest.mark.parametrize(
    "number", ["00000000-0000-4000-8000-000000000000", "nonsense", "' OR 1=1 --"]
)
def test_an_address_of_no_search_is_a_sentence(page: AppTest, number: str) -> None:
    """And the page can be searched with."""
    page.query_params["search"] = number
    page.run()
    assert not page.exception
    assert "There is no search" in page.error[0].value
    upload(page, a_picture("orange"))
    assert not page.error


def test_a_card_leads_to_what_looks_like_it(
    page: AppTest, told: Told, fake: FakeHuggingFace
) -> None:
    """The product is named, is not among the results, and no model is asked."""
    upload(page.run(), a_picture("orange"))
    first = told[-1]["cards"][0]
    asked = fake.count
    page.session_state["asked"] = AskedProduct(int(first.product_id))  # as its button does
    page.run()
    assert fake.count == asked
    assert first.article not in articles(told)
    assert first.article in captions(page)


def test_a_picture_is_searched_by_its_address(
    page: AppTest, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is fetched once, whatever makes the page run again; a slow site can be tried again."""
    answers: list[bytes | Exception] = [FetchTimeout(host="shop.example"), a_picture("orange")]
    fetched: list[str] = []

    def fetch(address: str) -> bytes:
        fetched.append(address)
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    page.run()
    monkeypatch.setattr(get_engine().reading, "fetch", fetch)
    page.text_input(key="asking_text").set_value("www.shop.example/mug.png").run()
    assert len(page.error) == 1
    assert told == []
    next(button for button in page.button if button.label == "Try again").click().run()
    assert not page.error
    assert "red" in articles(told)
    page.run()
    assert fetched == ["https://www.shop.example/mug.png"] * 2


def test_the_bare_address_is_the_beginning(page: AppTest, told: Told) -> None:
    """The way back leads there, and so does the page's own name in the menu."""
    upload(page.run(), a_picture("orange"))
    assert page.query_params["search"]
    del page.query_params["search"]
    page.run()
    assert page.title[0].value == "Show a product, find its likeness"
    assert len(told) == 1


def test_coming_back_from_another_page_shows_what_was_found(page: AppTest, told: Told) -> None:
    """Whoever looked at the threshold meanwhile goes on where they were."""
    upload(page.run(), a_picture("orange"))
    del page.query_params["search"]
    page.session_state["page_before"], page.session_state["page_now"] = "threshold", "search"
    page.run()
    assert not page.title
    assert told[-1]["cards"] == told[0]["cards"]
    assert page.query_params["search"]


def test_a_new_search_begins_at_the_beginning(page: AppTest) -> None:
    """One click, also from far down, and the field and the address are empty."""
    page.query_params["text"] = "green"
    page.run()
    page.button(key="new_search").click().run()
    assert page.title[0].value == "Show a product, find its likeness"
    assert page.text_input(key="asking_text").value == ""
    assert "text" not in page.query_params


def test_an_upload_takes_the_place_of_a_text(page: AppTest, told: Told) -> None:
    """There is one thing that is searched with, and the address says which."""
    page.run()
    page.text_input(key="asking_text").set_value("green").run()
    assert page.query_params["text"] == "green"
    upload(page, a_picture("orange"))
    assert "red" in articles(told)
    assert page.text_input(key="asking_text").value == ""
    assert "text" not in page.query_params
    assert page.query_params["search"] == str(get_engine().history.list("")[0].id)


def test_a_text_from_an_address_is_text(page: AppTest) -> None:
    """Whoever makes such a link shows neither a link of theirs nor a picture on this page."""
    page.query_params["text"] = "![x](http://evil.example/t.png) [Sign in](https://evil.example)"
    page.run()
    said = "\n".join(one.value for one in page.markdown)
    assert "evil" in said
    assert "](" not in said
    page.query_params["search"] = "[Sign in](https://evil.example)"
    page.run()
    assert "evil" in page.error[0].value
    assert "](" not in page.error[0].value


@pytest.mark.parametrize("spelling", [str.upper, "{{{}}}".format, lambda one: one.replace("-", "")])
def test_an_id_in_another_spelling_is_the_same_search(
    page: AppTest, spelling: Callable[[str], str]
) -> None:
    """It is shown as it was, and the address says it as addresses do."""
    then = an_earlier_search()
    page.query_params["search"] = spelling(str(then.id))
    page.run()
    assert "As it was found on" in captions(page)
    assert page.query_params["search"] == str(then.id)


def test_running_again_while_a_search_goes_on_is_one_search(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever clicks about while a model wakes waits for the same search as before."""
    upload(page.run(), a_picture("red"))
    submitted: list[object] = []
    never: Future[object] = Future()

    def submit(work: object, *_: object) -> Future[object]:
        submitted.append(work)
        return never

    def interrupted(*_: object) -> None:
        raise StopException  # as a click ends a run that waits

    monkeypatch.setattr(waiting, "_UNSEEN_SECONDS", 0.0)
    monkeypatch.setattr(waiting, "_TICK_SECONDS", 0.0)
    monkeypatch.setattr(waiting._pool, "submit", submit)
    monkeypatch.setattr(waiting, "_say", interrupted)
    page.session_state["asked"] = AskedProduct(1)
    for _ in range(3):
        page.run()
    assert len(submitted) == 1
