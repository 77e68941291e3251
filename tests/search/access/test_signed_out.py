"""A sign-in that was ended opens nothing, in whichever process, whoever still has its cookie."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from search.access.identifying import PATIENCE_SECONDS
from search.access.signed_out import KEPT, SignedOut
from search.calls import utc_now
from search.errors import DatabaseUnavailable, StoreError
from search.settings import MOST_SIGN_IN_HOURS
from search.store.database import Database
from search.store.sign_outs import SignOuts
from search.store.store import Store
from tests.asgi import run
from tests.embedded_apps import until
from tests.locks import until_waiting
from tests.restarts import Stop, own_server

ONE, TWO, THREE = (bytes([n]) * 32 for n in (1, 2, 3))
SHORT = 0.05

Start = Callable[..., SignedOut]


@pytest.fixture
def start(conninfo: str) -> Iterator[Start]:
    """Return what starts a process: all of them share a database, and nothing else."""
    with ExitStack() as stores:

        def started(
            now: Callable[[], datetime] = utc_now, patience: float = PATIENCE_SECONDS
        ) -> SignedOut:
            store = Store.on(Database(conninfo))
            stores.callback(store.close)
            return SignedOut(lambda: store.sign_outs, now=now, patience=patience)

        yield started


def has_shared(here: SignedOut) -> bool:
    """Let a process share, and tell whether that worked."""
    try:
        here.share()
    except StoreError:
        return False
    return True


def nowhere() -> SignOuts:
    """Have no database."""
    raise DatabaseUnavailable(reason="gone")


def test_it_ends_here_at_once_and_elsewhere_when_that_is_read(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    """And in whatever starts afterwards, such as the same process once more; no other one does."""
    here, elsewhere = start(), start()
    assert not elsewhere.ask(ONE)
    run(here.end(ONE))
    assert (here.ask(ONE), here.ask(TWO)) == (True, False)
    assert not elsewhere.ask(ONE)  # nobody waits for the database a second time
    elsewhere.share()
    assert (elsewhere.ask(ONE), elsewhere.ask(TWO)) == (True, False)
    run(elsewhere.end(TWO))
    restarted = start()
    assert (restarted.ask(ONE), restarted.ask(TWO), restarted.ask(THREE)) == (True, True, False)
    assert caplog.text == ""  # which has a line only for what does not hold everywhere yet


def test_it_is_remembered_as_long_as_any_cookie_can_hold(start: Start) -> None:
    """Also where SIGN_IN_HOURS is made longer later, and no longer than that."""
    moment = datetime.now(UTC)
    here = start(now=lambda: moment)
    run(here.end(ONE))
    moment += timedelta(hours=MOST_SIGN_IN_HOURS)
    run(here.end(TWO))
    assert ONE in here
    moment += KEPT - timedelta(hours=MOST_SIGN_IN_HOURS) + timedelta(minutes=1)
    run(here.end(THREE))
    assert (ONE in here, TWO in here) == (False, True)


def test_before_anything_was_read_nobody_guesses(start: Start) -> None:
    """A process that starts without its database lets in nobody who may have signed out."""
    away = SignedOut(nowhere)
    run(away.end(ONE))
    assert away.ask(ONE)  # that much is known
    with pytest.raises(DatabaseUnavailable):
        away.ask(TWO)
    assert not away.is_read
    here = start()
    assert not here.is_read
    assert not here.ask(TWO)
    assert here.is_read


@pytest.mark.slow
def test_a_database_that_is_away_locks_nobody_out_and_learns_of_it_later(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whoever is signed in stays so, whoever leaves has left here, and the others hear of it."""
    with (
        own_server() as server,
        closing(Store.on(Database(server.conninfo))) as store,
        closing(Store.on(Database(server.conninfo))) as other,
    ):
        here, elsewhere = SignedOut(lambda: store.sign_outs), SignedOut(lambda: other.sign_outs)
        assert not here.ask(ONE)
        assert not elsewhere.ask(ONE)
        server.stop(Stop.FAST)
        run(here.end(ONE))
        assert (here.ask(ONE), here.ask(TWO), elsewhere.ask(ONE)) == (True, False, False)
        assert "in this process alone until the database answers" in caplog.text
        with pytest.raises(StoreError):
            here.share()
        server.start()
        until(lambda: has_shared(here))  # tried every second, and connections come back in a few
        until(lambda: has_shared(elsewhere))
        assert (elsewhere.ask(ONE), elsewhere.ask(TWO)) == (True, False)


def test_nobody_waits_long_to_sign_out(
    start: Start, conninfo: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A database that hangs holds up neither whoever leaves nor the others, and gets it later."""
    here, elsewhere = start(patience=SHORT), start()
    assert not here.ask(ONE)
    with psycopg.connect(conninfo) as other:
        other.execute("LOCK TABLE likeness.sign_outs")
        run(here.end(ONE))
        assert (here.ask(ONE), here.ask(TWO)) == (True, False)
        assert "until the database answers" in caplog.text
        until_waiting(conninfo)  # in a thread that was left behind
    here.share()
    elsewhere.share()
    assert elsewhere.ask(ONE)


def test_what_the_database_refuses_to_write_is_still_read(start: Start, conninfo: str) -> None:
    """A standby takes nothing new, and tells what it has: what ended elsewhere holds here."""
    options = "-c default_transaction_read_only=on"
    run(start().end(ONE))
    database = Database(psycopg.conninfo.make_conninfo(conninfo, options=options))
    store = Store.on(database)
    here = SignedOut(lambda: store.sign_outs)
    run(here.end(TWO))
    assert (here.ask(ONE), here.ask(TWO), here.ask(THREE)) == (True, True, False)
    store.close()
