"""Data folders and whole app processes for the tests of the embedded PostgreSQL."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

import psutil
import psycopg

ROOT = Path(__file__).parents[1]
MEMORY = Path("/dev/shm")  # noqa: S108 - each test makes a private folder in it
PATIENCE = 30.0  # seconds until a condition that ought to come true counts as a failure

# Uses the server until its input ends, after it has said which cluster answers.
APP = """
import os, sys, time
from pathlib import Path
import psycopg
from search.store.embedded import start_embedded

server = start_embedded(Path(sys.argv[1]))
with psycopg.connect(server.conninfo) as connection:
    cluster = connection.execute("SELECT system_identifier FROM pg_control_system()").fetchone()
if "fork" in sys.argv and (child := os.fork()) == 0:
    time.sleep(600)
print(cluster[0], child if "fork" in sys.argv else 0, flush=True)
sys.stdin.read()
"""


@contextmanager
def data_folder(mode: int = 0o755) -> Iterator[Path]:
    """Lend a data folder, in a folder with the rights `mode`, and see that nothing is left of it.

    pytest's own folders are closed to the account that root's server runs as. A cluster is a
    thousand files: where there is memory to hold them, no test waits for the disk.
    """
    place = MEMORY if roomy(MEMORY) else Path("/tmp")  # noqa: S108 - the same
    base = Path(tempfile.mkdtemp(prefix="test-likeness-", dir=place))
    base.chmod(mode)
    try:
        yield base / "data"
        until(lambda: not at_work(base))
    finally:
        for process in at_work(base):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        shutil.rmtree(base)


def roomy(folder: Path) -> bool:
    """Tell whether a few clusters find room in `folder`."""
    return folder.is_dir() and shutil.disk_usage(folder).free > 2_000_000_000


def at_work(folder: Path) -> list[psutil.Process]:
    """Return the keepers and PostgreSQL processes of any server at or below `folder`."""
    found = []
    for process in psutil.process_iter():
        # Any of them may end, or turn into a zombie, while it is looked at.
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            words = process.cmdline()
            keeper = any(word.endswith("/keeper.py") for word in words)
            ours = keeper or process.name() in {"postgres", "initdb"}
            if ours and any(w.startswith(str(folder)) for w in (process.cwd() or "", *words)):
                found.append(process)
    return found


def until(condition: Callable[[], bool]) -> None:
    """Return as soon as `condition` holds; fail when it does not in time."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.03)


def postmaster(home: Path) -> psutil.Process:
    """Return the server's first process."""
    return psutil.Process(int((home / "cluster/data/postmaster.pid").read_text().split()[0]))


def ask(conninfo: str, *statements: str) -> str:
    """Return the one value that the last of `statements` has."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        cursor = connection.cursor()
        for statement in statements:
            cursor.execute(statement.encode())
        row = cursor.fetchone()
    assert row is not None
    return str(row[0])


class App:
    """An app process of its own that uses the server of `folder`."""

    def __init__(self, folder: Path, *arguments: str, **options: str) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", APP, folder, *arguments],
            cwd=ROOT,
            env=os.environ | options,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.cluster = ""
        self.child = 0

    def wait_until_served(self) -> None:
        """Return when the app is connected; its cluster and its forked child are known then."""
        assert self.process.stdout
        self.cluster, child = self.process.stdout.readline().split()
        self.child = int(child)

    def kill(self) -> None:
        """End the app as `kill -9` does."""
        self.process.kill()
        self.leave()

    def leave(self) -> None:
        """Let the app come to its own end, if it is still there."""
        self.process.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()
