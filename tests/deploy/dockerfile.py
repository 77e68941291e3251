"""Carries out a Dockerfile's steps without Docker, in a folder, on this machine's Python.

What stands in for what, and nothing else does:

- `FROM`: an empty folder, with this machine's programs and the Python that runs the tests.
- `/venv`, `/app`, `/data`: folders below that one. A stage begins in a new one of the same name,
  since what was installed knows its own path.
- `pip`: installs from nowhere (`PIP_NO_INDEX`). The packages of the tests' own environment are
  visible in the new one, so it succeeds at once where all pinned versions are there, else it fails.
- `useradd`, `chown`: do nothing. They want root, and would change this machine.
- The build's context is the checkout as `.dockerignore` leaves it.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from tests.deploy.ignoring import is_ignored, patterns_of
from tests.embedded_apps import ROOT

# What the image's paths begin with; all else that is absolute is the machine's.
OWN = re.compile(r"(?<![\w/.}])/(?=(?:venv|app|data)\b)")
STANDING_IN = ("useradd", "chown")


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction, its lines joined: its name in capitals, and what follows."""

    name: str
    text: str


def steps_of(text: str) -> list[Step]:
    """Return a Dockerfile's instructions in order."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    words = [line.strip().partition(" ") for line in joined.splitlines() if line.strip()]
    return [Step(name.upper(), " ".join(rest.split())) for name, _, rest in words]


@dataclass
class Image:
    """What building comes to: the last stage's folder, its environment, and what it says."""

    folder: Path
    base: Path
    environment: dict[str, str] = field(default_factory=dict)
    workdir: str = "/"
    said: dict[str, str] = field(default_factory=dict)

    def place(self, path: str) -> Path:
        """Return where a path of the image lies on this machine."""
        return self.folder / (Path(self.workdir) / path).relative_to("/")

    def mapped(self, text: str) -> str:
        """Return a text with the image's own paths as they are on this machine."""
        return OWN.sub(f"{self.folder}/", text)

    def variables(self, **given: str) -> dict[str, str]:
        """Return the environment of a process in the image: nothing of the tests' own."""
        machine = f"{self.base}:{Path(sys.executable).parent}:{os.defpath}"
        base = {"PATH": machine, "LANG": "C.UTF-8", "HOME": str(self.folder / "home")}
        return base | {name: self.mapped(text) for name, text in self.environment.items()} | given


def build(folder: Path) -> Image:
    """Carry out the checkout's Dockerfile in an empty folder.

    Raises CalledProcessError when a step fails, FileNotFoundError for a file that is not there.
    """
    base = _stand_ins(folder / "base")
    image = _new_stage(folder, base)
    stages: dict[str, Path] = {}
    name = ""
    for step in steps_of((ROOT / "Dockerfile").read_text("utf-8")):
        if step.name == "FROM":
            if image.folder.exists():
                stages[name] = image.folder.rename(folder / f"stage-{name or 'unnamed'}")
            name = step.text.partition(" AS ")[2]
            image = _new_stage(folder, base)
            image.folder.mkdir()
        elif step.name == "ENV":
            _set(image, step.text)
        elif step.name == "WORKDIR":
            image.workdir = step.text
            image.place(".").mkdir(parents=True, exist_ok=True)
        elif step.name == "COPY":
            _copy(image, step.text, stages)
        elif step.name == "RUN":
            _run(image, step.text)
        else:
            image.said[step.name] = step.text
    return image


def _new_stage(folder: Path, base: Path) -> Image:
    return Image(folder / "image", base)


def _stand_ins(folder: Path) -> Path:
    folder.mkdir()
    for name in STANDING_IN:
        program = folder / name
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    return folder


def _set(image: Image, text: str) -> None:
    for word in shlex.split(text):
        name, _, value = word.partition("=")
        image.environment[name] = Template(value).substitute(image.variables())


def _run(image: Image, text: str) -> None:
    subprocess.run(  # noqa: S603 - the Dockerfile's own steps
        ["/bin/sh", "-e", "-c", image.mapped(text)],
        cwd=image.place("."),
        env=image.variables(PIP_NO_INDEX="1"),
        check=True,
        capture_output=True,
        text=True,
    )
    if "-m venv" in text:
        [packages] = (image.folder / "venv/lib").glob("python*/site-packages")
        (packages / "of_the_tests.pth").write_text(sysconfig.get_path("purelib") + "\n")


def _copy(image: Image, text: str, stages: dict[str, Path]) -> None:
    *sources, target = [word for word in shlex.split(text) if not word.startswith("--")]
    origin = re.search(r"--from=(\w+)", text)
    to = image.place(target)
    for source in sources:
        if origin:
            shutil.copytree(stages[origin[1]] / source.lstrip("/"), to, symlinks=True)
        elif (ROOT / source).is_dir():
            _copy_folder(ROOT / source, to)
        else:
            if is_ignored(source, patterns_of(ROOT)):
                message = f"{source} is not in the build's context"
                raise FileNotFoundError(message)
            place = to / Path(source).name if target.endswith("/") else to
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / source, place)


def _copy_folder(source: Path, to: Path) -> None:
    patterns = patterns_of(ROOT)
    for path in sorted(source.rglob("*")):
        if path.is_file() and not is_ignored(str(path.relative_to(ROOT)), patterns):
            place = to / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, place)
