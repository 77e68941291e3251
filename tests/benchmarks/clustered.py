"""Made-up vectors by the million that lie like those of CLIP: in clusters, and all leaning one way.

64 directions carry what the pictures show (their intrinsic dimension): 50 kinds of goods, 20,000
designs among them, and what differs between pictures of one design. The rest of the 512 dimensions
is noise. Two pictures have a cosine of .44 in the mean, with a standard deviation of .09 (real shop
photographs: about .5 and .1); the nearest of a few thousand is at about .81. Every portion comes
from a seed of its own, so that the same catalogue can be drawn again and need never be kept.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

DIMENSIONS, INTRINSIC = 512, 64
KINDS, DESIGNS = 50, 20_000
LEANING, BETWEEN_DESIGNS, WITHIN_DESIGN, NOISE = 1.1, 0.7, 0.6, 0.25
PORTION = 5000

Vectors = npt.NDArray[np.float32]


class Clustered:
    """A catalogue without end; `portions` are of it, and `queries` are pictures like its own."""

    def __init__(self, seed: int = 3) -> None:
        random = np.random.default_rng(seed)
        self._spread = random.normal(0, 1, (INTRINSIC, DIMENSIONS)) / np.sqrt(INTRINSIC)
        self._leaning = LEANING * random.normal(0, 1, DIMENSIONS)
        kinds = random.normal(0, 1, (KINDS, INTRINSIC))
        own = random.normal(0, 1, (DESIGNS, INTRINSIC))
        self._designs = kinds[random.integers(0, KINDS, DESIGNS)] + BETWEEN_DESIGNS * own
        self._seed = seed

    def portions(self, rows: int) -> Iterator[Vectors]:
        """Yield the first rows of the catalogue, float32 [at most 5000, 512] of unit length."""
        for first in range(0, rows, PORTION):
            yield self._draw(min(PORTION, rows - first), first + 1)

    def queries(self, count: int) -> Vectors:
        """Return float32 [count, 512] of unit length: pictures that the catalogue lacks."""
        return self._draw(count, 0)

    def _draw(self, count: int, number: int) -> Vectors:
        random = np.random.default_rng([self._seed, number])
        shown = self._designs[random.integers(0, DESIGNS, count)]
        shown = shown + WITHIN_DESIGN * random.normal(0, 1, shown.shape)
        vectors = shown.astype(np.float32) @ self._spread.astype(np.float32)
        vectors += self._leaning.astype(np.float32)
        vectors += NOISE * random.standard_normal(vectors.shape, np.float32)
        lengths: Vectors = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / lengths, dtype=np.float32)
