"""What tests of keys and demo links share: a time of day that they play, and a key that is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.fake_huggingface import VirtualClock

UNKNOWN = f"lk_{'x' * 43}"
NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


class Played:
    """A time of day that passes as the virtual clock does."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self._began = self.clock()

    def __call__(self) -> datetime:
        """Return the time of day."""
        return NOON + timedelta(seconds=self.clock() - self._began)
