"""The hard limit is exact, whoever asks at once."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from search.calls import OK, UNDER_WAY
from search.encoders.http import HttpEncoder
from search.engine import SearchEngine
from search.errors import DatabaseForbidden, DatabaseUnavailable, EncoderUnreachable, QuotaSpent
from search.language import LANGUAGES, language
from search.quota_guard import QuotaGuard
from search.settings import Settings
from search.store.store import Store
from tests.catalogues import products, unit_vectors
from tests.embedded_apps import ROOT
from tests.fake_huggingface import FAULTS, FakeHuggingFace, vector
from tests.recorded import HOST, NOON, a_call

Paint = Callable[..., bytes]
LIMIT = 10


@pytest.fixture
def limited(settings: Settings) -> Settings:
    """Return settings with a hard limit of LIMIT calls a month."""
    return settings.model_copy(
        update={"quota_stops": True, "monthly_calls": LIMIT, "daily_calls": 0}
    )


@pytest.fixture
def engine(store: Store, limited: Settings, fake: FakeHuggingFace) -> Iterator[SearchEngine]:
    """Return an engine with that limit, whose encoder asks the fake server."""
    store.products.add("test", products(unit_vectors(5)))
    encoder = HttpEncoder(fake.model_url, sleep=lambda _: None)
    engine = SearchEngine(limited, store, encoder)
    yield engine
    engine.close()


def outcomes(store: Store) -> Counter[tuple[str, bool]]:
    """Count the calls in the database by outcome and whether they count."""
    with store.database.connection() as connection:
        rows = connection.execute("SELECT outcome, reached FROM likeness.calls").fetchall()
    return Counter((outcome, reached) for outcome, reached in rows)


def search(engine: SearchEngine, paint: Paint, number: int) -> bool:
    """Search with a photo of its own number; return whether that was allowed."""
    try:
        engine.search(engine.reading.read(paint((number, 0, 0))))
    except QuotaSpent:
        return False
    return True


def test_sixteen_threads_at_the_limit_get_exactly_the_limit(
    engine: SearchEngine, fake: FakeHuggingFace, picture: Paint
) -> None:
    """The one call too many is not sent, and each refusal is on record."""
    with ThreadPoolExecutor(16) as people:
        allowed = sum(people.map(lambda number: search(engine, picture, number), range(32)))
    assert allowed == fake.count == LIMIT
    assert engine.journal.flush(20)
    assert outcomes(engine.store) == {(OK, True): LIMIT, ("quota_spent", False): 32 - LIMIT}


def test_a_photo_that_is_known_goes_on_working(
    engine: SearchEngine, fake: FakeHuggingFace, picture: Paint
) -> None:
    """The limit is about calls; what was encoded before needs none."""
    for number in range(LIMIT):
        assert search(engine, picture, number)
    assert not search(engine, picture, LIMIT)
    assert search(engine, picture, 0)
    assert fake.count == LIMIT


def test_every_retry_takes_a_place(
    engine: SearchEngine, fake: FakeHuggingFace, picture: Paint
) -> None:
    """A server that fails uses the limit up as fast as it counts."""
    fake.script(*[FAULTS["internal"]] * 3, *[vector()] * 6, FAULTS["bad_gateway"])
    assert sum(search(engine, picture, number) for number in range(10)) == LIMIT - 4
    assert fake.count == LIMIT


def test_what_did_not_reach_the_server_gives_its_place_back(
    engine: SearchEngine, fake: FakeHuggingFace, picture: Paint
) -> None:
    """A place is kept while a call is under way, and not for one that nobody can have counted."""
    fake.go_down()
    with pytest.raises(EncoderUnreachable):
        engine.search(engine.reading.read(picture()))
    fake.come_back()
    assert engine.journal.flush(20)
    assert sum(search(engine, picture, number) for number in range(LIMIT + 3)) == LIMIT


PROGRAM = """
import sys
from concurrent.futures import ThreadPoolExecutor
from PIL import Image
from search.encoders.http import HttpEncoder
from search.engine import SearchEngine
from search.errors import QuotaSpent
from search.photo import Photo
from search.settings import Settings
from search.store.database import Database
from search.store.store import Store

conninfo, url, first = sys.argv[1], sys.argv[2], int(sys.argv[3])
settings = Settings(quota_stops=True, monthly_calls=0, daily_calls=10)
engine = SearchEngine(settings, Store.on(Database(conninfo)), HttpEncoder(url))
engine.encoder
print("ready", flush=True)
sys.stdin.readline()

