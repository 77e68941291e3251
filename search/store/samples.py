"""Samples: of a large catalogue some products drawn by lot, their vectors beside one another.

What counts the whole catalogue by score reads every vector of it. Above `Sampling.above` pictures
it reads the sample instead, which costs the same however large the catalogue grows.
"""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final, LiteralString

from psycopg import sql

from search.store.database import Connection, Database
from search.store.spaces import Spaces, partition, stamp_of
from search.vectors import VectorSpace

# With the space's number: who draws the same sample takes turns.
_DRAWING: Final = 0x11CE_5A3B
# Whoever uses a sample has it looked after, but not every time.
LOOK_AGAIN_SECONDS = 60.0
# How often every process looks whether a sample is to be drawn before anybody asks for it.
FOLLOWS_SECONDS: Final = 15.0

# The products with the least hashes are in the sample: all have the same chance, and as the
# catalogue grows a few are replaced and the others stay. All pictures of a product come with it.
_DRAW: LiteralString = """
    WITH products AS MATERIALIZED (
        SELECT product_id, count(*) AS pictures FROM {table} GROUP BY product_id
    ), catalogue AS MATERIALIZED (
        SELECT count(*) AS products, coalesce(sum(pictures), 0)::bigint AS pictures FROM products
    ), chosen AS MATERIALIZED (
        SELECT product_id FROM products
        ORDER BY hashint8extended(product_id, 5), product_id
        LIMIT (SELECT least(%(products)s, %(pictures)s * products / greatest(pictures, 1))
               FROM catalogue)
    ), added AS (
        INSERT INTO likeness.sample_vectors (space_id, picture_id, product_id, image_embedding)
        SELECT space_id, picture_id, product_id, image_embedding
        FROM {table} JOIN chosen USING (product_id)
    )
    INSERT INTO likeness.samples (space_id, stamp, pictures, products, sampled)
    SELECT %(space)s, %(stamp)s, pictures, products, (SELECT count(*) FROM chosen)
    FROM catalogue
"""
_READ = """
    SELECT stamp, pictures, products, sampled, now() - made_at > interval '1 day'
    FROM likeness.samples WHERE space_id = %s
"""
_CLEAR = (
    "DELETE FROM likeness.sample_vectors WHERE space_id = %s",
    "DELETE FROM likeness.samples WHERE space_id = %s",
)
# A sample is drawn anew when the catalogue has grown or shrunk by more than this share.
_MUCH: Final = 0.05

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sampling:
    """From how many pictures on a catalogue is sampled, and how large a sample is at most."""

    above: int = 100_000
    products: int = 50_000
    pictures: int = 100_000


