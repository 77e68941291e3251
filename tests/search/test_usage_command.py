"""python -m search usage, as an operator and a watchdog meet it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from search.__main__ import main
from search.calls import OK, Call, Purpose, SearchRecord
from search.language import LANGUAGES, MESSAGES, Language
from search.store.store import Store
from search.usage.report import plain
from search.vectors import CLIP
from tests.catalogues import products, unit_vectors
from tests.fake_huggingface import FAULTS, TOKEN, FakeHuggingFace
from tests.recorded import a_search

Captured = pytest.CaptureFixture[str]

pytestmark = pytest.mark.usefixtures("on_database")


def write(
    store: Store,
    host: str,
    outcome: str = OK,
    *,
    seconds: float = 0.4,
    status: int | None = 200,
    detail: str = "",
) -> None:
    """Record a call that was made a minute ago; without a status it was not sent."""
    at = datetime.now(UTC) - timedelta(minutes=1)
    call = Call(
        uuid4(),
        at,
        "Hugging Face",
        host,
        CLIP,
        Purpose.SEARCH,
        outcome,
        seconds,
        reached=status is not None,
        status=status,
        detail=detail,
    )
    store.calls.write([call])


def test_before_anything_was_asked_all_is_well(capsys: Captured) -> None:
    """Exit code 0, and sentences that hold for nothing at all."""
    assert main(["usage"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Nothing was asked yet.\n")
    assert "This month (UTC), calls: 0. Left of 30,000: 30,000, until " in told
    assert "Calls: none." in told
    assert "Forecast" not in told


def test_everything_is_told_in_words(
    capsys: Captured, store: Store, fake: FakeHuggingFace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """State, quota, forecast, percentiles, outcomes and searches, in both languages."""
    for _ in range(3):
        write(store, fake.host)
    write(store, fake.host, "rate_limited", status=429)
    write(store, fake.host, seconds=0.4)
    record = SearchRecord(
        uuid4(),
        datetime.now(UTC) - timedelta(minutes=1),
        CLIP,
        OK,
        "page",
        "",
        remembered=False,
        encoder_seconds=0.4,
        database_seconds=0.01,
        rest_seconds=0.02,
        shown=5,
        above=0,
    )
    store.search_log.write([record])
    monkeypatch.setenv("DAILY_CALLS", "6")
    main(["usage", "--last", "hour"])
    told = capsys.readouterr().out
    for sentence in (
        f"{fake.model_url}, openai/clip-vit-base-patch32. Last success: ",
        "This month (UTC), calls: 5. Left of 30,000: 29,995, until ",
        "Today (UTC), calls: 5. Left of 6: 1, until ",
        "(soft limit: it only warns). That is close to the limit.",
        "; in 8 of 10 cases from ",
        "Calls saved by remembered photos this month: 0 (0%).",
        "Last hour:",
        "Warm calls: 4; seconds: p50 0.4, p90 0.4, p95 0.4, p99 0.4.",
        "Calls sent: 5, retries: 0, refused without being sent: 0. Answered (200): 4, Asked to ",
        "What the sent ones were for: searches: 5.",
        "1 time: Asked to slow down (429). Wait a minute and try again. Photos that",
        "Searches, everything included: 1; seconds: p50 0.43,",
        "Searches: 1; failed: 0; remembered: 0; nothing above the line: 1.",
    ):
        assert sentence in told
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    main(["usage"])
    told = capsys.readouterr().out
    assert "Сегодня (UTC), запросов: 5. Осталось из 6: 1" in told
    assert "знакомые фото: 0 (0\xa0%)." in told
    assert "1 раз: Просят помедленнее (429)." in told
    assert "Просят помедленнее (429): 1" in told


@pytest.mark.parametrize(
    ("fault", "code", "told"),
    [
        ("credits", 1, "Out of quota since "),
        ("credentials", 1, "Refusing since "),
    ],
)
def test_a_watchdog_hears_of_what_does_not_pass(
    capsys: Captured, fake: FakeHuggingFace, fault: str, code: int, told: str
) -> None:
    """Exit code 1, what happened, and the next step; the trial's stages come first."""
    fake.otherwise(FAULTS[fault])
    assert main(["usage", "--test"]) == code
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Attempt 1: ")
    state = next(line for line in lines if told in line)
    assert fake.host in state
    assert main(["usage"]) == code


