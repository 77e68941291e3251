"""What is counted, by one process and by several."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from prometheus_client import values

from search.calls import REMEMBERED, UNDER_WAY, BreakerChange, BreakerState, Purpose
from search.errors import SettingError
from search.journal import Journal
from search.metrics import FOLDER, Metrics
from tests.embedded_apps import ROOT
from tests.recorded import NOON, a_call, a_search

# Counts, says what is known of all processes whenever it is asked, and says goodbye at the end.
PROGRAM = """
import sys
from prometheus_client import generate_latest
from search.metrics import Metrics
from tests.recorded import a_call, a_search
from search.calls import BreakerChange, BreakerState
from tests.recorded import NOON

metrics = Metrics()
for _ in range(int(sys.argv[1])):
    metrics.on_call(a_call())
    metrics.on_search(a_search(encoder_seconds=250.0))
metrics.on_breaker(BreakerChange(NOON, "host:1", "host.test", BreakerState.OPEN))
print("ready", flush=True)
for _ in sys.stdin:
    print(generate_latest(metrics.scraped()).decode() + "# end", flush=True)
metrics.close()
"""


@pytest.fixture
def metrics() -> Metrics:
    """Return metrics that have counted nothing."""
    return Metrics()


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    """Return a sample; None where there is none."""
    return metrics.scraped().get_sample_value(name, labels)


def test_attempts_are_counted_by_what_they_came_to(metrics: Metrics) -> None:
    """By purpose, outcome and class of status; errors by kind, and retries, besides."""
    metrics.on_call(a_call())
    metrics.on_call(a_call(outcome="encoder_failed", status=502))
    metrics.on_call(a_call(outcome="encoder_failed", status=500, attempt=2))
    metrics.on_call(a_call(outcome="encoder_timeout", status=None, purpose=Purpose.INDEX))
    metrics.on_call(a_call(outcome="token_missing", status=None, reached=False))
    metrics.on_call(a_call(host="", status=None, reached=False))
    name = "likeness_encoder_calls_total"
    counted = {
        ("search", "ok", "2xx"): 1,
        ("search", "encoder_failed", "5xx"): 2,
        ("index", "encoder_timeout", "none"): 1,
        ("search", "token_missing", "unsent"): 1,
        ("search", "ok", "local"): 1,
    }
    for (purpose, outcome, status), count in counted.items():
        assert value(metrics, name, purpose=purpose, outcome=outcome, status=status) == count
    assert value(metrics, "likeness_encoder_errors_total", kind="encoder_failed") == 2
    assert value(metrics, "likeness_encoder_errors_total", kind="rate_limited") == 0
    assert value(metrics, "likeness_encoder_retries_total") == 1


def test_remembered_photos_are_no_attempts(metrics: Metrics) -> None:
    """A cache hit is counted as one, and what is only about to be made is not counted."""
    metrics.on_call(a_call(outcome=REMEMBERED, status=None, reached=False))
    metrics.on_call(a_call(outcome=UNDER_WAY, status=None))
    assert value(metrics, "likeness_cache_hits_total", purpose="search") == 1
    assert not series(metrics, "likeness_encoder_calls")


def test_a_cold_start_is_timed_from_the_first_attempt_on(metrics: Metrics) -> None:
    """Waits between attempts are part of it, and a warm model's times have none of it."""
    metrics.on_call(a_call(outcome="model_waking", status=503, seconds=0.2, cold=True))
    later = NOON + timedelta(seconds=40)
    metrics.on_call(a_call(later, seconds=2.0, attempt=2, cold=True))
    metrics.on_call(a_call(later, seconds=30.0, cold=True))  # held while the model woke
    metrics.on_call(a_call(seconds=1.5))
    assert value(metrics, "likeness_encoder_cold_start_seconds_sum") == 42 + 30
    assert value(metrics, "likeness_encoder_cold_start_seconds_count") == 2
    assert value(metrics, "likeness_encoder_call_seconds_sum") == 1.5
    assert value(metrics, "likeness_encoder_call_seconds_count") == 1


def test_searches_are_timed_by_stage(metrics: Metrics) -> None:
    """Only successes, and a remembered search says nothing of the encoder."""
    metrics.on_search(a_search())
    metrics.on_search(a_search(remembered=True, encoder_seconds=0.0))
    metrics.on_search(a_search(outcome="encoder_timeout", encoder_seconds=120.0))
    assert value(metrics, "likeness_searches_total", origin="page", outcome="ok") == 2
    failed = value(metrics, "likeness_searches_total", origin="page", outcome="encoder_timeout")
    assert failed == 1
    whole = value(metrics, "likeness_search_seconds_sum", remembered="no")
    assert whole == pytest.approx(1.57)
    remembered = value(metrics, "likeness_search_seconds_sum", remembered="yes")
    assert remembered == pytest.approx(0.07)
    for stage, seconds in {"encoder": 1.5, "database": 0.02, "rest": 0.05}.items():
        assert value(metrics, "likeness_search_stage_seconds_sum", stage=stage) == seconds
        assert value(metrics, "likeness_search_stage_seconds_count", stage=stage) == 1


def test_edges_reach_300_seconds(metrics: Metrics) -> None:
    """The longest cold start that was reported is still told from what never ends."""
    metrics.on_call(a_call(seconds=299.0, cold=True))
    name = "likeness_encoder_cold_start_seconds_bucket"
    assert value(metrics, name, le="180.0") == 0
    assert value(metrics, name, le="300.0") == 1


