"""What was copied from a shop's own tables, or in a dry run would be, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal, Self

from search.importing.report import ImportReport, Tally, by_kind
from search.store.founding_vectors import SpaceCounts, VectorCounts
from search.vectors import VectorSpace

Way = Literal["tables", "query"]
# Of each reason so many places are kept.
PLACES: Final = 20
# Another vector counts in their place, so that nothing is lost.
_HARMLESS: Final = frozenset({"vector_older"})
_VECTORS: Final = "vector_"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How often something was left out for a reason, and the first places where."""

    reason: str
    count: int
    first: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AdoptionReport:
    """Counts of products, pictures and, by space, vectors.

    `tables` are those that were read, `missing` names tables and columns that are not there.
    """

    way: Way
    dry_run: bool
    products: Tally
    pictures: Tally
    spaces: tuple[SpaceCounts, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    tables: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        way: Way,
        imported: ImportReport,
        vectors: VectorCounts,
        *,
        others: Mapping[str, int],
        tables: Sequence[str] = (),
        missing: Sequence[str] = (),
    ) -> Self:
        """Sum up what the importer did and what was copied; `others` are further reasons."""
        left_out = [
            *_left_out(imported),
            *(LeftOut(reason, count) for reason, count in others.items() if count),
            *(LeftOut(reason, count) for reason, count in vectors.left_out.items()),
        ]
        return cls(
            way,
            imported.dry_run,
            imported.products,
            imported.pictures,
            vectors.spaces,
            tuple(left_out),
            tuple(tables),
            tuple(missing),
        )

    @property
    def changes_nothing(self) -> bool:
        """Whether everything is stored as it is in the source already."""
        told: list[Tally | SpaceCounts] = [self.products, self.pictures, *self.spaces]
        return not any(one.added or one.changed or one.removed for one in told)

    @property
    def has_losses(self) -> bool:
        """Whether anything was left out for which there is nothing else."""
        return any(left.reason not in _HARMLESS for left in self.left_out)

    @property
    def vectors(self) -> VectorCounts:
        """The vectors as they are stored now, if none of them has changed since."""
        spaces = [replace(s, unchanged=s.count, added=0, changed=0, removed=0) for s in self.spaces]
        reasons = {
            left.reason: left.count for left in self.left_out if left.reason.startswith(_VECTORS)
        }
        return VectorCounts(tuple(spaces), reasons)

    def plain(self) -> dict[str, Any]:
        """Return everything ready for json.dumps."""
        return {
            "way": self.way,
            "dry_run": self.dry_run,
            "products": asdict(self.products),
            "pictures": asdict(self.pictures),
            "vectors": [
                {
                    "model": space.space.model,
                    "revision": space.space.revision,
                    "added": space.added,
                    "changed": space.changed,
                    "unchanged": space.unchanged,
                    "removed": space.removed,
                    "own": space.own,
                }
                for space in self.spaces
            ],
            "left_out": [
                {"reason": left.reason, "count": left.count, "first": list(left.first)}
                for left in self.left_out
            ],
            "tables": list(self.tables),
            "missing": list(self.missing),
        }

    @classmethod
    def from_plain(cls, told: Mapping[str, Any]) -> Self:
        """Read what `plain` returned."""
        spaces = []
        for vectors in told["vectors"]:
            counts = dict(vectors)
            space = VectorSpace(counts.pop("model"), counts.pop("revision"))
            spaces.append(SpaceCounts(space, **counts))
        return cls(
            told["way"],
            told["dry_run"],
            Tally(**told["products"]),
            Tally(**told["pictures"]),
            tuple(spaces),
            tuple(LeftOut(o["reason"], o["count"], tuple(o["first"])) for o in told["left_out"]),
            tuple(told["tables"]),
            tuple(told["missing"]),
        )


def _left_out(imported: ImportReport) -> list[LeftOut]:
    return [
        LeftOut(
            kind.rpartition(".")[2],
            len(problems),
            tuple(dict.fromkeys(problem.where for problem in problems))[:PLACES],
        )
        for kind, problems in by_kind(imported.problems).items()
    ]
