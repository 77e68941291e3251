"""Which plan follows from what is there and what was measured: pure functions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from search.planning.plans import EXACT, Inventory, Measured, Method, Plan, VectorIndex

# As long as an exact scan takes no longer, nothing else is worth losing a product for.
FAST_SECONDS: Final = 0.025
# Where it was not measured, it is taken to be that fast up to so many pictures.
EXACT_UP_TO: Final = 25_000
# A measurement is old when so large a share of the pictures has come or gone since.
STALE_SHARE: Final = 0.2
# Unmeasured, an index is used so that it hardly misses anything.
SAFE_EF_SEARCH: Final = 400
SAFE_PROBES_SHARE: Final = 4
# Reading the vectors of some products one by one costs about five times what scanning past costs.
FIRST_SHARE_EXACT: Final = 0.2
# Beside a vector index: of n pictures up to 50 * sqrt(n) are read sooner than found and filtered.
# Reading costs by their number, 3.5 µs each; finding by how rare they are among all, 9 ms divided
# by their share. Both take the same at 16 % of 100,000 pictures, and at 5 % of a million.
FIRST_ROOTS: Final = 50
# Halved numbers, from pgvector 0.7 on, make an index half as large and lose nothing measurable.
HALFVEC_SINCE: Final = (0, 7)


@dataclass(frozen=True, slots=True)
class Choice:
    """The plan to search by, and what it was measured to reach; None when it never was.

    `stale` tells that the catalogue has changed much since then.
    """

    plan: Plan
    measured: Measured | None = None
    stale: bool = False


class Advice(StrEnum):
    """What would be better; the values are keys of texts."""

    DROP_LEFTOVERS = "drop_leftovers"
    STORAGE_PLAIN = "storage_plain"
    BUILD = "build"
    MEASURE = "measure"


class Way(StrEnum):
    """How a narrowed search goes about it."""

    FIRST = "first"  # the products that are left, then all of their vectors: misses nothing
    SCAN = "scan"  # all vectors, leaving out the others: misses nothing
    AFTER = "after"  # the vector index, leaving out the others until there are enough


def choose(
    inventory: Inventory,
    measured: Sequence[Measured],
    target: float,
    *,
    exact_up_to: int = EXACT_UP_TO,
    fast_seconds: float = FAST_SECONDS,
) -> Choice:
    """Choose the exact scan while it is fast enough, above it the fastest that reaches `target`.

    `target` is a recall, 0 to 1. An index that was never measured is used with a safe parameter.
    """
    known = [one for one in measured if one.index_id == 0 or inventory.index(one.index_id)]
    exact = next((one for one in known if one.index_id == 0), None)
    if not inventory.usable or is_fast(inventory, exact, exact_up_to, fast_seconds):
        return _choice(inventory, EXACT, exact)
    good = [one for one in known if one.recall >= target]
    if exact is not None:
        good.append(exact)
    best = min(good, key=lambda one: one.p50, default=None)
    unmeasured = _unmeasured(inventory, known)
    if unmeasured and (best is None or best.index_id == 0):
        return Choice(safe_plan(unmeasured[0]))
    if best is None:
        # Measured, and not good enough; the exact scan was not, and misses nothing.
        return Choice(EXACT)
    index = inventory.index(best.index_id)
    plan = Plan.by(index, best.parameter) if index else EXACT
    return _choice(inventory, plan, best)


def is_fast(
    inventory: Inventory, exact: Measured | None, exact_up_to: int, fast_seconds: float
) -> bool:
    """Tell whether the exact scan is fast enough, as measured or else by the number of pictures."""
    if exact is not None and not is_stale(inventory, exact):
        return exact.p50 <= fast_seconds
    return inventory.pictures <= exact_up_to


def is_stale(inventory: Inventory, measured: Measured) -> bool:
    """Tell whether the catalogue has changed much since something was measured."""
    return abs(inventory.pictures - measured.pictures) > STALE_SHARE * max(measured.pictures, 1)


def is_due(inventory: Inventory, measured: Sequence[Measured], exact_up_to: int) -> bool:
    """Tell whether there is something to measure that a search would be the better for."""
    if inventory.pictures <= exact_up_to:
        return False
    if not any(one.index_id == 0 for one in measured):
        return True
    return bool(_unmeasured(inventory, measured)) or any(
        is_stale(inventory, one) for one in measured
    )


def safe_plan(index: VectorIndex) -> Plan:
    """Return the plan by an index of which nothing is known."""
    if index.method is Method.HNSW:
        return Plan.by(index, SAFE_EF_SEARCH)
    return Plan.by(index, max(1, -(-index.lists // SAFE_PROBES_SHARE)))


def advise(
    inventory: Inventory,
    measured: Sequence[Measured],
    choice: Choice,
    *,
    exact_up_to: int = EXACT_UP_TO,
    fast_seconds: float = FAST_SECONDS,
) -> tuple[Advice, ...]:
    """Say what would be better than what is there, the most urgent first."""
    found = []
    if inventory.leftovers:
        found.append(Advice.DROP_LEFTOVERS)
    if inventory.storage != "plain":
        found.append(Advice.STORAGE_PLAIN)
    exact = next((one for one in measured if one.index_id == 0), None)
    slow = not is_fast(inventory, exact, exact_up_to, fast_seconds)
    if slow and not _has_hnsw(inventory):
        found.append(Advice.BUILD)
    if is_due(inventory, measured, exact_up_to) or choice.stale:
        found.append(Advice.MEASURE)
    return tuple(found)


def best_build(inventory: Inventory) -> str:
    """Return the kind of index to build: "halfvec", or "hnsw" where pgvector is too old for it."""
    return "halfvec" if inventory.pgvector >= HALFVEC_SINCE else "hnsw"


def most_first(plan: Plan, pictures: int) -> int:
    """Return up to how many products a narrowed search reads first."""
    if plan.is_exact:
        return int(pictures * FIRST_SHARE_EXACT)
    return int(min(FIRST_ROOTS * math.sqrt(pictures), pictures))


def way_of(plan: Plan, matching: int, pictures: int) -> Way:
    """Return how to search among `matching` products of a catalogue of so many `pictures`."""
    if matching <= most_first(plan, pictures):
        return Way.FIRST
    return Way.SCAN if plan.is_exact else Way.AFTER


def _choice(inventory: Inventory, plan: Plan, measured: Measured | None) -> Choice:
    return Choice(plan, measured, measured is not None and is_stale(inventory, measured))


def _unmeasured(inventory: Inventory, measured: Sequence[Measured]) -> list[VectorIndex]:
    """Return the usable indexes of which nothing is known; HNSW first, and small before large."""
    known = {one.index_id for one in measured}
    left = [index for index in inventory.usable if index.id not in known]
    return sorted(left, key=lambda index: (index.method is not Method.HNSW, index.bytes))


def _has_hnsw(inventory: Inventory) -> bool:
    return any(index.method is Method.HNSW for index in inventory.usable)
