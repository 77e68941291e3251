"""Rows in which PostgreSQL fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import psycopg

from tests.fake_huggingface import Exchange, vector
from tests.faults.full_disk import FullDisk, may_mount
from tests.faults.house import House, Seen
from tests.faults.row import OK, Base, Row, answers
from tests.restarts import Stop

_AWAY = (503, "database_unavailable")
_REFUSES = (503, "database_read_only")
_SHORTLY = 1.0
# More photos than fit into what a full disk has left in pages that are there already.
_PHOTOS = 60


@dataclass(frozen=True, slots=True)
class Stopped(Base):
    """PostgreSQL is stopped, and started again at the end."""

    def do(self, house: House) -> None:
        """Stop it, as an administrator does."""
        house.server.stop(Stop.FAST)

    def see(self, house: House) -> list[Seen]:
        """Search, and ask how the app does."""
        return [house.search(), house.look("/healthz"), house.ready()]

    def undo(self, house: House) -> None:
        """Start it."""
        house.server.start()


@dataclass(frozen=True, slots=True)
class Restarted(Base):
    """PostgreSQL crashes and comes back while a search waits for the model."""

    def do(self, house: House) -> None:
        """Leave it to `see`: it is in the middle of a search that it happens."""

    def see(self, house: House) -> list[Seen]:
        """Tell what became of that search, and of the next one."""
        gate = _Gate()
        house.fake.otherwise(gate)
        with ThreadPoolExecutor(1) as pool:
            searching = pool.submit(house.search)
            gate.came.wait(house.deadline)
            house.server.restart(Stop.IMMEDIATE)
            gate.opened.set()
            house.fake.otherwise(vector())
            return [searching.result(), house.search_known()]

    def undo(self, house: House) -> None:
        """Answer with vectors again; the server is there already."""
        house.fake.otherwise(vector())


class _Gate:
    """Answers when it is opened."""

    def __init__(self) -> None:
        self.came, self.opened = threading.Event(), threading.Event()

    def __call__(self, exchange: Exchange) -> None:
        self.came.set()
        self.opened.wait(60)
        vector()(exchange)


@dataclass(frozen=True, slots=True)
class Locked(Base):
    """Another transaction holds a lock on a table that each search writes."""

    is_long: bool = False

    def do(self, house: House) -> None:
        """Leave it to `see`: whoever searches waits for the lock."""

    def see(self, house: House) -> list[Seen]:
        """Search while the lock is held, shortly or longer than anybody waits for it."""
        with ThreadPoolExecutor(1) as pool, self._lock(house):
            searching = pool.submit(house.search)
            if self.is_long:
                return [searching.result(), house.look("/healthz")]
            time.sleep(_SHORTLY)
            alive = house.look("/healthz")
        return [searching.result(), alive]

    @contextmanager
    def _lock(self, house: House) -> Iterator[None]:
        with house.connect() as connection, connection.transaction():
            connection.execute("LOCK TABLE likeness.searches IN ACCESS EXCLUSIVE MODE")
            yield

    def undo(self, house: House) -> None:
        """Nothing is left to do: the transaction has ended."""


@dataclass(frozen=True, slots=True)
class Crowded(Base):
    """Others have all of the server's connections, the app's too."""

    _held: ExitStack = field(default_factory=ExitStack)

    def do(self, house: House) -> None:
        """Take what there is, end the app's, and take those as well."""
        first = self._held.enter_context(house.connect())
        ours = "FROM pg_stat_activity WHERE application_name = 'likeness'"
        while first.execute(f"SELECT 1 {ours} LIMIT 1".encode()).fetchone():
            first.execute(f"SELECT pg_terminate_backend(pid, 1000) {ours}".encode())
            self._take_all(house)

    def _take_all(self, house: House) -> None:
        while True:
            try:
                self._held.enter_context(house.connect())
            except psycopg.OperationalError:
                return

    def see(self, house: House) -> list[Seen]:
        """Search."""
        return [house.search(), house.look("/healthz")]

    def undo(self, house: House) -> None:
        """Let go of all of them."""
        del house
        self._held.close()


@dataclass(frozen=True, slots=True)
class ReadOnly(Base):
    """The server takes nothing in, as a standby, or one that somebody has shut off."""

    def do(self, house: House) -> None:
        """Set it for every session."""
        self._set(house, "on")

    def see(self, house: House) -> list[Seen]:
        """Search with a photo that nobody knows, and judge."""
        return [house.search(), house.judge()]

    def undo(self, house: House) -> None:
        """Set it back."""
        self._set(house, "off")

    def _set(self, house: House, value: str) -> None:
        house.configure("default_transaction_read_only", value)


@dataclass(frozen=True, slots=True)
class Full(Base):
    """There is no room left for what searches write."""

    _disks: list[FullDisk] = field(default_factory=list)

    def missing(self) -> str:
        """Say what it takes to have a full disk."""
        return "" if may_mount() else "the right to mount a small file system"

    def do(self, house: House) -> None:
        """Fill it."""
        self._disks.append(FullDisk(house))
        self._disks[-1].fill()

    def see(self, house: House) -> list[Seen]:
        """Search until no room is left in what was there already."""
        for _ in range(_PHOTOS):
            seen = house.search()
            if not seen.is_well:
                break
        return [seen, house.look("/healthz")]

    def undo(self, house: House) -> None:
        """Make room."""
        del house
        while self._disks:
            self._disks.pop().close()


DATABASE_ROWS: tuple[Row, ...] = (
    Stopped("stopped", "PostgreSQL: stopped", expected=answers(_AWAY, OK, _AWAY)),
    Restarted(
        "restarted",
        "PostgreSQL: crashes and comes back while a search waits for the model, which then answers",
        # It depends on how soon the app finds the server again.
        expected=answers([OK, _AWAY], OK),
    ),
    Locked(
        "locked shortly",
        "PostgreSQL: slow, another transaction locks `searches` for a second",
        expected=answers(OK, OK),
    ),
    Locked(
        "locked for long",
        "PostgreSQL: the same for longer than anybody waits for a lock, 10 s",
        is_long=True,
        expected=answers(_AWAY, OK),
    ),
    Crowded(
        "crowded",
        "PostgreSQL: out of connections, others have all 200, the app's were ended",
        expected=answers(_AWAY, OK),
    ),
    ReadOnly(
        "read-only",
        "PostgreSQL: read-only (`default_transaction_read_only`)",
        expected=answers(_REFUSES, _REFUSES),
    ),
    Full(
        "full",
        "PostgreSQL: disk full (53100); `searches` and `photo_embeddings` lie on a file system of"
        " 4 MB that is filled to the end",
        expected=answers(_AWAY, OK),
    ),
)
