"""A judgement that is made while the database restarts is kept or clearly refused."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from search.errors import StoreError
from search.judgement import Judgement
from search.judging import Judging
from search.store.database import Database
from search.store.embedded import start_embedded
from search.store.store import Store
from search.vectors import CLIP
from tests.embedded_apps import ask, data_folder, postmaster, until
from tests.judged import judgement, stock

PRODUCTS, ANALYSTS = 20, 6


@pytest.fixture
def folder() -> Iterator[Path]:
    """Lend a data folder whose server the test may kill."""
    with data_folder() as folder:
        yield folder


class Analyst(threading.Thread):
    """Judges without a pause until it is told to stop, and remembers what it was answered."""

    def __init__(self, judging: Judging, numbers: list[int], who: str) -> None:
        super().__init__(name=who)
        self._judging = judging
        self._numbers = numbers
        self.enough = threading.Event()
        self.kept: list[Judgement] = []
        self.refused: list[tuple[Judgement, StoreError]] = []

    def run(self) -> None:
        """Judge one product after the other."""
        while not self.enough.is_set():
            said = judgement(self._numbers[len(self.kept) % PRODUCTS], who=self.name)
            try:
                assert self._judging.record(said)
                self.kept.append(said)
            except StoreError as error:
                self.refused.append((said, error))


def kill(home: Path) -> None:
    """End the server and every process that works for it at once, as a machine's failure does."""
    first = postmaster(home)
    # Whoever holds a lock goes before the one who would let go of it.
    for process in (*first.children(recursive=True), first):
        with suppress(psutil.NoSuchProcess):  # it may end with its parent
            process.kill()


def test_a_judgement_is_kept_or_clearly_refused(folder: Path) -> None:
    """The server is killed and started again under analysts at work: no word is lost or doubled.

    What was answered is there; what was refused says that it may be sent again, and then is there.
    """
    first = start_embedded(folder)
    store = Store.on(Database(first.conninfo))
    judging = Judging(store, lambda: CLIP)
    numbers = stock(store, PRODUCTS)
    analysts = [Analyst(judging, numbers, f"Analyst {n}") for n in range(ANALYSTS)]
    for analyst in analysts:
        analyst.start()
    until(lambda: all(len(analyst.kept) > 10 for analyst in analysts))
    kill(first.folder)
    with start_embedded(folder) as second:
        assert second.conninfo == first.conninfo
        before = [len(analyst.kept) for analyst in analysts]
        until(lambda: all(len(a.kept) > n + 10 for a, n in zip(analysts, before, strict=True)))
        for analyst in analysts:
            analyst.enough.set()
        for analyst in analysts:
            analyst.join()
        kept = [said for analyst in analysts for said in analyst.kept]
        refused = [pair for analyst in analysts for pair in analyst.refused]
        assert all(error.retry for _, error in refused)
        known = {listed.judgement.id for listed in store.judgements.all()}
        assert {said.id for said in kept} <= known
        assert known <= {said.id for said in kept} | {said.id for said, _ in refused}
        for said, _ in refused:
            # Some of them were kept, and only the answer was lost.
            assert judging.record(said) is (said.id not in known)
        everything = Counter(listed.judgement.id for listed in store.judgements.all())
        assert everything == Counter(said.id for said in [*kept, *(said for said, _ in refused)])
        store.close()
        first.close()


def test_a_judgement_that_was_under_way_can_be_sent_again(folder: Path) -> None:
    """The server dies in the middle of it: that is said, and sending it again keeps it once."""
    first = start_embedded(folder)
    store = Store.on(Database(first.conninfo))
    judging = Judging(store, lambda: CLIP)
    said = judgement(stock(store, 1)[0])
    with ThreadPoolExecutor(1) as pool, closing(psycopg.connect(first.conninfo)) as holding:
        holding.execute("LOCK TABLE likeness.judgements")
        answer = pool.submit(judging.record, said)
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        until(lambda: ask(first.conninfo, waiting) == "1")
        kill(first.folder)
        with pytest.raises(StoreError, match="The database does not answer") as caught:
            answer.result(timeout=30)
        assert caught.value.retry
    with start_embedded(folder):
        assert judging.record(said)
        assert [listed.judgement.id for listed in store.judgements.all()] == [said.id]
        store.close()
        first.close()


def test_a_judgement_made_while_the_database_is_away_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is told that it was kept, and the sentence says what to do."""
    monkeypatch.setattr("search.store.database.WAIT_SECONDS", 0.5)
    server = start_embedded(folder)
    store = Store.on(Database(server.conninfo))
    judging = Judging(store, lambda: CLIP)
    (number,) = stock(store, 1)
    assert judging.record(judgement(number))
    server.close(wait=True)
    with pytest.raises(StoreError, match="The database does not answer") as caught:
        judging.record(judgement(number))
    assert caught.value.retry
    store.close()
