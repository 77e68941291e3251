"""Vectors and their spaces."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from search.errors import BadAnswer
from search.vectors import CLIP, Embedding, VectorSpace


def test_an_embedding_has_unit_length() -> None:
    """Whatever length the numbers had, the embedding's is one."""
    embedding = Embedding.from_numbers(np.arange(1, 513) * 7.0, CLIP)
    assert embedding.vector.dtype == np.float32
    assert np.linalg.norm(embedding.vector) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(
    "numbers",
    [
        [],
        [0.0] * 512,
        [1.0] * 511,
        [1.0] * 768,
        [[1.0] * 512],
        [1.0] * 511 + [float("nan")],
        [1.0] * 511 + [float("inf")],
        ["a"] * 512,
        [None] * 512,
        [[1.0], [1.0, 2.0]],
        [10**400] * 512,
        [1e-320] * 512,
    ],
    ids=str,
)
def test_numbers_that_are_no_embedding_are_refused(numbers: list[Any]) -> None:
    """Wrong lengths, zeros, NaN, infinity and other things never reach the database."""
    with pytest.raises(BadAnswer):
        Embedding.from_numbers(numbers, CLIP)


@pytest.mark.parametrize("name", ["clip-ViT-B-32", "sentence-transformers/clip-ViT-B-32"])
def test_one_model_by_several_names_is_one_space(name: str) -> None:
    """Vectors that another program stored under its name can be searched."""
    assert VectorSpace.named(name) == CLIP


def test_spaces_are_never_compared() -> None:
    """Equal length is no proof of one space."""
    one = Embedding.from_numbers([1.0] * 512, CLIP)
    other = Embedding.from_numbers([1.0] * 512, VectorSpace.named("openai/clip-vit-base-patch16"))
    with pytest.raises(ValueError, match="different spaces"):
        one.similarity(other)
    assert one.similarity(one) == pytest.approx(1.0)
