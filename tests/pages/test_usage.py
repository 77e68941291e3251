"""The usage page, run by AppTest: what it says of state, quota, times, outcomes and searches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.running import get_engine
from search.calls import BreakerState
from search.encoders.builtin import BuiltinEncoder
from search.errors import DatabaseUnavailable
from search.language import Fact
from search.usage.views import Allowance, Breaker, State, Why
from tests.pages.played_monitoring import HOST, PlayedMonitoring, a_failure, quota, working
from tests.pages.usage_page import OpenUsage, html, labels, said, went_well

Open = Callable[..., AppTest]

TOKEN_REFUSED = Why("token_refused", {"host": HOST, "setting": "HUGGINGFACE_API_TOKEN"})


@pytest.mark.parametrize(
    ("state", "why", "sentences"),
    [
        (State.WORKING, Why("", {}), ["Working", "The latest calls were answered"]),
        (
            State.SLOW,
            Why("slow", {"seconds": 4.2, "limit": 3.0}),
            ["Slow", "took 4.2 s or more", "from 3 s on"],
        ),
        (
            State.WAKING,
            Why("model_waking", {"host": HOST}),
            ["Waking up", f"The model at {HOST} is still waking up.", "Try again in a minute"],
        ),
        (State.REFUSING, TOKEN_REFUSED, ["Refusing", "refused the token", "HUGGINGFACE_API_TOKEN"]),
        (
            State.OUT_OF_QUOTA,
            Why("quota_day", {"used": 1000, "limit": 1000, "hours": 7.5}),
            ["Out of quota", "1,000 of 1,000", "begins anew in 7.5 h", "DAILY_CALLS"],
        ),
        (
            State.UNREACHABLE,
            Why("encoder_unreachable", {"host": HOST, "reason": "@reasons.network_refused"}),
            ["Unreachable", "it refuses the connection", "Check the network"],
        ),
        (State.UNREACHABLE, Why("breaker", {}), ["without being tried"]),
        (State.REFUSING, Why("never_heard_of", {}), ["Likeness has no words for yet"]),
        (State.UNKNOWN, Why("", {}), ["Not asked yet", "press “Test now”"]),
    ],
)
def test_the_state_is_a_word_with_its_reason_and_next_step(
    usage: OpenUsage, state: State, why: Why, sentences: list[str]
) -> None:
    """Each state says what is the matter, what it is about, and since when."""
    page = usage(PlayedMonitoring(working(state=state, why=why)))
    for sentence in (*sentences, f"https://{HOST}/models", "openai/clip-vit-base-patch32"):
        assert sentence in said(page)
    assert "for 3 h (since " in said(page)
    assert f'class="usage-now {state}"' in html(page)


def test_a_full_page_in_english(usage: OpenUsage) -> None:
    """Every section has its figures, and every table can be downloaded."""
    failures = [a_failure("model_waking", number) for number in range(1, 6)]
    page = usage(PlayedMonitoring(failed=failures))
    headers = [header.value for header in page.header]
    assert headers == ["Quota this month", "Latency", "Outcomes", "Searches"]
    for sentence in (
        "of 30,000",
        "As of ",
        "The limit will not be reached: about 24,300 of 30,000 by the end of",
        "in 8 of 10 cases 22,000–26,700.",
        "saved 4,120 calls this month: 14%",
        "Soft limit, on: from 80%",
        "Hard limit, off",
        "those of UTC",
        "≈ 1.3 s",
        "7 cold starts; the longest took 41 s. They are not in the percentiles.",
        "1.3 s for the encoder, 24 ms for the database, 11 ms for everything else",
        "41 of them retries",
        "paused, 2 probes · Cannot be reached · web-1:412",
        "… and 1 earlier pause",
        "5 times",
        "Root=1-0001",
        "and 2 more in the CSV file",
        "Model is currently loading",
        "Range of what follows: ",
        "Searches, everything included",
        "21 of 1,913 searches failed. ",
        "1,913 searches. 21 of them failed.",
        "3.4% of 1,892",
        "median similarity between 0.81 and 0.84",
        "HTTP interface",
        "31×",
    ):
        assert sentence in said(page), sentence
    assert labels(page) == [
        f"{name} (CSV)"
        for name in (
            "Days",
            "Times",
            "Outcomes",
            "Failures",
            "Circuit breaker",
            "Searches",
            "Origins",
            "Products",
        )
    ]


def test_a_full_page_in_russian(usage: OpenUsage) -> None:
    """Nothing is left in English but what is a name; numbers have commas and plurals agree."""
    failures = [a_failure("encoder_unreachable", 1, detail="@reasons.network_refused", status=None)]
    page = usage(PlayedMonitoring(failed=failures), "ru")
    assert page.title[0].value == "Использование"
    for sentence in (
        "Работает",
        "уже 3 ч (с ",
        "24 300 из 30 000",
        "в 8 случаях из 10 — 22 000–26 700",
        "4 120 запросов: 14 %",
        "≈ 1,3 с",
        "24 мс — база",
        "7 холодных стартов, самый долгий занял 41 с",
        "пауза, 2 проверки · Нет связи",
        "медиана сходства от 0,81 до 0,84",
        "1 913 поисков",
        "Футболка",
    ):
        assert sentence in said(page), sentence
    assert "он не принимает соединение" not in said(page)  # a reason of ours, no server's words


def test_a_test_that_sent_nothing_tested_nothing(usage: OpenUsage) -> None:
    """Our own limit refuses before anything is tried; what stands above is not repeated."""
    spent = {"status": None, "reached": False, "seconds": 0.01}
    facts: dict[str, Fact] = {"used": 1, "limit": 1, "period": "", "resets": ""}
    trial = replace(
        went_well([a_failure("quota_spent", 1, **spent)]),
        failed="quota_spent",
        facts=facts,
        nearest=None,
        checked=False,
    )
    page = usage(PlayedMonitoring(trials=trial))
    next(button for button in page.button if button.label == "Test now").click().run()
    assert "nothing was sent" in said(page)
    assert "it does not work" not in said(page)
    assert "own limit" in said(page)
    why = Why("quota_month", {"used": 1, "limit": 1, "hours": 5.0})
    page = usage(PlayedMonitoring(working(state=State.OUT_OF_QUOTA, why=why), trials=trial))
    next(button for button in page.button if button.label == "Test now").click().run()
    assert "nothing was sent" in said(page)
    assert "own limit" not in said(page)
    refused = working(state=State.REFUSING, why=TOKEN_REFUSED)
    calls = [a_failure("token_refused", 1, status=401)]
    trial = replace(went_well(calls), failed="token_refused", facts=TOKEN_REFUSED.facts)
    page = usage(PlayedMonitoring(refused, trials=trial))
    next(button for button in page.button if button.label == "Test now").click().run()
    assert said(page).count("refused the token (401).") == 1


def test_an_empty_database_gets_sentences_and_no_empty_axes(usage: OpenUsage) -> None:
    """A fresh start says that there is nothing yet, and offers nothing empty to download."""
    nothing = quota(
        month=Allowance(0, 30_000, datetime.now(UTC) + timedelta(days=5)),
        by_day={datetime.now(UTC).date(): 0},
        forecast=None,
        saved=0,
        saved_share=0.0,
    )
    unknown = working(state=State.UNKNOWN, since=None, last_success=None, last_call=None)
    page = usage(PlayedMonitoring(unknown, nothing, empty=True))
    for sentence in (
        "Not asked yet",
        "No call has been made this month yet",
        "There was no call in this range.",
        "Nothing failed in this range.",
        "Nobody searched in this range.",
    ):
        assert sentence in said(page)
    assert not page.get("bidi_component")
    assert labels(page) == ["Days (CSV)"]


def test_the_built_in_encoder_calls_nobody(usage: OpenUsage) -> None:
    """That no call leaves the machine is said plainly, and there is no quota."""
    state = working(encoder="built-in", address="")
    page = usage(PlayedMonitoring(state, quota(counts=False)))
    assert "no call leaves this machine" in said(page)
    assert "there is nothing to count" in said(page)
    assert "of 30,000" not in said(page)
    assert "встроенный" in said(usage(PlayedMonitoring(state, quota(counts=False)), "ru"))


def test_a_paused_breaker_says_until_when(usage: OpenUsage) -> None:
    """The time is the reader's."""
    until = datetime(2026, 11, 25, 14, 32, 5, tzinfo=UTC)
    page = usage(PlayedMonitoring(working(breaker=Breaker(BreakerState.OPEN, until))))
    assert "Calls are paused until 14:32:05" in said(page)
    page = usage(PlayedMonitoring(working(breaker=Breaker(BreakerState.PROBING))))
    assert "One call is under way" in said(page)


