"""The image's own PostgreSQL, run by the image's user, who is nobody in particular here."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.deploy.dockerfile import Image
from tests.embedded_apps import data_folder

USER: Final = 10001
HOME: Final = "/home/likeness"
DOCTOR: Final = ["-m", "search", "doctor"]
AS_A_NUMBER: Final[dict[str, Any]] = {"user": USER, "group": USER, "extra_groups": []}
# What `useradd` writes in the image; here only what is started by this sees it.
NAMED: Final = (
    'mount --bind "$1" /etc/passwd && shift && '
    f'exec setpriv --reuid={USER} --regid={USER} --clear-groups "$@"'
)

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another user")


@pytest.fixture(scope="module")
def python(image: Image) -> str:
    """Return a Python that everybody may run, with our packages."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for found in filter(None, (sys.executable, shutil.which(version, path=os.defpath))):
        try:
            tried = ran(image, [found, "-c", "import search.store.embedded"], **AS_A_NUMBER)
        except PermissionError:  # it lies where only root comes
            continue
        if tried.returncode == 0:
            return found
    pytest.skip("no Python with our packages can be run by another user here")


@pytest.fixture
def folder() -> Iterator[Path]:
    """Lend a data folder that belongs to root, like a volume that nobody gave away."""
    with data_folder() as folder:
        folder.mkdir()
        yield folder


@pytest.fixture
def become(image: Image, tmp_path: Path) -> list[str]:
    """Return what begins a command that is to run as the image's user, with the name there."""
    accounts = tmp_path / "passwd"
    line = f"likeness:x:{USER}:{USER}::{HOME}:/bin/sh\n"
    accounts.write_text(Path("/etc/passwd").read_text("utf-8") + line, "utf-8")
    become = ["unshare", "--mount", "--", "sh", "-c", NAMED, "sh", str(accounts)]
    if ran(image, [*become, "true"]).returncode:
        pytest.skip("no process may have an /etc/passwd of its own here")
    return become


def ran(
    image: Image,
    command: list[str],
    folder: Path = Path("/data"),
    language: str = "C.UTF-8",
    **identity: Any,  # noqa: ANN401 - as `subprocess` takes it
) -> subprocess.CompletedProcess[str]:
    """Run a command where the app is in the image, with its environment."""
    packages = [path for path in sys.path if path.endswith("site-packages")]
    return subprocess.run(  # noqa: S603 - our own
        command,
        cwd=image.place("."),
        env=image.variables(
            HOME=HOME,
            LANG=language,
            LIKENESS_DATA_DIR=str(folder),
            PYTHONPATH=os.pathsep.join(packages),
        ),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        **identity,
    )


def test_it_runs_as_the_images_user(
    image: Image, python: str, become: list[str], folder: Path
) -> None:
    """The volume is given to that user, as README says; a home is not needed, nor a privilege."""
    os.chown(folder, USER, USER)
    for _ in range(2):  # made, and found again
        told = ran(image, [*become, python, *DOCTOR], folder)
        assert told.returncode == 0, told.stdout + told.stderr
        assert "720 products" in told.stdout
        assert "Traceback" not in told.stderr
    made = [folder, *folder.rglob("*")]
    assert {path.lstat().st_uid for path in made} == {USER}
    assert (folder / "postgresql").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("C.UTF-8", "the user likeness may not write to the folder {}."),
        ("ru_RU.UTF-8", "пользователю likeness нельзя писать в папку {}."),
    ],
)
def test_a_volume_of_somebody_else_is_named(  # noqa: PLR0917 - fixtures, and a table
    image: Image, python: str, become: list[str], folder: Path, language: str, sentence: str
) -> None:
    """Whoever forgot to give it away reads whose turn it is, and the code is 1."""
    told = ran(image, [*become, python, *DOCTOR], folder, language)
    assert told.returncode == 1
    assert sentence.format(folder) in told.stdout
    assert "Errno" not in told.stdout + told.stderr
    assert list(folder.iterdir()) == []


def test_a_number_without_a_name_is_told(image: Image, python: str, folder: Path) -> None:
    """As with `docker run --user 10001` in another image: PostgreSQL itself refuses it."""
    os.chown(folder, USER, USER)
    told = ran(image, [python, *DOCTOR], folder, **AS_A_NUMBER)
    assert told.returncode == 1
    assert f"the user {USER} has none in /etc/passwd" in told.stdout
    assert "Errno" not in told.stdout + told.stderr
