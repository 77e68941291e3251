"""Several processes on one shop's tables: one copies, none waits, and a kill costs nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from search.engine import SearchEngine
from search.errors import AdoptingElsewhere
from search.settings import Settings
from search.store.adoptions import Copying
from tests.addresses import as_url
from tests.founding import FoundingDatabases
from tests.search.adopting.conftest import BASE, SMALL, Adopt

ROOT = Path(__file__).parent.parent.parent.parent


def test_an_unchanged_source_is_not_read_again(
    founding: FoundingDatabases, adopting: Adopt
) -> None:
    """A second engine, as in another process, finds the copy of the first; both write nothing."""
    first, second = adopting(founding), adopting(founding)
    assert first.adoption.refresh() is not None
    assert second.adoption.refresh() is None
    assert second.adoption.state().looked_at is not None
    assert second.adoption.examine().is_fresh


def test_one_process_copies_and_the_others_go_on(
    founding: FoundingDatabases, adopting: Adopt
) -> None:
    """The second is told who copies and how far that is, and the page can show it."""
    first, second = adopting(founding), adopting(founding)
    seen: list[tuple[object, Copying | None]] = []

    def look(_done: int, _total: int) -> None:
        if not seen:
            with pytest.raises(AdoptingElsewhere) as raised:
                second.adoption.refresh()
            seen.append((raised.value.facts["total"], second.adoption.state().copying))

    first.adoption.refresh(look)
    ((total, copying),) = seen
    assert total == SMALL
    assert copying is not None
    assert second.adoption.state().copying is None


def test_a_killed_copy_is_completed_by_the_next(
    founding: FoundingDatabases, adopting: Adopt
) -> None:
    """Nothing says that it was whole, and nobody believes that it still goes on."""
    script = (
        "import sys, time; from search.engine import SearchEngine; from search.settings import"
        " Settings; from search.store.store import Store\n"
        "def stop(done, total): print(done, flush=True); time.sleep(60)\n"
        "s = Settings.read(); SearchEngine(s, Store.open(s)).adoption.refresh(stop)"
    )
    told = {"VECTOR_DATABASE_URL": as_url(founding.reads_vectors), "PICTURE_BASE_URL": BASE}
    with subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-c", script], cwd=ROOT, env=os.environ | told, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert int(process.stdout.readline()) > 0
        process.send_signal(signal.SIGKILL)
        process.wait()
    engine = adopting(founding)
    assert 0 < engine.store.products.count()[0] < SMALL
    assert engine.adoption.state().report is None
    report = engine.adoption.refresh()
    assert report is not None
    assert (report.products.added > 0, report.products.unchanged > 0) == (True, True)
    assert engine.store.products.count()[0] == SMALL


def test_the_app_copies_in_the_background(founding: FoundingDatabases, settings: Settings) -> None:
    """Nobody waits for it, and no demo comes between; a command alone copies nothing."""
    told = {
        "vector_database_url": SecretStr(founding.reads_vectors),
        "catalogue_refresh_minutes": 0,
    }
    engine = SearchEngine.open(settings.model_copy(update=told))
    try:
        assert engine.coverage().products == 0
        assert not engine.adoption._upkeep._thread.is_alive()
        engine.start_background()
        engine.adoption._upkeep._thread.join(60)
        assert engine.coverage().products == SMALL
    finally:
        engine.close()
