"""How many pages may be open at once, and what whoever opens one more is told."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
from pydantic import SecretStr
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from search.access.access import Access
from search.access.caller import Caller, Way
from search.access.demo_link import DEMO_COOKIE
from search.access.doors import LONGEST_SAID, Doors
from search.access.gate import Gate
from search.access.identifying import Identifying
from search.access.roles import Role
from search.api_keys import Keys
from search.errors import DatabaseUnavailable, PagesTooMany
from search.language import language
from tests.asgi import answer_of, run, scope_of
from tests.search.access.gates import ANYBODY, COOKIE, OFF, ON, claims_of
from tests.search.test_allowed_hosts import DENIAL

STREAM = "/_stcore/stream"
BEFORE = "/_stcore/host-config"
VERA = Caller(Role.VIEWER, Way.SIGNED_IN, "Vera", "1")
ANNA = Caller(Role.ANALYST, Way.SIGNED_IN, "Anna", "2")
NEVER_A_LINK = f"lk_{'x' * 43}"


def guest(key: str) -> Caller:
    """Return whoever has a demo link."""
    return Caller(Role.GUEST, Way.DEMO, "Expo", key=SecretStr(key))


def no_keys() -> Keys:
    """Keep the database out of what needs none."""
    raise AssertionError("no key has been sent")


def shaken(**headers: str) -> Scope:
    """Return a handshake by which a page opens its websocket."""
    return {**scope_of(STREAM, "ws", **headers), "extensions": DENIAL}


async def streamlit(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer requests; keep a websocket until something comes by it."""
    if scope["type"] == "http":
        await PlainTextResponse("inside")(scope, receive, send)
        return
    await send({"type": "websocket.accept"})
    await receive()


def gate(doors: Doors, keys: Callable[[], Keys] = no_keys, patience: float = 2) -> Gate:
    """Return a gate with these doors before pages that stay open."""
    identifying = Identifying(lambda: ON, claims_of, keys, patience=patience)
    return Gate(streamlit, lambda: ON, identifying, doors=doors)


class Pages:
    """Pages that are open at the same time, in one event loop."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._open: list[tuple[asyncio.Event, asyncio.Task[None]]] = []

    async def open(self, **headers: str) -> str:
        """Open one more; return what it was answered: accepted, or the status of a refusal."""
        told: asyncio.Queue[Message] = asyncio.Queue()
        closed = asyncio.Event()

        async def receive() -> Message:
            await closed.wait()
            return {"type": "websocket.disconnect", "code": 1006}

        page = asyncio.create_task(self._gate(shaken(**headers), receive, told.put))
        answer = asyncio.create_task(told.get())
        await asyncio.wait({answer, page}, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            await page  # it failed, and says how
        message = await answer
        if message["type"] == "websocket.accept":
            self._open.append((closed, page))
            return "opens"
        await page
        return str(message["status"])

    async def close(self) -> None:
        """Close the one that was opened first."""
        closed, page = self._open.pop(0)
        closed.set()
        await page

    async def drop(self) -> None:
        """End the one that was opened first as a server does that stops."""
        _, page = self._open.pop(0)
        page.cancel()
        with suppress(asyncio.CancelledError):
            await page


def test_nobodys_pages_are_limited_together_and_those_signed_in_come_in() -> None:
    """A stranger fills memory to a limit, and keeps no one out who is signed in."""
    doors = Doors(of_nobody=2)

    async def come() -> None:
        pages = Pages(gate(doors))
        assert await pages.open() == "opens"
        assert await pages.open(cookie=f"{COOKIE}=eve") == "opens"  # she has no role
        assert await pages.open() == "429"
        assert await pages.open(cookie=f"{COOKIE}=eve") == "429"
        for who in ("vera", "anna", "oleg", "vera"):
            assert await pages.open(cookie=f"{COOKIE}={who}") == "opens"
        await pages.close()
        assert await pages.open() == "opens"
        assert await pages.open() == "429"
        assert doors.pages == 6

    run(come())


def test_each_demo_link_has_a_limit_of_its_own(keys: Keys) -> None:
    """Whoever passes one on a thousand times shuts out nobody else; a link that is none is."""
    doors = Doors(of_nobody=1, of_a_link=2)
    expo, fair = (
        f"{DEMO_COOKIE}={keys.add_demo(name)[0].get_secret_value()}" for name in ("Expo", "Fair")
    )

    async def come() -> None:
        pages = Pages(gate(doors, lambda: keys))
        for cookie, came in ((expo, "opens"), (expo, "opens"), (expo, "429"), (fair, "opens")):
            assert await pages.open(cookie=cookie) == came
        assert await pages.open(cookie=f"{DEMO_COOKIE}={NEVER_A_LINK}") == "opens"
        assert await pages.open() == "429"
        await pages.close()
        assert await pages.open(cookie=expo) == "opens"

    run(come())


def test_one_person_has_a_limit_too() -> None:
    """A browser that opens pages without end costs others nothing."""
    doors = Doors(of_a_person=2)
    leave = doors.enter(VERA)
    doors.enter(VERA)
    with pytest.raises(PagesTooMany) as refused:
        doors.enter(VERA)
    assert refused.value.facts["limit"] == 2
    doors.enter(ANNA)
    leave()
    doors.enter(VERA)


def test_however_a_page_ends_another_can_be_opened() -> None:
    """By its close, by the server's end, by a failure, or by a handshake that comes to nothing."""
    doors = Doors(of_nobody=1)

    async def come() -> None:
        pages = Pages(gate(doors))
        for end in (pages.close, pages.drop):
            assert await pages.open() == "opens"
            await end()
            assert doors.pages == 0

    run(come())

    async def fails(_: Scope, __: Receive, ___: Send) -> None:
        raise OSError("broken")

    async def refuses(_: Scope, __: Receive, send: Send) -> None:
        await send({"type": "websocket.close", "code": 1008})

    identifying = Identifying(lambda: ON, claims_of, no_keys)
    with pytest.raises(OSError, match="broken"):
        answer_of(Gate(fails, lambda: ON, identifying, doors=doors), shaken())
    answer_of(Gate(refuses, lambda: ON, identifying, doors=doors), shaken())
    assert doors.pages == 0
    assert doors.are_open_to_all


