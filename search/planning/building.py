"""What it takes to build an index: its statement, and how long, how large, in how much memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from search.planning.plans import Inventory

# So well connected, a million clustered vectors are found in; with pgvector's own 64 some groups of
# them are not reached from anywhere, however far a search looks.
M: Final = 16
EF_CONSTRUCTION: Final = 128
MEGABYTE: Final = 1_000_000
LEAST_MEMORY: Final = 64 * MEGABYTE
KINDS: Final = ("hnsw", "halfvec")


@dataclass(frozen=True, slots=True)
class _Cost:
    """Of an index over 512 dimensions, for each row: seconds on two cores, bytes, and memory."""

    seconds: float
    bytes: int
    memory: int


_COSTS: Final = {
    "hnsw": _Cost(0.0006, 2_730, 3_000),
    "halfvec": _Cost(0.00045, 1_365, 1_950),
}
# Writing a vector anew, in portions, each its own transaction.
REWRITE_SECONDS_A_ROW: Final = 0.00015


@dataclass(frozen=True, slots=True)
class Build:
    """An index to be built: `kind` is "hnsw" or "halfvec".

    `seconds` and `bytes` are expected, `memory` is what the server may take for it, in bytes,
    `workers` how many processes help.
    """

    kind: str
    table: str
    name: str
    dimensions: int
    rows: int
    memory: int
    workers: int

    @property
    def statement(self) -> str:
        """The statement that builds it; searches and indexing go on meanwhile."""
        column = "image_embedding vector_cosine_ops"
        if self.kind == "halfvec":
            column = f"(image_embedding::halfvec({self.dimensions})) halfvec_cosine_ops"
        return (
            f'CREATE INDEX CONCURRENTLY "{self.name}" ON likeness."{self.table}"'
            f" USING hnsw ({column}) WITH (m = {M}, ef_construction = {EF_CONSTRUCTION})"
        )

    @property
    def undo(self) -> str:
        """The statement that takes it back."""
        return f'DROP INDEX CONCURRENTLY likeness."{self.name}"'

    @property
    def seconds(self) -> float:
        """How long it is expected to take; three times as long with too little memory."""
        share = 1.0 if self.memory >= self.needed else 3.0
        return self.rows * _COSTS[self.kind].seconds * share * (2 if self.workers == 0 else 1)

    @property
    def bytes(self) -> int:
        """How large it is expected to be."""
        return self.rows * _COSTS[self.kind].bytes

    @property
    def needed(self) -> int:
        """How much memory holds all of it while it is built."""
        return needed_memory(self.kind, self.rows)


def needed_memory(kind: str, rows: int) -> int:
    """Return how many bytes hold an index of so many rows while it is built."""
    return max(LEAST_MEMORY, rows * _COSTS[kind].memory)


def index_name(table: str, kind: str) -> str:
    """Return the name that Likeness gives an index of its own."""
    return f"{table}_{kind}"


def newest_of_ours(inventory: Inventory, table: str) -> str | None:
    """Return the name of the index that Likeness built last, to take it back."""
    names = {index_name(table, kind) for kind in KINDS}
    ours = [index for index in inventory.indexes if index.name in names]
    return max(ours, key=lambda index: index.id).name if ours else None