USUAL: Final = Sampling()


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample of a space: `sampled` of the `products` that had `pictures` when it was drawn.

    `stamp` is that of the vectors then, `is_old` tells that this was more than a day ago.
    """

    stamp: str
    pictures: int
    products: int
    sampled: int
    is_old: bool


@dataclass(frozen=True, slots=True)
class _Followed:
    """What the vectors of a space were at the last look, and whether they are followed."""

    stamp: str
    is_done: bool = False


class NotDrawnYetError(Exception):
    """The catalogue is large, and its sample is still being drawn: no error that anybody sees."""


class Samples:
    """The tables `samples` and `sample_vectors`. Safe to use from several threads."""

    def __init__(self, database: Database, spaces: Spaces, sampling: Sampling) -> None:
        self._database = database
        self._spaces = spaces
        self._sampling = sampling
        self._lock = threading.Lock()
        self._drawing: dict[VectorSpace, Future[None]] = {}
        self._looked: dict[VectorSpace, float] = {}
        self._followed: dict[VectorSpace, _Followed] = {}

    def of(self, space: VectorSpace, patience: float | None = None) -> Sample | None:
        """Return a space's sample; None if the catalogue is small enough to look at all of it.

        One that is not there yet is drawn, in the background. Raises NotDrawnYetError after
        `patience` seconds of that, whose end a None waits for. A sample may be of the catalogue
        as it was a day ago, if that did not grow or shrink by more than 5 %.
        """
        found = self._read(space)
        if found is not None and found.pictures > self._sampling.above:
            self._look_after(space)
            return found
        if self._spaces.count(space) <= self._sampling.above:
            return None
        try:
            self._in_background(space).result(patience)
        except TimeoutError:
            raise NotDrawnYetError from None
        return self._read(space)

    def most(self, space: VectorSpace) -> int:
        """Return how many products are looked at in a space that has a sample, at most."""
        found = self._read(space)
        return found.sampled if found else self._sampling.products

    def refresh(self, space: VectorSpace) -> None:
        """Draw the sample of a space if it takes one and has none that holds; may take minutes."""
        if self._holds(self._read(space), space):
            return
        space_id = self._spaces.id_of(space)
        with self._database.patient_connection() as connection:
            with connection.transaction():
                connection.execute("SELECT pg_advisory_xact_lock(%s, %s)", (_DRAWING, space_id))
                # Whoever had the lock may have drawn it.
                if self._holds(_read(connection, space_id), space):
                    return
                for clear in _CLEAR:
                    connection.execute(clear, (space_id,))
                if self._spaces.count(space) > self._sampling.above:
                    self._draw(connection, space_id)
            # What the old one leaves behind is free for the next one.
            connection.execute(sql.SQL("VACUUM {}").format(_table(space_id)))

    def maintain(self) -> None:
        """Refresh the samples of all spaces."""
        for space in self._spaces.all():
            self.refresh(space)

    def follow(self) -> None:
        """Refresh those of spaces whose vectors changed, once nothing more has come; often called.

        So the sample of what was imported, adopted or indexed in whichever process is drawn soon
        after its end. While it goes on, a sample would be an old one before it is drawn.
        """
        for space in self._spaces.all():
            stamp, before = self._spaces.stamp(space), self._followed.get(space)
            if before is None or before.stamp != stamp:
                self._followed[space] = _Followed(stamp)
            elif not before.is_done:
                self.refresh(space)
                self._followed[space] = _Followed(stamp, is_done=True)

    def _draw(self, connection: Connection, space_id: int) -> None:
        # The stamp first: what is written meanwhile makes the sample an older one than it is.
        asked = {
            "space": space_id,
            "stamp": stamp_of(connection, space_id),
            "products": self._sampling.products,
            "pictures": self._sampling.pictures,
        }
        connection.execute(sql.SQL(_DRAW).format(table=partition(space_id)), asked)

    def _holds(self, sample: Sample | None, space: VectorSpace) -> bool:
        if sample is None:
            return self._spaces.count(space) <= self._sampling.above
        if sample.stamp == self._spaces.stamp(space):
            return True
        now = self._spaces.count(space)
        is_much = abs(now - sample.pictures) > _MUCH * sample.pictures
        return not sample.is_old and not is_much and now > self._sampling.above

    def _read(self, space: VectorSpace) -> Sample | None:
        space_id = self._spaces.id_of(space)
        with self._database.connection() as connection:
            return _read(connection, space_id)

    def _look_after(self, space: VectorSpace) -> None:
        """Have a sample refreshed that does not hold any more, once in a while."""
        now = time.monotonic()
        with self._lock:
            is_due = now - self._looked.get(space, -LOOK_AGAIN_SECONDS) >= LOOK_AGAIN_SECONDS
            if is_due:
                self._looked[space] = now
        if is_due:
            self._in_background(space)

    def _in_background(self, space: VectorSpace) -> Future[None]:
        """Refresh in a thread of its own, at most one a space; whoever comes later waits for it."""
        with self._lock:
            under_way = self._drawing.get(space)
            if under_way is not None and not under_way.done():
                return under_way
            started = self._drawing[space] = Future[None]()
        # A daemon: what it does can be cut off anywhere, because it is done in a transaction.
        threading.Thread(
            target=self._run, args=(space, started), name="sampling", daemon=True
        ).start()
        return started

    def _run(self, space: VectorSpace, started: Future[None]) -> None:
        try:
            self.refresh(space)
        except Exception as error:  # noqa: BLE001 - whoever waits for it gets it
            log.warning("the sample of the catalogue could not be drawn: %s", error)
            started.set_exception(error)
        else:
            started.set_result(None)


def _read(connection: Connection, space_id: int) -> Sample | None:
    row = connection.execute(_READ, (space_id,)).fetchone()
    return Sample(*row) if row else None


def _table(space_id: int) -> sql.Identifier:
    return sql.Identifier("likeness", f"sample_vectors_{space_id}")
