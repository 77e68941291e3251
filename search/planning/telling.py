"""A plan of search in words: for the terminal, doctor and the page alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from search.language import Language
from search.planning.building import MEGABYTE
from search.planning.choosing import Advice
from search.planning.plans import EXACT, Measured, Plan
from search.planning.service import Standing

PROGRAM = "python -m search plan"
SECOND = 1000.0


@dataclass(frozen=True, slots=True)
class Line:
    """A plan as a row of a table; what was not measured is None. Times are in milliseconds."""

    name: str
    index: str
    parameter: str
    recall: float | None
    p50: float | None
    p95: float | None
    pictures: int | None
    queries: int | None
    measured_at: datetime | None
    bytes: int | None
    is_chosen: bool


def sentence(standing: Standing, words: Language) -> str:
    """Say how it is searched now, what that reaches, and how far that can be believed."""
    choice, plan = standing.choice, standing.choice.plan
    n = standing.inventory.pictures
    if plan.is_exact:
        said = [words.text("plan.exact_now", n=n)]
    else:
        facts = {"index": plan.index, "kind": _kind(plan, words), "parameter": _far(plan, words)}
        said = [words.text("plan.index_now", n=n, **facts)]
    measured = choice.measured
    if measured is None:
        said.append(words.text("plan.unmeasured"))
        return " ".join(said)
    key = "plan.exact_takes" if plan.is_exact else "plan.reaches"
    times = {"p50": milliseconds(measured.p50), "p95": milliseconds(measured.p95)}
    said.append(words.text(key, recall=percent(measured.recall, words), **times))
    if measured.recall < standing.target:
        said.append(words.text("plan.missed", target=percent(standing.target, words)))
    if choice.stale:
        said.append(words.text("plan.stale"))
    return " ".join(said)


def lines(standing: Standing, words: Language) -> Iterator[Line]:
    """Yield every plan that was measured, and every index that was not, with what it is."""
    chosen, measured = standing.choice.plan, standing.measured
    if not any(one.index_id == 0 for one in measured):
        yield _line(EXACT, None, None, chosen, words)
    for one in measured:
        index = standing.inventory.index(one.index_id)
        plan = Plan.by(index, one.parameter) if index else EXACT
        yield _line(plan, one, index.bytes if index else None, chosen, words)
    for index in standing.inventory.usable:
        if not any(one.index_id == index.id for one in measured):
            used = chosen.parameter if chosen.index_id == index.id else 0
            yield _line(Plan.by(index, used), None, index.bytes, chosen, words)


def advised(standing: Standing, words: Language) -> Iterator[tuple[str, str]]:
    """Yield what would be better: a sentence, and the command that does it."""
    inventory = standing.inventory
    commands = {
        Advice.DROP_LEFTOVERS: f"{PROGRAM} --drop {' '.join(inventory.leftovers[:1])}",
        Advice.STORAGE_PLAIN: f"{PROGRAM} --storage plain",
        Advice.BUILD: f"{PROGRAM} --build best",
        Advice.MEASURE: f"{PROGRAM} --measure",
    }
    for advice in standing.advice:
        facts = {"names": ", ".join(inventory.leftovers), "storage": inventory.storage}
        yield words.text(f"plan.{advice}", **facts), commands[advice]


def percent(share: float, words: Language) -> str:
    """Write a share of 0 to 1 in per cent with a decimal, rounded down: .9799 does not reach 98."""
    return words.text("plan.percent", value=int(share * 1000 + 1e-6) / 10)


def milliseconds(seconds: float) -> float:
    """Return milliseconds, as exact as anybody reads them."""
    return round(seconds * SECOND, 1 if seconds < 0.1 else None)  # noqa: PLR2004 - 100 ms


def megabytes(size: int, words: Language) -> str:
    """Write a number of bytes."""
    return words.text("plan.megabytes", value=round(size / MEGABYTE))


def _line(
    plan: Plan, measured: Measured | None, size: int | None, chosen: Plan, words: Language
) -> Line:
    if measured and not measured.queries:
        measured = None
    return Line(
        name=_kind(plan, words),
        index=plan.index,
        parameter=_far(plan, words) if plan.parameter or plan.is_exact else "",
        recall=measured.recall if measured else None,
        p50=milliseconds(measured.p50) if measured else None,
        p95=milliseconds(measured.p95) if measured else None,
        pictures=measured.pictures if measured else None,
        queries=measured.queries if measured else None,
        measured_at=measured.measured_at if measured else None,
        bytes=size,
        is_chosen=plan == chosen,
    )


def _kind(plan: Plan, words: Language) -> str:
    return words.text(f"plan.{plan.kind}")


def _far(plan: Plan, words: Language) -> str:
    return words.text(f"plan.{plan.method}_parameter", parameter=str(plan.parameter))