def test_what_others_wrote_stays_text(usage: OpenUsage) -> None:
    """A server's answer and a product's name are neither markup nor a script."""
    failures = [a_failure("bad_answer", 1, detail="<img src=x onerror=alert(1)>", request_id="<i>")]
    refused = Why("token_refused", {**TOKEN_REFUSED.facts, "detail": "<script>x</script>"})
    page = usage(PlayedMonitoring(working(state=State.REFUSING, why=refused), failed=failures))
    for markup in ("<script>", "<img src=x", "<i>", "<b>"):
        assert markup not in html(page)
    assert "&lt;script&gt;" in html(page)


def test_a_database_that_is_away_takes_nothing_that_was_seen(usage: OpenUsage) -> None:
    """The sentence comes, the last figures stay with their time, and all is well afterwards."""
    played = PlayedMonitoring()
    page = usage(played)
    played.error = DatabaseUnavailable(reason="connection refused")
    page.run()
    assert "The database does not answer: connection refused." in page.error[0].value
    assert any("was read at" in caption.value for caption in page.caption)
    assert "24,300" in said(page)
    played.error = None
    page.run()
    assert not page.error


def test_without_the_database_the_encoder_is_still_named(usage: OpenUsage) -> None:
    """What the page can know without it, it says; testing is still offered."""
    page = usage(PlayedMonitoring(error=DatabaseUnavailable(reason="connection refused")))
    assert "in this program" in said(page)
    assert any(button.label == "Test now" for button in page.button)
    assert not page.header


