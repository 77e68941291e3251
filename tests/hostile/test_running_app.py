"""The running app under hostile files, and under several people at once, in short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.hostile.bombs import SMALL
from tests.hostile.forms import BROKEN, with_file
from tests.hostile.people import FOUND, KNOWN, NEW, THUMBNAIL, Asked, Person
from tests.hostile.running_app import RunningApp, running_app
from tests.hostile.sending import Told, send_nth, told_of

AT_ONCE = 4
EXPECTED = {
    "PNG of 50,000 x 50,000": "photo_too_many_pixels",
    "PNG of 2^31 x 2^31": "photo_too_many_pixels",
    "PNG of texts": "200",
    "PNG of chunks": "photo_damaged",
    "GIF of 20,000 frames": "200",
    "GIF of 65,535 x 65,535": "photo_too_many_pixels",
    "JPEG of 3,000 scans": "photo_damaged",
    "JPEG and ZIP": "200",
    "SVG with a script": "photo_unsupported",
    "SVG with a file": "photo_unsupported",
    "SVG of entities": "photo_unsupported",
    "PostScript": "photo_unsupported",
    "TIFF": "photo_unsupported",
    "noise": "photo_unsupported",
    "nothing": "photo_empty",
}


@pytest.fixture(scope="module")
def running() -> Iterator[RunningApp]:
    """Run the app for all tests of this file."""
    with running_app() as app:
        yield app


def is_well(app: RunningApp) -> bool:
    """Tell whether the app is the one that was started, ready, and logged no exception."""
    ready = requests.get(f"{app.address}/readyz", timeout=20).status_code
    return app.is_running and ready == requests.codes.ok and "Traceback" not in app.said


def troubles(told: list[Told]) -> list[str]:
    """Say what was not as promised, with the number that repeats it."""
    return [f"{one.number}: {one.name} {one.trouble}" for one in told if one.trouble]


def test_hostile_files_are_answered_as_promised(running: RunningApp) -> None:
    """Mutated, large and broken ones: a status, a sentence, in time, and the app goes on."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        told = list(pool.map(lambda n: send_nth(running.host, running.port, n), range(150)))
    assert not troubles(told)
    assert {one.status for one in told} >= {200, 400, 413, 415, 422}
    assert is_well(running)


def test_bombs_and_what_is_no_picture_are_told_apart(running: RunningApp) -> None:
    """Each with the code of what is wrong with it; what is a picture too is searched with."""
    told = [told_of(running.host, running.port, name, with_file(SMALL[name]())) for name in SMALL]
    assert not troubles(told)
    outcomes = {one.name: one.outcome for one in told}
    assert {name: outcomes[name] for name in EXPECTED} == EXPECTED
    assert is_well(running)


def test_broken_forms_are_answered_as_promised(running: RunningApp) -> None:
    """Whatever is broken about them."""
    told = [told_of(running.host, running.port, name, BROKEN[name]()) for name in BROKEN]
    assert not troubles(told)
    assert is_well(running)


def test_several_people_search_at_once(running: RunningApp) -> None:
    """With photos known and new: each finds products and sees pictures, and nobody is refused."""

    def search_twice(number: int) -> list[Asked]:
        person = Person(running.address, number)
        with requests.Session() as session:
            person.search(session)
            person.search(session)
        return person.asked

    with ThreadPoolExecutor(8) as pool:
        asked = [one for person in pool.map(search_twice, range(8)) for one in person]
    assert {one.status for one in asked} == {200}
    kinds = Counter(one.kind for one in asked)
    assert kinds == {KNOWN: 8, NEW: 8, FOUND: 16, THUMBNAIL: 64}
    assert is_well(running)
