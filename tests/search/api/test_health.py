"""Whether the process lives, and whether searches can be made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
import requests

from search.api.health import readiness
from search.calls import BreakerState, utc_now
from search.engine import SearchEngine
from search.errors import DatabaseUnavailable, LikenessError, SettingError
from search.language import language
from search.metrics import Metrics
from search.scraping import Figures, Scraping
from search.usage.views import Breaker, Now, State, Why
from tests.fake_huggingface import TOKEN, FakeHuggingFace, status
from tests.serving import serving

Ask = Callable[..., requests.Response]
Paint = Callable[..., bytes]


@contextmanager
def asking(engine: Callable[[], SearchEngine]) -> Iterator[Ask]:
    """Serve the app's health, read anew each time, and yield what asks for it."""
    scraping = Scraping(Metrics(), engine, kept=0, patience=10)
    with serving(engine, scraping) as address, requests.Session() as session:
        yield lambda path, **asked: session.get(f"{address}/{path}", params=asked, timeout=20)


def test_a_process_lives_without_database_and_engine() -> None:
    """Whoever restarts what hangs must not restart what waits for a database."""

    def never() -> SearchEngine:
        raise AssertionError("nobody asks for the engine")

    with asking(never) as ask:
        answer = ask("healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_what_can_search_is_ready(http_engine: SearchEngine, fake: FakeHuggingFace) -> None:
    """Each part with a code and a sentence; the encoder is not asked for it."""
    with asking(lambda: http_engine) as ask:
        answer, russian = ask("readyz"), ask("readyz", language="ru")
    assert answer.status_code == russian.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert told["ready"] is True
    assert told["database"] == {"ready": True, "code": "ok", "sentence": "The database answers."}
    assert (told["encoder"]["ready"], told["encoder"]["code"]) == (True, "unknown")
    assert russian.json()["database"]["sentence"] == "База данных отвечает."
    assert fake.count == 0


def test_an_encoder_that_failed_just_now_is_not_ready(
    http_engine: SearchEngine, fake: FakeHuggingFace, picture: Paint
) -> None:
    """A revoked token is told with what to do, and without the token; a success ends it."""
    fake.script(status(401, {"error": "no"}))
    with asking(lambda: http_engine) as ask:
        with pytest.raises(LikenessError):
            http_engine.search(http_engine.reading.read(picture()))
        assert http_engine.journal.flush(10)
        answer = ask("readyz")
        http_engine.search(http_engine.reading.read(picture("blue")))
        assert http_engine.journal.flush(10)
        again = ask("readyz")
    told = answer.json()
    assert (answer.status_code, told["ready"]) == (503, False)
    assert told["database"]["ready"] is True
    assert told["encoder"]["code"] == "token_refused"
    assert "HUGGINGFACE_API_TOKEN" in told["encoder"]["sentence"]
    assert TOKEN not in answer.text
    assert (again.status_code, again.json()["encoder"]["code"]) == (200, "working")


def test_an_old_failure_keeps_nobody_away(
    http_engine: SearchEngine, fake: FakeHuggingFace, picture: Paint
) -> None:
    """Else nobody would ask, and nobody would learn that the encoder works again."""
    fake.otherwise(status(401, {"error": "no"}))
    with pytest.raises(LikenessError):
        http_engine.search(http_engine.reading.read(picture()))
    assert http_engine.journal.flush(10)
    figures = Scraping(Metrics(), lambda: http_engine, patience=10).recent()
    now, words = utc_now(), language("en")
    assert readiness(figures, words, now)["ready"] is False
    later = readiness(figures, words, now + timedelta(minutes=2))
    assert later["ready"] is True
    assert later["encoder"]["code"] == "token_refused"


def known(engine: SearchEngine) -> tuple[Figures, Now]:
    """Return what is read of an engine, and the encoder's part of it."""
    figures = Scraping(Metrics(), lambda: engine, patience=10).recent()
    assert figures.now
    return figures, figures.now


def test_a_breaker_that_is_open_is_not_ready(http_engine: SearchEngine) -> None:
    """Nothing is sent now, so nothing that is new can be searched, whatever was well before."""
    figures, now = known(http_engine)
    paused = Breaker(BreakerState.OPEN, utc_now() + timedelta(seconds=9), "encoder_failed")
    figures = replace(figures, now=replace(now, breaker=paused))
    told = readiness(figures, language("en"), utc_now())
    assert (told["ready"], told["encoder"]["ready"]) == (False, False)


def test_a_limit_that_is_used_up_is_not_ready(http_engine: SearchEngine) -> None:
    """It says how much of it, and when it begins anew."""
    figures, now = known(http_engine)
    why = Why("quota_day", {"used": 1000, "limit": 1000, "hours": 3.5})
    figures = replace(figures, now=replace(now, state=State.OUT_OF_QUOTA, why=why))
    told = readiness(figures, language("en"), utc_now())
    assert (told["ready"], told["encoder"]["code"]) == (False, "quota_day")
    assert "1,000 of 1,000" in told["encoder"]["sentence"]


def test_an_encoder_that_cannot_be_built_is_not_ready(http_engine: SearchEngine) -> None:
    """However long ago it was asked: nobody can ask it."""
    figures, now = known(http_engine)
    why = Why("encoder_broken", {"reason": "a file is missing"})
    now = replace(now, state=State.REFUSING, why=why)
    told = readiness(replace(figures, now=now, encoder=None), language("en"), utc_now())
    assert (told["ready"], told["encoder"]["code"]) == (False, "encoder_broken")
    assert told["database"]["ready"] is True


@pytest.mark.parametrize(
    "error", [DatabaseUnavailable(reason="gone"), SettingError(name="MAX_PIXELS", expected="…")]
)
def test_without_an_engine_nothing_is_ready(error: LikenessError) -> None:
    """The sentence is the one that a page would show."""

    def away() -> SearchEngine:
        raise error

    with asking(away) as ask:
        answer = ask("readyz")
    told = answer.json()["database"]
    assert answer.status_code == 503
    assert told == {
        "ready": False,
        "code": error.code,
        "sentence": language("en").error(error).sentence,
    }


def test_a_database_that_says_nothing_is_not_waited_for() -> None:
    """What is not known within seconds is not there."""
    told = readiness(Figures(), language("en"), utc_now())
    assert told["ready"] is False
    assert told["database"]["code"] == "database_unavailable"
    assert "no answer within two seconds" in told["database"]["sentence"]
