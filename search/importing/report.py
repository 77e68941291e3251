"""What an import did, or in a dry run would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from search.importing.plan import Plan
from search.importing.rows import Problem

# No vector goes by itself.
OF_VECTORS = ("added", "changed", "unchanged", "left_out")


@dataclass(slots=True)
class Tally:
    """How many products, pictures or vectors were met, by what became of them.

    `left_out` counts what of the source cannot be used; `gone` what is stored and no longer in the
    source, `removed` how much of that was removed.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    left_out: int = 0
    gone: int = 0
    removed: int = 0


@dataclass(slots=True)
class ImportReport:
    """Counts, and what was left out.

    `vectors` are those that came with pictures. `awaited` of the new pictures are fetched while
    they are indexed. `fields` counts what differs in the changed products. `rekeyed` products were
    known by their article and are now known by an id. `hidden` says that products may stand where
    nothing could be read, so that nobody knows what is gone.
    """

    name: str
    dry_run: bool
    products: Tally = field(default_factory=Tally)
    pictures: Tally = field(default_factory=Tally)
    vectors: Tally = field(default_factory=Tally)
    awaited: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    ignored: tuple[str, ...] = ()
    hidden: bool = False
    rekeyed: int = 0

    @property
    def met(self) -> int:
        """How many products were found in the source and are or would be stored."""
        return self.products.added + self.products.changed + self.products.unchanged

    @property
    def has_vectors(self) -> bool:
        """Whether any picture came with a vector, also one that cannot be used."""
        return self.vectors != Tally()

    @property
    def reasons(self) -> Counter[str]:
        """How often what was left out has which kind of reason."""
        return Counter(problem.kind for problem in self.problems)

    @property
    def changes_nothing(self) -> bool:
        """Whether everything is stored as it is in the source already."""
        tallies = (self.products, self.pictures)
        changed = any(tally.added or tally.changed or tally.removed for tally in tallies)
        return not changed and not self.rekeyed

    def add_problem(self, problem: Problem) -> None:
        """Note what was left out."""
        self.problems.append(problem)
        self.hidden |= problem.hides
        self.products.left_out += problem.loses == "product"
        self.pictures.left_out += problem.loses == "picture"
        self.vectors.left_out += problem.loses == "vector"

    def count(self, plan: Plan, *, prune: bool) -> None:
        """Count a product that is or would be stored."""
        if plan.is_new:
            self.products.added += 1
        elif plan.change is not None:
            self.products.changed += 1
        else:
            self.products.unchanged += 1
        self.fields.update(plan.fields)
        self.pictures.added += plan.added
        self.pictures.changed += plan.replaced
        self.pictures.unchanged += plan.unchanged
        self.pictures.gone += plan.gone
        self.pictures.removed += plan.gone if prune else 0
        self.vectors.added += plan.vectors_added
        self.vectors.changed += plan.vectors_replaced
        self.vectors.unchanged += plan.vectors_unchanged
        self.awaited += plan.awaited

    def plain(self) -> dict[str, Any]:
        """Return the counts ready for json.dumps; the problems are for who knows a language."""
        return {
            "name": self.name,
            "dry_run": self.dry_run,
            "products": asdict(self.products),
            "pictures": {**asdict(self.pictures), "to_fetch": self.awaited},
            "vectors": {what: asdict(self.vectors)[what] for what in OF_VECTORS},
            "fields": dict(self.fields),
            "rekeyed": self.rekeyed,
            "ignored_columns": list(self.ignored),
        }


def by_kind(problems: Iterable[Problem]) -> dict[str, list[Problem]]:
    """Sort problems by their kinds, both in the order in which they were met."""
    sorted_: dict[str, list[Problem]] = {}
    for problem in problems:
        sorted_.setdefault(problem.kind, []).append(problem)
    return sorted_