def search(number):
    try:
        engine.search(Photo(Image.new("RGB", (64, 64), (first, number, 0))))
    except QuotaSpent:
        return False
    return True

with ThreadPoolExecutor(8) as people:
    print(sum(people.map(search, range(16))), flush=True)
engine.close()
"""


def test_two_processes_at_the_limit_get_exactly_the_limit(
    store: Store, conninfo: str, fake: FakeHuggingFace
) -> None:
    """What one process takes is not there for the other, to the call."""
    store.products.add("test", products(unit_vectors(5)))
    apps = [
        subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", PROGRAM, conninfo, fake.model_url, str(number)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(2)
    ]
    for app in apps:
        assert app.stdout
        assert app.stdout.readline() == "ready\n"
    for app in apps:
        assert app.stdin
        app.stdin.write("\n")
        app.stdin.flush()
    allowed = [int(app.communicate(timeout=60)[0]) for app in apps]
    assert sum(allowed) == fake.count == LIMIT
    assert outcomes(store) == {(OK, True): LIMIT, ("quota_spent", False): 32 - LIMIT}


def test_a_call_that_was_cut_off_keeps_its_place(store: Store, limited: Settings) -> None:
    """After a kill nobody knows whether the server counted it: it is taken to have."""
    guard = QuotaGuard(store.calls, limited)
    for _ in range(LIMIT):
        guard.admit(a_call())
    with pytest.raises(QuotaSpent):
        guard.admit(a_call())


MONTHS_END = datetime(2024, 2, 29, 23, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("limits", "moment", "period", "resets"),
    [
        ({"monthly_calls": 1}, NOON, "month", "2026-10-01 00:00 UTC"),
        ({"monthly_calls": 1}, MONTHS_END, "month", "2024-03-01 00:00 UTC"),
        ({"daily_calls": 1}, NOON, "day", "2026-09-16 00:00 UTC"),
        ({"daily_calls": 1}, MONTHS_END, "day", "2024-03-01 00:00 UTC"),
        ({"daily_calls": 1}, datetime(2026, 12, 31, 5, tzinfo=UTC), "day", "2027-01-01 00:00 UTC"),
    ],
)
def test_the_refusal_says_which_limit_and_until_when(
    limits: dict[str, int],
    moment: datetime,
    period: str,
    resets: str,
    *,
    store: Store,
    settings: Settings,
) -> None:
    """In every language it names number, period and moment, and no account is blamed."""
    none = {"quota_stops": True, "monthly_calls": 0, "daily_calls": 0}
    guard = QuotaGuard(store.calls, settings.model_copy(update=none | limits))
    guard.admit(a_call(started_at=moment))
    with pytest.raises(QuotaSpent) as caught:
        guard.admit(a_call(started_at=moment))
    assert caught.value.facts == {
        "host": HOST,
        "used": 1,
        "limit": 1,
        "period": f"@reasons.quota_{period}",
        "resets": resets,
    }
    for code in LANGUAGES:
        sentence = language(code).error(caught.value).sentence
        assert all(told in sentence for told in ("QUOTA_STOPS", HOST, resets))
        assert language(code).text(f"reasons.quota_{period}") in sentence
        assert "@" not in sentence
    guard.admit(a_call(started_at=moment + timedelta(days=31)))


def test_a_soft_limit_refuses_nothing(store: Store, settings: Settings) -> None:
    """Without QUOTA_STOPS calls go on; each is counted before it is sent, come what may."""
    guard = QuotaGuard(store.calls, settings.model_copy(update={"monthly_calls": 1}))
    for _ in range(3):
        guard.admit(a_call())
    assert outcomes(store) == {(UNDER_WAY, True): 3}


def test_without_a_database_a_soft_limit_lets_calls_through(
    store: Store, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """They are counted when they are over, from memory; the log says so."""
    store.database.close()
    QuotaGuard(store.calls, settings).admit(a_call())
    assert "a call is counted when it is over" in caplog.text


def test_without_a_database_nothing_is_sent(
    engine: SearchEngine, fake: FakeHuggingFace, picture: Paint, conninfo: str
) -> None:
    """What cannot be counted is not asked for: a limit that is open to chance is none."""
    photo = engine.reading.read(picture())
    encoder = engine.encoder
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("ALTER TABLE likeness.calls RENAME TO calls_away")
        with pytest.raises(DatabaseForbidden):
            encoder.encode(photo)
        connection.execute("ALTER TABLE likeness.calls_away RENAME TO calls")
    engine.store.database.close()
    with pytest.raises(DatabaseUnavailable):
        encoder.encode(photo)
    assert fake.count == 0
