"""Sign-ins that somebody has ended, while their cookies live on in tabs that stayed open."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

_SECONDS_AN_HOUR: Final = 3600


class SignedOut:
    """One a process: ended in its event loop, asked of in any thread. `clock` measures, in seconds.

    A page that is open keeps the cookies with which it came, though the browser has dropped them.
    Whatever comes after a restart comes with those that the browser has then.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        # By what tells each from all others: until when its cookie would hold.
        self._ended: dict[str, float] = {}

    def add(self, sign_in: str, hours: float) -> None:
        """End a sign-in whose cookie holds for at most so many hours more."""
        now = self._clock()
        held = {one: until for one, until in self._ended.items() if until > now}
        self._ended = held | {sign_in: now + hours * _SECONDS_AN_HOUR}

    def __contains__(self, sign_in: str) -> bool:
        """Tell whether a sign-in was ended."""
        return sign_in in self._ended
