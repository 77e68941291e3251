"""What there is to search with, in the server's own catalogues; what it was measured to reach."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from typing import Any, Final, LiteralString

import numpy as np
from psycopg import sql

from search.planning.choosing import EXACT_UP_TO, FAST_SECONDS, Choice, choose, is_stale
from search.planning.plans import EXACT, Inventory, Measured, Method, Plan, VectorIndex
from search.store.database import Connection, Database
from search.store.known import Known
from search.store.nearest import candidates, indexes_used
from search.store.spaces import Spaces, partition
from search.tuning.scales import Scale
from search.vectors import VectorSpace

# Every process looks again so often: what somebody builds or measures is soon followed by all.
LOOK_AGAIN_SECONDS: Final = 5.0
RECALL_TARGET: Final = 0.98

# How many rows there are, as the planner estimates it; of what was never analysed they are counted.
_TABLE = sql.SQL("""
    SELECT CASE WHEN reltuples > 0 AND relpages > 0
                THEN round(reltuples * pg_relation_size(class.oid)
                           / (relpages * current_setting('block_size')::float8))::bigint
                ELSE (SELECT count(*) FROM {table}) END,
           attstorage::text, pg_table_size(class.oid),
           (SELECT extversion FROM pg_extension WHERE extname = 'vector')
    FROM pg_class AS class
    JOIN pg_attribute ON attrelid = class.oid AND attname = 'image_embedding'
    WHERE class.oid = %(table)s::text::regclass
""")
# The first column of an index may be an expression: its type is that of the index's own column.
_INDEXES: LiteralString = """
    SELECT class.oid::bigint, class.relname, method.amname,
           pg_catalog.format_type(kept.atttypid, NULL), operators.opcname,
           one.indisvalid, one.indisready, one.indpred IS NULL, class.reloptions,
           pg_relation_size(class.oid)
    FROM pg_index AS one
    JOIN pg_class AS class ON class.oid = one.indexrelid
    JOIN pg_am AS method ON method.oid = class.relam
    JOIN pg_attribute AS kept ON kept.attrelid = class.oid AND kept.attnum = 1
    JOIN pg_opclass AS operators ON operators.oid = one.indclass[0]
    WHERE one.indrelid = %(table)s::text::regclass AND method.amname IN ('hnsw', 'ivfflat')
    ORDER BY class.oid
"""
# An index under construction is not valid either: it is no leftover as long as somebody builds.
_BUILDS: LiteralString = """
    SELECT class.relname FROM pg_stat_progress_create_index AS build
    JOIN pg_class AS class ON class.oid = build.index_relid
    WHERE build.relid = %(table)s::text::regclass
"""
_MEASURED: LiteralString = """
    SELECT index_id, parameter, pictures, queries, recall, p50, p95, measured_at
    FROM likeness.search_plans WHERE space_id = %s ORDER BY index_id, parameter
"""
_SAVE: LiteralString = """
    INSERT INTO likeness.search_plans
        (space_id, index_id, parameter, pictures, queries, recall, p50, p95, measured_at)
    VALUES (%(space)s, %(index_id)s, %(parameter)s, %(pictures)s, %(queries)s,
            %(recall)s, %(p50)s, %(p95)s, %(measured_at)s)
