"""What each role may do on the pages, run by AppTest: the rest is absent, and says whose it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.running import get_engine
from search.access.caller import EVERYBODY, Caller
from search.encoders import Encoder
from search.encoders.builtin import BuiltinEncoder
from search.evaluation import Source, SourceKind
from search.judgement import Judgement, Origin, Verdict
from search.store.store import Store
from search.vectors import CLIP
from tests.fake_huggingface import FakeHuggingFace, status
from tests.pages.callers import ANALYST, OPERATOR, PERSON, VIEWER, Door, guest
from tests.pages.search_page import a_picture, stock, upload
from tests.pages.test_access import labels, said
from tests.pages.test_catalogue import fill
from tests.pages.test_threshold import press, settle
from tests.search.conftest import PixelEncoder

Open = Callable[..., AppTest]

WHO_SAVES = "Saving a threshold, or returning to an earlier one, is for analysts and operators."
WHO_JUDGES = "Saying which products match is for analysts and operators."
WHO_RUNS = "Changing the catalogue is for operators"
LAST_PHOTO = "pages.parts.tuning.sources.last_photo"
SET = Source(SourceKind.SET, "set:1", "Autumn", 7)


@pytest.mark.parametrize(
    ("who", "is_judged", "name"),
    [
        (guest(), False, None),
        (VIEWER, False, "Anna Example"),
        (ANALYST, True, "Anna Example"),
        (EVERYBODY, True, None),
    ],
)
def test_whoever_may_judge_does_so_by_their_name(  # noqa: PLR0917 - fixtures
    open_page: Open,
    store: Store,
    door: Door,
    told: list[dict[str, Any]],
    who: Caller,
    is_judged: bool,  # noqa: FBT001 - one of the cases
    name: str | None,
) -> None:
    """Signed in they are not asked for it; others have no photo to judge by, and no verdicts."""
    stock(store, PixelEncoder())
    door.caller = OPERATOR
    page = upload(open_page("search", PixelEncoder()).run(), a_picture("red"))
    photo, card = bytes.fromhex(told[-1]["photo"]), told[-1]["cards"][0]
    product = int(card.product_id)
    get_engine().judging.record(
        Judgement(uuid4(), photo, product, Verdict.MATCH, "Boris", CLIP, Origin.SEARCH)
    )
    door.caller = who
    page.run()
    assert not page.exception
    shown = told[-1]
    assert (shown["photo"] is not None, bool(shown["verdicts"])) == (is_judged, is_judged)
    assert shown["analyst"] == name


@pytest.fixture
def threshold(open_page: Open, store: Store, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """Open the threshold page on three products and two thresholds, not run yet."""
    stock(store, PixelEncoder())
    page = open_page("threshold", PixelEncoder())
    engine = get_engine()
    photo = engine.reading.read(a_picture("red"))
    engine.search(photo)
    engine.keep_photo(photo)
    for value in (0.7, 0.8):
        engine.thresholds.save(value, who="Boris", why="Fewer")
    # Those who see nobody else's searches have a photo of their own as well.
    monkeypatch.setattr(LAST_PHOTO, lambda: photo.fingerprint)
    return page


def test_a_viewer_sees_what_was_saved_and_who_may_save(threshold: AppTest, door: Door) -> None:
    """Nothing to fill in, to press, to take along or to judge; one sentence for each of it."""
    door.caller = VIEWER
    page = settle(threshold)
    told = said(page)
    assert "Boris" in told
    assert "**0.70**" in told
    assert WHO_JUDGES in told
    assert WHO_SAVES in told
    assert not page.text_input
    assert not page.file_uploader
    assert not page.get("download_button")
    assert labels(page) == ["Refresh"]


def test_a_viewer_is_not_told_to_judge(threshold: AppTest, door: Door) -> None:
    """Sentences that ask for judgements do not ask those who may give none."""
    door.caller = ANALYST
    assert "judge some more" in said(settle(threshold))
    door.caller = VIEWER
    told = said(settle(threshold))
    assert "judge some more" not in told
    assert "Comparing scales needs more judged photos: choose an evaluation set." in told


def test_an_analyst_signs_by_their_name(open_page: Open, store: Store, door: Door) -> None:
    """Saving asks for a reason alone, and the history says who it was; so does going back."""
    stock(store, PixelEncoder())
    door.caller = ANALYST
    page = open_page("threshold", PixelEncoder())
    page.session_state["who"] = "Somebody else"
    engine = get_engine()
    photo = engine.reading.read(a_picture("red"))
    engine.search(photo)
    settle(page)
    assert [field.label for field in page.text_input] == ["Why this value"]
    assert "Kept with your name, Anna Example." in said(page)
    page.text_input[0].set_value("A start")
    press(page, "Save ")
    first = engine.thresholds.active()
    assert (first.who, first.why) == ("Anna Example", "A start")
    engine.thresholds.save(0.9, who="Boris", why="Fewer")
    settle(page)
    press(page, "Return to this")
    assert engine.thresholds.history()[0].who == "Anna Example"
    assert engine.thresholds.active().value == first.value


def test_a_role_that_is_gone_saves_nothing(threshold: AppTest, door: Door) -> None:
    """A page that is still open is no way around: what is pressed on it does nothing."""
    door.caller = ANALYST
    page = settle(threshold)
    thresholds = get_engine().thresholds
    before = len(thresholds.history())
    button = next(one for one in page.button if one.label == "Return to this")
    door.caller = VIEWER
    button.click().run()
    assert not page.exception
    assert len(thresholds.history()) == before


@pytest.mark.parametrize("who", [guest(), VIEWER])
def test_only_those_who_judge_see_what_others_searched_with(
    threshold: AppTest, door: Door, who: Caller
) -> None:
    """Others have neither their photos as a source, nor what a line would change for them."""
    own = "The photo on the search page"
    threshold.query_params["line"] = "0.50"  # another one than holds
    door.caller = ANALYST
    page = settle(threshold)
    assert len(page.selectbox[0].options) > 1
    assert "last search" in said(page)
    door.caller = who
    page = settle(threshold)
    assert page.selectbox[0].options == [own]
    assert "last search" not in said(page)


def test_a_guest_reads_the_line_and_its_day(threshold: AppTest, door: Door) -> None:
    """Who of the house set it, and why, is not for whoever was sent a demo link."""
    door.caller = guest()
    told = said(settle(threshold))
    assert re.search(r"Now: \*\*0\.80\*\* · Cosine — \d", told)
    assert "**0.70**" in told
    assert "Boris" not in told
    assert "Fewer" not in told


@pytest.mark.parametrize(("who", "is_signed"), [(guest(), False), (VIEWER, True)])
def test_a_search_tells_guests_the_line_alone(  # noqa: PLR0917 - fixtures
    open_page: Open,
    store: Store,
    door: Door,
    told: list[dict[str, Any]],
    who: Caller,
    is_signed: bool,  # noqa: FBT001 - one of the cases
) -> None:
    """And what a tab keeps is kept for each person, so that nobody meets another's line in it."""
    stock(store, PixelEncoder())
    door.caller = who
    upload(open_page("search", PixelEncoder()).run(), a_picture("red"))
    assert told[-1]["is_signed"] == is_signed
    assert told[-1]["reader"] == (PERSON[:12] if is_signed else "demo")


