"""The app as people run it, under uvicorn with the built-in encoder and its own database."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil
import requests

from tests.embedded_apps import ROOT, at_work, data_folder, until

MEGABYTE: Final = 1 << 20
_ELSEWHERE: Final = ("VECTOR_DATABASE_URL", "DATABASE_URL", "ENCODER", "ENCODER_URL", "API_KEYS")
_OK = 200


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes: what the app holds with its children, and what is the database's own beside.

    `database` leaves out what its processes share, which is of one size from the start.
    """

    app: float
    database: float


class RunningApp:
    """Use it as `running_app()`."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path, log: Path) -> None:
        self._started = process
        self.process = psutil.Process(process.pid)
        self.folder = folder
        self._log = log
        self.host, self.port = "127.0.0.1", 0

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://{self.host}:{self.port}"

    @property
    def said(self) -> str:
        """All that it wrote to its log."""
        return self._log.read_text(errors="replace")

    @property
    def is_running(self) -> bool:
        """Whether it is still the process that was started."""
        return self._started.poll() is None

    @property
    def databases(self) -> list[psutil.Process]:
        """The processes of its database."""
        return at_work(self.folder)

    @property
    def connections(self) -> int:
        """How many connections to its database are open, the app's own all of them."""
        count = 0
        for process in self.databases:
            with suppress(psutil.NoSuchProcess):  # one that has just been closed
                count += "[local]" in " ".join(process.cmdline())
        return count

    def memory(self) -> Memory:
        """Measure."""
        databases = {process.pid: process for process in self.databases}
        mine = [self.process, *self.process.children(recursive=True)]
        app = sum(process.memory_info().rss for process in mine if process.pid not in databases)
        own = 0
        for process in databases.values():
            with suppress(psutil.NoSuchProcess):  # a worker that has done its work
                own += process.memory_full_info().uss
        return Memory(app / MEGABYTE, own / MEGABYTE)

    def wait_until_ready(self) -> None:
        """Return when searches can be made, and nothing of the start is still under way."""
        until(lambda: bool(self._port()) or not self.is_running)
        assert self.is_running, self.said
        self.port = self._port()
        until(lambda: requests.get(f"{self.address}/readyz", timeout=20).status_code == _OK)
        until(lambda: "ready" in self.said)

    def _port(self) -> int:
        found = re.search(r"running on http://[^:]+:(\d+)", self.said)
        return int(found[1]) if found else 0


@contextmanager
def running_app(**settings: str) -> Iterator[RunningApp]:
    """Start the app on a port and a folder of its own, and stop it."""
    with data_folder() as folder:
        folder.mkdir(exist_ok=True)
        log = folder.parent / "app.log"
        inherited = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
        command = [sys.executable, "-m", "uvicorn", "app:app", "--port", "0", "--no-access-log"]
        command += ["--timeout-keep-alive", "75"]  # as the image does
        with log.open("wb") as written:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter
                command,
                cwd=ROOT,
                env=inherited | {"LIKENESS_DATA_DIR": str(folder)} | settings,
                stdout=written,
                stderr=subprocess.STDOUT,
            )
            try:
                running = RunningApp(process, folder, log)
                running.wait_until_ready()
                yield running
            finally:
                process.terminate()
                process.wait(timeout=60)