def test_a_test_shows_every_stage(capsys: Captured, store: Store, fake: FakeHuggingFace) -> None:
    """The attempt, the check, the database; and the call is in the figures that follow."""
    store.products.add("test", products(unit_vectors(3)))
    assert main(["usage", "--test"]) == 0
    told = capsys.readouterr().out
    lines = told.splitlines()
    assert lines[0].startswith("Attempt 1: Answered (200), ")
    assert lines[1] == "The answer is a vector of openai/clip-vit-base-patch32."
    assert lines[2].startswith("The nearest picture of the catalogue has ")
    assert lines[3].startswith("All together: ")
    assert lines[5].startswith("Working since ")
    assert "Today (UTC), calls: 1." in told
    assert fake.count == 1
    assert TOKEN not in told


def test_slow_is_well_enough(capsys: Captured, store: Store, fake: FakeHuggingFace) -> None:
    """It is said, with the figure, and nobody is woken up."""
    write(store, fake.host, seconds=4.5)
    assert main(["usage"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Slow since ")
    assert "took 4.5 s or more; from 3 s on that is slow." in told


def test_a_hard_limit_is_told_apart_from_a_soft_one(
    capsys: Captured, store: Store, fake: FakeHuggingFace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same count is out of quota with QUOTA_STOPS, and only close to a limit without."""
    write(store, fake.host)
    monkeypatch.setenv("DAILY_CALLS", "1")
    assert main(["usage"]) == 0
    told = capsys.readouterr().out
    assert "it only warns). It is used up." in told
    assert "That is close" not in told
    monkeypatch.setenv("QUOTA_STOPS", "true")
    assert main(["usage"]) == 1
    told = capsys.readouterr().out
    assert told.startswith("Out of quota since ")
    assert "Today's limit is used up: 1 of 1 calls." in told
    assert "(hard limit: it refuses)" in told


def test_json_has_everything(capsys: Captured, store: Store, fake: FakeHuggingFace) -> None:
    """Every part of the page, with codes and ISO dates, and nothing that JSON does not know."""
    write(store, fake.host)
    assert main(["usage", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    parts = ["now", "quota", "span", "latency", "outcomes", "searches", "trial", "beside"]
    assert list(report) == parts
    assert report["now"]["state"] == "working"
    assert report["now"]["space"] == "openai/clip-vit-base-patch32"
    assert report["quota"]["month"]["left"] == 29_999
    assert report["latency"]["calls"]["p50"] == 0.4
    assert report["outcomes"]["totals"] == [{"outcome": "ok", "status": 200, "calls": 1}]
    assert (report["outcomes"]["sent"], report["outcomes"]["unsent"]) == (1, 0)
    assert report["outcomes"]["purposes"] == {"search": 1}
    assert datetime.fromisoformat(report["now"]["last_success"]).tzinfo is not None
    assert (report["trial"], report["beside"]) == (None, None)


def test_a_setting_that_cannot_be_used_is_a_state(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command answers, and says which one it is."""
    monkeypatch.setenv("ENCODER_DIALECT", "esperanto")
    assert main(["usage", "--test"]) == 1
    told = capsys.readouterr().out
    assert "Refusing. The setting ENCODER_DIALECT cannot be used" in told


def test_what_is_no_view_is_no_report() -> None:
    """A mistake in code is not printed as if it were a figure."""
    with pytest.raises(TypeError, match="object is no part of a report"):
        plain(object())


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_outcome_has_a_name(code: str) -> None:
    """In every language, no two alike."""
    names = Language(code, MESSAGES).entry("outcomes")
    assert len(set(names.values())) == len(names) == 22


def test_a_limit_that_is_used_up_is_not_foreseen(
    capsys: Captured, store: Store, fake: FakeHuggingFace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A soft one says where the month ends, a hard one nothing: nothing more is sent."""
    for _ in range(3):
        write(store, fake.host)
    monkeypatch.setenv("MONTHLY_CALLS", "2")
    main(["usage"])
    told = capsys.readouterr().out
    assert "It is used up." in told
    assert "Forecast for the end of the month: " in told
    assert "The limit is reached on" not in told
    monkeypatch.setenv("QUOTA_STOPS", "true")
    assert main(["usage", "--test"]) == 1
    told = capsys.readouterr().out
    assert "Forecast" not in told
    assert "Nothing was sent, so nothing was tested." in told


def test_moments_tell_their_zone(capsys: Captured, store: Store, fake: FakeHuggingFace) -> None:
    """Whoever reads it on another machine knows when it was."""
    write(store, fake.host)
    main(["usage"])
    told = capsys.readouterr().out
    assert re.search(r"Working since \d+ [A-Z][a-z]+ 20\d\d, \d\d:\d\d \S+\.", told)


def test_failures_of_one_thing_are_one_line(
    capsys: Captured, store: Store, fake: FakeHuggingFace
) -> None:
    """When, how often, what, the server's words if it had any, and what to do; five at most."""
    for _ in range(3):
        write(store, fake.host, "encoder_failed", status=500, detail="CUDA out of memory")
    for number in range(6):
        write(store, fake.host, "encoder_failed", status=501 + number)
    write(store, fake.host, "quota_spent", status=None, detail="@reasons.quota_month")
    main(["usage"])
    told = capsys.readouterr().out
    lines = told[told.index("What failed, the latest first:") :].splitlines()
    assert len(lines) == 1 + 5 + 1
    assert lines[-1] == "… and 3 more; --json has them."
    main(["usage", "--json"])
    assert len(json.loads(capsys.readouterr().out)["outcomes"]["troubles"]) == 8


def test_the_servers_words_are_the_servers(
    capsys: Captured, store: Store, fake: FakeHuggingFace
) -> None:
    """What Likeness itself had to say is not put into its mouth."""
    write(store, fake.host, "encoder_failed", status=500, detail="CUDA out of memory")
    write(store, fake.host, "quota_spent", status=None, detail="@reasons.quota_month")
    main(["usage"])
    told = capsys.readouterr().out
    assert told.count("The server said: “") == 1
    assert "(500). The server said: “CUDA out of memory”. Try again in a minute." in told
    assert "Refused by our own limit. Wait until " in told


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ((-0.2, -0.2), "the best similarity has been 0.20 lower (0.70 instead of 0.90)"),
        ((0.06, 0.06), "the best similarity has been 0.06 higher (0.96 instead of 0.90)"),
        ((-0.2, 0.0), "the best similarity was 0.20 lower (0.70 instead of 0.90)"),
    ],
)
def test_another_model_is_told(
    capsys: Captured, store: Store, changes: tuple[float, float], sentence: str
) -> None:
    """Since when, or from when to when, and by how much."""
    # Twelve hours from now: the month that is looked at begins amidst no day's searches, and no
    # day's fall into two.
    now = datetime.now(UTC)
    today = now.replace(hour=(now.hour + 12) % 24, minute=0)
    searches = []
    for day in range(30):
        changed = changes[0] * (12 <= day < 20) + changes[1] * (day >= 20)
        for number in range(21):
            best = 0.9 + 0.002 * (number - 10) + changed
            at = today - timedelta(days=30 - day) + timedelta(minutes=number)
            searches.append(a_search(at, best_similarity=best, best_score=best))
    store.search_log.write(searches)
    main(["usage", "--last", "month"])
    assert sentence in capsys.readouterr().out
    main(["usage", "--last", "month", "--json"])
    drift = json.loads(capsys.readouterr().out)["searches"]["drift"]
    assert drift["before"] == pytest.approx(0.9)
    assert (drift["until"] is None) == (changes[1] != 0)


def test_a_wrong_span_is_answered_with_the_choices(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the reader's words, and without the names of classes."""
    with pytest.raises(SystemExit):
        main(["usage", "--last", "year"])
    told = capsys.readouterr().err
    assert told.endswith("--last: year is none of the choices: hour, day, week, month\n")
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    with pytest.raises(SystemExit):
        main(["threshold", "--scale", "metres"])
    told = capsys.readouterr().err
    assert told.endswith("metres — такого выбора нет; есть: cosine, centred, relative\n")
