"""Where "similar" ends: the active threshold, saving another one, and going back."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from search.errors import ThresholdInvalid, ThresholdUnknown
from search.people import reasoned, signed
from search.store.store import Store
from search.threshold import Threshold
from search.tuning.scales import BINS_PER_UNIT, Scale
from search.vectors import VectorSpace

HISTORY = 50
# Means of the same vectors differ by no more, in whatever order they were added up.
SAME_CENTRE = 1e-6
# How far a float may be from the whole hundredth that it means.
_ROUNDING = 1e-6


class Thresholds:
    """One an engine. What is saved holds at once in every process: nothing is kept here."""

    def __init__(self, store: Store, default: float, space: Callable[[], VectorSpace]) -> None:
        """Take the value that holds until one is saved, and where to ask for the space."""
        self._store = store
        self._default = round(default, 2)
        self._space = space

    def active(self, space: VectorSpace | None = None) -> Threshold:
        """Return the threshold that was saved last in a space, the encoder's if none is named.

        The setting's default, which has no `id`, as long as none was saved. Raises StoreError.
        """
        space = space or self._space()
        saved = self._store.thresholds.last(space, 1)
        return saved[0] if saved else Threshold(self._default, space)

    def save(
        self,
        value: float,
        *,
        scale: Scale = Scale.COSINE,
        doubtful: float | None = None,
        who: str,
        why: str,
    ) -> Threshold:
        """Make a threshold the active one of the encoder's space, and return it as it is kept.

        `value` and `doubtful` are whole hundredths from -1 to 1, `doubtful` not above `value`;
        `who` has at most 80 characters (none: "anonymous"), `why` 1 to 500. Where two people save
        at the same moment both are kept, and the later one is active. Raises ThresholdInvalid,
        CatalogueError for a centred scale without a catalogue, StoreError.
        """
        value = _hundredth(value)
        doubtful = None if doubtful is None else _hundredth(doubtful)
        if doubtful is not None and doubtful > value:
            raise ThresholdInvalid(reason="@reasons.threshold_doubtful_above")
        space = self._space()
        who, why = signed(who, ThresholdInvalid), reasoned(why, ThresholdInvalid)
        centre = self._store.centre(space) if scale is Scale.CENTRED else None
        new = Threshold(value, space, scale, doubtful, centre, who=who, why=why)
        return self._store.thresholds.add(new)

    def history(self, limit: int = HISTORY) -> list[Threshold]:
        """Return the thresholds of the encoder's space, the active one first."""
        return self._store.thresholds.last(self._space(), limit)

    def return_to(self, number: int, *, who: str) -> Threshold:
        """Make an older threshold the active one again, with its scale, its centre and its reason.

        It becomes a new entry of the history, signed by who went back. Raises ThresholdUnknown,
        ThresholdInvalid for a name that is too long, StoreError.
        """
        name = signed(who, ThresholdInvalid)
        added = self._store.thresholds.add_again(number, self._space(), name)
        if added is None:
            raise ThresholdUnknown(threshold=str(number))
        return added

    def is_outdated(self, threshold: Threshold) -> bool:
        """Tell whether a threshold subtracts a mean that is no longer the catalogue's.

        Saving the same value again takes the new one.
        """
        if threshold.centre is None:
            return False
        centre = self._store.comparisons.centre(threshold.space)
        return centre is None or not np.allclose(centre, threshold.centre, atol=SAME_CENTRE)


def whole_hundredth(value: float) -> float | None:
    """Return the whole hundredth from -1 to 1 that a float means; None when it is none."""
    if not math.isfinite(value):
        return None
    whole = round(value * BINS_PER_UNIT)
    means_it = abs(whole) <= BINS_PER_UNIT and abs(value * BINS_PER_UNIT - whole) < _ROUNDING
    return whole / BINS_PER_UNIT if means_it else None


def _hundredth(value: float) -> float:
    whole = whole_hundredth(value)
    if whole is None:
        raise ThresholdInvalid(reason="@reasons.threshold_no_hundredth")
    return whole
