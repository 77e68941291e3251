"""One run: pictures go through the crew, and what comes back is written in small groups at once.

All but fetching and encoding happens in the thread that calls `go`. A kill at any moment costs what
was in flight and what came back in the last quarter second; started again, it goes on from
there.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import UUID

from search.errors import LikenessError
from search.indexing.crew import Crew
from search.indexing.indexed import Indexed, OnProgress
from search.indexing.persevering import Persevering
from search.indexing.worker import Failed, Outcome, Tools, Worker
from search.store.index_queue import NewVector, WaitingPicture
from search.store.index_runs import PERSON, Ending, IndexRuns, Standing, Turn

GROUP, GROUP_SECONDS = 64, 0.25
BEAT_SECONDS = 1.0
# Read together; a picture has a few hundred kilobytes.
PORTION = 16
# How long the end of a run waits for calls that are on their way.
GRACE_SECONDS = 5.0
# So many pictures are refused by the encoder, and not one is taken: it is not the pictures.
SUSPICIOUS = 20
# A picture that waits again at the end of a run was replaced meanwhile. One that does so without
# end must not keep the run, and the encoder, busy for ever.
MOST_RETURNS = 3


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is to do: `total` pictures, with up to `window` of them under way at once.

    Those without a vector; with `since`, those without one that was made since then.
    """

    number: UUID
    total: int
    window: int
    since: datetime | None


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
        self._after = self._highest = self._given = 0
        self._read_all = False
        self._returned: Counter[int] = Counter()
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
        ending = Ending()
        try:
            self._on_progress(self._state)
            self._slide()
        except BaseException as error:
            ending = _ended_by(error)
            raise
        else:
            if self._fatal:
                ending = _ended_by(self._fatal)
            elif self._tools.stop.is_set():
                ending = Ending(PERSON)
        finally:
            self._end(ending)
        if self._fatal:
            raise self._fatal
        return self._state

    def _slide(self) -> None:
        while not (self._fatal or self._tools.stop.is_set()):
            self._fill()
            if not self._crew.under_way:
                if self._is_over():
                    return
                continue
            self._take(BEAT_SECONDS / 4)
            self._write_if_due()
            self._beat_if_due()

    def _is_over(self) -> bool:
        """Tell whether the last look at what waits had nothing to give; else look once more.

        Pictures may have been replaced, or imported, behind the place where the run was reading.
        """
        if not self._given:
            return True
        self._take_suspects()
        self._write()  # else what has a vector by now would seem to wait
        waiting = self._persevere(
            partial(self._tools.queue.count, self._space, since=self._plan.since)
        )
        if not waiting:
            return True
        state = self._state
        self._state = replace(state, total=max(state.total, state.done + state.failed + waiting))
        self._highest = max(self._highest, self._after)
        self._after = self._given = 0
        self._read_all = False
        return False

    def _fill(self) -> None:
        while self._crew.has_room:
            while not self._waiting and not self._read_all:
                self._read()
            if not self._waiting:
                self._tools.last_ones.set()
                return
            self._tools.last_ones.clear()
            self._given += 1
            self._crew.give(self._waiting.popleft())

    def _read(self) -> None:
        look = partial(
            self._tools.queue.next,
            self._space,
            after=self._after,
            limit=PORTION,
            since=self._plan.since,
        )
        portion = self._persevere(look)
        self._read_all = not portion
        if portion:
            self._after = portion[-1].id
            self._waiting.extend(picture for picture in portion if self._may_return(picture))

    def _may_return(self, picture: WaitingPicture) -> bool:
        """Count how often a picture that was given before comes back."""
        if picture.id > self._highest:
            return True
        self._returned[picture.id] += 1
        return self._returned[picture.id] <= MOST_RETURNS

    def _take(self, seconds: float) -> None:
        for outcome in self._crew.result(seconds):
            if isinstance(outcome, NewVector):
                self._take_suspects()
                self._take_vector(outcome)
            elif isinstance(outcome, Failed):
                self._take_failed(outcome)
            elif outcome is not None:
                self._fatal = self._fatal or outcome

    def _take_vector(self, vector: NewVector) -> None:
        """Take a vector in, and a copy for every equal picture that waited for it."""
        self._vectors.append(vector)
        self._count(done=1, copied=int(vector.copied))
        for equal in self._tools.equals.settle(vector.picture_id, vector.embedding):
            self._vectors.append(replace(vector, picture_id=equal.id, copied=True))
            self._count(done=1, copied=1)

    def _take_suspects(self) -> None:
        """Hold their failures against the pictures: the encoder takes others."""
        self._failed += self._suspects
        self._suspects = []

    def _take_failed(self, failed: Failed) -> None:
        # What is equal is tried by itself: it may have been the moment, not the picture.
        self._waiting.extend(self._tools.equals.settle(failed.failure.picture_id))
        if failed.failure.in_space and not self._state.done:
            self._suspects.append(failed)
            if len(self._suspects) >= SUSPICIOUS:
                self._fatal = self._fatal or failed.error
        else:
            self._failed.append(failed)
        self._count(failed=1, error=failed.error)

    def _count(
        self,
        *,
        done: int = 0,
        failed: int = 0,
        copied: int = 0,
        error: LikenessError | None = None,
    ) -> None:
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
            copied=state.copied + copied,
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
            self._tools.equals.written(self._vectors)
            self._vectors, self._failed = [], []
        self._written = time.monotonic()

    def _beat_if_due(self) -> None:
        if time.monotonic() - self._beaten < BEAT_SECONDS:
            return
        if not self._turn.is_held:
            self._persevere(self._retake)
        if self._persevere(partial(self._runs.beat, self._plan.number, self._standing)):
            self._tools.stop.set()
        self._beaten = time.monotonic()

    @property
    def _standing(self) -> Standing:
        state = self._state
        return Standing(state.total, state.done, state.failed, state.copied)

    def _end(self, ending: Ending) -> None:
        """Take in what is on its way, for a moment, and write everything."""
        self._tools.gate.close()
        self._crew.dismiss()
        if self._crew.under_way:
            self._tools.stop.set()  # nobody begins anything, and nobody pauses for it
        ends = time.monotonic() + GRACE_SECONDS
        while self._crew.under_way and (left := ends - time.monotonic()) > 0:
            self._take(left)
        if not self._fatal:
            self._take_suspects()
        self._write()
        finish = partial(self._runs.finish, self._plan.number, self._standing, ending)
        self._persevere(finish)


def _ended_by(error: BaseException) -> Ending:
    if isinstance(error, KeyboardInterrupt):
        return Ending(PERSON)
    told = error if isinstance(error, LikenessError) else LikenessError()
    return Ending(told.code, told.facts)
