"""What a picture file may not be, seen before any decoder runs: a few bytes that take minutes.

Pillow and the libraries below it bound pixels, not work. A JPEG may repeat its scans thousands of
times, a PNG hold a million empty chunks, and each of them is paid for in seconds of one core.
"""

from __future__ import annotations

import re
import struct

from search.errors import PhotoDamaged

# Cameras write 1 scan, progressive encoders about 10; a segment or chunk holds up to 64 kB or more.
MOST_SCANS = 64
# Each scan goes over all pixels: 20 over the largest picture take a second, 64 of them four.
MOST_SCANNED = 1_000_000_000
MOST_SEGMENTS = 5_000
MOST_CHUNKS = 20_000
LONGEST_FILLING = b"\xff" * 4096

_JPEG, _PNG = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"
# Inside compressed data FF is followed by 00 or D0 to D7: these stand for real segments only.
_SCAN = re.compile(rb"\xff\xda")
_SEGMENT = re.compile(rb"\xff[\xc0-\xcf\xdb-\xfe]")


def refuse_costly(data: bytes) -> None:
    """Raise PhotoDamaged for a file whose structure no camera and no program writes."""
    if data.startswith(_JPEG):
        costly = (
            LONGEST_FILLING in data
            or len(_SCAN.findall(data)) > MOST_SCANS
            or len(_SEGMENT.findall(data)) > MOST_SEGMENTS
        )
    elif data.startswith(_PNG):
        costly = _chunks(data) > MOST_CHUNKS
    else:
        costly = False
    if costly:
        raise PhotoDamaged


def refuse_scanning(data: bytes, pixels: int) -> None:
    """Raise PhotoDamaged for a JPEG of so many pixels with more scans than such a size may have."""
    if data.startswith(_JPEG) and len(_SCAN.findall(data)) * pixels > MOST_SCANNED:
        raise PhotoDamaged


def _chunks(data: bytes) -> int:
    """Count a PNG's chunks, as far as that is worth it."""
    count, place = 0, len(_PNG)
    while place + 8 <= len(data) and count <= MOST_CHUNKS:
        (length,) = struct.unpack_from(">I", data, place)
        place += 12 + length
        count += 1
    return count
