"""How much memory the embedded server takes: to keep its tables in, and to build indexes."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

import psutil

# PostgreSQL's own, and enough for the catalogue of most.
LEAST_BUFFERS: Final = 128 * 1024**2
# What is more belongs to the app, and to everything else on the machine.
MEMORY_SHARE: Final = 0.25
# What a container may take at most: of Linux's control groups, the second version and the first.
_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def shared_buffers(data: Path, memory: int | None = None) -> int:
    """Return for a cluster's data folder how large its cache of tables is to be, in bytes.

    As large as the tables and their indexes, so that a page that was read once is never asked of
    the system again: reading 20,000 vectors from all over a table of 2.7 GB took 2.7 times as long
    with a cache of 128 MB. At most a quarter of the `memory` there is; nothing is taken before it
    is needed.
    """
    return max(LEAST_BUFFERS, min(_size(data / "base"), memory_to_take(memory)))


def memory_to_take(memory: int | None = None) -> int:
    """Return what the server may take at most for one thing, of the `memory` there is; in bytes."""
    return int((memory_there() if memory is None else memory) * MEMORY_SHARE)


def memory_there() -> int:
    """Return how much memory this machine or container has, in bytes."""
    there = psutil.virtual_memory().total
    for place in _LIMITS:
        with suppress(OSError, ValueError):  # no such limit, or the word "max"
            there = min(there, int(Path(place).read_text("ascii")))
    return int(there)


def _size(folder: Path) -> int:
    found = 0
    for place in folder.rglob("*"):
        with suppress(OSError):  # what a crash left is gone in a moment
            found += place.stat().st_size if place.is_file() else 0
    return found
