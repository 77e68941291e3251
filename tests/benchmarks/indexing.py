"""How fast a catalogue is indexed through a slow API, and what becomes of it when all goes wrong.

    python -m tests.benchmarks.indexing [--pictures 12907] [--seconds 1.5]
        [--kill-every 60] [--restart-every 150] [--only-faulty]

Both runs are `python -m search index` in a process of its own, from a played server of pictures
and through a played Hugging Face, with a PostgreSQL of their own. The first measures the rate
against the ideal one, 16 calls in flight without a gap. In the second, 3 % of the links are broken,
2 % of the answers are 429 with `Retry-After: 1` and 1 % are 503; the command is killed (kill -9)
and PostgreSQL restarted (stopped fast and immediate, in turn) every so many seconds, if that is
asked for. It is then counted what was indexed, what was listed, what was encoded again, and what
was stored twice; the exit code is 1 unless all is as it ought to be.

"Again" are good answers to calls for a picture that had one already: no more than were in flight at
a kill, or had come back in the half second before it. A restart of PostgreSQL costs no call. While
the server asks to wait (`Retry-After`), all calls wait: what that takes is the server's wish.
"""

from __future__ import annotations

import argparse
import math
import sys
from statistics import median

from search.indexing.telling import duration
from tests.benchmarks.fault_run import IN_FLIGHT, Outcome, Plan, every, measure


def main() -> int:
    """Print a table; return 0 if nothing was lost, left or doubled."""
    options = _options()
    well = Plan("well", options.pictures, options.seconds)
    faulty = Plan(
        "faulty",
        options.pictures,
        options.seconds,
        errs=True,
        kill=every(options.kill_every) if options.kill_every else None,
        restart=every(options.restart_every) if options.restart_every else None,
    )
    outcomes = [measure(plan) for plan in ([faulty] if options.only_faulty else [well, faulty])]
    ideal = IN_FLIGHT / options.seconds
    print(f"\n{options.seconds} s a call, {IN_FLIGHT} in flight: ideal {ideal:.2f} a second")
    print(
        "run     pictures  broken  indexed  listed  left  stored twice  again (at most)"
        "     took   rate  of ideal  asked to wait"
    )
    for run in outcomes:
        print(
            f"{run.name:7} {run.pictures:8} {run.broken:7} {run.indexed:8} {run.listed:7} "
            f"{run.left:5} {run.doubled:13} {run.again:6} {f'({run.at_most})':>9} "
            f"{duration(run.seconds):>8} {run.rate:6.2f} {run.rate / ideal:9.0%} {run.held:14.0%}"
        )
        for kind in ("kill", "restart"):
            _print_blows(run, kind)
    return 0 if all(run.is_whole and run.again <= run.at_most for run in outcomes) else 1


def _print_blows(run: Outcome, kind: str) -> None:
    blows = [blow for blow in run.blows if blow.kind == kind]
    if blows:
        # After the last call a blow meets nothing that could wait for it.
        pauses = [blow.pause for blow in blows if not math.isnan(blow.pause)] or [math.nan]
        print(
            f"  {len(blows)} × {kind}: the next call came after {median(pauses):.1f} s "
            f"(longest {max(pauses):.1f} s)"
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=1.5)
    parser.add_argument("--kill-every", type=float, metavar="SECONDS")
    parser.add_argument("--restart-every", type=float, metavar="SECONDS")
    parser.add_argument("--only-faulty", action="store_true", help="leave out the run without one")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
