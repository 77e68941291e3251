"""How many photos guests bring: a minute, and into memory, where Streamlit keeps what is uploaded.

How large each may be, the gate knows. These limits are about this process, whose memory it is.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from typing import Final

from search.access.caller import Caller
from search.api_keys import hash_of
from search.errors import DemoRateLimited, PhotosTooMany

# A page lets go of a photo as soon as it has it, so one is the rule. Two come while it is busy.
OF_A_SESSION: Final = 3
# For those who upload at the same moment: 200 MB with photos of 10.
OF_A_LINK: Final = 20

# Whoever searches with each photo is told first that searches are used up, in a sentence of the
# page's. Of an upload that is refused Streamlit's uploader says no more than that it was.
PHOTOS_A_SEARCH: Final = 2

_MINUTE: Final = 60.0
_UPLOAD: Final = re.compile(r".*/_stcore/upload_file/(?P<session>[^/]+)/[^/]+", re.DOTALL)

Held = Callable[[str], int]
"""Returns how many files are in memory for a session, by its id."""


@dataclass(slots=True)
class _Link:
    """What one demo link has brought. `left` uploads could be sent at the moment `at`."""

    left: float
    at: float
    coming: Counter[str] = field(default_factory=Counter)
    sessions: set[str] = field(default_factory=set)


class GuestUploads:
    """One a process, for its event loop alone. `clock` measures, in seconds.

    A link may send PHOTOS_A_SEARCH times as many photos a minute as it may search: as many at once,
    and further ones one by one. Where nobody tells how many files are `held`, only those that are
    coming in are counted.
    """

    def __init__(
        self, held: Held = lambda _: 0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._held = held
        self._clock = clock
        # By the hashes of their keys: only of links that are some.
        self._links: dict[bytes, _Link] = {}

    def begin(self, guest: Caller, session: str) -> Callable[[], None]:
        """Count a photo that is coming in; return what is to be called once, when it has come.

        Raises PhotosTooMany, DemoRateLimited.
        """
        link = self._link(guest)
        self._find_room(link, session)
        self._take(link, guest.per_minute)
        link.coming[session] += 1
        link.sessions.add(session)

        def end() -> None:
            link.coming[session] -= 1

        return end

    def _link(self, guest: Caller) -> _Link:
        key = guest.key.get_secret_value() if guest.key else ""
        full = float(guest.per_minute * PHOTOS_A_SEARCH)
        return self._links.setdefault(hash_of(key), _Link(full, self._clock()))

    def _find_room(self, link: _Link, session: str) -> None:
        """Raise PhotosTooMany where a session, or all of a link, have as many as they may."""
        kept = {one: self._held(one) + link.coming[one] for one in link.sessions | {session}}
        # Those that have ended, and those that let go of all they had.
        link.sessions = {one for one, count in kept.items() if count}
        link.coming = +link.coming
        for count, most in ((kept[session], OF_A_SESSION), (sum(kept.values()), OF_A_LINK)):
            if count >= most:
                raise PhotosTooMany(limit=most)

    def _take(self, link: _Link, per_minute: int) -> None:
        """Take one of the uploads that a link has left; raise DemoRateLimited without one."""
        now, full = self._clock(), float(per_minute * PHOTOS_A_SEARCH)
        share = _MINUTE / full
        link.left = min(link.left + (now - link.at) / share, full)
        link.at = now
        if link.left < 1:
            wait = ceil(round((1 - link.left) * share, 3))
            raise DemoRateLimited(limit=per_minute, seconds=wait)
        link.left -= 1


def session_of(path: str) -> str | None:
    """Return whose files an upload at a path is added to, by a session's id; None for no upload."""
    found = _UPLOAD.fullmatch(path)
    return found["session"] if found else None
