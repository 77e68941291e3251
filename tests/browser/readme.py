"""The README as a person uses it: its commands typed as they stand there, its variables set."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from search.settings import Settings
from tests.browser.browser import ROOT

README = (ROOT / "README.md").read_text("utf-8")
_BLOCKS = re.findall(r"^```[^\n]*\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
_LINES = {line.partition("  #")[0].strip() for block in _BLOCKS for line in block.splitlines()}
SECONDS = 60


def quoted(*texts: str) -> None:
    """See that the README's running text says each of these, as code."""
    for text in texts:
        assert f"`{text}`" in README, f"the README does not say {text} any more"


def settings(**values: str) -> dict[str, str]:
    """Return variables with their values; each is one that some block of the README sets."""
    for name in values:
        said = any(line.startswith(f"{name}=") for line in _LINES)
        assert said, f"no block of the README sets {name} any more"
    return values


class Terminal:
    """A shell in a folder, with Likeness' settings and no others."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self._folder = folder
        bare = {n: v for n, v in os.environ.items() if n.lower() not in Settings.model_fields}
        paths = os.pathsep.join([str(Path(sys.executable).parent), bare["PATH"]])
        self._environment = bare | {
            "PATH": paths,
            "PYTHONPATH": str(ROOT),
            "LANG": "en_GB.UTF-8",
            **variables,
        }

    def type(self, line: str, *options: str) -> str:
        """Run a line of the README's blocks, with options that its text names; return what it says.

        It has to end well: with exit code 0.
        """
        assert line in _LINES, f"no block of the README has the command {line} any more"
        quoted(*options)
        done = subprocess.run(  # noqa: S603 - the README's own lines
            ["/bin/sh", "-c", " ".join([line, *options])],
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout
