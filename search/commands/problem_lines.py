"""What an import left out and why, in lines for a terminal and in JSON: the same for all kinds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from search.errors import LikenessError
from search.importing.report import by_kind
from search.importing.rows import Problem
from search.language import Language

# Of each kind; a misspelt folder would otherwise fill the terminal.
PROBLEMS_SHOWN = 20


class Reported(Protocol):
    """A report: `reasons` counts everything that was left out, by kind, `problems` may be fewer."""

    @property
    def problems(self) -> Sequence[Problem]:
        """What was left out, or the first of each kind."""

    @property
    def reasons(self) -> Counter[str]:
        """How often, by kind."""


def problem_lines(report: Reported, words: Language) -> Iterator[str]:
    """Yield what was left out, kind by kind, the first of each with their places."""
    for kind, problems in by_kind(report.problems).items():
        for problem in problems[:PROBLEMS_SHOWN]:
            reason = _reason_of(problem, words)
            yield words.text("command.import.problem", where=problem.where, reason=reason)
        more = report.reasons[kind] - PROBLEMS_SHOWN
        if more > 0:
            whole = len(problems) == report.reasons[kind]
            yield words.text("command.import.more" if whole else "command.import.many_more", n=more)


def plain_problems(report: Reported, words: Language) -> dict[str, Any]:
    """Return what was left out ready for json.dumps, with the reasons in words."""
    return {
        "left_out": dict(report.reasons),
        "problems": [
            {"where": problem.where, "kind": problem.kind, "reason": _reason_of(problem, words)}
            for problem in report.problems
        ],
    }


def _reason_of(problem: Problem, words: Language) -> str:
    if isinstance(problem.reason, LikenessError):
        return words.error(problem.reason).sentence
    return words.text(problem.reason, **problem.facts)
