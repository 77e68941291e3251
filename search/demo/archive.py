"""Pictures in a zip; each entry's comment is the mark of what it was drawn from."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from operator import methodcaller
from pathlib import Path

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment a zip can name: the same bytes on every day

Tell = Callable[[int, int], None]
"""Called with how many pictures are ready, and of how many."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture to be drawn: its file name, its mark, and what draws it in another process.

    `mark` changes whenever the picture would: a digest (hex) of all that it is drawn from.
    """

    name: str
    mark: bytes
    draw: Callable[[], bytes]


def renew(path: Path, drawings: Sequence[Drawing], tell: Tell) -> list[bytes]:
    """Store the drawings in the zip and return them; those whose mark has not changed are kept."""
    pictures = _kept(path, drawings)
    missing = [drawing for drawing in drawings if drawing.name not in pictures]
    with ProcessPoolExecutor() as pool:
        for drawing, picture in zip(missing, pool.map(methodcaller("draw"), missing), strict=True):
            pictures[drawing.name] = picture
            tell(len(pictures), len(drawings))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for drawing in drawings:
            entry = zipfile.ZipInfo(drawing.name, _EPOCH)
            entry.comment = drawing.mark
            archive.writestr(entry, pictures[drawing.name])
    return [pictures[drawing.name] for drawing in drawings]


def _kept(path: Path, drawings: Sequence[Drawing]) -> dict[str, bytes]:
    """Read from an earlier zip the pictures that are still right."""
    if not path.exists():
        return {}
    marks = {drawing.name: drawing.mark for drawing in drawings}
    with zipfile.ZipFile(path) as archive:
        return {
            entry.filename: archive.read(entry)
            for entry in archive.infolist()
            if marks.get(entry.filename) == entry.comment
        }
