"""The app with all that it stands on: a PostgreSQL and a model's server that can be broken."""

from __future__ import annotations

import io
import itertools
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
import requests
from PIL import Image
from psycopg.conninfo import conninfo_to_dict

from search.store.database import Database
from search.store.store import Store
from tests.catalogues import products, unit_vectors
from tests.fake_huggingface import TOKEN, FakeHuggingFace, pixels_vector, vector
from tests.faults.ledger import Ledger, Lost, calls_over, calls_under_way
from tests.faults.running import Running
from tests.restarts import OwnServer, own_server

# Seconds in which a photo's embedding has to come: for people, and in the tests.
DEADLINE, SHORT_DEADLINE = 5.0, 1.5
# Nobody waits for an answer longer than the database may take, and some more.
ANSWER_SECONDS = 100.0
WELL_SECONDS = 120.0
# What is recorded beside a search is tried again every five seconds.
RECORDED_SECONDS = 8.0
LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody saw: `status` 0 is no answer at all, `code` "" a success."""

    who: str
    status: int
    code: str = ""
    sentence: str = ""
    seconds: float = 0.0
    retry_after: str | None = None

    @property
    def is_well(self) -> bool:
        """Whether it was what was asked for."""
        return 200 <= self.status < 300


class House:
    """Use it as `house()`. `heard` is every answer that came, headers and all."""

    def __init__(
        self, server: OwnServer, fake: FakeHuggingFace, folder: Path, *, is_short: bool
    ) -> None:
        self.server = server
        self.fake = fake
        self.folder = folder
        self.is_short = is_short
        self.deadline = SHORT_DEADLINE if is_short else DEADLINE
        self.ledger = Ledger()
        self.heard: list[str] = []
        self._numbers = itertools.count(1)
        self._unrecorded = 0
        self._begun = 0
        self._is_left_well = False
        variables = {
            "VECTOR_DATABASE_URL": server.url,
            "HUGGINGFACE_API_TOKEN": TOKEN,
            "ENCODER_URL": fake.model_url,
            "ENCODER_TIMEOUT": str(self.deadline),
            "DAILY_CALLS": "0",
            "LOG_LEVEL": "DEBUG",
        }
        self.app = Running(variables, folder / "app.log", is_short=is_short)
        self.known = self.photo()

    @property
    def secrets(self) -> dict[str, str]:
        """What nobody may read anywhere, by what it is."""
        password = str(conninfo_to_dict(self.server.conninfo)["password"])
        return {"the model's token": TOKEN, "the database's password": password}

    def photo(self) -> bytes:
        """Draw a picture that nobody searched with."""
        number, buffer = next(self._numbers), io.BytesIO()
        colour = (number % 256, number // 256, 90)
        Image.new("RGB", (48, 48), colour).save(buffer, "PNG")
        return buffer.getvalue()

    def search(self, photo: bytes | None = None) -> Seen:
        """Search with a photo, or with one that nobody knows, as another program does."""
        who = "new photo" if photo is None else "known photo"
        files = {"image": ("photo.png", photo or self.photo(), "image/png")}
        seen, told = self._ask(who, "POST", "/api/search-by-image", files=files)
        if seen.is_well:
            self.ledger.note("searches", told["search_id"])
        return seen

    def search_known(self) -> Seen:
        """Search with the photo that was searched with before."""
        return self.search(self.known)

    def judge(self) -> Seen:
        """Judge that the known photo shows a product."""
        number = str(uuid.uuid4())
        content = {"id": number, "photo": self._fingerprint(), "product": "1", "verdict": "match"}
        content |= {"origin": "search"}
        seen, _ = self._ask("judgement", "POST", "/api/judgements", json=content)
        if seen.is_well:
            self.ledger.note("judgements", number)
        return seen

    def look(self, path: str) -> Seen:
        """Get an address of the app."""
        return self._ask(path, "GET", path)[0]

    def ready(self) -> Seen:
        """Ask whether searches can be made; the code is the database's."""
        seen, told = self._ask("/readyz", "GET", "/readyz")
        part = told.get("database", {})
        return replace(seen, code="" if seen.is_well else part["code"], sentence=part["sentence"])

    def configure(self, setting: str, value: str) -> None:
        """Change a setting of the server's, for everybody who is connected as well."""
        with self.connect() as connection:
            connection.execute(f"ALTER SYSTEM SET {setting} = {value}".encode())
            connection.execute("SELECT pg_reload_conf()")

    def connect(self) -> psycopg.Connection:
        """Reach the database past the app, whatever it is set to."""
        settings = "-c default_transaction_read_only=off"
        return psycopg.connect(self.server.conninfo, autocommit=True, options=settings)

    def until_well(self) -> float:
        """Return after how many seconds a photo that nobody knows is found again."""
        began = time.monotonic()
        while not self.search().is_well:
            assert time.monotonic() - began < WELL_SECONDS, "it does not get well"
            time.sleep(LOOK_SECONDS)
        return time.monotonic() - began

    def make_well(self) -> None:
        """Let a row begin with an app that works and a photo that is known."""
        if self._is_left_well:
            self._is_left_well = False
            return
        self.fake.otherwise(vector())
        if not self.app.is_there:
            self.app.start()
        self.until_well()
        assert self.search_known().is_well
        with self.connect() as connection:
            self._settle(connection)

    def lost(self, patience: float = RECORDED_SECONDS) -> Lost:
        """Count what is missing since the row began, when what is on its way had time to come."""
        with self.connect() as connection:
            lost = self.ledger.lost(connection, self._settle(connection, patience))
        self._is_left_well = True  # and all is counted: the next row can begin
        return lost

    def _settle(self, connection: psycopg.Connection, patience: float = RECORDED_SECONDS) -> int:
        """Return how many calls the model's server served of which no record comes any more.

        Of a process that was killed meanwhile there is the record that a call was under way.
        """
        ends = time.monotonic() + patience
        while True:
            missing = self.fake.count - calls_over(connection) - self._unrecorded
            begun = calls_under_way(connection) - self._begun
            if (missing <= 0 and begun == 0) or time.monotonic() > ends:
                self._unrecorded += missing
                self._begun += begun
                return max(missing - begun, 0)
            time.sleep(LOOK_SECONDS)

    def _fingerprint(self) -> str:
        if not hasattr(self, "_known_as"):
            with self.connect() as connection:
                row = connection.execute(
                    "SELECT encode(fingerprint, 'hex') FROM likeness.searches WHERE remembered"
                    " ORDER BY created_at LIMIT 1"
                ).fetchone()
            assert row is not None
            self._known_as = str(row[0])
        return self._known_as

    def _ask(
        self,
        who: str,
        method: str,
        path: str,
        **content: Any,  # noqa: ANN401 - requests' own
    ) -> tuple[Seen, dict[str, Any]]:
        began = time.monotonic()
        try:
            answer = requests.request(
                method, f"{self.app.url}{path}", timeout=ANSWER_SECONDS, **content
            )
        except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
            return Seen(who, 0, "no answer", seconds=time.monotonic() - began), {}
        seconds = time.monotonic() - began
        self.heard.append(f"{answer.headers}\n{answer.text}")
        is_json = answer.headers.get("Content-Type", "").startswith("application/json")
        told: dict[str, Any] = answer.json() if is_json else {}
        code, sentence = str(told.get("code", "")), str(told.get("error", ""))
        wait = answer.headers.get("Retry-After")
        return Seen(who, answer.status_code, code, sentence, seconds, wait), told


@contextmanager
def house(*, is_short: bool) -> Iterator[House]:
    """Lend a house whose app works: three products, one known photo."""
    folder = Path(tempfile.mkdtemp(prefix="test-likeness-faults-"))
    with own_server() as server, FakeHuggingFace(token=TOKEN, embed=pixels_vector) as fake:
        with closing(Store.on(Database(server.conninfo))) as store:
            store.products.add("test", products(unit_vectors(3)))
        lent = House(server, fake, folder, is_short=is_short)
        try:
            lent.make_well()
            yield lent
        finally:
            lent.app.kill()
            shutil.rmtree(folder)
