"""How much is going on, so that closing can wait for it."""

from __future__ import annotations

import threading
from types import TracebackType


class UnderWay:
    """Counts what is inside `with`; any number of threads may be."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0

    def __enter__(self) -> None:
        with self._changed:
            self._count += 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._changed:
            self._count -= 1
            self._changed.notify_all()

    @property
    def is_anything(self) -> bool:
        """Whether anything is under way."""
        return self._count > 0

    def wait(self, seconds: float) -> bool:
        """Wait until nothing is under way, at most so long; return whether nothing is."""
        with self._changed:
            return self._changed.wait_for(lambda: self._count == 0, seconds)
