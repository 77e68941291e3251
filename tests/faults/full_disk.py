"""A disk that is full: a small file system in memory, on which the tables lie that searches write.

PostgreSQL meets the real thing there, ENOSPC, and says 53100. Its log lies elsewhere: without room
for that it would stop, which is the row in which it is stopped.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from tests.embedded_apps import postmaster
from tests.faults.house import House

_TABLES = ("searches", "photo_embeddings")
_SIZE = "size=4m"
_BLOCK = bytes(4096)


class FullDisk:
    """Mounted when it is made, `fill`ed then; `close` puts everything back, whatever was done."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.folder = _folder()
        owner = postmaster(house.server.folder).uids().effective
        _mount(self.folder, f"{_SIZE},mode=0700,uid={owner}")

    def fill(self) -> None:
        """Let the tables lie there, and leave no room."""
        with self._house.connect() as connection:
            connection.execute(f"CREATE TABLESPACE small LOCATION '{self.folder}'".encode())
        self._move("small")
        with suppress(OSError), self._ballast.open("wb", buffering=0) as ballast:
            while True:
                ballast.write(_BLOCK)

    def close(self) -> None:
        """Make room, bring the tables back, and take the file system away."""
        self._ballast.unlink(missing_ok=True)
        try:
            self._move("pg_default")
            with self._house.connect() as connection:
                connection.execute("DROP TABLESPACE IF EXISTS small")
        finally:
            _unmount(self.folder)

    @property
    def _ballast(self) -> Path:
        return self.folder / "ballast"

    def _move(self, place: str) -> None:
        with self._house.connect() as connection:
            for table in _TABLES:
                moving = f"ALTER TABLE likeness.{table} SET TABLESPACE {place}"
                connection.execute(moving.encode())


def may_mount() -> bool:
    """Tell whether this process may mount a file system."""
    folder = _folder()
    try:
        _mount(folder, _SIZE)
    except (subprocess.CalledProcessError, FileNotFoundError):
        folder.rmdir()
        return False
    _unmount(folder)
    return True


def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="test-likeness-disk-"))
    folder.chmod(0o755)  # the server's account passes through
    return folder


def _mount(folder: Path, options: str) -> None:
    program = shutil.which("mount") or "mount"
    subprocess.run(  # noqa: S603 - the system's own
        [program, "-t", "tmpfs", "-o", options, "tmpfs", str(folder)],
        check=True,
        capture_output=True,
    )


def _unmount(folder: Path) -> None:
    program = shutil.which("umount") or "umount"
    subprocess.run([program, "--lazy", str(folder)], check=True, capture_output=True)  # noqa: S603 - as above
    folder.rmdir()
