"""A PostgreSQL of a test's own, stopped and started again under whoever uses it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path

import psutil

from search.store.embedded import EmbeddedServer, start_embedded
from tests.addresses import as_url
from tests.embedded_apps import data_folder, postmaster


class Stop(Enum):
    """How `pg_ctl stop -m` ends a server: by which signal to its first process."""

    FAST = signal.SIGINT  # everything is written down, and everybody is told
    IMMEDIATE = signal.SIGQUIT  # as after a crash: the next start recovers


class OwnServer:
    """Use it as `own_server()`. Its address is the same after every start."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._share = start_embedded(folder)
        # Kept until the end: an engine must not find the server stopped for want of users.
        self._given_up: list[EmbeddedServer] = []

    @property
    def conninfo(self) -> str:
        """The address, as psycopg takes it."""
        return self._share.conninfo

    @property
    def url(self) -> str:
        """The address, as people write it."""
        return as_url(self._share.conninfo)

    @property
    def folder(self) -> Path:
        """Where the server lives."""
        return self._share.folder

    def stop(self, how: Stop) -> None:
        """Stop the server and return when it is gone, its keeper too."""
        first = postmaster(self._share.folder)
        keeper = first.parent()
        first.send_signal(how.value)
        psutil.wait_procs([first, *([keeper] if keeper else [])], timeout=30)
        assert not self._share.is_running

    def start(self) -> None:
        """Start it again; return when it answers."""
        before = self._share.conninfo
        self._given_up.append(self._share)
        self._share = start_embedded(self._folder)
        assert self._share.conninfo == before

    def restart(self, how: Stop) -> None:
        """Stop and start."""
        self.stop(how)
        self.start()

    def close(self) -> None:
        """Stop it for good."""
        for share in self._given_up:
            share.close()
        self._share.close(wait=True)


@contextmanager
def own_server() -> Iterator[OwnServer]:
    """Lend a server in a folder of its own."""
    with data_folder() as folder:
        server = OwnServer(folder)
        try:
            yield server
        finally:
            server.close()
