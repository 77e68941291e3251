"""What ten thousand hostile files do to the running app: answers, times, memory.

    python -m tests.benchmarks.hostile_uploads [--number 10000] [--at-once 4] [--only N]

The app runs under uvicorn on 127.0.0.1 with the built-in encoder and its own database, and gets
mutated pictures of every kind, bombs, files that are two things at once, no pictures, and broken
forms, see tests/hostile. Each has a number and is the same each time; `--only` sends one of them
again. Every answer must be one that docs/http.md promises, within 5 seconds, and the app's
memory must not grow by more than a tenth after the first hundreds.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from tests.hostile.running_app import Memory, RunningApp, running_app
from tests.hostile.sending import Told, send_nth

MOST_GROWTH = 0.10
SHOWN = 20


def main() -> None:
    """Send, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=10_000)
    parser.add_argument("--at-once", type=int, default=4)
    parser.add_argument("--warm-up", type=int, default=500)
    parser.add_argument("--only", type=int)
    options = parser.parse_args()
    with running_app() as app:
        if options.only is not None:
            one = send_nth(app.host, app.port, options.only)
            print(f"{one}\n{one.trouble or 'as promised'}")
            return
        first = min(options.warm_up, options.number)
        middle = max(first, options.number // 2)
        stages = [range(first), range(first, middle), range(middle, options.number)]
        begin, told, memory = time.monotonic(), list[Told](), [app.memory()]
        for stage in stages:
            told += send_all(app, stage, options.at_once)
            memory.append(app.memory())
        seconds = time.monotonic() - begin
        is_alive = app.is_running
        errors = app.said.count("Traceback")
    print(f"{len(told)} in {seconds:.0f} s, {options.at_once} at once")
    show_answers(told)
    show_memory(memory)
    print(f"app still running: {is_alive}; tracebacks in its log: {errors}")
    show_troubles(told)


def send_all(app: RunningApp, numbers: Iterable[int], at_once: int) -> list[Told]:
    """Send the requests of all these numbers, a few at a time."""
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(lambda number: send_nth(app.host, app.port, number), numbers))


def show_answers(told: list[Told]) -> None:
    """Print how often each answer came, and how fast."""
    print(f"\n{'answer':28} {'status':>6} {'times':>6} {'p50 s':>7} {'p95 s':>7} {'most s':>7}")
    for (status, outcome), count in Counter(
        (one.status, one.outcome) for one in told
    ).most_common():
        times = [one.seconds for one in told if (one.status, one.outcome) == (status, outcome)]
        p95 = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
        middle = statistics.median(times)
        print(f"{outcome:28} {status:6} {count:6} {middle:7.3f} {p95:7.3f} {max(times):7.3f}")
    print("\nthe slowest:")
    for one in sorted(told, key=lambda one: -one.seconds)[:5]:
        print(f"  {one.seconds:6.2f} s  number {one.number}: {one.name} ({one.outcome})")


def show_memory(memory: list[Memory]) -> None:
    """Print the app's memory at each stage, and how much it grew after the warm-up."""
    print(f"\n{'memory':20} {'app MB':>8} {'database MB':>12}")
    for when, at in zip(("at the start", "warmed up", "middle", "end"), memory, strict=True):
        print(f"{when:20} {at.app:8.0f} {at.database:12.0f}")
    growth = memory[-1].app / memory[1].app - 1
    verdict = "as promised" if growth <= MOST_GROWTH else "TOO MUCH"
    print(f"the app grew by {growth:+.1%} after the warm-up: {verdict}")


def show_troubles(told: list[Told]) -> None:
    """Print what was not as promised, with the number that repeats it."""
    troubles = [one for one in told if one.trouble]
    print(f"\nnot as promised: {len(troubles)}")
    for one in troubles[:SHOWN]:
        print(f"  --only {one.number}: {one.name} {one.trouble}")


if __name__ == "__main__":
    main()
