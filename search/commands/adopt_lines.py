"""What was copied from a shop's own tables, in the lines that the command prints, and in JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from search.adopting.report import AdoptionReport
from search.adopting.telling import reason_of
from search.importing.report import Tally
from search.language import Language

# Of each reason; --json has more of them.
PLACES_SHOWN = 3


def lines(report: AdoptionReport, words: Language) -> Iterator[str]:
    """Yield what was copied, or in a dry run would be."""
    if report.dry_run:
        yield words.text("command.import.dry")
    if report.way == "query":
        yield words.text("command.adopt.query")
    else:
        yield words.text("command.adopt.tables", tables=", ".join(report.tables))
    if report.missing:
        yield words.text("command.adopt.missing", missing=", ".join(report.missing))
    yield _tally("products", report.products, words)
    yield _tally("pictures", report.pictures, words)
    for counts in report.spaces:
        space = str(counts.space)
        yield words.text(
            "command.adopt.vectors",
            space=space,
            added=counts.added,
            changed=counts.changed,
            unchanged=counts.unchanged,
            removed=counts.removed,
        )
        if counts.own:
            yield words.text("command.adopt.own", space=space, count=counts.own)
    if not report.spaces:
        yield words.text("command.adopt.no_vectors")
    products, pictures = report.products, report.pictures
    if products.gone > products.removed or pictures.gone > pictures.removed:
        yield words.text(
            "command.adopt.gone",
            products=products.gone - products.removed,
            pictures=pictures.gone - pictures.removed,
        )


def left_out_lines(report: AdoptionReport, words: Language) -> Iterator[str]:
    """Yield every reason with how often, and the first places where."""
    for left in report.left_out:
        line = words.text(
            "command.adopt.left_out", reason=reason_of(left.reason, words), count=left.count
        )
        if left.first:
            places = ", ".join(left.first[:PLACES_SHOWN])
            line += "; " + words.text("command.adopt.places", places=places)
        yield line


def plain(report: AdoptionReport, words: Language) -> dict[str, Any]:
    """Return everything ready for json.dumps, the reasons in words as well."""
    told = report.plain()
    for left in told["left_out"]:
        left["words"] = reason_of(left["reason"], words)
    return told


def _tally(what: str, tally: Tally, words: Language) -> str:
    return words.text(
        f"command.adopt.{what}",
        added=tally.added,
        changed=tally.changed,
        unchanged=tally.unchanged,
        removed=tally.removed,
        left_out=tally.left_out,
    )
