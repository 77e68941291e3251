"""What an import of vectors did, or in a dry run would do."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from search.importing.report import OF_VECTORS, Tally
from search.importing.rows import Problem

# Of each kind of problem. A wrong list of articles would otherwise fill the memory.
PROBLEMS_KEPT = 1000


@dataclass(slots=True)
class VectorReport:
    """Counts, and what was left out: `reasons` counts all of it, `problems` are the first ones.

    `total` is how many vectors the file has, `model` the name of their space.
    """

    model: str
    total: int
    dry_run: bool
    vectors: Tally = field(default_factory=Tally)
    reasons: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)

    @property
    def taken(self) -> int:
        """How many vectors are or would be in the database now."""
        return self.vectors.added + self.vectors.changed + self.vectors.unchanged

    @property
    def done(self) -> int:
        """How many vectors were looked at."""
        return self.taken + self.vectors.left_out

    @property
    def changes_nothing(self) -> bool:
        """Whether all of them are stored already."""
        return not self.vectors.added and not self.vectors.changed

    def add_problem(self, problem: Problem) -> None:
        """Note a vector that was left out."""
        self.vectors.left_out += 1
        self.reasons[problem.kind] += 1
        if self.reasons[problem.kind] <= PROBLEMS_KEPT:
            self.problems.append(problem)

    def plain(self) -> dict[str, Any]:
        """Return the counts ready for json.dumps; what was left out is for who knows a language."""
        tally = asdict(self.vectors)
        return {
            "model": self.model,
            "dry_run": self.dry_run,
            "vectors": {what: tally[what] for what in OF_VECTORS},
        }
