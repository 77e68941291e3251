"""What an import did, in the lines that the command prints, and in JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from search.commands.problem_lines import plain_problems
from search.importing.report import ImportReport, Tally
from search.language import Language

# A table may have thousands that mean nothing; --json has all of them.
COLUMNS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What is left to do: the demo's products and whether they go, pictures without a vector.

    `without_vector` is None where no encoder can tell.
    """

    demo: int
    demo_goes: bool
    without_vector: int | None


def lines(report: ImportReport, words: Language, *, prune: bool) -> Iterator[str]:
    """Yield what was done, or in a dry run would be done."""
    if report.dry_run:
        yield words.text("command.import.dry")
    yield _tally("products", report, report.products, words)
    yield _tally("pictures", report, report.pictures, words)
    if report.has_vectors:
        yield _tally("vectors", report, report.vectors, words)
    if report.fields:
        told = (_field(name, count, words) for name, count in report.fields.most_common())
        yield words.text("command.import.fields", fields=", ".join(told))
    if report.rekeyed:
        yield words.text("command.import.rekeyed", n=report.rekeyed)
    if report.awaited:
        yield words.text("command.import.awaited", n=report.awaited)
    if report.ignored:
        columns = ", ".join(report.ignored[:COLUMNS_SHOWN])
        more = ", …" if len(report.ignored) > COLUMNS_SHOWN else ""
        yield words.text("command.import.ignored", columns=columns + more)
    yield from _gone(report, words, prune=prune)
    if report.changes_nothing and report.met:
        yield words.text("command.import.nothing")


def aftermath_lines(after: Aftermath, words: Language, *, dry_run: bool) -> Iterator[str]:
    """Yield what became of the demo, and the next step."""
    if after.demo:
        gone = "command.import.demo_would_go" if dry_run else "command.demo_removed"
        yield words.text(gone if after.demo_goes else "command.import.demo_there", n=after.demo)
    if dry_run:
        return
    if after.without_vector is None:
        yield words.text("command.import.next_uncounted")
    elif after.without_vector:
        yield words.text("command.import.next", n=after.without_vector)


def plain(report: ImportReport, after: Aftermath, words: Language) -> dict[str, Any]:
    """Return everything ready for json.dumps."""
    return {
        **report.plain(),
        "demo": {"products": after.demo, "removed": after.demo_goes},
        "without_vector": after.without_vector,
        **plain_problems(report, words),
    }


def _tally(what: str, report: ImportReport, tally: Tally, words: Language) -> str:
    return words.text(
        f"command.import.{what}",
        name=report.name,
        added=tally.added,
        changed=tally.changed,
        unchanged=tally.unchanged,
        left_out=tally.left_out,
    )


def _field(name: str, count: int, words: Language) -> str:
    field = words.text(f"command.import.field_{name}")
    return words.text("command.import.field", field=field, count=count)


def _gone(report: ImportReport, words: Language, *, prune: bool) -> Iterator[str]:
    products, pictures = report.products, report.pictures
    if products.removed or pictures.removed:
        key = "command.import.would_remove" if report.dry_run else "command.import.removed"
        yield words.text(key, products=products.removed, pictures=pictures.removed)
    elif (products.gone or pictures.gone) and not prune:
        yield words.text("command.import.gone", products=products.gone, pictures=pictures.gone)
    if prune and products.gone > products.removed:
        yield words.text("command.import.not_pruned")
