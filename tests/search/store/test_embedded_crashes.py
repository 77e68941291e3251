"""The app's own PostgreSQL after a `kill -9` of any of its parts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from search.errors import EmbeddedFailed
from search.store import binaries
from search.store.embedded import start_embedded
from tests.embedded_apps import App, ask, at_work, data_folder, postmaster, until

# Answers when it is tried, and cannot make a cluster.
BROKEN = """#!/bin/sh
[ "$1" = --version ] && exit
echo 'initdb: error: no space left' >&2
exit 1
"""


@pytest.fixture(scope="module")
def used_folder() -> Iterator[Path]:
    """Lend a data folder with a cluster, so that a test need not make one."""
    with data_folder() as folder:
        start_embedded(folder).close(wait=True)
        yield folder


def keeper_of(home: Path) -> psutil.Process:
    """Return the parent of the server."""
    keeper = postmaster(home).parent()
    assert keeper is not None
    assert any(word.endswith("keeper.py") for word in keeper.cmdline())
    return keeper


def test_a_killed_app_leaves_nothing_running(used_folder: Path) -> None:
    """After `kill -9` of the only app the server stops by itself, and what was stored is safe."""
    with App(used_folder) as app:
        app.wait_until_served()
        server = start_embedded(used_folder)
        ask(server.conninfo, "CREATE TABLE safe AS SELECT 5 AS n", "SELECT n FROM safe")
        server.close()
        app.kill()
    until(lambda: not at_work(used_folder))
    with start_embedded(used_folder) as server:
        assert ask(server.conninfo, "SELECT n FROM safe") == "5"


def test_a_forked_child_does_not_keep_the_server(used_folder: Path) -> None:
    """A child process that outlives a killed app holds neither the server nor its locks."""
    with App(used_folder, "fork") as app:
        app.wait_until_served()
        child = psutil.Process(app.child)
        app.process.kill()
        try:
            until(lambda: not at_work(used_folder / "postgresql"))
            with start_embedded(used_folder) as server:
                assert ask(server.conninfo, "SELECT 1") == "1"
        finally:
            child.kill()


def test_a_killed_server_recovers(used_folder: Path) -> None:
    """When keeper and server are killed together, the next start recovers every commit."""
    server = start_embedded(used_folder)
    ask(server.conninfo, "CREATE TABLE recovered AS SELECT 3 AS n", "SELECT n FROM recovered")
    first = postmaster(server.folder)
    keeper_of(server.folder).suspend()  # so that it cannot tidy up
    first.kill()
    for process in at_work(server.folder):
        with suppress(psutil.NoSuchProcess):  # it may end while it is looked at
            if any(word.endswith("keeper.py") for word in process.cmdline()):
                process.kill()
    with start_embedded(used_folder) as again:
        assert ask(again.conninfo, "SELECT n FROM recovered") == "3"
    server.close(wait=True)


def test_a_killed_server_alone_ends_its_keeper(used_folder: Path) -> None:
    """When only the server is killed, the next start brings up another under the same address."""
    server = start_embedded(used_folder)
    postmaster(server.folder).kill()
    with start_embedded(used_folder) as again:
        assert again.conninfo == server.conninfo
        assert ask(server.conninfo, "SELECT 1") == "1"
        server.close(wait=True)
        assert ask(again.conninfo, "SELECT 1") == "1"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems leave it to the next start")
def test_a_server_ends_with_its_killed_keeper(used_folder: Path) -> None:
    """`kill -9` of every Python process leaves no server behind either."""
    with App(used_folder) as app:
        app.wait_until_served()
        keeper_of(used_folder / "postgresql").kill()
        app.kill()
    until(lambda: not at_work(used_folder))


def test_a_living_server_without_keeper_gets_one(used_folder: Path) -> None:
    """A server that lost its keeper is stopped cleanly and started anew, with its data."""
    with start_embedded(used_folder) as server:
        ask(server.conninfo, "CREATE TABLE orphan AS SELECT 8 AS n", "SELECT n FROM orphan")
        command = postmaster(server.folder).cmdline()
        owner = (server.folder / "cluster/data").stat()
        home = server.folder
    root = os.geteuid() == 0
    alone = subprocess.Popen(  # noqa: S603 - the server's own command
        command,
        cwd="/",
        env={"LC_ALL": "C"},
        stderr=subprocess.DEVNULL,
        user=owner.st_uid if root else None,
        group=owner.st_gid if root else None,
        extra_groups=[] if root else None,
    )
    try:
        ready = home / "cluster/data/postmaster.pid"
        until(lambda: ready.exists() and "ready" in ready.read_text())
        with start_embedded(used_folder) as server:
            assert alone.wait(30) == 0
            assert keeper_of(home).is_running()
            assert ask(server.conninfo, "SELECT n FROM orphan") == "8"
    finally:
        alone.kill()
        alone.wait()


def test_a_stale_process_number_is_not_trusted(used_folder: Path) -> None:
    """A postmaster.pid that names a living process of somebody else's harms neither."""
    pid_file = used_folder / "postgresql/cluster/data/postmaster.pid"
    with subprocess.Popen(["/bin/sleep", "600"]) as stranger:
        pid_file.write_text(f"{stranger.pid}\n{pid_file.parent}\n1\n5432\n/tmp\n\n  1  1\n")
        try:
            with start_embedded(used_folder) as server:
                assert ask(server.conninfo, "SELECT 1") == "1"
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_a_start_that_was_killed_half_way_is_begun_anew() -> None:
    """`kill -9` in the middle of the very first start leaves no half-made cluster."""
    with data_folder() as folder:
        home = folder / "postgresql"
        with App(folder) as app:
            until(lambda: any(home.glob("initdb-*/data/PG_VERSION")))
            app.kill()
        assert not (home / "cluster").exists()
        with start_embedded(folder) as server:
            assert ask(server.conninfo, "SELECT 1") == "1"
        until(lambda: not at_work(folder))
        start_embedded(folder).close(wait=True)
        assert not list(home.glob("initdb-*"))


def test_a_failing_initdb_says_why_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the cluster cannot be made, the error has initdb's own words, and no folder stays."""
    with data_folder() as folder:
        broken = folder.parent / "broken"
        (broken / "pginstall/bin").mkdir(parents=True)
        (broken / "pginstall/share").mkdir()
        for name in ("initdb", "postgres"):
            program = broken / "pginstall/bin" / name
            program.write_text(BROKEN)
            program.chmod(0o755)
        with monkeypatch.context() as patch:
            patch.setattr(binaries, "_package", lambda: broken)
            with pytest.raises(EmbeddedFailed) as caught:
                start_embedded(folder)
        assert caught.value.facts["reason"] == "initdb: error: no space left"
        assert not [p for p in (folder / "postgresql").iterdir() if p.is_dir()]


def test_an_app_that_is_asked_to_end_leaves_nothing_running(used_folder: Path) -> None:
    """A system that shuts down and says SIGTERM to all finds a clean server at the next start."""
    with App(used_folder) as app:
        app.wait_until_served()
        log = used_folder / "postgresql/server.log"
        length = log.stat().st_size
        keeper_of(used_folder / "postgresql").send_signal(signal.SIGTERM)
        app.process.terminate()
        app.leave()
    until(lambda: not at_work(used_folder))
    assert "database system is shut down" in log.read_text()[length:]
