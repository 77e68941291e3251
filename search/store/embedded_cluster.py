"""The embedded PostgreSQL's files: made in one piece, and freed of what a crash left behind."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import psutil

from search.errors import EmbeddedFailed
from search.store.embedded_home import PORT, Home, has_name
from search.store.embedded_locks import POLL_SECONDS
from search.store.keeper import ENVIRONMENT, STOPPING, identity

ROLE = "likeness"
INITDB_SECONDS = 120


def make_cluster(home: Home, binaries: Path) -> None:
    """Make the cluster unless there is one. Only whoever holds the start lock may call this."""
    for stale in home.path.glob("initdb-*"):
        # The initdb of a killed process may still be writing there; it fails and tidies up itself.
        shutil.rmtree(stale, ignore_errors=True)
    if home.cluster.exists():
        return
    if home.account is None and not has_name(os.geteuid()):
        user, reason = str(os.geteuid()), "@reasons.user_without_name"
        raise EmbeddedFailed(folder=str(home.path), reason=reason, user=user)
    work = Path(tempfile.mkdtemp(prefix="initdb-", dir=home.path))
    try:
        password = work / "password"
        password.touch(0o600)
        password.write_text(secrets.token_urlsafe(32), "ascii")
        home.give(password)
        home.give(work)
        _initdb(home, binaries, work)
        for folder in (work, home.path):
            if folder == home.path:
                work.rename(home.cluster)
            _sync(folder)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)  # the error that is on its way says more
        raise


def _initdb(home: Home, binaries: Path, work: Path) -> None:
    ran = subprocess.run(  # noqa: S603 - the command is our own
        [
            binaries / "initdb",
            f"--pgdata={work / 'data'}",
            f"--username={ROLE}",
            f"--pwfile={work / 'password'}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-instructions",
        ],
        cwd="/",
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=INITDB_SECONDS,
        check=False,
        **identity(str(home.account or "")),
    )
    if ran.returncode != 0:
        said = ran.stderr.decode("utf-8", "replace")
        reason = last_words(said) or f"initdb ended with code {ran.returncode}"
        raise EmbeddedFailed(folder=str(home.path), reason=reason)


def _sync(folder: Path) -> None:
    """Make the names in `folder` survive a power cut."""
    fileno = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fileno)
    finally:
        os.close(fileno)


def clear_leftovers(home: Home, sockets: Path) -> None:
    """Stop what still runs on the cluster and remove stale lock files.

    Only whoever holds the keeper's lock may call this: then no living server has a keeper, and
    any that is left lost it to a `kill -9`, like children of a server that was killed itself.
    PostgreSQL trusts the process numbers in its lock files, but by now they can be somebody
    else's, or a zombie's in a container whose first process does not collect them.
    """
    lock_file = home.data / "postmaster.pid"
    if lock_file.exists():
        _stop(home.data)
        lock_file.unlink(missing_ok=True)
    (sockets / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)


def _stop(data: Path) -> None:
    for number, seconds in STOPPING:
        deadline = time.monotonic() + seconds
        left = _processes(data)
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                if process.parent() not in left:  # a living server stops its children itself
                    process.send_signal(number)
        while _processes(data) and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)


def _processes(data: Path) -> list[psutil.Process]:
    """Return PostgreSQL's living processes on `data`: all of them work in that very directory."""
    folder = str(data.resolve())
    found = []
    for process in psutil.process_iter():
        # Any of them may end, or turn into a zombie, while it is looked at.
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            if process.name() == "postgres" and process.cwd() == folder:
                found.append(process)
    return found


def last_words(log: str) -> str:
    """Return the lines of a log that say why PostgreSQL gave up; the last ones if none does."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    lines = [line for line in lines if "the database system is starting up" not in line]
    marks = ("FATAL:", "PANIC:", "ERROR:", "error:", "DETAIL:", "HINT:")
    telling = [line for line in lines if any(mark in line for mark in marks)]
    return " ".join((telling or lines)[-3:])
