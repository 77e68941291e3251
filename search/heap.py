"""What large pictures took is given back to the system, instead of being kept for more of them.

The C library learns from a freed block that blocks of its size come often, up to 32 MB, and from
then on keeps them, in a heap for each thread. Pillow's blocks have 16 MB: a few dozen pictures of
49 megapixels left five gigabytes behind that nobody used. Blocks of FROM_BYTES are always their
own mapping now, which is gone when it is freed; smaller ones are as fast as before.

It also makes up to eight heaps a core, each of which keeps what its threads once needed at the same
moment. Two are enough here: what takes long computes outside of them, or waits for Python's lock.
"""

from __future__ import annotations

import ctypes
import platform
from typing import Final

FROM_BYTES: Final = 8 << 20
HEAPS: Final = 2
# As malloc.h names them: M_MMAP_THRESHOLD, M_ARENA_MAX.
_MMAP_THRESHOLD: Final = -3
_ARENA_MAX: Final = -8


def give_large_blocks_back() -> bool:
    """Tell the C library; return False where it is not glibc, and nothing was changed."""
    if platform.libc_ver()[0] != "glibc":
        return False
    library = ctypes.CDLL(None)
    wanted = ((_MMAP_THRESHOLD, FROM_BYTES), (_ARENA_MAX, HEAPS))
    return all(library.mallopt(name, value) for name, value in wanted)
