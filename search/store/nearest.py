"""The statements that find the nearest pictures, one a plan, and running them by that plan alone.

An exact scan is written so that no index can serve it: the distance plus nothing is an expression
that none matches. A plan by an index goes with settings that end with its transaction, and is never
a prepared statement, whose plan would outlive them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import sql

from search.planning.choosing import Way
from search.planning.plans import MOST_EF_SEARCH, Method, Plan
from search.store.database import Connection
from search.store.scoring import DISTANCE
from search.tuning.scales import Scale

_SET: LiteralString = (
    "SELECT set_config(name, value, true)"
    " FROM unnest(%s::text[], %s::text[]) AS setting (name, value)"
)
_FULL: LiteralString = "image_embedding <=> %(photo)b"
_HALF: LiteralString = "image_embedding::halfvec({length}) <=> %(photo)b::vector::halfvec({length})"

_EXACT = sql.SQL("""
    SELECT picture_id, product_id, ({distance}) + 0 AS distance
    FROM {table} AS embedding {where}
    ORDER BY 3 LIMIT %(pictures)s""")
_INDEXED = sql.SQL("""
    SELECT picture_id, product_id, {distance} AS distance
    FROM {table} AS embedding {where}
    ORDER BY {order} LIMIT %(pictures)s""")

# An array is looked up in the index page by page; a join would go down from its root for each.
_FIRST = sql.SQL(
    "WHERE product_id = ANY (ARRAY(SELECT id FROM likeness.products AS product WHERE {condition}))"
)
_SCAN = sql.SQL(
    "WHERE product_id IN (SELECT id FROM likeness.products AS product WHERE {condition})"
)
# Not a join: the planner must not begin with the products.
_AFTER = sql.SQL(
    "WHERE (SELECT {condition} FROM likeness.products AS product"
    " WHERE product.id = embedding.product_id)"
)
_WHERE = {Way.FIRST: _FIRST, Way.SCAN: _SCAN, Way.AFTER: _AFTER}

# From pgvector 0.8 on an index goes on looking until enough has passed the filter.
ITERATES_SINCE = (0, 8)
# More than that it does not look at; the rest is found by a scan.
MOST_SCANNED = 20_000
_MOST_PROBES = 32_768


@dataclass(frozen=True, slots=True)
class Candidates:
    """A statement that returns picture, product and distance of the nearest, and its settings.

    It takes the parameters `photo` (the query itself), `pictures` (how many), those of its scale,
    and those of the condition. `prepare` is psycopg's: False where it is planned for its values.
    """

    statement: sql.Composed
    settings: Mapping[str, str]
    prepare: bool | None = None


def candidates(
    table: sql.Identifier,
    plan: Plan,
    scale: Scale,
    *,
    dimensions: int,
    pictures: int,
    pgvector: tuple[int, ...],
    narrowed: tuple[Way, sql.Composable] | None = None,
) -> Candidates:
    """Write the statement for a plan; `narrowed` is the way and the condition on `product`.

    An index answers by cosine; on another scale what it finds is ordered by that one.
    """
    where: sql.Composable = sql.SQL("")
    if narrowed:
        where = _WHERE[narrowed[0]].format(condition=narrowed[1])
    distance = sql.SQL(DISTANCE[scale])
    if plan.is_exact or (narrowed and narrowed[0] is not Way.AFTER):
        statement = _EXACT.format(distance=distance, table=table, where=where)
        return Candidates(statement, {}, prepare=False if narrowed else None)
    order: sql.Composable = sql.SQL(_FULL)
    if plan.halfvec:
        order = sql.SQL(_HALF).format(length=sql.Literal(dimensions))
    return Candidates(
        _INDEXED.format(distance=distance, table=table, where=where, order=order),
        _settings(plan, pictures, iterate=bool(narrowed) and pgvector >= ITERATES_SINCE),
    )


def ask(
    connection: Connection,
    statement: sql.Composed,
    asked: Mapping[str, Any],
    settings: Mapping[str, str],
    *,
    prepare: bool | None = False,
) -> list[Any]:
    """Run a statement with settings that hold for it alone, in one round trip."""
    if not settings:
        return connection.execute(statement, asked, binary=True, prepare=prepare).fetchall()
    with connection.pipeline(), connection.transaction():
        connection.execute(_SET, [list(settings), list(settings.values())])
        cursor = connection.execute(statement, asked, binary=True, prepare=False)
    return cursor.fetchall()


def indexes_used(
    connection: Connection, found: Candidates, asked: Mapping[str, Any]
) -> frozenset[str]:
    """Return the names of the indexes that the planner would use for a statement."""
    explained = ask(
        connection,
        sql.SQL("EXPLAIN (FORMAT JSON) {}").format(found.statement),
        asked,
        found.settings or {"jit": "off"},
    )
    return frozenset(_names(explained[0][0]))


def _names(node: Any) -> list[str]:  # noqa: ANN401 - a tree of JSON
    if isinstance(node, list):
        return [name for part in node for name in _names(part)]
    if not isinstance(node, dict):
        return []
    own = [node["Index Name"]] if "Index Name" in node else []
    return own + [name for part in node.values() for name in _names(part)]


def _settings(plan: Plan, pictures: int, *, iterate: bool) -> dict[str, str]:
    """Return what makes the planner take the index, and look far enough in it.

    Of two indexes that both answer, the cost decides: looking far makes the other one dear.
    """
    # Nothing but the index brings rows in order: without sorting it is the only way that is left.
    settings = {"enable_seqscan": "off", "enable_sort": "off", "jit": "off"}
    if plan.method is Method.HNSW:
        far = max(plan.parameter, min(pictures, MOST_EF_SEARCH))
        settings |= {"hnsw.ef_search": str(far), "ivfflat.probes": str(_MOST_PROBES)}
    else:
        settings |= {"ivfflat.probes": str(plan.parameter), "hnsw.ef_search": str(MOST_EF_SEARCH)}
    if iterate:
        settings |= {
            f"{plan.method}.iterative_scan": "relaxed_order",
            "hnsw.max_scan_tuples": str(MOST_SCANNED),
        }
    return settings
