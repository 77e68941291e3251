"""What an evaluation advises: worked out once for all who ask, and kept for those who come back.

It takes seconds of a processor. Whoever loads the threshold page again, or opens it beside a
colleague, asks for the same.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass, field

from search.evaluation import Advice, Evaluation
from search.tuning.bootstrap import bands
from search.tuning.calibration import calibrate
from search.tuning.curves import summarise
from search.tuning.recommend import (
    Obstacle,
    Recommendation,
    Rule,
    recommend,
    recommend_by_category,
)

# Of the time that advice takes, the bands' part.
BANDS_SHARE = 0.3
KEPT = 16
TELLING_SECONDS = 0.25

OnProgress = Callable[[float], None]
"""Called with the share that is done, from 0 to 1."""


@dataclass(eq=False, slots=True)
class _Work:
    """Advice that is being worked out, or was; `share` of it is done."""

    future: Future[Advice] = field(default_factory=Future)
    share: float = 0.0

    def report(self, share: float) -> None:
        self.share = share


class Advising:
    """One an encoder; used from several threads at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[bytes, _Work] = OrderedDict()

    def advise(self, evaluation: Evaluation, on_progress: OnProgress) -> Advice:
        """Return the advice for an evaluation, without a ranking.

        Where somebody asked for it before, theirs is waited for. What goes wrong is raised to all
        who wait, and forgotten.
        """
        key = _digest(evaluation)
        with self._lock:
            work = self._known.get(key)
            is_mine = work is None
            if work is None:
                work = self._known[key] = _Work()
            self._known.move_to_end(key)
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        if not is_mine:
            return _followed(work, on_progress)

        def report(share: float) -> None:
            work.report(share)
            on_progress(share)

        try:
            work.future.set_result(_advice(evaluation, report))
        except BaseException as error:  # whatever it is, those who wait for it must hear of it
            with self._lock:
                self._known.pop(key, None)
            work.future.set_exception(error)
            raise
        return work.future.result()


def _followed(work: _Work, on_progress: OnProgress) -> Advice:
    """Wait for what somebody else works out, and tell how far they are."""
    while not work.future.done():
        on_progress(work.share)
        wait([work.future], TELLING_SECONDS)
    return work.future.result()


def _digest(evaluation: Evaluation) -> bytes:
    """Return what the advice depends on, hashed: the same figures get the same advice."""
    digest = hashlib.sha256()
    tallies, photos = evaluation.tallies, evaluation.overview.photos
    for numbers in (tallies.matches, tallies.others, evaluation.rows):
        digest.update(repr((numbers.shape, numbers.dtype.str)).encode())
        digest.update(numbers.tobytes())
    named = [photos[row].category for row in evaluation.rows]
    digest.update(repr((named, evaluation.goals, evaluation.measurable_from)).encode())
    digest.update(repr(evaluation.needed).encode())
    return digest.digest()


def _advice(evaluation: Evaluation, on_progress: OnProgress) -> Advice:
    tallies, goals = evaluation.tallies, evaluation.goals
    found = bands(
        tallies, beta=goals.beta, on_progress=lambda share: on_progress(share * BANDS_SHARE)
    )
    return Advice(
        bands=found,
        summary=summarise(tallies),
        ranking=None,
        calibration=calibrate(tallies),
        recommendations=_recommendations(evaluation),
        by_category=_by_category(evaluation),
    )


def _recommendations(evaluation: Evaluation) -> tuple[Recommendation, ...]:
    """Recommend; where part of the scale was not judged, only what needs no recall."""
    found = recommend(evaluation.tallies, evaluation.goals)
    if evaluation.measurable_from is None:
        return found
    return tuple(
        one
        if one.rule is Rule.PRECISION or one.threshold is None
        else Recommendation(one.rule, obstacle=Obstacle.TOO_FEW, missing=evaluation.needed)
        for one in found
    )


def _by_category(evaluation: Evaluation) -> Mapping[str, Recommendation]:
    photos = evaluation.overview.photos
    named = [photos[row].category or "" for row in evaluation.rows]
    found = recommend_by_category(evaluation.tallies, named, evaluation.goals)
    return {category: best for category, best in found.items() if category}
