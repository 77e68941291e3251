"""The threshold page, run by AppTest: what it says, chooses, saves and takes back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import wait
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.running import get_engine
from search.encoders.builtin import BuiltinEncoder
from search.errors import DatabaseUnavailable
from search.evaluating import Evaluating
from search.tuning.scales import Scale

Open = Callable[..., AppTest]


def settle(page: AppTest) -> AppTest:
    """Run the page until nothing is being computed any more."""
    page.run()
    while waiting := _at_work(page):
        wait(waiting)
        page.run()
    assert not page.exception
    return page


def _at_work(page: AppTest) -> list[Any]:
    if "threshold_work" not in page.session_state:
        return []
    jobs = page.session_state["threshold_work"]
    return [job.future for job in jobs.values() if not job.future.done()]


def press(page: AppTest, label: str) -> AppTest:
    """Press the first button whose label begins so, and wait for what comes of it."""
    next(button for button in page.button if button.label.startswith(label)).click()
    return settle(page)


def said(page: AppTest) -> str:
    """Return all Markdown of the page."""
    return "\n".join(element.value for element in page.markdown)


@pytest.fixture
def demo(open_page: Open) -> Callable[..., AppTest]:
    """Return an opener of the page on the demo catalogue, settled."""

    def open_(language: str = "en", **query: str) -> AppTest:
        page = open_page("threshold", BuiltinEncoder(), language)
        get_engine().load_demo()
        for name, value in query.items():
            page.query_params[name] = value
        return settle(page)

    return open_


def test_without_photos_the_next_step_is_named(open_page: Open) -> None:
    """An empty database is no error: the page says how to begin."""
    page = open_page("threshold", BuiltinEncoder()).run()
    assert not page.exception
    assert "There is no photo to learn from yet" in page.info[0].value


@pytest.mark.slow
def test_an_analyst_saves_and_goes_back(demo: Callable[..., AppTest]) -> None:
    """A reason is required; what is saved is active at once, and one click takes it back."""
    page = demo()
    assert [header.value for header in page.header] == [
        "1. See what each line does",
        "2. Compare scales",
        "3. Switch",
    ]
    assert "the setting's default" in said(page)
    press(page, "Save 0.30 (Cosine)")
    assert "Say in a few words why" in page.error[0].value

    page.text_input[0].set_value("Anna *A*")
    page.text_input[1].set_value("A start")
    press(page, "Save 0.30 (Cosine)")
    thresholds = get_engine().thresholds
    first = thresholds.active()
    assert (first.value, first.who, first.why) == (0.30, "Anna *A*", "A start")
    assert "Saved: **0.30**" in page.success[0].value
    assert "Anna \\*A\\*" in said(page)
    assert "stands at the active threshold" in page.info[0].value

    thresholds.save(0.80, scale=Scale.COSINE, who="Boris", why="Fewer")
    settle(page)
    assert "**0.80**" in said(page)
    press(page, "Return to this")
    assert thresholds.active().value == 0.30
    assert thresholds.active().who == "Anna *A*"
    assert len(thresholds.history()) == 3


@pytest.mark.slow
def test_scales_are_compared_and_looked_at(demo: Callable[..., AppTest]) -> None:
    """The table has each scale; one click shows the page on another, and the address keeps it."""
    page = demo(scale="centred", source="set:999")
    assert page.query_params["scale"] == "centred"
    assert page.query_params["source"] == "set:1"
    assert len(page.table[0].value) == len(Scale)
    press(page, "Look at “Cosine”")
    assert page.query_params["scale"] == "cosine"


def test_searches_that_nobody_judged(open_page: Open) -> None:
    """Without a judgement there is a distribution and the next step, and no claim."""
    page = open_page("threshold", BuiltinEncoder())
    engine = get_engine()
    engine.load_demo()
    sample = engine.sample(engine.samples()[0].key)
    assert sample
    engine.search(engine.read(sample))
    page.query_params["source"] = "searches:100"
    settle(page)
    assert not page.error
    assert page.query_params["source"] == "searches:100"
    assert "Comparing scales needs more judged photos" in page.info[0].value
    page.number_input[0].set_value(0.8)
    settle(page)
    assert not page.error


@pytest.mark.slow
def test_russian_has_every_text(demo: Callable[..., AppTest]) -> None:
    """The page runs through in Russian, its numbers written as Russian does."""
    page = demo("ru")
    assert page.title[0].value == "Порог"
    assert "Сейчас: **0,30** · Косинус" in said(page)
    assert any(button.label.startswith("Сделать 0,30") for button in page.button)


def test_a_database_that_went_away_is_a_sentence(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What fails beside the page is said on it, and the next run tries again."""
    page = open_page("threshold", BuiltinEncoder())
    get_engine().load_demo()

    def gone(*_: object) -> None:
        raise DatabaseUnavailable(reason="gone")

    with monkeypatch.context() as broken:
        broken.setattr(Evaluating, "count", gone)
        settle(page)
        assert page.error
    assert not page.session_state["threshold_work"]
