"""The threshold page, run by AppTest: what it says, chooses, saves and takes back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import wait
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.running import get_engine
from pages.parts.tuning.goals import FIELDS
from search.encoders.builtin import BuiltinEncoder
from search.errors import DatabaseUnavailable
from search.evaluating import Evaluating
from search.hits import Search
from search.tuning.recommend import Goals
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


def captions(page: AppTest) -> list[str]:
    """Return all small grey sentences of the page."""
    return [element.value for element in page.caption]


def search_a_sample() -> Search:
    """Search with one of the demo's photos."""
    engine = get_engine()
    sample = engine.sample(engine.samples()[0].key)
    assert sample
    photo = engine.reading.read(sample)
    search = engine.search(photo)
    engine.keep_photo(photo)
    return search


@pytest.fixture
def conninfo(demo_conninfo: str) -> str:
    """Let the demo be in the database."""
    return demo_conninfo


@pytest.fixture
def demo(open_page: Open) -> Callable[..., AppTest]:
    """Return an opener of the page on the demo catalogue, settled."""

    def open_(language: str = "en", **query: str) -> AppTest:
        page = open_page("threshold", BuiltinEncoder(), language)
        for name, value in query.items():
            page.query_params[name] = value
        return settle(page)

    return open_


@pytest.mark.slow
def test_an_analyst_saves_and_goes_back(demo: Callable[..., AppTest]) -> None:
    """A reason is required; what is saved is active at once, and one click takes it back."""
    page = demo()
    assert [header.value for header in page.header] == [
        "1. See what each line does",
        "2. Compare scales",
        "3. Switch",
    ]
    assert "the default of the settings" in said(page)
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
    assert "Active again: **0.30**" in page.success[0].value
    assert thresholds.active().value == 0.30
    assert thresholds.active().who == "Anna *A*"
    assert len(thresholds.history()) == 3


@pytest.mark.slow
def test_scales_are_compared_and_looked_at(demo: Callable[..., AppTest]) -> None:
    """The table has each scale; one click shows the page on another, and the address keeps it."""
    page = demo(scale="centred", source="set:999")
    assert page.query_params["scale"] == "centred"
    assert page.selectbox[0].value == "set:1"
    assert "That source is not there any more." in captions(page)
    page.selectbox[0].set_value("set:2")
    settle(page)
    assert page.query_params["source"] == "set:2"
    assert "That source is not there any more." not in captions(page)
    assert len(page.table[0].value) == len(Scale)
    verdict = next(text for text in said(page).splitlines() if "better on held-out" in text)
    assert verdict.endswith("did not count against it.**")
    press(page, "Look at “Cosine”")
    assert page.query_params["scale"] == "cosine"


def test_searches_that_nobody_judged(open_page: Open) -> None:
    """Without a judgement there is a distribution and the next step, and no claim."""
    page = open_page("threshold", BuiltinEncoder())
    search_a_sample()
    page.query_params["source"] = "searches:100"
    settle(page)
    assert not page.error
    assert page.query_params["source"] == "searches:100"
    assert "Comparing scales needs more judged photos" in page.info[0].value
    page.number_input[0].set_value(0.8)
    settle(page)
    assert not page.error


@pytest.mark.slow
def test_every_goal_can_be_asked_for(demo: Callable[..., AppTest]) -> None:
    """At either end of its field a goal is one that the recommendations understand."""
    page = demo()
    for end in ("least", "most"):
        for field in page.number_input:
            name = (field.key or "").removeprefix("threshold_goal_")
            field.set_value(getattr(FIELDS[name], end))
        settle(page)
        assert not page.error
    assert page.query_params["confidence"] == "0.99"


@pytest.mark.slow
def test_a_link_shows_the_same(demo: Callable[..., AppTest]) -> None:
    """Goals that are not the default stand in the address, and the line once it was moved."""
    page = demo()
    assert not page.query_params  # else Back would lead to where one is
    page = demo(scale="relative", line="0.97", doubtful="0.9", beta="2", cost="-1")
    assert any(button.label.startswith("Save 0.97 (Rel") for button in page.button)
    assert "Shown from 0.97, shown as doubtful from 0.90." in captions(page)
    goals = {field.key: field.value for field in page.number_input}
    assert (goals["threshold_goal_beta"], goals["threshold_goal_cost"]) == (2, 5)
    told = ("line", "doubtful", "beta")
    assert [page.query_params[name] for name in told] == ["0.97", "0.90", "2"]
    assert "cost" not in page.query_params


