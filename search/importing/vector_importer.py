"""Vectors that were made elsewhere, into the store: while one portion is written, the next is read.

What was stored stays, whatever comes after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

import numpy as np

from search.errors import ImportNameInvalid, ImportUnreadable
from search.importing.rows import Problem
from search.importing.values import quoted
from search.importing.vector_file import Rows, VectorFile
from search.importing.vector_names import VectorNames
from search.importing.vector_report import VectorReport
from search.importing.vectors import unit_rows
from search.people import excerpt
from search.store.store import Store
from search.store.vector_copy import Flags, Numbers
from search.store.vector_targets import Target, Wanted
from search.vectors import Vector, VectorSpace

# Enough that a round trip counts for nothing; a portion is 10 MB, several times over.
ROWS_AT_ONCE = 5_000

OnProgress = Callable[[VectorReport], None]
"""Called with what was done so far, after each portion."""


@dataclass(frozen=True, slots=True)
class _Portion:
    """What a portion comes to: vectors, of which some are stored already, and what is left out."""

    pictures: Numbers
    products: Numbers
    vectors: Vector
    there: Flags
    same: Flags
    problems: Sequence[Problem]


class VectorImporter:
    """Brings vectors in for pictures that are there."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def run(
        self,
        file: VectorFile,
        names: VectorNames,
        space: VectorSpace,
        on_progress: OnProgress,
        *,
        source: str | None = None,
        dry_run: bool = False,
    ) -> VectorReport:
        """Store the vectors of a file in a space, each for the picture that the names tell.

        With a `source` only its products are looked at. With `dry_run` nothing is written. Of
        several vectors for one picture the first counts. Raises ImportUnreadable,
        ImportNameInvalid, or a StoreError; what was stored until then stays.
        """
        sources = self._sources(source)
        if (found := names.count()) != file.count:
            reason = "@reasons.import_names_count"
            raise ImportUnreadable(path=names.path, reason=reason, found=found, expected=file.count)
        report = VectorReport(str(space), file.count, dry_run)
        with ThreadPoolExecutor(1, "import") as pool:
            portions = self._portions(file, names, space, sources)
            coming = pool.submit(next, portions, None)
            while (portion := coming.result()) is not None:
                coming = pool.submit(next, portions, None)
                self._take(portion, space, report)
                on_progress(report)
        return report

    def _sources(self, source: str | None) -> list[str]:
        sources = self._store.vector_targets.sources()
        if source is None:
            return sources
        if source not in sources:
            raise ImportNameInvalid(reason="@reasons.import_no_source")
        return [source]

    def _take(self, portion: _Portion, space: VectorSpace, report: VectorReport) -> None:
        for problem in portion.problems:
            report.add_problem(problem)
        new = ~portion.same
        if new.any() and not report.dry_run:
            self._store.vectors.write(
                space, portion.pictures[new], portion.products[new], portion.vectors[new]
            )
        changed = int((portion.there & new).sum())
        report.vectors.changed += changed
        report.vectors.added += int(new.sum()) - changed
        report.vectors.unchanged += int(portion.same.sum())

    def _portions(
        self, file: VectorFile, names: VectorNames, space: VectorSpace, sources: Sequence[str]
    ) -> Iterator[_Portion]:
        wanted = names.read()
        seen: set[int] = set()
        for rows in file.portions(ROWS_AT_ONCE):
            lines = list(islice(wanted, len(rows)))
            targets = self._store.vector_targets.find(lines, names.by, sources)
            yield self._portion(rows, lines, targets, space, seen)

    def _portion(
        self,
        rows: Rows,
        lines: Sequence[Wanted],
        targets: Sequence[Target],
        space: VectorSpace,
        seen: set[int],
    ) -> _Portion:
        vectors, refused = unit_rows(rows)
        problems = []
        kept = []
        for number, (line, target) in enumerate(zip(lines, targets, strict=True)):
            problem = _problem(number, line, target, refused, seen)
            if problem is not None:
                problems.append(problem)
            elif target.picture_id is not None:
                seen.add(target.picture_id)
                kept.append(number)
        pictures = np.array([targets[number].picture_id for number in kept], np.int64)
        products = np.array([targets[number].product_id for number in kept], np.int64)
        if len(kept) < len(lines):
            vectors = vectors[kept]
        there, same = self._store.vectors.compare(space, pictures, vectors)
        return _Portion(pictures, products, vectors, there, same, problems)


def _problem(
    number: int, line: Wanted, target: Target, refused: Mapping[int, str], seen: set[int]
) -> Problem | None:
    """Return why a vector cannot be taken, if it cannot."""
    reason = None
    if not line.name:
        reason = "vector_unnamed"
    elif number in refused:
        reason = refused[number]
    elif target.product_id is None:
        reason = "vector_unknown"
    elif target.picture_id is None:
        reason = "vector_other_picture" if target.has_pictures else "vector_no_picture"
    elif target.picture_id in seen:
        reason = "vector_twice"
    if reason is None:
        return None
    facts = {"article": excerpt(line.name), "address": quoted(line.address or "")}
    return Problem(line.where, f"importing.{reason}", facts, loses="vector")
