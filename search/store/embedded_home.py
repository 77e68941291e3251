"""Where the embedded PostgreSQL lives, and as whom it runs.

Its home is `postgresql/` in the app's data folder:

    cluster/        made in one piece by a rename: `data/`, and `password`
    run/            the folder of the server's socket, when its path is short and plain
    socket-folder   otherwise: the path of a folder below /tmp
    server.log      what the server said, and server.log.1 before it
    start.lock      held while somebody starts the server
    users.lock      held, shared, by everybody who uses it
    keeper.lock     held by the server's keeper

PostgreSQL refuses to run as root. Root's server therefore runs as `postgres` or `nobody`, and when
that account cannot enter the data folder the home is a folder in /var/lib/likeness.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from search.errors import EmbeddedFailed
from search.store.keeper import ENVIRONMENT, identity

if sys.platform != "win32":
    import pwd

SHARED = Path("/var/lib/likeness")
ACCOUNTS = ("postgres", "nobody")
NOTE = "postgresql-is-elsewhere.txt"
PORT = 5432
# sizeof(sun_path) - 1, less the name that PostgreSQL gives its socket.
SOCKET_BYTES = (103 if sys.platform == "darwin" else 107) - len(f"/.s.PGSQL.{PORT}")
# A comma separates hosts in a connection string; quotes and spaces need quoting in the settings.
PLAIN = re.compile(r"/[A-Za-z0-9._/+-]+")


@dataclass(frozen=True, slots=True)
class Account:
    """An account without privileges that root's server runs as."""

    uid: int
    gid: int

    def __str__(self) -> str:
        return f"{self.uid}:{self.gid}"

    def can(self, script: str, *arguments: str | Path) -> bool:
        """Tell whether a shell script succeeds as this account, by trying."""
        try:
            ran = subprocess.run(  # noqa: S603 - the script is our own
                ["/bin/sh", "-c", script, "sh", *arguments],
                cwd="/",
                env=ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
                **identity(str(self)),
            )
        except (PermissionError, ValueError, OverflowError):
            return False  # this process may not become that account
        return ran.returncode == 0


@dataclass(frozen=True, slots=True)
class Home:
    """The server's home: its path, and the account it runs as (None: this user)."""

    path: Path
    account: Account | None

    @property
    def cluster(self) -> Path:
        """What initdb made: complete, or not there."""
        return self.path / "cluster"

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.cluster / "data"

    @property
    def password(self) -> Path:
        """The file that holds the password of the server's only role."""
        return self.cluster / "password"

    @property
    def log(self) -> Path:
        """What the server said."""
        return self.path / "server.log"

    def lock(self, name: str) -> Path:
        """Return the file of the lock `start`, `users` or `keeper`."""
        return self.path / f"{name}.lock"

    def give(self, path: Path) -> None:
        """Make `path` belong to the account that the server runs as."""
        if self.account:
            os.chown(path, self.account.uid, self.account.gid, follow_symlinks=False)

    def socket_folder(self) -> Path:
        """Return the private folder of the server's socket, made when missing."""
        folder = self.path / "run"
        if PLAIN.fullmatch(str(folder)) and len(os.fsencode(folder)) <= SOCKET_BYTES:
            folder.mkdir(mode=0o700, exist_ok=True)
            self.give(folder)
            return folder
        note = self.path / "socket-folder"
        if note.exists() and self._is_private(folder := Path(note.read_text("utf-8"))):
            return folder
        folder = Path(tempfile.mkdtemp(prefix="likeness-", dir="/tmp"))  # short
        self.give(folder)
        draft = note.with_suffix(".new")
        draft.write_text(str(folder), "utf-8")
        draft.replace(note)
        return folder

    def _is_private(self, folder: Path) -> bool:
        """Tell whether a folder in a public place is still ours and closed to others."""
        try:
            found = folder.lstat()
        except FileNotFoundError:
            return False
        owner = self.account.uid if self.account else os.geteuid()
        return stat.S_ISDIR(found.st_mode) and (found.st_uid, found.st_mode & 0o077) == (owner, 0)


def find_home(folder: Path) -> Home:
    """Return the home for the app's data folder; both are made when missing.

    A home that holds a cluster is kept to, whatever became of the rights around it.
    """
    root = os.geteuid() == 0
    _make(folder, 0o755 if root else 0o700)
    folder = folder.resolve()
    inside = folder / "postgresql"
    if not root:
        return _made(Home(inside, None))
    outside = SHARED / hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    for path in (inside, outside):
        if (path / "cluster").exists():
            owner = (path / "cluster").stat()
            return _made(Home(path, Account(owner.st_uid, owner.st_gid)))
    account = _unprivileged(folder)
    if account.can('cd -- "$1"', folder):
        return _made(Home(inside, account))
    make_shared()
    home = _made(Home(outside, account))
    # Not opened when it exists: in somebody else's folder it could be a link to anything.
    with contextlib.suppress(FileExistsError), (folder / NOTE).open("x", encoding="utf-8") as note:
        note.write(f"{outside}\n")
    return home


def make_shared() -> Path:
    """Return the folder for what root's servers cannot have elsewhere, made when missing."""
    SHARED.mkdir(parents=True, exist_ok=True)
    SHARED.chmod(0o755)
    return SHARED


def _make(folder: Path, mode: int) -> None:
    """Make a folder, unless it is there; raise EmbeddedFailed where this user may not."""
    try:
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
    except PermissionError as error:
        closed = Path(error.filename).parent
        raise EmbeddedFailed(
            folder=str(folder),
            reason="@reasons.folder_closed",
            user=_name(os.geteuid()),
            closed=str(closed),
        ) from None


def _made(home: Home) -> Home:
    _make(home.path, 0o700)
    owner = home.path.lstat().st_uid
    if owner != os.geteuid():
        reason = f"{home.path} belongs to the user {_name(owner)}: start Likeness as that user"
        raise EmbeddedFailed(folder=str(home.path), reason=reason)
    home.path.chmod(0o711 if home.account else 0o700)  # the account passes through, no more
    return home


def has_name(uid: int) -> bool:
    """Tell whether this system knows a user by a name, as initdb wants it."""
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _unprivileged(folder: Path) -> Account:
    """Return the first of ACCOUNTS that exists and that this process may become."""
    for name in ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        account = Account(entry.pw_uid, entry.pw_gid)
        if account.uid != 0 and account.can(":"):
            return account
    reason = (
        f"PostgreSQL does not run as root, and root may not become {' or '.join(ACCOUNTS)} here"
    )
    raise EmbeddedFailed(folder=str(folder), reason=reason)