"""
_STORAGE: Final = {"p": "plain", "e": "external", "x": "extended", "m": "main"}
# pgvector's own, where an index says nothing.
_LISTS, _M, _EF_CONSTRUCTION = 100, 16, 64

log = logging.getLogger(__name__)


class SearchPlans:
    """The table `search_plans`, the indexes on the vectors, and the plan that follows from both.

    `target` is the recall that a plan should reach. An exact scan is fast enough up to
    `fast_seconds`; one that was not measured is taken to be so up to `exact_up_to` pictures.
    """

    def __init__(self, database: Database, spaces: Spaces) -> None:
        self.target = RECALL_TARGET
        self.exact_up_to = EXACT_UP_TO
        self.fast_seconds = FAST_SECONDS
        self._database = database
        self._spaces = spaces
        self._chosen: dict[int, Known[tuple[Inventory, Choice]]] = {}
        # Whether the planner takes the index of a plan, beside those that are there.
        self._tried: dict[tuple[Plan, frozenset[int]], bool] = {}

    def inventory(self, space: VectorSpace) -> Inventory:
        """Return what there is in a space."""
        space_id = self._spaces.id_of(space)
        with self._database.connection() as connection:
            return _inspect(connection, space_id)

    def measured(self, space: VectorSpace) -> list[Measured]:
        """Return what the latest measurement of a space came to; empty when there was none."""
        space_id = self._spaces.id_of(space)
        with self._database.connection() as connection:
            return _measured(connection, space_id)

    def save(self, space: VectorSpace, measured: Sequence[Measured]) -> None:
        """Keep a measurement in the place of the one before."""
        space_id = self._spaces.id_of(space)
        rows = [
            {"space": space_id} | {name: getattr(one, name) for name in Measured.__slots__}
            for one in measured
        ]
        with self._database.connection() as connection, connection.transaction():
            connection.execute("DELETE FROM likeness.search_plans WHERE space_id = %s", (space_id,))
            connection.cursor().executemany(_SAVE, rows)
        self.look_again()

    def chosen(self, space: VectorSpace) -> tuple[Inventory, Choice]:
        """Return what there is, and the plan to search by; looked up every few seconds."""
        space_id = self._spaces.id_of(space)
        known = self._chosen.get(space_id)
        if known is None:
            looking = Known(lambda: self._look(space_id, space), LOOK_AGAIN_SECONDS)
            known = self._chosen.setdefault(space_id, looking)
        return known.get()

    def look_again(self) -> None:
        """Have the next search look what there is."""
        self._chosen.clear()

    def _look(self, space_id: int, space: VectorSpace) -> tuple[Inventory, Choice]:
        with self._database.connection() as connection:
            inventory = _inspect(connection, space_id)
            measured = _measured(connection, space_id)
            choice = choose(
                inventory,
                measured,
                self.target,
                exact_up_to=self.exact_up_to,
                fast_seconds=self.fast_seconds,
            )
            if not choice.plan.is_exact and not self._is_taken(
                connection, space, inventory, choice
            ):
                exact = next((one for one in measured if one.index_id == 0), None)
                choice = Choice(EXACT, exact, exact is not None and is_stale(inventory, exact))
        return inventory, choice

    def _is_taken(
        self, connection: Connection, space: VectorSpace, inventory: Inventory, choice: Choice
    ) -> bool:
        """Tell whether the planner takes the way of a plan, and not another one."""
        there = frozenset(index.id for index in inventory.indexes)
        tried = choice.plan, there
        if tried not in self._tried:
            table = partition(self._spaces.id_of(space))
            used = is_used(connection, table, choice.plan, space.dimensions, inventory.pgvector)
            self._tried[tried] = used
            if not used:
                log.warning(
                    "the server does not search by the index %s: every picture is compared",
                    choice.plan.index,
                )
        return self._tried[tried]


def is_used(
    connection: Connection,
    table: sql.Identifier,
    plan: Plan,
    dimensions: int,
    pgvector: tuple[int, ...],
) -> bool:
    """Tell whether the planner uses a plan's index, and not another one or none."""
    found = candidates(
        table, plan, Scale.COSINE, dimensions=dimensions, pictures=1, pgvector=pgvector
    )
    # Any query: what the planner takes does not depend on where it points.
    asked = {"photo": np.ones(dimensions, np.float32), "query": np.ones(dimensions, np.float32)}
    return plan.index in indexes_used(connection, found, asked | {"pictures": 1})


def _inspect(connection: Connection, space_id: int) -> Inventory:
    name = partition(space_id)
    asked = {"table": name.as_string(connection)}
    with connection.pipeline():
        table = connection.execute(_TABLE.format(table=name), asked)
        indexes = connection.execute(_INDEXES, asked)
        builds = connection.execute(_BUILDS, asked)
    pictures, storage, size, version = table.fetchone() or (0, "p", 0, "0")
    under_way = {row[0] for row in builds}
    found, leftovers = [], []
    for row in indexes:
        valid = row[5] and row[6]
        if valid:
            found.append(_index(row))
        elif row[1] not in under_way:
            leftovers.append(row[1])
    numbers = tuple(int(part) for part in re.findall(r"\d+", version or "0"))
    return Inventory(
        int(pictures), _STORAGE[storage], int(size), tuple(found), tuple(leftovers), numbers
    )


def _index(row: tuple[Any, ...]) -> VectorIndex:
    number, name, method, kept, operators, _, _, whole, options, size = row
    given = dict(option.split("=", 1) for option in options or [])
    is_hnsw = method == Method.HNSW
    return VectorIndex(
        id=number,
        name=name,
        method=Method(method),
        halfvec=kept == "halfvec" or kept.endswith(".halfvec"),
        usable=whole and operators in {"vector_cosine_ops", "halfvec_cosine_ops"},
        lists=0 if is_hnsw else int(given.get("lists", _LISTS)),
        m=int(given.get("m", _M)) if is_hnsw else 0,
        ef_construction=int(given.get("ef_construction", _EF_CONSTRUCTION)) if is_hnsw else 0,
        bytes=size,
    )


def _measured(connection: Connection, space_id: int) -> list[Measured]:
    return [Measured(*row) for row in connection.execute(_MEASURED, (space_id,)).fetchall()]
