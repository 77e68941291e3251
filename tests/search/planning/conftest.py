"""A clustered catalogue with vector indexes on it, made once for all tests that only read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from search.planning.plans import Plan
from search.store.database import Database
from search.store.embedded import EmbeddedServer
from search.store.store import Store
from search.vectors import CLIP, Embedding
from tests.benchmarks.clustered import Clustered
from tests.catalogues import products

PRODUCTS = 1000


@dataclass(frozen=True, slots=True)
class Indexed:
    """A store whose vectors have an HNSW index, one of half precision, and the founding ivfflat."""

    store: Store
    vectors: npt.NDArray[np.float32]

    def plan(self, name: str, parameter: int) -> Plan:
        """Return the plan by the index of this name."""
        found = self.store.search_plans.inventory(CLIP).usable
        return Plan.by(next(index for index in found if index.name == name), parameter)

    def nearest(self, query: npt.NDArray[np.float32], limit: int) -> list[str]:
        """Return the articles that brute force finds."""
        return [f"ART-{row}" for row in np.argsort(-(self.vectors @ query))[:limit]]


def build(store: Store, name: str, definition: str) -> None:
    """Build an index on CLIP's vectors."""
    table = store.index_building.table(CLIP)
    with store.database.connection() as connection:
        connection.execute(f"CREATE INDEX {name} ON likeness.{table} USING {definition}".encode())
    store.search_plans.look_again()


HNSW = "hnsw (image_embedding vector_cosine_ops) WITH (m = 8, ef_construction = 32)"
HALFVEC = (
    "hnsw ((image_embedding::halfvec(512)) halfvec_cosine_ops) WITH (m = 8, ef_construction = 32)"
)
IVFFLAT = "ivfflat (image_embedding vector_cosine_ops) WITH (lists = 100)"


@pytest.fixture(scope="module")
def indexed(server: EmbeddedServer, _migrated: str) -> Iterator[Indexed]:
    """Return a catalogue with an index of every kind; for tests that change nothing."""
    with psycopg.connect(server.conninfo, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE planned TEMPLATE {_migrated}")
    store = Store.on(Database(make_conninfo(server.conninfo, dbname="planned")))
    vectors = next(Clustered().portions(PRODUCTS))
    store.products.add("test", products(vectors))
    for name, definition in {"by_hnsw": HNSW, "by_half": HALFVEC, "by_lists": IVFFLAT}.items():
        build(store, name, definition)
    yield Indexed(store, vectors)
    store.close()
    with psycopg.connect(server.conninfo, autocommit=True) as connection:
        connection.execute("DROP DATABASE planned WITH (FORCE)")


@cache
def query() -> Embedding:
    """Return a query that is no picture of the catalogue."""
    return Embedding(Clustered().queries(1)[0], CLIP)
