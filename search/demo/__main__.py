"""python -m search.demo build | sheet OUT.png | photos OUT.png [--seed N]."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from search.demo.build import build
from search.demo.pack import PACK
from search.demo.sheet import photo_sheet, picture_sheet


def _tell(done: int, total: int) -> None:
    end = "\n" if done == total else ""
    sys.stderr.write(f"\r{done} of {total} pictures ready{end}")
    sys.stderr.flush()


def main() -> None:
    """Run one command."""
    parser = argparse.ArgumentParser(prog="python -m search.demo", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("build", help="draw the whole pack anew")
    commands.add_parser("sheet", help="draw a contact sheet of pictures").add_argument(
        "out", type=Path
    )
    photos = commands.add_parser("photos", help="draw a contact sheet of phone photos")
    photos.add_argument("out", type=Path)
    photos.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if given.command == "build":
        build(PACK, _tell)
    elif given.command == "sheet":
        picture_sheet().save(given.out)
    else:
        photo_sheet(given.seed).save(given.out)


if __name__ == "__main__":
    main()