def test_whoever_is_refused_is_told_by_what_the_page_asks_first() -> None:
    """In both languages; a page that waits goes on asking, and opens when there is room."""
    doors = Doors(of_nobody=1)
    inner = gate(doors)
    assert answer_of(inner, scope_of(BEFORE)).body == b"inside"
    leave = doors.enter(None)
    refused = answer_of(inner, scope_of(f"/shop{BEFORE}"))
    english, russian = (
        " ".join(said.split("\n")) for said in json.loads(refused.body).split("\n\n")
    )
    assert "1 are open already by people who have not signed in" in english
    assert "уже открыто 1 теми, кто не вошёл" in russian
    assert (refused.status, refused.headers["retry-after"]) == (429, "60")
    assert answer_of(inner, shaken()).body.decode() == f"{english}\n\n{russian}"
    # What watches the process asks for that, and the page itself is everybody's.
    assert answer_of(inner, scope_of("/_stcore/health")).status == 200
    assert answer_of(inner, scope_of("/")).status == 200
    assert answer_of(inner, scope_of(BEFORE, cookie=f"{COOKIE}=vera")).status == 200
    leave()
    assert answer_of(inner, scope_of(BEFORE)).status == 200


@pytest.mark.parametrize(
    ("who", "english", "russian"),
    [
        (guest("one"), "by this demo link", "по этой демо-ссылке"),
        (VERA, "by you", "вами"),
    ],
)
def test_it_is_said_whose_pages_are_too_many(who: Caller, english: str, russian: str) -> None:
    """They are the reader's own to close, or their audience's."""
    with pytest.raises(PagesTooMany) as refused:
        Doors(of_a_link=0, of_a_person=0).enter(who)
    assert english in language("en").error(refused.value).sentence
    assert russian in language("ru").error(refused.value).sentence


@pytest.mark.parametrize(
    ("said", "is_heard"),
    [
        ({"bytes": b"x" * LONGEST_SAID}, True),
        ({"bytes": b"x" * (LONGEST_SAID + 1)}, False),
        ({"bytes": None, "text": "no page sends that"}, False),
        ({"text": "no page sends that"}, False),
    ],
)
def test_strangers_say_little(
    said: dict[str, object],
    is_heard: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """What a page says is kept in memory; whoever is signed in says what they like."""
    message = {"type": "websocket.receive", **said}
    for headers, comes in (({}, is_heard), ({"cookie": f"{COOKIE}=vera"}, True)):
        heard, told = list[Message](), list[Message]()

        async def listens(
            _: Scope, receive: Receive, __: Send, heard: list[Message] = heard
        ) -> None:
            heard.append(await receive())

        async def says() -> Message:
            return message

        async def hears(message: Message, told: list[Message] = told) -> None:
            told.append(message)

        identifying = Identifying(lambda: ON, claims_of, no_keys)
        run(Gate(listens, lambda: ON, identifying)(shaken(**headers), says, hears))
        if comes:
            assert (heard, told) == ([message], [])
        else:
            assert heard == [{"type": "websocket.disconnect", "code": 1009}]
            assert told == [{"type": "websocket.close", "code": 1009}]


@pytest.mark.parametrize("access", [OFF, ANYBODY], ids=["off", "anybody"])
def test_where_nobody_is_asked_nobody_is_counted(access: Access) -> None:
    """Everybody may do everything there, and no one has a place that others lack."""
    doors = Doors(of_nobody=0)
    identifying = Identifying(lambda: ON, claims_of, no_keys)
    inner = Gate(streamlit, lambda: access, identifying, doors=doors)
    here = scope_of(STREAM, "ws", at="127.0.0.1")
    assert answer_of(inner, here).kinds == ["websocket.accept"]


def test_a_guests_page_opens_while_the_database_is_away_or_silent() -> None:
    """It says so itself, and does not wait for it; for as long it is nobody's."""
    cookie = f"{DEMO_COOKIE}={NEVER_A_LINK}"
    silent = threading.Event()

    def away() -> Keys:
        raise DatabaseUnavailable(reason="gone")

    def never() -> Keys:
        assert silent.wait(20), "the page has waited for the database"
        raise DatabaseUnavailable(reason="late")

    async def come(keys: Callable[[], Keys]) -> None:
        pages = Pages(gate(Doors(of_nobody=1), keys, patience=0.01))
        assert await pages.open(cookie=cookie) == "opens"
        assert await pages.open() == "429"
        silent.set()

    for keys in (never, away):
        run(come(keys))
