"""Fifty people who search at once for five minutes: how long they wait, and what the app holds.

    python -m tests.benchmarks.many_people [--people 50] [--minutes 5] [--pause 5]

The app runs under uvicorn on 127.0.0.1 with the built-in encoder and its own database. Each person
searches by turns with a photo that is known and a new one of 1200 x 900 pixels, reads what was
found, fetches four thumbnails, and looks at them for `--pause` seconds, more or less. The people
run on the same machine as the app.

Memory is measured before anybody comes, after a first minute, in which connections, threads and
what they work in are made, then every minute and at the end. After that first minute it must at
no time have grown by more than a tenth.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Iterable
from threading import Event

from tests.hostile.people import FOUND, KNOWN, NEW, THUMBNAIL, Asked, crowd
from tests.hostile.running_app import Memory, RunningApp, running_app

MOST_GROWTH = 0.10
WARM_UP_SECONDS = 60.0
MINUTE_SECONDS = 60
# What says "later" and is no failure of the app's.
LATER = (429, 503)
OK = 200


class Watch:
    """Looks at the app each second while people use it, and each minute at its memory."""

    def __init__(self, app: RunningApp, seconds: float) -> None:
        self._app = app
        self._seconds = seconds
        self.threads = 0
        self.connections = 0
        self.memory: list[Memory] = []

    def __call__(self, over: Event) -> None:
        """Watch for the whole time; return when it is up or the app is gone."""
        begin = time.monotonic()
        while (passed := time.monotonic() - begin) < self._seconds and self._app.is_running:
            if passed // MINUTE_SECONDS > len(self.memory):
                self.memory.append(self._app.memory())
            over.wait(1)
            self.threads = max(self.threads, self._app.process.num_threads())
            self.connections = max(self.connections, self._app.connections)


def main() -> None:
    """Let them search, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--pause", type=float, default=5)
    options = parser.parse_args()
    with running_app() as app:
        alone = app.memory()
        crowd(app.address, options.people, options.pause, Watch(app, WARM_UP_SECONDS))
        warm, watch = app.memory(), Watch(app, options.minutes * 60)
        begin = time.monotonic()
        asked = crowd(app.address, options.people, options.pause, watch)
        seconds = time.monotonic() - begin
        after, is_alive, errors = app.memory(), app.is_running, app.said.count("Traceback")
    searches = sum(one.kind in (KNOWN, NEW) and one.status == OK for one in asked)
    print(f"{options.people} people, {seconds:.0f} s, looking {options.pause:g} s at each search:")
    print(f"{searches} searches, {searches / seconds:.1f} a second\n")
    show_times(asked)
    show_failures(asked)
    print(f"\nat most {watch.connections} database connections, {watch.threads} threads")
    show_memory(alone, warm, [*watch.memory, after])
    print(f"app still running: {is_alive}; tracebacks in its log: {errors}")


def show_times(asked: list[Asked]) -> None:
    """Print how long each kind of request took."""
    print(f"{'request':24} {'times':>6} {'p50 s':>7} {'p95 s':>7} {'most s':>7}")
    for kind in (KNOWN, NEW, FOUND, THUMBNAIL):
        times = [one.seconds for one in asked if one.kind == kind and one.status == OK]
        if len(times) > 1:
            middle, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
            print(f"{kind:24} {len(times):6} {middle:7.3f} {p95:7.3f} {max(times):7.3f}")


def show_failures(asked: Iterable[Asked]) -> None:
    """Print what was not answered with 200, and apart what was told to come later."""
    failed = Counter((one.kind, one.status) for one in asked if one.status != OK)
    later = sum(count for (_, status), count in failed.items() if status in LATER)
    print(f"\nnot answered with 200: {failed.total()}, of these told to come later: {later}")
    for (kind, status), count in failed.most_common():
        print(f"  {kind}: {status or 'no answer'} {count} times")


def show_memory(alone: Memory, warm: Memory, later: list[Memory]) -> None:
    """Print the memory before anybody came, after the warm-up, after each minute and at the end."""
    whens = ["before anybody came", "warmed up"]
    whens += [f"after {minute} min" for minute in range(1, len(later))] + ["end"]
    print(f"\n{'memory':20} {'app MB':>8} {'database MB':>12}")
    for when, at in zip(whens, [alone, warm, *later], strict=True):
        print(f"{when:20} {at.app:8.0f} {at.database:12.0f}")
    most, last = (at / warm.app - 1 for at in (max(at.app for at in later), later[-1].app))
    kept = "as promised" if most <= MOST_GROWTH else "TOO MUCH"
    print(f"the app grew by {last:+.1%} since it was warm, by {most:+.1%} at most: {kept}")


if __name__ == "__main__":
    main()
