"""What can be done to a picture's bytes so that a decoder meets what no program writes.

Each takes the file and a seeded source of chance, and returns other bytes: the same for the same
seed. MUTATIONS has them by name.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from random import Random
from typing import Final

from tests.hostile.pieces import GIF, JPEG, PNG, RIFF, sealed, split

Mutation = Callable[[bytes, Random], bytes]

LENGTHS: Final = (0, 1, 2, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF)
SIDES: Final = (0, 1, 2, 255, 4_000, 7_000, 16_383, 50_000, 65_535)
# No repetition makes a file longer than the app reads at all.
LONGEST: Final = 2_000_000


def flip_bytes(data: bytes, chance: Random) -> bytes:
    """Put other bytes in one to a hundred places."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 3, 10, 100))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def flip_a_bit(data: bytes, chance: Random) -> bytes:
    """Turn one bit, most often near the beginning, where the headers are."""
    changed = bytearray(data)
    place = chance.randrange(min(len(data), chance.choice((64, 600, len(data)))))
    changed[place] ^= 1 << chance.randrange(8)
    return bytes(changed)


def cut_off(data: bytes, chance: Random) -> bytes:
    """End the file anywhere."""
    return data[: chance.randrange(1, len(data))]


def drop_a_stretch(data: bytes, chance: Random) -> bytes:
    """Leave out up to a kilobyte."""
    start, end = _stretch(data, chance)
    return data[:start] + data[end:]


def repeat_a_stretch(data: bytes, chance: Random) -> bytes:
    """Write up to a kilobyte two to two thousand times."""
    start, end = _stretch(data, chance)
    return data[:end] + _times(data[start:end], chance) + data[end:]


def insert_noise(data: bytes, chance: Random) -> bytes:
    """Put in up to ten kilobytes of noise."""
    place = chance.randrange(len(data))
    return data[:place] + chance.randbytes(chance.choice((1, 4, 300, 10_000))) + data[place:]


def fill_a_stretch(data: bytes, chance: Random) -> bytes:
    """Write zeros, ones, or one byte over up to a kilobyte."""
    start, end = _stretch(data, chance)
    filling = chance.choice((b"\0", b"\xff", chance.randbytes(1)))
    return data[:start] + filling * (end - start) + data[end:]


def say_another_length(data: bytes, chance: Random) -> bytes:
    """Begin a piece with a length that is not its own."""
    pieces = split(data)
    at = chance.randrange(1, len(pieces)) if len(pieces) > 1 else 0
    offset, form = (2, ">H") if data.startswith(JPEG) else (0, ">I")
    if data.startswith(RIFF):
        offset, form = 4, "<I"
    length = struct.pack(form, chance.choice(LENGTHS) & (0xFFFF if form == ">H" else 0xFFFF_FFFF))
    pieces[at] = pieces[at][:offset] + length + pieces[at][offset + len(length) :]
    return b"".join(pieces)


def say_another_size(data: bytes, chance: Random) -> bytes:
    """Name other sides in the header than the picture has, with every checksum right."""
    width, height = chance.choice(SIDES), chance.choice(SIDES)
    if data.startswith(PNG):
        return sealed(_over(data, 16, struct.pack(">II", width, height)))
    if data.startswith(JPEG):
        frame = re.search(rb"\xff[\xc0-\xc2]\x00", data)
        return _over(data, frame.start() + 5 if frame else 4, struct.pack(">HH", height, width))
    if data.startswith(GIF):
        return _over(data, 6, struct.pack("<HH", width, height))
    if data.startswith(RIFF):
        return _over(data, 24, struct.pack("<HBHB", width, 0, height, 0))
    return _over(data, data.find(b"ispe") + 8, struct.pack(">II", width, height))


def repeat_a_piece(data: bytes, chance: Random) -> bytes:
    """Write one piece two to two thousand times, with every checksum right."""
    pieces = split(data)
    at = chance.randrange(len(pieces))
    pieces.insert(at, _times(pieces[at], chance))
    return sealed(b"".join(pieces))


def drop_a_piece(data: bytes, chance: Random) -> bytes:
    """Leave out one piece."""
    pieces = split(data)
    pieces.pop(chance.randrange(len(pieces)))
    return sealed(b"".join(pieces)) or data[:1]


def swap_pieces(data: bytes, chance: Random) -> bytes:
    """Bring the pieces behind the first into another order."""
    first, *others = split(data)
    chance.shuffle(others)
    return sealed(first + b"".join(others))


def flip_inside_a_piece(data: bytes, chance: Random) -> bytes:
    """Put other bytes into one piece, with every checksum right: what lies deeper is reached."""
    pieces = split(data)
    at = chance.randrange(len(pieces))
    changed = bytearray(pieces[at])
    for _ in range(chance.choice((1, 2, 5))):
        # A PNG's length, name and checksum are left as they are.
        place = chance.randrange(min(8, len(changed) - 1), max(len(changed) - 4, 9, len(changed)))
        changed[min(place, len(changed) - 1)] = chance.randrange(256)
    pieces[at] = bytes(changed)
    return sealed(b"".join(pieces))


def join_with_itself(data: bytes, chance: Random) -> bytes:
    """Write the file's first part before the whole file again."""
    return data[: chance.randrange(1, len(data))] + data


MUTATIONS: Final[dict[str, Mutation]] = {
    "bytes flipped": flip_bytes,
    "a bit flipped": flip_a_bit,
    "cut off": cut_off,
    "a stretch dropped": drop_a_stretch,
    "a stretch repeated": repeat_a_stretch,
    "noise put in": insert_noise,
    "a stretch filled": fill_a_stretch,
    "another length": say_another_length,
    "another size": say_another_size,
    "a piece repeated": repeat_a_piece,
    "a piece dropped": drop_a_piece,
    "pieces swapped": swap_pieces,
    "flipped inside a piece": flip_inside_a_piece,
    "joined with itself": join_with_itself,
}


def _stretch(data: bytes, chance: Random) -> tuple[int, int]:
    start = chance.randrange(len(data))
    return start, min(len(data), start + chance.choice((1, 8, 64, 1_000)))


def _times(piece: bytes, chance: Random) -> bytes:
    return piece * min(chance.choice((1, 10, 2_000)), 1 + LONGEST // max(len(piece), 1))


def _over(data: bytes, place: int, written: bytes) -> bytes:
    return data[:place] + written + data[place + len(written) :]
