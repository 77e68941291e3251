"""The fault run, shortened: see tests/benchmarks/indexing.py for the whole."""

from __future__ import annotations

from tests.benchmarks.fault_run import IN_FLIGHT, Plan, after_calls, measure


def test_all_good_pictures_are_indexed_and_all_bad_ones_listed() -> None:
    """Broken links, 429, 503, a kill -9 and a restart of PostgreSQL in one run lose nothing.

    Nothing is left, nothing stored twice, and nothing encoded again but what was in flight at the
    kill, or had come back just before it.
    """
    run = measure(
        Plan(
            "short",
            160,
            0.1,
            errs=True,
            kill=after_calls(3 * IN_FLIGHT),
            restart=after_calls(7 * IN_FLIGHT),
            side=32,
            retry_after=0.2,
            quiet=True,
        )
    )
    assert 0 < run.broken < 16
    assert run.is_whole, run
    assert [blow.kind for blow in run.blows] == ["kill", "restart"]
    assert run.again <= run.at_most <= 3 * IN_FLIGHT
    assert run.held > 0
