"""What the engine offers of plans: see them, measure them, build and drop what they stand on."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from search.errors import (
    BuildUnsupported,
    IndexUnknown,
    LikenessError,
    PlanningElsewhere,
    StoreError,
)
from search.planning.building import REWRITE_SECONDS_A_ROW, Build, newest_of_ours
from search.planning.choosing import (
    HALFVEC_SINCE,
    Advice,
    Choice,
    advise,
    best_build,
    is_due,
)
from search.planning.measuring import Report, measure
from search.planning.plans import Inventory, Measured
from search.store.index_building import OnBuild
from search.store.store import Store
from search.upkeep import Upkeep
from search.vectors import VectorSpace

# Whoever closes the app does not wait for the end of a measurement, only for that of one query.
CLOSING_SECONDS = 2.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand in a space: what is there, what it reaches, what is chosen, what is better.

    `measured` are of indexes that are still there. `target` is the recall to reach.
    """

    inventory: Inventory
    measured: tuple[Measured, ...]
    choice: Choice
    advice: tuple[Advice, ...]
    target: float


class Planning:
    """One an engine. Every method may be called from several threads at once.

    `target` is the recall that a plan should reach, `space` returns the active space, `now` is the
    time of day, aware.
    """

    def __init__(
        self,
        store: Store,
        target: float,
        space: Callable[[], VectorSpace],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._space = space
        self._now = now
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._share = 0.0
        self._error: LikenessError | None = None
        store.search_plans.target = target
        self._upkeep = Upkeep(
            self.keep, name="plans", fails="the plan of search could not be measured"
        )

    def start(self) -> None:
        """Measure what is due, now and every hour, in the background; once."""
        self._upkeep.start()

    def standing(self) -> Standing:
        """Return how things stand now; the pictures are counted. Raises a StoreError."""
        plans, space = self._store.search_plans, self._space()
        plans.look_again()
        inventory, choice = plans.chosen(space)
        inventory = replace(inventory, pictures=self._store.spaces.count(space))
        measured = plans.measured(space)
        there = {0, *(index.id for index in inventory.indexes)}
        return Standing(
            inventory,
            tuple(one for one in measured if one.index_id in there),
            choice,
            advise(
                inventory,
                measured,
                choice,
                exact_up_to=plans.exact_up_to,
                fast_seconds=plans.fast_seconds,
            ),
            plans.target,
        )

    def measure(self, report: Report = lambda _: None) -> None:
        """Measure every plan there is; about half a minute at a million pictures.

        Raises PlanningElsewhere when somebody measures or builds already, or a StoreError.
        """
        space = self._space()
        with self._store.plan_trials.turn(space):
            self._measure(space, report)

    def start_measuring(self) -> None:
        """Measure in the background of this process; `progress` tells how far it is."""
        with self._starting:
            if self.progress is not None:
                return
            self._error = None
            self._share = 0.0
            self._thread = threading.Thread(target=self._run, name="measuring", daemon=True)
            self._thread.start()

    def wait(self) -> None:
        """Wait for the end of the measuring in this process."""
        if self._thread is not None:
            self._thread.join()

    @property
    def progress(self) -> float | None:
        """How far the measuring in this process is, 0 to 1; None when there is none."""
        return self._share if self._thread is not None and self._thread.is_alive() else None

    @property
    def last_error(self) -> LikenessError | None:
        """What ended the last measuring in this process, if an error did."""
        return self._error

    def keep(self) -> None:
        """Measure anew where it is due: much has changed, or something new is there.

        Every process does so every hour: one of them measures, the others leave it to that.
        """
        try:
            space = self._space()
            if not self._is_due(space):
                return
            with self._store.plan_trials.turn(space):
                if self._is_due(space):
                    self._measure(space, lambda _: None)
        except PlanningElsewhere:
            return
        except LikenessError as error:
            log.warning(
                "the plan of search was not measured: %s", error, extra={"code": error.code}
            )

    def what_it_takes(self, kind: str) -> Build:
        """Return how an index of a kind would be built: "hnsw", "halfvec" or "best".

        Raises BuildUnsupported where pgvector is too old, or a StoreError.
        """
        space = self._space()
        inventory = self._store.search_plans.inventory(space)
        kind = best_build(inventory) if kind == "best" else kind
        if kind == "halfvec" and inventory.pgvector < HALFVEC_SINCE:
            raise BuildUnsupported(version=".".join(map(str, inventory.pgvector)))
        return self._store.index_building.plan(space, kind, self._store.spaces.count(space))

    def build(self, build: Build, report: OnBuild) -> None:
        """Build an index while searches and indexing go on; what ends it leaves nothing behind.

        An index of the same name that came to no end before is dropped first; one that somebody
        else has built since `what_it_takes` is what was wanted. Raises PlanningElsewhere or a
        StoreError.
        """
        space = self._space()
        with self._store.plan_trials.turn(space):
            inventory = self._store.search_plans.inventory(space)
            if build.name in inventory.leftovers:
                self._store.index_building.drop(build.name)
            if not any(index.name == build.name for index in inventory.indexes):
                self._store.index_building.build(build, report)
        self._store.search_plans.look_again()

    def drop(self, name: str) -> None:
        """Drop a vector index, or what is left of one; raise IndexUnknown or a StoreError."""
        self.check_index(name)
        self._store.index_building.drop(name)
        self._store.search_plans.look_again()

    def check_index(self, name: str) -> None:
        """Raise IndexUnknown unless there is such a vector index, or what is left of one."""
        inventory = self._store.search_plans.inventory(self._space())
        names = [index.name for index in inventory.indexes] + list(inventory.leftovers)
        if name not in names:
            raise IndexUnknown(name=name, names=", ".join(names) or "–")

    def newest(self) -> str | None:
        """Return the name of the index that Likeness built last; None when there is none."""
        space = self._space()
        inventory = self._store.search_plans.inventory(space)
        return newest_of_ours(inventory, self._store.index_building.table(space))

    def rewrite_seconds(self) -> float:
        """Return how long `store_vectors` is expected to take."""
        return self._store.spaces.count(self._space()) * REWRITE_SECONDS_A_ROW

    def store_vectors(self, storage: str, report: OnBuild) -> None:
        """Store the vectors inside their rows ("plain") or beside them ("external").

        All are written anew while searches go on. Raises PlanningElsewhere or a StoreError.
        """
        space = self._space()
        with self._store.plan_trials.turn(space):
            rows = self._store.spaces.count(space)
            self._store.index_building.store_vectors(space, storage, rows, report)
        self._store.search_plans.look_again()

    def close(self) -> None:
        """End a measuring that goes on."""
        self._closing.set()
        self._upkeep.close()
        if self._thread is not None:
            self._thread.join(CLOSING_SECONDS)

    def _is_due(self, space: VectorSpace) -> bool:
        plans = self._store.search_plans
        inventory = plans.inventory(space)
        return is_due(inventory, plans.measured(space), plans.exact_up_to)

    def _measure(self, space: VectorSpace, report: Report) -> None:
        plans = self._store.search_plans
        found = measure(
            self._store.plan_trials,
            space,
            plans.inventory(space),
            target=plans.target,
            pictures=self._store.spaces.count(space),
            now=self._now,
            report=report,
            stopped=self._closing.is_set,
        )
        # What was cut short is no measurement.
        if found and not self._closing.is_set():
            plans.save(space, found)

    def _run(self) -> None:
        try:
            self.measure(self._note)
        except LikenessError as error:
            self._error = error
            if isinstance(error, StoreError) and not self._closing.is_set():
                log.warning("the plan of search could not be measured: %s", error)

    def _note(self, share: float) -> None:
        self._share = share
