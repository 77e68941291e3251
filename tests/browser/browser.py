"""A real Chromium and a real Streamlit server, for tests and benchmarks alike."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
# The first is the same browser without windows and menus: a quarter faster.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A picture that moves, for whoever may use the camera.
    "--use-fake-device-for-media-stream",
)
# What somebody answers who is asked whether a page may use the camera.
CAMERA = {
    "allowed": "--use-fake-ui-for-media-stream",
    "refused": "--use-fake-ui-for-media-stream=deny",
}
# The script has run and its elements are drawn.
READY = "[data-testid=stApp][data-test-script-state=notRunning]"


def find_chromium() -> str | None:
    """Return the path of a Chromium or Chrome: $LIKENESS_CHROMIUM, or one on the PATH."""
    chosen = os.environ.get("LIKENESS_CHROMIUM")
    return chosen or next(filter(None, map(shutil.which, NAMES)), None)


def browser_is_required() -> bool:
    """Tell whether a missing browser is a failure (as in CI) and not a reason to skip."""
    return os.environ.get("LIKENESS_REQUIRE_BROWSER") == "1"


def find_axe() -> Path | None:
    """Return axe-core's script: $LIKENESS_AXE, or what `npm ci` put beside this file."""
    chosen = os.environ.get("LIKENESS_AXE")
    places = [Path(chosen)] if chosen else []
    places += [base / "node_modules/axe-core/axe.min.js" for base in (Path(__file__).parent, ROOT)]
    return next((place for place in places if place.is_file()), None)


@contextmanager
def chromium(executable: str) -> Iterator[Browser]:
    """Start a headless Chromium and close it at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def streamlit_app(
    script: Path, *, environment: dict[str, str] | None = None, patience: float = 30
) -> Iterator[str]:
    """Run `streamlit run` on the loopback interface, yield its address, and stop it at the end.

    `patience` is how many seconds it may take to become healthy. What the server printed is part of
    the error when it does not.
    """
    port = _free_port()
    options = {
        "server.address": "127.0.0.1",
        "server.port": port,
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
    }
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    command += [f"--{name}={value}" for name, value in options.items()]
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    variables = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}
    with tempfile.TemporaryFile() as output:
        server = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
            command,
            cwd=ROOT,
            env=variables | (environment or {}),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            if not _healthy(f"{address}/_stcore/health", server, patience):
                output.seek(0)
                raise RuntimeError(f"streamlit did not start:\n{output.read().decode()}")
            yield address
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def open_page(page: Page, address: str) -> None:
    """Go to an address and wait until the script behind it has run."""
    page.goto(address)
    # Not by `expect`, which looks ever more seldom, once a second in the end.
    page.locator(READY).wait_for(state="attached", timeout=30_000)


def _free_port() -> int:
    """Return a port that was free a moment ago; `streamlit run` does not tell which one it took."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _healthy(url: str, server: subprocess.Popen[bytes], patience: float) -> bool:
    """Poll until the server answers, dies, or patience ends."""
    end = time.monotonic() + patience
    while time.monotonic() < end and server.poll() is None:
        try:
            with urlopen(url, timeout=1) as answer:  # noqa: S310 - the loopback interface
                if answer.status == 200:
                    return True
        except (URLError, TimeoutError, ConnectionError):
            time.sleep(0.05)  # the one wait that has nothing better to listen to
    return False
