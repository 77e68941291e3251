"""Several pictures of one thing: products whose pictures are practically the same are one result.

A shop offers one good in several offers, each with the same picture, re-saved, resized or not: a
search must not spend its fifty results on ten goods. How alike re-saved pictures are, and how
unlike different ones, stands in docs/duplicates.md.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

# Equal vectors of unit length: what their product is short of 1, in float32.
ROUNDING = 2e-6


def group(vectors: npt.NDArray[np.float32], at: float) -> list[int]:
    """Return for each row the index of the row that leads its group; leaders lead themselves.

    `vectors` is float32 [n, dimensions], rows of unit length in order of rank. A row joins the
    first leader whose cosine with it is `at` or more: nobody is drawn in by a follower, so a chain
    of small changes does not end in one group. At 1 only equal vectors are grouped, at 0 none.
    """
    count = len(vectors)
    if at <= 0 or count == 0:
        return list(range(count))
    least = min(at, 1 - ROUNDING)
    leaders = np.full(count, -1)
    # One leader at a time, not all pairs at once: thousands of products may show one placeholder.
    for row in range(count):
        if leaders[row] < 0:
            rest = leaders[row:]
            rest[(rest < 0) & (vectors[row:] @ vectors[row] >= least)] = row
            leaders[row] = row
    found: list[int] = leaders.tolist()
    return found
