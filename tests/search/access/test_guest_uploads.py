"""How many photos guests bring into memory, and what whoever brings more is told."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus

import pytest
from pydantic import SecretStr
from starlette.types import ASGIApp

from search.access.caller import Caller, Way
from search.access.demo_link import DEMO_COOKIE
from search.access.gate import Gate
from search.access.guest_uploads import OF_A_LINK, OF_A_SESSION, GuestUploads, session_of
from search.access.roles import Role
from search.api_keys import Keys
from search.errors import DemoRateLimited, PhotosTooMany
from tests.asgi import Answer, answer_of, scope_of
from tests.fake_huggingface import VirtualClock
from tests.search.access.gates import COOKIE, ON, identifying
from tests.search.access.test_doors import streamlit

UPLOAD = "/_stcore/upload_file/{session}/file"


@pytest.fixture
def held() -> Counter[str]:
    """Return how many files each session has in memory, as a test says."""
    return Counter()


@pytest.fixture
def clock() -> VirtualClock:
    """Return a clock that stands still unless it is moved."""
    return VirtualClock()


@pytest.fixture
def uploads(held: Counter[str], clock: VirtualClock) -> GuestUploads:
    """Return what limits them."""
    return GuestUploads(lambda session: held[session], clock)


def guest(name: str = "Expo", per_minute: int = 100) -> Caller:
    """Return whoever has a demo link."""
    return Caller(Role.GUEST, Way.DEMO, name, key=SecretStr(name), per_minute=per_minute)


def test_a_link_sends_twice_as_many_a_minute_as_it_may_search(
    uploads: GuestUploads, clock: VirtualClock
) -> None:
    """As many at once; then one by one, and it is told how long that takes."""
    for _ in range(12):
        uploads.begin(guest(per_minute=6), "tab")()
    with pytest.raises(DemoRateLimited) as refused:
        uploads.begin(guest(per_minute=6), "another")
    assert refused.value.facts == {"limit": 6, "seconds": 5}
    uploads.begin(guest("Fair", per_minute=6), "tab")()
    clock.sleep(4.5)
    with pytest.raises(DemoRateLimited) as refused:
        uploads.begin(guest(per_minute=6), "tab")
    assert refused.value.facts["seconds"] == 1
    clock.sleep(0.5)
    uploads.begin(guest(per_minute=6), "tab")()
    with pytest.raises(DemoRateLimited):
        uploads.begin(guest(per_minute=6), "tab")
    clock.sleep(3600)  # it saves up no more than a minute's
    for _ in range(12):
        uploads.begin(guest(per_minute=6), "tab")()
    with pytest.raises(DemoRateLimited):
        uploads.begin(guest(per_minute=6), "tab")


def test_a_session_holds_few_and_more_once_it_lets_go(
    uploads: GuestUploads, held: Counter[str]
) -> None:
    """Those that are still coming in count, however they end."""
    ends = [uploads.begin(guest(), "tab") for _ in range(OF_A_SESSION)]
    with pytest.raises(PhotosTooMany) as refused:
        uploads.begin(guest(), "tab")
    assert refused.value.facts["limit"] == OF_A_SESSION
    uploads.begin(guest(), "another tab")()
    for end in ends:
        end()
        held["tab"] += 1
    with pytest.raises(PhotosTooMany):
        uploads.begin(guest(), "tab")
    held["tab"] -= 1
    uploads.begin(guest(), "tab")()


def test_a_link_holds_no_more_by_many_sessions(uploads: GuestUploads, held: Counter[str]) -> None:
    """Nobody fills memory by opening one more page; what pages let go of makes room."""
    for number in range(OF_A_LINK):
        uploads.begin(guest(), f"tab {number}")()
        held[f"tab {number}"] = 1
    with pytest.raises(PhotosTooMany) as refused:
        uploads.begin(guest(), "one more")
    assert refused.value.facts["limit"] == OF_A_LINK
    uploads.begin(guest("Fair"), "one more")()
    del held["tab 7"]
    uploads.begin(guest(), "one more")()


def test_what_was_refused_costs_no_upload(uploads: GuestUploads, held: Counter[str]) -> None:
    """A page that is full does not spend what others with the link may send."""
    held["tab"] = OF_A_SESSION
    for _ in range(5):
        with pytest.raises(PhotosTooMany):
            uploads.begin(guest(per_minute=1), "tab")
    uploads.begin(guest(per_minute=1), "another")()
    uploads.begin(guest(per_minute=1), "another")()


def ask(app: ASGIApp, cookie: str, method: str = "PUT", session: str = "tab") -> Answer:
    """Send a small file, or ask by another method at its address."""
    scope = scope_of(UPLOAD.format(session=session), cookie=cookie, content_length="100")
    return answer_of(app, {**scope, "method": method})


def test_the_gate_limits_guests_alone_and_what_they_send_alone(
    keys: Keys, uploads: GuestUploads, held: Counter[str]
) -> None:
    """A file that is taken back, and whoever is signed in, are let through."""
    cookie = f"{DEMO_COOKIE}={keys.add_demo('Expo', per_minute=2)[0].get_secret_value()}"
    app = Gate(streamlit, lambda: ON, identifying(ON, lambda: keys), uploads=uploads)
    assert [ask(app, cookie).status for _ in range(5)] == [200] * 4 + [429]
    refused = ask(app, cookie)
    assert "may search 2 times a minute together" in refused.body.decode()
    assert int(refused.headers["retry-after"]) <= 15
    assert ask(app, cookie, "DELETE").status == 200
    assert ask(app, cookie, "OPTIONS").status == 200
    held["tab"] = 100
    assert [ask(app, f"{COOKIE}=vera").status for _ in range(20)] == [200] * 20
    full = ask(app, cookie)
    assert full.status == HTTPStatus.TOO_MANY_REQUESTS
    assert "Up to 3 photos" in full.body.decode()


@pytest.mark.parametrize(
    ("path", "session"),
    [
        ("/_stcore/upload_file/one/two", "one"),
        ("/shop/_stcore/upload_file/one/two", "one"),
        ("/_stcore/upload_file/one/", None),
        ("/_stcore/upload_file/one", None),
        ("/_stcore/upload_file/one/two/three", None),
        ("/_stcore/upload_file//two", None),
    ],
)
def test_an_upload_tells_whose_it_is_where_streamlit_takes_one(
    path: str, session: str | None
) -> None:
    """All else there is answered with 404, and keeps nothing."""
    assert session_of(path) == session
