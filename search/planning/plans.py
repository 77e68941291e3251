"""What there is to search with, the plans that it allows, and what those were measured to reach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

# pgvector's own limit: so many rows at most come out of an HNSW index.
MOST_EF_SEARCH: Final = 1000


class Method(StrEnum):
    """The ways to the nearest pictures; the values are PostgreSQL's names of access methods."""

    EXACT = "exact"
    HNSW = "hnsw"
    IVFFLAT = "ivfflat"


@dataclass(frozen=True, slots=True)
class VectorIndex:
    """A vector index on a space's table of vectors.

    `usable` is whether it answers by cosine, for all rows. `lists` is an ivfflat index's, `m` and
    `ef_construction` an HNSW index's; the others are 0.
    """

    id: int
    name: str
    method: Method
    halfvec: bool
    usable: bool
    lists: int
    m: int
    ef_construction: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Inventory:
    """What there is in one space. `pictures` is an estimate where the table is large.

    `storage` is that of the vectors: "plain", "external", "extended" or "main". `leftovers` names
    indexes that a build which came to no end left behind. `pgvector` is its version: (0, 8, 6).
    """

    pictures: int
    storage: str
    bytes: int
    indexes: tuple[VectorIndex, ...]
    leftovers: tuple[str, ...]
    pgvector: tuple[int, ...]

    @property
    def usable(self) -> tuple[VectorIndex, ...]:
        """The indexes that a search can use."""
        return tuple(index for index in self.indexes if index.usable)

    def index(self, number: int) -> VectorIndex | None:
        """Return the usable index with this OID."""
        return next((index for index in self.usable if index.id == number), None)


@dataclass(frozen=True, slots=True)
class Plan:
    """A way to the nearest pictures. `parameter` is ef_search or probes; 0 for the exact scan.

    Where the index holds half-precision numbers, what it finds is ordered by the full vectors.
    """

    method: Method
    index: str = ""
    index_id: int = 0
    halfvec: bool = False
    parameter: int = 0

    @classmethod
    def by(cls, index: VectorIndex, parameter: int) -> Plan:
        """Return the plan that uses an index."""
        return cls(index.method, index.name, index.id, index.halfvec, parameter)

    @property
    def is_exact(self) -> bool:
        """Whether every picture is compared."""
        return self.method is Method.EXACT

    @property
    def kind(self) -> str:
        """The key of its name in the texts."""
        return f"{self.method}_halfvec" if self.halfvec else str(self.method)


EXACT: Final = Plan(Method.EXACT)


@dataclass(frozen=True, slots=True)
class Measured:
    """What a plan was measured to reach: the share of the 50 nearest that it finds, and seconds.

    `pictures` there were then, by so many `queries`; none, and recall 0, by an index that the
    server does not take.
    """

    index_id: int
    parameter: int
    pictures: int
    queries: int
    recall: float
    p50: float
    p95: float
    measured_at: datetime
