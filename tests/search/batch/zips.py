"""ZIP archives as people and attackers make them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Pack files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def marked_encrypted(archive: bytes) -> bytes:
    """Say of every file in an archive that it is encrypted."""
    changed = bytearray(archive)
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        found = changed.find(signature)
        while found >= 0:
            changed[found + place] |= 1
            found = changed.find(signature, found + 4)
    return bytes(changed)


def named_by_bytes(name: bytes, content: bytes) -> bytes:
    """Pack a file whose name is in some old alphabet, and say nothing of it, as Windows does."""
    packed = zlib.compress(content)[2:-4]
    checked = zlib.crc32(content)
    sizes = struct.pack("<III", checked, len(packed), len(content))
    head = struct.pack("<IHHHHH", 0x04034B50, 20, 0, 8, 0, 0) + sizes
    head += struct.pack("<HH", len(name), 0) + name
    entry = struct.pack("<IHHHHHH", 0x02014B50, 20, 20, 0, 8, 0, 0) + sizes
    entry += struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, 0) + name
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 1, 1, len(entry), len(head) + len(packed), 0)
    return head + packed + entry + end


def lying_about_size(archive: bytes, size: int) -> bytes:
    """Say of every file in an archive that it has so many bytes."""
    changed = bytearray(archive)
    for signature, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        found = changed.find(signature)
        while found >= 0:
            struct.pack_into("<I", changed, found + place, size)
            found = changed.find(signature, found + 4)
    return bytes(changed)


def with_long_table(entries: int) -> bytes:
    """Build an archive of nothing but a table of contents, of which each entry costs 47 bytes."""
    name = b"a"
    entry = struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, *[0] * 9, len(name), *[0] * 6) + name
    table = entry * entries
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, len(table), 4, 0)
    return b"PK\x03\x04" + table + end
