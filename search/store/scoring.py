"""The scales of `search.tuning.scales` in SQL, one place for all statements that compare vectors.

Every fragment is a distance from a stored vector to a query, less is more alike. On the centred
scale the query comes with the centre taken off already. The relative scale is the cosine, shifted
once the best one is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, LiteralString

from search.tuning.scales import Scale
from search.vectors import Embedding, Vector

_COSINE: LiteralString = "image_embedding <=> %(query)b"
# A picture that is the centre itself has no direction and is like nothing: its distance is 1.
_CENTRED: LiteralString = "coalesce(nullif((image_embedding - %(centre)b) <=> %(query)b, 'NaN'), 1)"

DISTANCE: Mapping[Scale, LiteralString] = {
    Scale.COSINE: _COSINE,
    Scale.RELATIVE: _COSINE,
    Scale.CENTRED: _CENTRED,
}

_SHIFT: Mapping[Scale, LiteralString] = {
    Scale.COSINE: "0",
    Scale.CENTRED: "0",
    Scale.RELATIVE: "best.distance",
}

# Distances first, in a step of their own: grouping must not carry the vectors along.
_SCORED: LiteralString = """
    pictures AS MATERIALIZED (
        SELECT product_id, picture_id, {distance} AS distance
        FROM likeness.{table} AS embedding
        WHERE space_id = %(space)s{among}
    ), products AS MATERIALIZED (
        SELECT product_id, min(distance) AS distance FROM pictures GROUP BY product_id
    ), best AS (
        SELECT {best} AS distance
    ), scored AS MATERIALIZED (
        SELECT product_id, products.distance,
               least(1, greatest(-1, 1 - products.distance + {shift})) AS score
        FROM products, best
    )"""

_LEAST: LiteralString = "(SELECT min(distance) FROM products)"

# Whole hundredths, rounded down; a millionth is forgiven, since a float32 vector's similarity to
# itself is 0.9999999. The page rounds its cards the same way, so both fall on one side of a line.
BIN: LiteralString = "floor(score * 100 + 1e-4)::integer + 100"


def scored(scale: Scale) -> LiteralString:
    """Return the tables to begin a WITH with: `pictures`, `products`, `best` and `scored`.

    `scored` has every product of the space with its distance and its score on the scale; `best` has
    the least distance.
    """
    return _scored(scale, "image_embeddings", _LEAST)


def sampled(scale: Scale) -> LiteralString:
    """Return the same tables with the products of the sample alone.

    The best product need not be among them: its distance is the parameter `best`.
    """
    return _scored(scale, "sample_vectors", "%(best)s::float8")


def scored_among(scale: Scale, table: LiteralString, condition: LiteralString) -> LiteralString:
    """Return the same tables with the products of `table` that fulfil a condition on `embedding`.

    1 on the relative scale stands for the distance that the parameter `best` names; where that is
    NULL, for the least among them.
    """
    best: LiteralString = f"coalesce(%(best)s::float8, {_LEAST})"
    return _scored(scale, table, best, f" AND {condition}")


def _scored(
    scale: Scale, table: LiteralString, best: LiteralString, among: LiteralString = ""
) -> LiteralString:
    return _SCORED.format(
        table=table, among=among, distance=DISTANCE[scale], best=best, shift=_SHIFT[scale]
    )


def query_parameters(query: Embedding, scale: Scale, centre: Vector | None) -> dict[str, Any]:
    """Return the parameters that the scale's distance names; ValueError for a missing centre."""
    if scale is not Scale.CENTRED:
        return {"query": query.vector}
    if centre is None:
        raise ValueError("the centred scale needs the catalogue's centre")
    return {"query": query.vector - centre, "centre": centre}
