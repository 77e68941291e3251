"""A line of the terminal that is written over and over: how far a command is."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

TICK_SECONDS: Final = 0.25
_TO_THE_END: Final = "\033[K"


class ProgressLine:
    """Shows a state a few times a second at most, and the last one in any case.

    It is for a terminal, on standard error; one that is `printed` is what the command is asked for,
    and goes to standard output whatever that is. Used with `with`, what follows begins on a line of
    its own.
    """

    def __init__(self, *, printed: bool = False) -> None:
        self._stream = sys.stdout if printed else sys.stderr
        self._shows = printed or self._stream.isatty()
        self._tell: Callable[[], str] | None = None
        self._shown = -TICK_SECONDS
        self._width = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.end()

    def show(self, tell: Callable[[], str]) -> None:
        """Show the line that `tell` makes, now or later; it is asked for what is shown only."""
        if not self._shows:
            return
        self._tell = tell
        if time.monotonic() - self._shown >= TICK_SECONDS:
            self._write(tell())

    def end(self) -> None:
        """Show the last line, and leave it; the next one stands below."""
        if self._tell is not None:
            self._write(self._tell())
            print(file=self._stream)
            self._forget()

    def clear(self) -> None:
        """Take the line away; the next one stands in its place."""
        if self._tell is not None:
            print(f"\r{_TO_THE_END}", end="", flush=True, file=self._stream)
            self._forget()

    def _write(self, line: str) -> None:
        print(f"\r{line:<{self._width}}", end="", flush=True, file=self._stream)
        self._width = len(line)
        self._shown = time.monotonic()

    def _forget(self) -> None:
        self._tell = None
        self._shown = -TICK_SECONDS
        self._width = 0
