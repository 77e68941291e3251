"""How many pages are open at once, and by whom: each keeps a session of Streamlit's in memory.

A page is open as long as its websocket is. They are counted in this process, whose memory it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search.access.caller import Caller, Way
from search.api_keys import hash_of
from search.errors import PagesTooMany

# A page that asks somebody to sign in costs 0.1 MB, and 0.7 where it says as much as it may.
OF_NOBODY: Final = 300
# An audience, each with a page or two. A guest's page may hold a photo as well.
OF_A_LINK: Final = 50
# More than anybody looks at, and no more than a browser gone wild should cost.
OF_A_PERSON: Final = 100

# In bytes, and far more than the widgets of a page have to tell. Photos come another way.
LONGEST_SAID: Final = 262_144
_TOO_LONG: Final = 1009

_NOBODY: Final = ""


class Doors:
    """One a process, for its event loop alone. The limits are numbers of open pages.

    `of_nobody` is for all together whom nothing makes known, those without a role among them;
    `of_a_link` for all guests of one demo link, `of_a_person` for each who signed in.
    """

    def __init__(
        self,
        of_nobody: int = OF_NOBODY,
        of_a_link: int = OF_A_LINK,
        of_a_person: int = OF_A_PERSON,
    ) -> None:
        self._most = {None: of_nobody, Way.DEMO: of_a_link, Way.SIGNED_IN: of_a_person}
        self._open = Counter[tuple[Way | None, str]]()

    def enter(self, visitor: Caller | None) -> Callable[[], None]:
        """Count one more page; return what is to be called once, when it is closed.

        Raises as `ask`, and then counts nothing.
        """
        self.ask(visitor)
        whose = _whose(visitor)
        self._open[whose] += 1

        def leave() -> None:
            self._open[whose] -= 1
            if not self._open[whose]:
                del self._open[whose]

        return leave

    def ask(self, visitor: Caller | None) -> None:
        """Raise PagesTooMany where somebody could not open a page now."""
        way, one = _whose(visitor)
        if self._open[way, one] >= self._most[way]:
            raise PagesTooMany(limit=self._most[way], reason=f"@reasons.pages_{way or 'nobody'}")

    @property
    def are_open_to_all(self) -> bool:
        """Whether nobody at all would be refused: then it need not be known who asks."""
        return all(count < self._most[way] for (way, _), count in self._open.items())

    @property
    def pages(self) -> int:
        """How many pages are open."""
        return self._open.total()


class OfFewWords:
    """ASGI middleware: ends a websocket by which more is said than a page has to say.

    Streamlit keeps what a page says last, several times over; and it logs a failure with its
    traceback where that is a text.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass messages on until one is too long, or is none that a page sends."""
        is_over = False

        async def hear() -> Message:
            nonlocal is_over
            message = await receive()
            if message["type"] == "websocket.receive":
                said = message.get("bytes")
                is_over = said is None or len(said) > LONGEST_SAID
            return {"type": "websocket.disconnect", "code": _TOO_LONG} if is_over else message

        await self._app(scope, hear, send)
        if is_over:
            await send({"type": "websocket.close", "code": _TOO_LONG})


def _whose(visitor: Caller | None) -> tuple[Way | None, str]:
    """Return by what pages are counted together; a link's key itself is not kept."""
    if visitor is None:
        return None, _NOBODY
    if visitor.key is not None:
        return Way.DEMO, hash_of(visitor.key.get_secret_value()).hex()
    return Way.SIGNED_IN, visitor.person
