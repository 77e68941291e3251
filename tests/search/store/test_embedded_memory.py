"""How much memory the embedded server keeps its tables in."""

from __future__ import annotations

import os
from pathlib import Path

from search.store.embedded_memory import LEAST_BUFFERS, memory_there, shared_buffers

GIGABYTE = 1024**3


def test_a_large_catalogue_is_kept_in_memory_where_there_is_enough(tmp_path: Path) -> None:
    """As large as the tables, at most a quarter of the memory, and never less than usual."""
    (tmp_path / "base" / "5").mkdir(parents=True)
    assert shared_buffers(tmp_path, 16 * GIGABYTE) == LEAST_BUFFERS
    table = tmp_path / "base" / "5" / "16384"
    table.touch()
    os.truncate(table, 3 * GIGABYTE)  # takes no room on the disk
    assert shared_buffers(tmp_path, 16 * GIGABYTE) == 3 * GIGABYTE
    assert shared_buffers(tmp_path, 8 * GIGABYTE) == 2 * GIGABYTE
    assert shared_buffers(tmp_path, GIGABYTE // 4) == LEAST_BUFFERS
    assert LEAST_BUFFERS <= memory_there() < 2**50
