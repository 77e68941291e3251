"""The app as a process of its own, which can be killed and started again at the same address."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.embedded_apps import ROOT


class Running:
    """One app; `log` is the file to which all that it says is appended."""

    def __init__(self, variables: Mapping[str, str], log: Path, *, is_short: bool) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = str(free.getsockname()[1])
        served = ["uvicorn", "app:app", "--host", "127.0.0.1", "--port", port, "--no-access-log"]
        module = ["tests.faults.short_app", port] if is_short else served
        self._command = [sys.executable, "-m", *module]
        self.variables = os.environ | variables
        self.url = f"http://127.0.0.1:{port}"
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_there(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it; it answers some seconds later."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                self._command, cwd=ROOT, env=self.variables, stdout=log, stderr=subprocess.STDOUT
            )

    def kill(self) -> None:
        """End it as `kill -9` does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def said(self) -> str:
        """Return all that it wrote, in all of its lives."""
        return self._log.read_text("utf-8", "replace") if self._log.exists() else ""
