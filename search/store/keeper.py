"""The keeper: the parent process of the embedded PostgreSQL, which stops it when nobody uses it.

Every process that uses the server holds a shared `flock` on `users.lock`; the system frees it
however that process ends, `kill -9` included. The keeper waits for the exclusive lock. Once it has
it the last user is gone, and no new one comes in until the server has stopped and the keeper ended.
When PostgreSQL ends by itself the keeper ends too, and whoever comes next starts both anew.

Run as a script by `search.store.embedded` with the standard library only:
`python -I -S keeper.py HOME ACCOUNT TEMPORARY POSTGRES ARGUMENT...`, where ACCOUNT is `uid:gid` to
become or empty, and TEMPORARY a socket folder to remove at the end or empty.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any

if sys.platform != "win32":
    import fcntl

# All that PostgreSQL gets to see of the environment: no token of ours, no PG* of the user's.
ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/local/bin:/usr/bin:/bin"}
PR_SET_PDEATHSIG = 1  # linux/prctl.h
LOG_BYTES = 1_000_000
# A fast shutdown writes everything down; an immediate one leaves it to the next start's recovery.
STOPPING = (
    ((signal.SIGINT, 60), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)) if os.name == "posix" else ()
)


def identity(account: str) -> dict[str, Any]:
    """Return the `subprocess` arguments that become `uid:gid`, none when `account` is empty."""
    if not account:
        return {}
    uid, gid = account.split(":")
    return {"user": int(uid), "group": int(gid), "extra_groups": []}


def _copy_log(lines: IO[bytes], path: Path) -> None:
    """Append what PostgreSQL says to `path`, of which one older part of LOG_BYTES is kept."""
    for line in lines:
        # On a full disk the line is lost; not reading on would block the server.
        with contextlib.suppress(OSError):
            if path.exists() and path.stat().st_size > LOG_BYTES:
                path.replace(path.with_suffix(".log.1"))
            with path.open("ab") as log:
                log.write(line)


def _stop_when_unused(
    postgres: subprocess.Popen[bytes], users: Path, ended: threading.Event
) -> None:
    """Wait until nobody uses the server, then stop it. The lock is held until this process ends."""
    fcntl.flock(os.open(users, os.O_RDWR), fcntl.LOCK_EX)
    for number, seconds in STOPPING:
        postgres.send_signal(number)
        if ended.wait(seconds):
            return


def _end_with_keeper() -> None:
    """Have Linux stop PostgreSQL when the keeper is killed; elsewhere the next start sees to it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def keep(home: Path, account: str, temporary: str, command: list[str]) -> int:
    """Run PostgreSQL until it ends or nobody uses it any more; return its exit code."""
    os.umask(0o077)
    postgres = subprocess.Popen(  # noqa: S603 - the command is our own
        command,
        cwd="/",
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=_end_with_keeper,  # noqa: PLW1509 - there is no other thread yet
        **identity(account),
    )
    # A system that shuts down says SIGTERM; to PostgreSQL that would mean to wait for its clients.
    signal.signal(signal.SIGTERM, lambda *_: postgres.send_signal(signal.SIGINT))
    ended = threading.Event()
    log = threading.Thread(
        target=_copy_log, args=(postgres.stderr, home / "server.log"), daemon=True
    )
    log.start()
    threading.Thread(
        target=_stop_when_unused, args=(postgres, home / "users.lock", ended), daemon=True
    ).start()
    code = postgres.wait()
    ended.set()
    log.join(1)  # a child of a killed server may hold the pipe for longer
    if temporary:
        shutil.rmtree(temporary, ignore_errors=True)  # the next start makes another or takes this
    return code


if __name__ == "__main__":
    sys.exit(keep(Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]))