@pytest.mark.parametrize(("who", "begins"), [(guest(), "data:image/"), (VIEWER, "api/photos/")])
def test_a_guest_sees_the_photo_of_a_search_that_they_were_sent(  # noqa: PLR0917 - fixtures
    open_page: Open,
    store: Store,
    door: Door,
    told: list[dict[str, Any]],
    who: Caller,
    begins: str,
) -> None:
    """It is in the page itself: guests fetch no photo by its fingerprint."""
    stock(store, PixelEncoder())
    page = open_page("search", PixelEncoder())
    photo = get_engine().reading.read(a_picture("red"))
    search = get_engine().search(photo)
    get_engine().keep_photo(photo)
    door.caller = who
    page.query_params["search"] = str(search.id)
    page.run()
    assert not page.exception
    assert told[-1]["picture"].startswith(begins)


@pytest.mark.parametrize(("who", "sources"), [(guest(), 0), (VIEWER, 1)])
def test_a_guest_looks_at_no_photo_by_its_fingerprint(
    threshold: AppTest, door: Door, monkeypatch: pytest.MonkeyPatch, who: Caller, sources: int
) -> None:
    """A link to the evidence of a photo that others searched with is for those of the house."""
    photo = get_engine().history.list("")[0].subject.fingerprint
    monkeypatch.setattr(LAST_PHOTO, lambda: None)
    threshold.query_params["source"] = f"photo:{photo.hex()}"
    door.caller = who
    assert len(settle(threshold).selectbox) == sources


def test_photos_are_sent_to_a_server_by_viewers_only(  # noqa: PLR0917 - fixtures
    open_page: Open,
    store: Store,
    fake: FakeHuggingFace,
    encoder: Encoder,
    door: Door,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each is a call: a guest is told whose it is to make them, and nothing is measured."""
    monkeypatch.setattr("search.evaluating.Evaluating.sets", lambda _: [SET])
    monkeypatch.setattr("search.evaluating.Evaluating.to_encode", lambda *_: 7)
    with fake:
        stock(store, encoder)
        door.caller = guest()
        page = settle(open_page("threshold", encoder))
        assert "Searching with several photos at once is for viewers" in said(page)
        assert "Send 7 photos" not in labels(page)
        assert not page.header
        door.caller = VIEWER
        assert "Send 7 photos" in labels(page.run())


@pytest.mark.parametrize(
    ("language", "told"), [("en", WHO_RUNS), ("ru", "Менять каталог могут операторы")]
)
def test_a_viewer_sees_the_catalogue_and_changes_nothing(  # noqa: PLR0917 - fixtures
    open_page: Open,
    store: Store,
    fake: FakeHuggingFace,
    encoder: Encoder,
    door: Door,
    language: str,
    told: str,
) -> None:
    """What is missing and what is left out is told, with the reason; there is nothing to press."""
    with fake:
        fill(store, 3)
        fake.script(status(422, "no"))
        door.caller = OPERATOR
        page = open_page("catalogue", encoder, language).run()
        assert len(labels(page)) == 1
        door.caller = VIEWER
        page.run()
        assert page.warning
        assert labels(page) == []
        get_engine().indexing.run(lambda _: None)
        door.caller = OPERATOR
        page.run()
        assert len(labels(page)) == 4  # try again, encode afresh, check, measure
        door.caller = VIEWER
        page.run()
    assert labels(page) == []
    assert page.expander
    assert told in said(page)


def test_a_viewer_watches_a_run_and_cannot_stop_it(
    open_page: Open, store: Store, door: Door
) -> None:
    """How far it is is everybody's to see."""
    fill(store, 3)
    store.index_runs.begin(uuid4(), CLIP, "elsewhere:77", 300)
    door.caller = VIEWER
    page = open_page("catalogue", PixelEncoder()).run()
    assert "elsewhere:77 is indexing" in said(page)
    assert labels(page) == []


def test_an_empty_catalogue_is_filled_by_operators(open_page: Open, door: Door) -> None:
    """Others see that it is empty."""
    door.caller = VIEWER
    page = open_page("catalogue", BuiltinEncoder()).run()
    assert "The catalogue is empty" in said(page)
    assert labels(page) == []
