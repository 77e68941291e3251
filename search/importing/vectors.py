"""Vectors from outside: texts of a table, or rows of an array -> vectors of unit length."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from search.errors import BadAnswer
from search.language import Fact
from search.people import tidy
from search.vectors import CLIP, Embedding, Vector, VectorSpace

LONGEST_MODEL = 200

# Why a vector cannot be used: the last part of a sentence's key, by the reason that a number is
# refused for.
_REASONS: Final = {
    "@reasons.answer_length": "vector_length",
    "@reasons.answer_not_finite": "vector_not_finite",
    "@reasons.answer_zero": "vector_zero",
}
UNREADABLE, NOT_FINITE, ZERO = "vector_unreadable", "vector_not_finite", "vector_zero"


class BadVector(ValueError):
    """A vector that cannot be used; `reason` is the last part of a sentence's key."""

    def __init__(self, reason: str, facts: Mapping[str, Fact] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts or {}


def space_named(model: str) -> VectorSpace:
    """Return the space of a model's name; CLIP's for none."""
    name = tidy(model)[:LONGEST_MODEL]
    return VectorSpace.named(name) if name else CLIP


def vector_texts(cell: str) -> list[str]:
    """Return the texts of the vectors in a cell, one a picture, with | between them."""
    return [text.strip() for text in cell.split("|")] if cell.strip() else []


def embedding_of(text: str, space: VectorSpace) -> Embedding | None:
    """Read `[0.1, …]`, as JSON and pgvector write it, or `{0.1,…}`, as arrays of PostgreSQL are.

    None for an empty text. Raises BadVector.
    """
    if not text:
        return None
    if text[0] == "{" and text[-1] == "}":
        text = f"[{text[1:-1]}]"
    try:
        numbers = json.loads(text)
    except (ValueError, RecursionError):
        raise BadVector(UNREADABLE) from None
    # Strings may be numbers: those that have no end of decimals come like that.
    if not isinstance(numbers, list) or any(isinstance(one, list | bool) for one in numbers):
        raise BadVector(UNREADABLE)
    try:
        return Embedding.from_numbers(numbers, space)
    except BadAnswer as error:
        reason = _REASONS.get(str(error.facts["reason"]), UNREADABLE)
        facts = {name: fact for name, fact in error.facts.items() if name != "reason"}
        raise BadVector(reason, facts) from None


def unit_rows(rows: npt.NDArray[np.floating[Any]]) -> tuple[Vector, Mapping[int, str]]:
    """Bring rows, [n, dimensions] of any precision, to unit length.

    Returns float32 [n, dimensions], and why rows cannot be used, by their numbers; those hold
    nothing that means anything.
    """
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        wide = rows.astype(np.float64)
        lengths = np.sqrt(np.einsum("ij,ij->i", wide, wide))
        wide /= lengths[:, None]
        units = wide.astype(np.float32)
    refused = dict.fromkeys(np.flatnonzero(~np.isfinite(lengths)).tolist(), NOT_FINITE)
    none = np.flatnonzero(lengths < np.finfo(np.float32).tiny)
    return units, refused | dict.fromkeys(none.tolist(), ZERO)
