"""Rows in which a process is killed (kill -9) in the middle of its work, and started again."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tests.embedded_apps import ROOT
from tests.fake_huggingface import vector
from tests.fake_huggingface.behaviours import slow
from tests.faults.house import House, Seen
from tests.faults.row import OK, Base, Row, answers

_AT_ONCE = 4
# So much is answered before the kill.
_ANSWERED = 60
_CALL_SECONDS = 0.05
_NO_ANSWER = (0, "no answer")


@dataclass(frozen=True, slots=True)
class Killed(Base):
    """The app is killed while four people do `act` without a pause."""

    act: Callable[[House], Seen] = field(kw_only=True)

    def do(self, house: House) -> None:
        """Kill it when some have been answered, and others wait."""
        house.fake.otherwise(slow(_CALL_SECONDS))
        enough, answered = threading.Event(), list[Seen]()

        def work() -> None:
            while (seen := self.act(house)).is_well:
                answered.append(seen)
                if len(answered) >= _ANSWERED:
                    enough.set()

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            working = [pool.submit(work) for _ in range(_AT_ONCE)]
            enough.wait(60)
            house.app.kill()
        for one in working:
            one.result()
        assert enough.is_set(), "too few were answered before the kill"
        house.fake.otherwise(vector())

    def see(self, house: House) -> list[Seen]:
        """Ask an app that is not there."""
        return [self.act(house)]

    def undo(self, house: House) -> None:
        """Start it, as whatever runs it does."""
        house.fake.otherwise(vector())
        if not house.app.is_there:
            house.app.start()


@dataclass(frozen=True, slots=True)
class Saving(Base):
    """What saves thresholds is killed; they have no route, so it is a process beside the app."""

    def do(self, house: House) -> None:
        """Kill it when some are saved."""
        command = [sys.executable, "-m", "tests.faults.saving"]
        with subprocess.Popen(  # noqa: S603 - our own program
            command, cwd=ROOT, env=house.app.variables, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout
            told = [process.stdout.readline() for _ in range(_ANSWERED)]
            process.kill()
            # The last line may be cut: what it says was not heard.
            told += process.stdout.read().splitlines(keepends=True)
        saved = [line.strip() for line in told if line.endswith("\n")]
        house.ledger.note("thresholds", *saved)
        with house.connect() as connection:
            row = connection.execute("SELECT max(id) FROM likeness.thresholds").fetchone()
        assert row is not None
        assert row[0] - int(saved[-1]) in (0, 1), "more was saved than was under way"

    def see(self, house: House) -> list[Seen]:
        """Ask for the active threshold."""
        return [house.look("/api/threshold")]

    def undo(self, house: House) -> None:
        """Nothing is left to do: the app itself went on."""


KILL_ROWS: tuple[Row, ...] = (
    Killed(
        "killed searching",
        "app: kill -9 while four people search, started again at once",
        act=House.search,
        expected=answers(_NO_ANSWER),
        leaves_open=True,
    ),
    Killed(
        "killed judging",
        "app: kill -9 while four people judge, started again at once",
        act=House.judge,
        expected=answers(_NO_ANSWER),
    ),
    Saving(
        "killed saving",
        "kill -9 of a process that saves thresholds (`engine.thresholds`; there is no route)",
        expected=answers(OK),
    ),
)