@pytest.mark.slow
def test_on_another_scale_the_line_begins_where_it_is_best(demo: Callable[..., AppTest]) -> None:
    """No hand has moved it: it waits where advice puts it, and that is nobody's choice."""
    page = demo(scale="relative")
    evaluating = get_engine().evaluating
    evaluation = evaluating.evaluate("set:1", Scale.RELATIVE, Goals())
    advice = evaluating.advise(evaluation, lambda _: None).advice
    assert advice
    best = advice.recommendations[0].threshold
    assert any(button.label.startswith(f"Save {best:.2f} (Rel") for button in page.button)
    assert "line" not in page.query_params


def test_a_linked_photo_is_looked_at(open_page: Open) -> None:
    """A colleague's photo can be chosen as long as its picture is kept."""
    page = open_page("threshold", BuiltinEncoder())
    key = f"photo:{search_a_sample().subject.fingerprint.hex()}"
    page.query_params["source"] = key
    settle(page)
    assert page.query_params["source"] == key
    assert "The photo in the link" in page.selectbox[0].options
    assert not page.error

    page = open_page("threshold", BuiltinEncoder())
    page.query_params["source"] = f"photo:{'0' * 64}"
    settle(page)
    assert page.selectbox[0].value == "set:1"
    assert "That source is not there any more." in captions(page)


@pytest.mark.slow
def test_a_threshold_is_returned_to_on_its_own_scale(demo: Callable[..., AppTest]) -> None:
    """Whatever scale is looked at, what is active again is shown with what was said of it."""
    page = demo()
    thresholds = get_engine().thresholds
    thresholds.save(0.95, scale=Scale.RELATIVE, doubtful=0.9, who="", why="Best")
    thresholds.save(0.80, who="Boris", why="Fewer")
    settle(page)
    assert "anonymous · " in said(page)
    press(page, "Return to this")
    assert page.session_state["threshold_scale"] == Scale.RELATIVE
    assert "Active again: **0.95**" in page.success[0].value
    assert "stands at the active threshold" in page.info[0].value


def test_the_preview_tells_doubtful_products_apart(open_page: Open) -> None:
    """What becomes doubtful neither comes nor goes; where nothing moves that is said."""
    page = open_page("threshold", BuiltinEncoder())
    search_a_sample()
    settle(page)
    assert "Nothing would change for the last search." in said(page)
    page = open_page("threshold", BuiltinEncoder())
    page.query_params["line"], page.query_params["doubtful"] = "0.90", "-1"
    settle(page)
    assert "**0** would come and **0** would go" in said(page)
    assert "would become doubtful: **49**" in said(page)


@pytest.mark.slow
def test_what_an_import_did_is_told_until_the_next_action(demo: Callable[..., AppTest]) -> None:
    """Also when it changes the figures; taking the file away takes its report away."""
    page = demo()
    search = search_a_sample()
    photo, article = search.subject.fingerprint.hex(), search.hits[0].product.article
    rows = f"photo,article,verdict\n{photo},{article},match\n{photo},nothing,match\n"
    page.file_uploader[0].upload("judgements.csv", rows.encode(), "text/csv")
    settle(page)
    assert "1 judgement added" in page.success[0].value
    assert "Line 3" in page.warning[0].value
    settle(page)
    assert page.success
    press(page, "Save 0.30 (Cosine)")
    assert not page.success
    assert not page.warning
    page.file_uploader[0].upload("broken.csv", b"nothing", "text/csv")
    settle(page)
    assert len(page.error) == 1
    press(page, "Refresh")
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

    def gone(*_: object) -> None:
        raise DatabaseUnavailable(reason="gone")

    with monkeypatch.context() as broken:
        broken.setattr(Evaluating, "count", gone)
        settle(page)
        assert page.error
    assert not page.session_state["threshold_work"]
