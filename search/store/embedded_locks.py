"""Locks on files between processes, which the system frees however a process ends.

`filelock` and `fasteners` know no lock that is shared and can also be handed to a child process.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self
from weakref import WeakSet

if sys.platform != "win32":
    import fcntl

POLL_SECONDS = 0.01

_held: WeakSet[Lock] = WeakSet()


class Lock:
    """A `flock` that is held until `release`. `fileno` may be handed to a child process."""

    def __init__(self, fileno: int) -> None:
        self.fileno = fileno
        _held.add(self)

    def release(self) -> None:
        """Let go, unless a child process holds it too. May be called again."""
        fileno, self.fileno = self.fileno, -1
        if fileno >= 0:
            os.close(fileno)  # unlocking would take the lock from the child process as well

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()


def try_lock(path: Path, *, shared: bool = False) -> Lock | None:
    """Return the lock on `path` if it is free at this moment; the file is created when missing."""
    lock = Lock(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    try:
        fcntl.flock(lock.fileno, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.release()
        return None
    except BaseException:
        lock.release()
        raise
    return lock


def wait_for_lock(path: Path, *, seconds: float, shared: bool = False) -> Lock:
    """Return the lock on `path`; raise TimeoutError when it is not free within `seconds`."""
    deadline = time.monotonic() + seconds
    while (lock := try_lock(path, shared=shared)) is None:
        if time.monotonic() > deadline:
            message = f"another process has held {path} for {seconds:.0f} seconds"
            raise TimeoutError(message)
        time.sleep(POLL_SECONDS)
    return lock


def _forget_after_fork() -> None:
    """Close what a forked child inherited: it would hold the locks for as long as it lives."""
    for lock in list(_held):
        lock.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_after_fork)
