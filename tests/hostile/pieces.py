"""Picture files as the pieces that they are made of: chunks, segments, blocks, boxes."""

from __future__ import annotations

import itertools
import struct
import zlib
from collections.abc import Iterator

PNG, JPEG, GIF, RIFF = b"\x89PNG\r\n\x1a\n", b"\xff\xd8", b"GIF8", b"RIFF"
_SCAN = 0xDA
_EXTENSION, _IMAGE = 0x21, 0x2C


def split(data: bytes) -> list[bytes]:
    """Take a whole file of any of five kinds apart; what comes out joins to the same bytes."""
    if data.startswith(PNG):
        cuts = _png(data)
    elif data.startswith(JPEG):
        cuts = _jpeg(data)
    elif data.startswith(GIF):
        cuts = _gif(data)
    elif data.startswith(RIFF):
        cuts = _riff(data)
    else:
        cuts = _boxes(data)
    places = [0, *(place for place in cuts if place < len(data)), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(places)]


def sealed(data: bytes) -> bytes:
    """Make a PNG's checksums and a WEBP's length right again, so that a decoder reads on."""
    if data.startswith(RIFF):
        return RIFF + struct.pack("<I", len(data) - 8) + data[8:]
    if not data.startswith(PNG):
        return data
    return b"".join(
        piece[:-4] + struct.pack(">I", zlib.crc32(piece[4:-4])) if len(piece) >= 12 else piece
        for piece in split(data)
    )


def chunk(kind: bytes, data: bytes) -> bytes:
    """Write a PNG chunk."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(data: bytes) -> Iterator[int]:
    place = len(PNG)
    while place + 8 <= len(data):
        yield place
        place += 12 + int.from_bytes(data[place : place + 4], "big")


def _jpeg(data: bytes) -> Iterator[int]:
    place = len(JPEG)
    while place + 2 <= len(data):
        yield place
        kind = data[place + 1]
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
        if kind == _SCAN:
            place = _next_segment(data, place)


def _next_segment(data: bytes, place: int) -> int:
    """Find the end of a scan: FF before anything that is not 00 or D0 to D7."""
    while (place := data.find(b"\xff", place)) >= 0:
        follows = data[place + 1 : place + 2]
        if follows != b"\0" and not b"\xd0" <= follows <= b"\xd7":
            return place
        place += 2
    return len(data)


def _gif(data: bytes) -> Iterator[int]:
    place = 13 + _palette(data[10])
    while place < len(data):
        yield place
        if data[place] == _EXTENSION:
            place = _after_blocks(data, place + 2)
        elif data[place] == _IMAGE and place + 10 < len(data):
            place = _after_blocks(data, place + 11 + _palette(data[place + 9]))
        else:
            return


def _palette(flags: int) -> int:
    return 3 * (2 << (flags & 7)) if flags & 0x80 else 0


def _after_blocks(data: bytes, place: int) -> int:
    while place < len(data) and data[place]:
        place += 1 + data[place]
    return place + 1


def _riff(data: bytes) -> Iterator[int]:
    place = 12
    while place + 8 <= len(data):
        yield place
        length = int.from_bytes(data[place + 4 : place + 8], "little")
        place += 8 + length + length % 2


def _boxes(data: bytes) -> Iterator[int]:
    place = 0
    while place + 8 <= len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        place += max(length, 8)
        yield place
