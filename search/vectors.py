"""The two value types that every search turns on: a vector space, and a vector in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from search.errors import BadAnswer

Vector = npt.NDArray[np.float32]

DIMENSIONS = 512

# Several names for the very same weights; all of them mean one space.
_ALIASES = {
    "clip-ViT-B-32": "openai/clip-vit-base-patch32",
    "sentence-transformers/clip-ViT-B-32": "openai/clip-vit-base-patch32",
    "ViT-B-32__openai": "openai/clip-vit-base-patch32",
    "clip-ViT-B-16": "openai/clip-vit-base-patch16",
    "sentence-transformers/clip-ViT-B-16": "openai/clip-vit-base-patch16",
    "ViT-B-16__openai": "openai/clip-vit-base-patch16",
}


@dataclass(frozen=True, slots=True)
class VectorSpace:
    """Which model made a vector. Vectors of two spaces are never compared.

    `model` is the canonical name, `revision` tells apart versions of one model ("" when unknown),
    `dimensions` is the length of its vectors. Equal length is no proof of equal space.
    """

    model: str
    revision: str = ""
    dimensions: int = DIMENSIONS

    @classmethod
    def named(cls, model: str, revision: str = "") -> VectorSpace:
        """Build the space of a model known by any of its names."""
        return cls(_ALIASES.get(model, model), revision)

    @classmethod
    def written(cls, text: str) -> VectorSpace:
        """Build the space that is written so: a model's name, and perhaps `@` and a revision."""
        model, _, revision = text.strip().partition("@")
        return cls.named(model, revision)

    def __str__(self) -> str:
        return f"{self.model}@{self.revision}" if self.revision else self.model


CLIP = VectorSpace.named("openai/clip-vit-base-patch32")


@dataclass(frozen=True, slots=True, eq=False)
class Embedding:
    """A float32 vector of shape [space.dimensions], of unit length, and the space it lives in."""

    vector: Vector
    space: VectorSpace

    @classmethod
    def from_numbers(
        cls, numbers: Sequence[Any] | npt.NDArray[Any], space: VectorSpace
    ) -> Embedding:
        """Check numbers from outside and bring them to unit length.

        Raises BadAnswer unless they are `space.dimensions` finite numbers that are not all zero.
        """
        try:
            vector = np.asarray(numbers, dtype=np.float64)
        except (TypeError, ValueError, OverflowError) as error:
            raise BadAnswer(reason="@reasons.answer_not_numbers") from error
        if vector.ndim != 1 or vector.shape[0] != space.dimensions:
            raise BadAnswer(
                reason="@reasons.answer_length", found=vector.size, expected=space.dimensions
            )
        if not np.isfinite(vector).all():
            raise BadAnswer(reason="@reasons.answer_not_finite")
        length = float(np.linalg.norm(vector))
        if length < np.finfo(np.float32).tiny or not np.isfinite(length):
            raise BadAnswer(reason="@reasons.answer_zero")
        return cls((vector / length).astype(np.float32), space)

    def similarity(self, other: Embedding) -> float:
        """Cosine similarity in [-1, 1]; ValueError when the spaces differ."""
        if other.space != self.space:
            raise ValueError(f"{self.space} and {other.space} are different spaces")
        return float(np.clip(self.vector @ other.vector, -1.0, 1.0))
