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


def query_parameters(query: Embedding, scale: Scale, centre: Vector | None) -> dict[str, Any]:
    """Return the parameters that the scale's distance names; ValueError for a missing centre."""
    if scale is not Scale.CENTRED:
        return {"query": query.vector}
    if centre is None:
        raise ValueError("the centred scale needs the catalogue's centre")
    return {"query": query.vector - centre, "centre": centre}