def test_a_test_shows_every_stage_and_stays(usage: OpenUsage) -> None:
    """Attempts with status and time, the waiting between them, the answer and the database."""
    calls = [
        a_failure("model_waking", 1, seconds=0.21, request_id="Root=1-a"),
        a_failure("ok", 2, attempt=2, status=200, seconds=1.31),
    ]
    played = PlayedMonitoring(trials=went_well(calls))
    page = usage(played)
    next(button for button in page.button if button.label == "Test now").click().run()
    for _ in range(2):
        for sentence in (
            "it works. Everything took 6.9 s.",
            "Attempt 1: Model waking up",
            "503, 210 ms · request Root=1-a",
            "Attempt 2: Answered",
            "200, 1.3 s",
            "Waiting between the attempts",
            "vector of the right space",
            "similarity 0.61",
            "18 ms",
        ):
            assert sentence in said(page), sentence
        page.run()
    played.trials = replace(went_well(calls[:1]), failed="token_refused", facts=TOKEN_REFUSED.facts)
    next(button for button in page.button if button.label == "Test now").click().run()
    assert "it does not work" in said(page)
    assert f"{HOST} refused the token (401)." in said(page)


def test_a_fresh_clone_after_three_searches(open_page: Open) -> None:
    """The real service on the built-in encoder: what was searched is there, nothing is wrong."""
    page = open_page("usage", BuiltinEncoder())
    engine = get_engine()
    engine.load_demo()
    keys = [sample.key for sample in engine.samples()[:2]]
    for key in (*keys, keys[0]):
        engine.search(engine.reading.read(engine.sample(key) or b""))
    page.run()
    assert not page.exception
    assert not page.error
    for sentence in (
        "Working",
        "no call leaves this machine",
        "there is nothing to count",
        "2 warm calls: half within",
        "No cold starts.",
        "No search failed. 2 calls, inside this program: 100% answered with a vector.",
        "By purpose: searches 2.",
        "Remembered, no call needed",
        "Nothing failed in this range.",
        "3 searches. None failed.",
        "api/pictures/",
    ):
        assert sentence in said(page) + html(page), sentence
    next(button for button in page.button if button.label == "Test now").click().run()
    assert "it works" in said(page)
    assert "The database finds the nearest picture" in said(page)
