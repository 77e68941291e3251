"""Where a table says that a picture is: a web address, or a path below the table's folder."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath

from search.importing.rows import PictureAt, Problem
from search.importing.values import fits, is_web_address, scheme_of
from search.people import excerpt

_DRIVE = re.compile(r"[A-Za-z]:")


def picture_at(text: str, where: str, folder: Path | None) -> PictureAt | Problem:
    """Return the picture at an address, or why there cannot be one; nothing is read yet.

    Pictures on disk lie in or below `folder`; without one there are none. A table may come from
    somebody else: it does not get to name other files of ours.
    """
    scheme = scheme_of(text)
    if scheme in ("http", "https"):
        return PictureAt(text, None, where) if is_web_address(text) else _none(where, "bad_address")
    if scheme is not None:
        facts = {"scheme": excerpt(scheme)}
        return Problem(where, "importing.bad_scheme", facts, loses="picture")
    return _none(where, "no_web_address") if folder is None else _on_disk(text, where, folder)


def _on_disk(text: str, where: str, folder: Path) -> PictureAt | Problem:
    address = _below(folder, text)
    if address is None:
        return _none(where, "outside")
    return (
        PictureAt(address, folder / address, where)
        if fits(address)
        else _none(where, "bad_address")
    )


def _below(folder: Path, text: str) -> str | None:
    """Return a path in one spelling if it stays below a folder, links followed; else None."""
    # Tables are written on Windows as well.
    written = text.replace("\\", "/")
    address = PurePosixPath(os.path.normpath(written))
    if address.is_absolute() or address.parts[:1] == ("..",) or _DRIVE.match(written):
        return None
    whole = Path(os.path.realpath(folder / address))
    return str(address) if whole.is_relative_to(os.path.realpath(folder)) else None


def _none(where: str, reason: str) -> Problem:
    return Problem(where, f"importing.{reason}", loses="picture")
