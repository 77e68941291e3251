"""Containers of the image: processes of its start command, and what they say."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import requests

from tests.deploy.dockerfile import Image
from tests.embedded_apps import until

# What compose.yaml and railway.json leave it: all that a stop may take at most.
GRACE_SECONDS = 60
# What the image's command leaves requests that are under way.
PATIENCE_SECONDS = 15


class Container:
    """A process of the image's start command, and what it said."""

    def __init__(self, image: Image, process: subprocess.Popen[bytes], port: int) -> None:
        self.image = image
        self.process = process
        self.port = port
        self.address = f"http://127.0.0.1:{port}"

    def wait_until_healthy(self) -> None:
        """Return when /healthz answers; fail when the app ended instead."""
        until(lambda: self.process.poll() is not None or self._answers())
        assert self.process.poll() is None, self.said()

    def check(self) -> int:
        """Carry out the image's HEALTHCHECK; return its exit code."""
        command = json.loads(self.image.said["HEALTHCHECK"].partition(" CMD ")[2])
        environment = self.image.variables(PORT=str(self.port))
        return subprocess.run(  # noqa: S603 - the Dockerfile's own
            command, env=environment, check=False, capture_output=True
        ).returncode

    def stop(self) -> int:
        """Send SIGTERM, as every platform does; return the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(GRACE_SECONDS)

    def said(self) -> str:
        """Return what the app wrote so far."""
        return _log(self.image).read_text("utf-8", "replace")

    def _answers(self) -> bool:
        with suppress(requests.ConnectionError):
            return requests.get(f"{self.address}/healthz", timeout=5).ok
        return False


def _log(image: Image) -> Path:
    return image.folder.parent / "said.log"


@contextmanager
def container(
    image: Image, patience: int = PATIENCE_SECONDS, /, **variables: str
) -> Iterator[Container]:
    """Start the image's command with these variables and nothing of the tests' own.

    Nobody is asked who they are, unless the variables say otherwise. `patience` is how many seconds
    requests have to end once it is told to stop.
    """
    variables = {"ALLOW_ANONYMOUS": "1", **variables}
    waits = "--timeout-graceful-shutdown "
    command = image.said["CMD"].replace(f"{waits}{PATIENCE_SECONDS}", f"{waits}{patience}")
    assert f"{waits}{patience}" in command
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (
        _log(image).open("wb") as log,
        subprocess.Popen(  # noqa: S603 - the Dockerfile's own
            json.loads(command),
            cwd=image.place("."),
            env=image.variables(PORT=str(port), **variables),
            stdout=log,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            yield Container(image, process, port)
        finally:
            process.kill()
