"""People who search at once by the HTTP interface, and look at what was found."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random
from threading import Event
from typing import Final

import requests

from search.demo.pack import load_pack
from tests.hostile.pictures import drawn, saved

KNOWN: Final = "search, known photo"
NEW: Final = "search, new photo"
FOUND: Final = "what was found"
THUMBNAIL: Final = "thumbnail"
PATIENCE_SECONDS: Final = 60.0
_LOOKED_AT: Final = 4
_OK = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: its kind, the status of its answer or 0 for none, and how long it took."""

    kind: str
    status: int
    seconds: float


class Person:
    """Searches by turns with a photo that the app knows and one that nobody has seen."""

    def __init__(self, address: str, number: int) -> None:
        self._address = address
        self._number = number
        self._searches = 0
        self._chance = Random(number)  # noqa: S311 - to be repeated, not to be secret
        self.asked: list[Asked] = []

    def search_until(self, over: Event, pause: float) -> None:
        """Search again and again, and look for so many seconds at what was found."""
        with requests.Session() as session:
            # Not all at the same moment: they come one after another.
            over.wait(self._chance.uniform(0, pause))
            while not over.is_set():
                self.search(session)
                over.wait(self._chance.uniform(0.5, 1.5) * pause)

    def search(self, session: requests.Session) -> None:
        """Search once, read what was found, and look at a few pictures."""
        kind, photo = self._photo()
        told = self._ask(session, kind, "POST", "api/search-by-image", photo)
        if told is None:
            return
        found = self._ask(session, FOUND, "GET", f"api/searches/{told.json()['search_id']}")
        if found is None:
            return
        hits = found.json()["hits"]
        for hit in self._chance.sample(hits, min(_LOOKED_AT, len(hits))):
            self._ask(session, THUMBNAIL, "GET", hit["thumbnail"])

    def _photo(self) -> tuple[str, bytes]:
        self._searches += 1
        samples = load_pack().samples
        if self._searches % 2:
            return KNOWN, samples[self._chance.randrange(len(samples))].read()
        # As time goes on, so that a second run meets no photo of the first.
        seed = time.time_ns() ^ self._number
        return NEW, saved(drawn(seed, 1200, 900), "JPEG")

    def _ask(
        self,
        session: requests.Session,
        kind: str,
        method: str,
        path: str,
        photo: bytes | None = None,
    ) -> requests.Response | None:
        """Send a request and note how it went; return the answer if it is a good one."""
        files = {"image": ("photo.jpg", photo)} if photo is not None else None
        begin, status = time.monotonic(), 0
        try:
            answer = session.request(
                method, f"{self._address}/{path}", files=files, timeout=PATIENCE_SECONDS
            )
            status = answer.status_code
        except requests.RequestException:
            return None
        finally:
            self.asked.append(Asked(kind, status, time.monotonic() - begin))
        return answer if status == _OK else None


def crowd(address: str, people: int, pause: float, watched: Callable[[Event], None]) -> list[Asked]:
    """Let so many people search at once until whoever watches them returns or says it is over."""
    over = Event()
    everybody = [Person(address, number) for number in range(people)]
    with ThreadPoolExecutor(people) as pool:
        searching = [pool.submit(person.search_until, over, pause) for person in everybody]
        try:
            watched(over)
        finally:
            over.set()
        for one in searching:
            one.result()
    return [asked for person in everybody for asked in person.asked]
