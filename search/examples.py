"""Pictures of a part of the confusion matrix: the mistakes, the misses, and what is at the line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from search.evaluating import Compared, Evaluating
from search.evaluation import Cell, Example
from search.store.store import Store
from search.truth import Truth
from search.tuning.scales import Scale, bin_of, bins

AT_ONCE = 24
# How far from the line, in hundredths, is still "just".
JUST = 3
# No photo fills the whole gallery.
A_PHOTO = 4

_ABOVE = (Cell.TRUE_POSITIVE, Cell.FALSE_POSITIVE, Cell.JUST_ABOVE)
_MATCH = {
    Cell.TRUE_POSITIVE: True,
    Cell.FALSE_NEGATIVE: True,
    Cell.FALSE_POSITIVE: False,
    Cell.TRUE_NEGATIVE: False,
}
# The most telling ones first: mistakes by how sure they looked, everything else by how close it is.
_BEST_FIRST = (Cell.FALSE_POSITIVE, Cell.FALSE_NEGATIVE, Cell.TRUE_NEGATIVE, Cell.JUST_BELOW)


@dataclass(frozen=True, slots=True)
class _Pair:
    photo: bytes
    product_id: int
    value: float
    is_match: bool | None


class Examples:
    """Finds the photos and products of a cell. Safe to call from several threads."""

    def __init__(self, store: Store, evaluating: Evaluating) -> None:
        self._store = store
        self._evaluating = evaluating

    def of(
        self, key: str, scale: Scale, line: float, cell: Cell, limit: int = AT_ONCE
    ) -> list[Example]:
        """Return examples of a cell at a line given in whole hundredths, the most telling first.

        Non-matches are looked for among each photo's fifty best products: what lies far below any
        line teaches nobody. Raises SourceUnknown.
        """
        compared = self._evaluating.compared(key, scale)
        truth = self._evaluating.truth(compared.overview)
        fitting = [pair for pair in _pairs(compared, truth) if _is_in(pair, cell, bin_of(line))]
        chosen = _spread(sorted(fitting, key=lambda pair: _order(pair, cell)), limit)
        return self._with_products(chosen)

    def _with_products(self, pairs: list[_Pair]) -> list[Example]:
        known = self._store.products.with_pictures([pair.product_id for pair in pairs])
        return [
            Example(pair.photo, *known[pair.product_id], pair.value, pair.is_match)
            for pair in pairs
            if pair.product_id in known
        ]


def _pairs(compared: Compared, truth: Truth) -> Iterator[_Pair]:
    """Yield every pair that can be shown: the known ones, and each photo's best products."""
    known = set()
    for pair, value in zip(truth.pairs, truth.values, strict=True):
        known.add((pair.photo, pair.product_id))
        yield _Pair(pair.photo, pair.product_id, float(value), pair.is_match)
    unknown = False if truth.complete else None
    for photo, made in zip(compared.overview.photos, compared.comparisons, strict=True):
        for product, score in zip(made.product_ids, made.scores, strict=True):
            if (photo.fingerprint, product) not in known:
                yield _Pair(photo.fingerprint, product, score, unknown)


def _is_in(pair: _Pair, cell: Cell, line: int) -> bool:
    at = int(bins(pair.value))
    if cell in _MATCH and pair.is_match is not _MATCH[cell]:
        return False
    if (at >= line) is not (cell in _ABOVE):
        return False
    return cell in _MATCH or line - JUST <= at < line + JUST


def _order(pair: _Pair, cell: Cell) -> tuple[float, bytes, int]:
    value = -pair.value if cell in _BEST_FIRST else pair.value
    return value, pair.photo, pair.product_id


def _spread(pairs: list[_Pair], limit: int) -> list[_Pair]:
    taken: dict[bytes, int] = {}
    chosen: list[_Pair] = []
    for pair in pairs:
        if len(chosen) < limit and taken.get(pair.photo, 0) < A_PHOTO:
            taken[pair.photo] = taken.get(pair.photo, 0) + 1
            chosen.append(pair)
    return chosen
