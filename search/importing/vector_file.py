"""An array of vectors in a file of NumPy's, read portion by portion, however large it is."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
import numpy.typing as npt

from search.errors import ImportUnreadable
from search.importing.unreadable import told
from search.picture_files import readable

Rows = npt.NDArray[np.floating[Any]]

# Of float16, float32 and float64.
_ITEM_SIZES = (2, 4, 8)
# What NumPy and the archive raise where neither is.
_BROKEN: Final = (
    ValueError,
    OverflowError,  # a length below nothing
    EOFError,
    zipfile.BadZipFile,
    zlib.error,
    RuntimeError,  # encrypted, or packed in a way that Python does not know
)


class VectorFile:
    """A .npy file, or a .npz file with one array of vectors: floats, [n, dimensions].

    Nothing in it is run: arrays of Python's objects are refused.
    """

    def __init__(self, file: Path, dimensions: int) -> None:
        """Look at what is in the file; raises ImportUnreadable."""
        self._file = file
        self._member: str | None = None
        with self._told():
            if zipfile.is_zipfile(file):
                self._member, shape, kind = self._only_array()
            else:
                array = np.load(file, mmap_mode="r", allow_pickle=False)
                shape, kind = array.shape, array.dtype
        if kind.kind != "f" or kind.itemsize not in _ITEM_SIZES:
            raise self._unreadable("vectors_kind", found=str(kind))
        if len(shape) != 2 or shape[1] != dimensions:  # noqa: PLR2004 - rows and columns
            raise self._unreadable("vectors_shape", found=str(list(shape)), expected=dimensions)
        self.count: int = shape[0]

    @property
    def path(self) -> str:
        """The file's path."""
        return readable(str(self._file))

    def portions(self, size: int) -> Iterator[Rows]:
        """Yield arrays of up to `size` rows; raises ImportUnreadable, perhaps after some."""
        with self._told():
            if self._member is None:
                array = np.load(self._file, mmap_mode="r", allow_pickle=False)
                yield from (array[first : first + size] for first in range(0, self.count, size))
            else:
                yield from self._unpacked(self._member, size)

    def _unpacked(self, member: str, size: int) -> Iterator[Rows]:
        with zipfile.ZipFile(self._file) as archive, archive.open(member) as stream:
            shape, by_columns, kind = _header(stream)
            if by_columns:
                # The first row ends where the file ends: there is no reading it by portions.
                whole = np.frombuffer(stream.read(), kind).reshape(shape, order="F")
                yield from (whole[first : first + size] for first in range(0, self.count, size))
                return
            for first in range(0, self.count, size):
                rows = min(size, self.count - first)
                data = stream.read(rows * shape[1] * kind.itemsize)
                yield np.frombuffer(data, kind).reshape(rows, shape[1])

    def _only_array(self) -> tuple[str, tuple[int, ...], np.dtype[Any]]:
        found = []
        with zipfile.ZipFile(self._file) as archive:
            for member in archive.namelist():
                with archive.open(member) as stream:
                    shape, _, kind = _header(stream)
                # Articles, for one, may lie beside it.
                if len(shape) == 2:  # noqa: PLR2004 - rows and columns
                    found.append((member, shape, kind))
        if len(found) != 1:
            raise self._unreadable("npz_arrays", found=len(found))
        return found[0]

    def _told(self) -> AbstractContextManager[None]:
        return told(self._file, *_BROKEN, reason="@reasons.import_not_npy")

    def _unreadable(self, reason: str, **facts: str | int) -> ImportUnreadable:
        return ImportUnreadable(path=self.path, reason=f"@reasons.import_{reason}", **facts)


def _header(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Return shape, whether it lies column by column, and the kind of its numbers."""
    version = np.lib.format.read_magic(stream)
    if version == (1, 0):
        return np.lib.format.read_array_header_1_0(stream)
    return np.lib.format.read_array_header_2_0(stream)