def test_labels_are_from_closed_sets(metrics: Metrics) -> None:
    """Whatever is recorded, the number of series stays the same: no ids, hosts, people."""

    def record(number: int) -> None:
        metrics.on_call(
            a_call(
                host=f"host-{number}",
                outcome=f"new_{number}",
                request_id=f"id-{number}",
                detail=f"detail {number}",
                status=10_000 + number,
                search_id=uuid4(),
            )
        )
        metrics.on_search(a_search(origin=f"from-{number}", outcome=f"new_{number}", who="Ann"))
        change = BreakerChange(NOON, f"p:{number}", f"host-{number}", BreakerState.OPEN)
        metrics.on_breaker(change)

    record(0)
    count = len(series(metrics, "likeness"))
    for number in range(1, 50):
        record(number)
    assert len(series(metrics, "likeness")) == count
    labels = {"purpose": "search", "outcome": "other", "status": "other"}
    assert value(metrics, "likeness_encoder_calls_total", **labels) == 50
    assert value(metrics, "likeness_searches_total", origin="other", outcome="other") == 50


def test_the_breakers_state_is_shown(metrics: Metrics) -> None:
    """Closed until it opens, and closed again for a new engine."""
    assert breakers(metrics) == {"closed": 1, "open": 0, "probing": 0}
    metrics.on_breaker(BreakerChange(NOON, "host:1", "host.test", BreakerState.OPEN))
    assert breakers(metrics) == {"closed": 0, "open": 1, "probing": 0}
    metrics.forget_breaker()
    assert breakers(metrics) == {"closed": 1, "open": 0, "probing": 0}


def test_lost_records_are_counted(metrics: Metrics) -> None:
    """A journal that cannot keep a record tells its observers."""
    journal = Journal(lambda _: None, [metrics])
    journal.close()
    journal.call(a_call())
    assert value(metrics, "likeness_journal_lost_records_total") == journal.lost == 1


def test_several_processes_are_counted_together(tmp_path: Path) -> None:
    """Any of them tells of all; counts stay when one ends, and a dead one has no breaker."""
    folder = tmp_path / "metrics"
    with counting(folder, 3) as first, counting(folder, 4) as second:
        told = scrape(first)
        assert 'outcome="ok",purpose="search",status="2xx"} 7.0' in told
        assert 'likeness_search_seconds_bucket{le="300.0",remembered="no"} 7.0' in told
        assert 'likeness_search_seconds_bucket{le="180.0",remembered="no"} 0.0' in told
        assert 'likeness_breaker_processes{state="open"} 2.0' in told
        first.communicate(timeout=20)
        told = scrape(second)
        assert 'outcome="ok",purpose="search",status="2xx"} 7.0' in told
        assert 'likeness_breaker_processes{state="open"} 1.0' in told
        second.kill()
        second.wait(20)
    with counting(folder, 0) as third:
        told = scrape(third)
        assert 'outcome="ok",purpose="search",status="2xx"} 7.0' in told
        assert 'likeness_breaker_processes{state="open"} 1.0' in told


def test_searches_are_there_before_the_first(metrics: Metrics) -> None:
    """So that the first one is a rise; when a series began is not told of each of them."""
    for outcome in ("ok", "encoder_timeout"):
        assert value(metrics, "likeness_searches_total", origin="page", outcome=outcome) == 0
    assert not [name for name, _ in series(metrics, "likeness") if name.endswith("_created")]


def test_a_folder_that_cannot_be_used_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever sets PROMETHEUS_MULTIPROC_DIR to a file is told in a sentence."""
    (tmp_path / "file").touch()
    monkeypatch.setenv(FOLDER, str(tmp_path / "file"))
    monkeypatch.setattr(values, "ValueClass", object())
    with pytest.raises(SettingError, match=f"{FOLDER} .* a folder that Likeness may create"):
        Metrics()


def test_two_objects_share_nothing(metrics: Metrics) -> None:
    """Without a folder, what one engine did is not told of another one."""
    metrics.on_call(a_call())
    assert not series(Metrics(), "likeness_encoder_calls")


def series(metrics: Metrics, name: str) -> set[tuple[str, frozenset[tuple[str, str]]]]:
    """Return every series whose metric's name begins so."""
    return {
        (sample.name, frozenset(sample.labels.items()))
        for family in metrics.scraped().collect()
        if family.name.startswith(name)
        for sample in family.samples
    }


def breakers(metrics: Metrics) -> dict[str, float | None]:
    """Return how many processes have a breaker in each state."""
    return {
        state: value(metrics, "likeness_breaker_processes", state=state) for state in BreakerState
    }


@contextmanager
def counting(folder: Path, count: int) -> Iterator[subprocess.Popen[str]]:
    """Run a process that has counted so many calls and searches."""
    with subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", PROGRAM, str(count)],
        cwd=ROOT,
        env=os.environ | {FOLDER: str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


def scrape(process: subprocess.Popen[str]) -> str:
    """Return what a process says of all."""
    assert process.stdin
    assert process.stdout
    process.stdin.write("\n")
    process.stdin.flush()
    return "".join(iter(process.stdout.readline, "# end\n"))
