"""The memory that large pictures took."""

from __future__ import annotations

import subprocess
import sys

import pytest

from search.heap import give_large_blocks_back
from tests.embedded_apps import ROOT

# As the app does it: several threads, two of which decode, in a process that has done nothing else.
DECODING = """
import io, os, psutil
from concurrent.futures import ThreadPoolExecutor
from PIL import Image
from search.photo import read_photo

buffer = io.BytesIO()
Image.new("L", (7000, 7000), 90).save(buffer, "PNG", compress_level=1)
with ThreadPoolExecutor(4) as pool:
    list(pool.map(read_photo, [buffer.getvalue()] * 12))
    print(psutil.Process().memory_info().rss >> 20)
"""
MOST_MEGABYTES = 200


@pytest.mark.skipif(not give_large_blocks_back(), reason="not glibc")
def test_large_pictures_leave_no_memory_behind() -> None:
    """Twelve of 49 megapixels, and the process holds about what it held before."""
    told = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", DECODING], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert int(told.stdout) < MOST_MEGABYTES
