"""The one loop that asks again, until there is an answer or the deadline."""

from __future__ import annotations

import math
from collections.abc import Callable

from tenacity import RetryCallState, Retrying, retry_if_result, wait_exponential_jitter

from search.encoders.refusals import Patience, Refusal
from search.errors import EncoderTimeout
from search.progress import Progress, Report, Stage
from search.vectors import Embedding

Outcome = Embedding | Refusal

# Passing faults (5xx, a broken connection) are tried this many times in all.
TRIES = 4
# A server that says when to come back is believed, unless it says at once, over and over.
LEAST_ASKED = 1.0
# A model that estimates minutes is asked more often than that: estimates are rough.
LONGEST_NAP = 10.0
_passing = wait_exponential_jitter(multiplier=0.5, max=8.0, jitter=0.5)
_waking = wait_exponential_jitter(multiplier=1.0, max=LONGEST_NAP, jitter=1.0)


class Course:
    """How one photo's encoding goes on: `run` it once.

    `clock` and `sleep` are in seconds; `seconds` is the time for everything together.
    """

    def __init__(
        self,
        seconds: float,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], object],
        report: Report,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._report = report
        self._started = clock()
        self._seconds = seconds
        self._ends = self._started + seconds
        self._faults = 0
        self._last: Refusal | None = None
        self.attempt = 0
        self._told: Stage | None = None

    @property
    def left(self) -> float:
        """Seconds until the deadline; negative after it."""
        return self._ends - self._clock()

    def run(self, attempt: Callable[[], Outcome]) -> Outcome:
        """Attempt until there is an embedding, or a refusal that waiting does not mend."""
        retrying = Retrying(
            retry=retry_if_result(_may_pass),
            wait=self._wait,
            stop=self._is_over,
            before=self._before,
            before_sleep=self._before_sleep,
            retry_error_callback=self._give_up,
            sleep=self._nap,
        )
        return retrying(lambda: self._try(attempt))

    def _try(self, attempt: Callable[[], Outcome]) -> Outcome:
        """Attempt once; one that had little time left says nothing when that is over.

        The server has said before what is wrong, and said it in time.
        """
        had_little = self.left < self._seconds / 2
        outcome = attempt()
        if not isinstance(outcome, Refusal):
            return outcome
        if had_little and self._last and isinstance(outcome.error, EncoderTimeout):
            return self._last
        self._last = outcome
        return outcome

    def _nap(self, seconds: float) -> None:
        self._sleep(seconds)

    def _wait(self, state: RetryCallState) -> float:
        """Seconds until the next attempt: what the server asks for, within reason."""
        refusal = _refusal(state)
        match refusal.patience:
            case Patience.LIMITED if refusal.asked and refusal.asked >= LEAST_ASKED:
                return refusal.asked
            case Patience.LIMITED:
                return max(refusal.asked or 0.0, _waking(state))
            case Patience.WAKING if refusal.asked:
                return min(max(refusal.asked, 1.0), LONGEST_NAP)
            case Patience.WAKING:
                return _waking(state)
        return _passing(state)

    def _is_over(self, state: RetryCallState) -> bool:
        self._faults += _refusal(state).patience is Patience.A_LITTLE
        return self._faults >= TRIES or state.upcoming_sleep >= self.left

    def _before(self, state: RetryCallState) -> None:
        self.attempt = state.attempt_number
        if self._told is not Stage.WAKING:
            self._tell(Progress(Stage.ENCODING))

    def _before_sleep(self, state: RetryCallState) -> None:
        refusal = _refusal(state)
        if refusal.patience is Patience.WAKING:
            self._tell(Progress(Stage.WAKING, seconds=refusal.asked))
        else:
            self._tell(Progress(Stage.WAITING, seconds=state.upcoming_sleep))

    def _tell(self, progress: Progress) -> None:
        self._told = progress.stage
        self._report(progress)

    def _give_up(self, state: RetryCallState) -> Outcome:
        """Complete the facts of the last refusal with what only the loop knows."""
        refusal = _refusal(state)
        if refusal.patience is Patience.LIMITED:
            refusal.error.facts["seconds"] = math.ceil(state.upcoming_sleep)
        elif refusal.patience is Patience.WAKING:
            refusal.error.facts["seconds"] = round(self._clock() - self._started)
        return refusal


def _may_pass(outcome: Outcome) -> bool:
    return isinstance(outcome, Refusal) and outcome.patience is not Patience.NONE


def _refusal(state: RetryCallState) -> Refusal:
    outcome = state.outcome.result() if state.outcome else None
    if not isinstance(outcome, Refusal):
        raise TypeError("only a refusal is waited for")
    return outcome
