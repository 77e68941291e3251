"""One run: pictures go through the crew, and what comes back is written in small groups at once.

All but fetching and encoding happens in the thread that calls `go`. A kill at any moment costs what
was in flight and what came back in the last quarter second; started again, it goes on from
there.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from search.errors import LikenessError
from search.indexing.crew import Crew
from search.indexing.indexed import Indexed, OnProgress
from search.indexing.persevering import Persevering
from search.indexing.worker import Failed, Outcome, Tools, Worker
from search.store.index_queue import NewVector, WaitingPicture
from search.store.index_runs import PERSON, IndexRuns, Turn

GROUP, GROUP_SECONDS = 64, 0.25
BEAT_SECONDS = 1.0
# Read together; a picture has a few hundred kilobytes.
PORTION = 16
# How long the end of a run waits for calls that are on their way.
GRACE_SECONDS = 5.0
# So many pictures are refused by the encoder, and not one is taken: it is not the pictures.
SUSPICIOUS = 20


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is to do: `total` pictures, with up to `window` of them under way at once."""

    number: UUID
    total: int
    window: int
    again: bool


class Run:
    """Does one plan: `go` is called once, with the turn taken.

    `retake` tries to get a turn back that a restarted server has forgotten; it raises when another
    process has it. `persevere` does what needs the database.
    """

    def __init__(
        self,
        plan: Plan,
        tools: Tools,
        *,
        runs: IndexRuns,
        turn: Turn,
        retake: Callable[[], None],
        persevere: Persevering,
        on_progress: OnProgress,
    ) -> None:
        self._plan = plan
        self._tools = tools
        self._space = tools.encoder.space
        self._runs = runs
        self._turn = turn
        self._retake = retake
        self._persevere = persevere
        self._on_progress = on_progress
        self._crew: Crew[WaitingPicture, Outcome] = Crew(Worker(tools), plan.window)
        self._waiting: deque[WaitingPicture] = deque()
        self._after = 0
        self._read_all = False
        self._vectors: list[NewVector] = []
        self._failed: list[Failed] = []
        self._suspects: list[Failed] = []
        self._fatal: Exception | None = None
        self._began = self._beaten = self._written = time.monotonic()
        self._state = Indexed(0, 0, plan.total)

    def go(self) -> Indexed:
        """Index until nothing is left, or somebody stops it; what is done is stored in any case.

        Raises the error that would meet every picture, a StoreError, or KeyboardInterrupt.
        """
        stopped_by: str | None = None
        try:
            self._on_progress(self._state)
            self._slide()
        except BaseException as error:
            stopped_by = _code(error)
            raise
        else:
            stopped_by = _code(self._fatal) if self._fatal else None
            if stopped_by is None and self._tools.stop.is_set():
                stopped_by = PERSON
        finally:
            self._end(stopped_by)
        if self._fatal:
            raise self._fatal
        return self._state

    def _slide(self) -> None:
        while not (self._fatal or self._tools.stop.is_set()):
            self._fill()
            if not self._crew.under_way:
                return
            self._take(BEAT_SECONDS / 4)
            self._write_if_due()
            self._beat_if_due()

    def _fill(self) -> None:
        while self._crew.has_room:
            if not self._waiting and not self._read_all:
                self._read()
            if not self._waiting:
                self._tools.last_ones.set()
                return
            self._crew.give(self._waiting.popleft())

    def _read(self) -> None:
        look = partial(
            self._tools.queue.next,
            self._space,
            after=self._after,
            limit=PORTION,
            again=self._plan.again,
        )
        portion = self._persevere(look)
        self._read_all = not portion
        if portion:
            self._after = portion[-1].id
            self._waiting.extend(portion)

    def _take(self, seconds: float) -> None:
        for outcome in self._crew.result(seconds):
            if isinstance(outcome, NewVector):
                self._vectors.append(outcome)
                self._failed += self._suspects
                self._suspects.clear()
                self._count(done=1)
            elif isinstance(outcome, Failed):
                self._take_failed(outcome)
            elif outcome is not None:
                self._fatal = self._fatal or outcome

    def _take_failed(self, failed: Failed) -> None:
        if failed.failure.in_space and not self._state.done:
            self._suspects.append(failed)
            if len(self._suspects) >= SUSPICIOUS:
                self._fatal = self._fatal or failed.error
        else:
            self._failed.append(failed)
        self._count(failed=1, error=failed.error)

    def _count(self, *, done: int = 0, failed: int = 0, error: LikenessError | None = None) -> None:
        state = self._state
        done, failed = state.done + done, state.failed + failed
        self._state = replace(
            state,
            done=done,
            failed=failed,
            # Somebody may import more meanwhile.
            total=max(state.total, done + failed),
            seconds=time.monotonic() - self._began,
            first_failure=state.first_failure or error,
        )
        self._on_progress(self._state)

    def _write_if_due(self) -> None:
        waited = time.monotonic() - self._written
        if len(self._vectors) + len(self._failed) >= GROUP or waited >= GROUP_SECONDS:
            self._write()

    def _write(self) -> None:
        if self._vectors or self._failed:
            failures = [failed.failure for failed in self._failed]
            write = partial(self._tools.queue.write, self._space, self._vectors, failures)
            self._persevere(write)
            self._vectors, self._failed = [], []
        self._written = time.monotonic()

    def _beat_if_due(self) -> None:
        if time.monotonic() - self._beaten < BEAT_SECONDS:
            return
        if not self._turn.is_held:
            self._persevere(self._retake)
        state = self._state
        beat = partial(self._runs.beat, self._plan.number, state.total, state.done, state.failed)
        if self._persevere(beat):
            self._tools.stop.set()
        self._beaten = time.monotonic()

    def _end(self, stopped_by: str | None) -> None:
        """Take in what is on its way, for a moment, and write everything."""
        self._tools.gate.close()
        self._crew.dismiss()
        if self._crew.under_way:
            self._tools.stop.set()  # nobody begins anything, and nobody pauses for it
        ends = time.monotonic() + GRACE_SECONDS
        while self._crew.under_way and (left := ends - time.monotonic()) > 0:
            self._take(left)
        if not self._fatal:
            self._failed += self._suspects
        self._write()
        state = self._state
        self._persevere(
            lambda: self._runs.finish(
                self._plan.number, state.total, state.done, state.failed, stopped_by
            )
        )


def _code(error: BaseException) -> str:
    if isinstance(error, KeyboardInterrupt):
        return PERSON
    return error.code if isinstance(error, LikenessError) else LikenessError.code
