"""What somebody wants to be done with their searches: as the browser sends it, and done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from pages.parts.forgetting import forgotten_said
from pages.parts.history.listing import PAGE
from search.errors import LikenessError
from search.history import LONGEST_TITLE, History
from search.language import Language

# Whoever clicks faster than a page runs has so many wishes at once; a browser may send anything.
_MOST = 200
_LONGEST_ID = 100


class Act(StrEnum):
    """The values are those that the component sends."""

    PIN = "pin"
    UNPIN = "unpin"
    RENAME = "rename"
    FORGET = "forget"
    FORGET_ALL = "forget_all"
    OLDER = "older"


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing to be done; a later one has a larger number.

    `title` is for RENAME, and `earlier` are the searches that are folded into one to FORGET.
    """

    number: int
    act: Act
    search: str = ""
    title: str = ""
    earlier: tuple[str, ...] = ()

    @classmethod
    def read(cls, sent: object) -> list[Self]:
        """Read what was sent, oldest first; what is no wish is left out."""
        given = sent[:_MOST] if isinstance(sent, list) else []
        read = [cls._one(one) for one in given if isinstance(one, Mapping)]
        return sorted(filter(None, read), key=lambda wish: wish.number)

    @classmethod
    def _one(cls, sent: Mapping[Any, Any]) -> Self | None:
        number, act = sent.get("number"), sent.get("act")
        if not isinstance(number, int) or act not in list(Act):
            return None
        search, title, earlier = sent.get("search"), sent.get("title"), sent.get("earlier")
        ids = earlier[:_MOST] if isinstance(earlier, list) else []
        return cls(
            number,
            Act(act),
            search[:_LONGEST_ID] if isinstance(search, str) else "",
            # One more than fits, so that it is refused and not cut.
            title[: LONGEST_TITLE + 1] if isinstance(title, str) else "",
            tuple(one[:_LONGEST_ID] for one in ids if isinstance(one, str)),
        )


@dataclass(slots=True)
class Reading:
    """How far somebody's reading has come; one a session.

    `shown` searches are listed beside the pinned ones. `done` is the number of the last wish that
    was done, `said` what there is to say of those that were done together, and `is_problem` tells
    that one could not be.
    """

    shown: int = PAGE
    done: int = 0
    said: str = ""
    is_problem: bool = False

    def do(self, wishes: list[Wish], history: History, visitor: str, t: Language) -> None:
        """Do what was not done yet; a wish that cannot be fulfilled gets its sentence."""
        new = [wish for wish in wishes if wish.number > self.done]
        said: list[str] = []
        self.is_problem = False
        for wish in new:
            self.done = wish.number
            try:
                said.append(self._do(wish, history, visitor, t))
            except LikenessError as error:
                said.append(t.error(error).sentence)
                self.is_problem = True
        # Of ten that were forgotten in a row the same need not be said ten times.
        self.said = " ".join(filter(None, dict.fromkeys(said)))

    def _do(self, wish: Wish, history: History, visitor: str, t: Language) -> str:
        match wish.act:
            case Act.PIN:
                history.pin(wish.search, visitor)
            case Act.UNPIN:
                history.unpin(wish.search, visitor)
            case Act.RENAME:
                history.rename(wish.search, wish.title, visitor)
            case Act.FORGET:
                forgotten = history.forget(wish.search, visitor, earlier=wish.earlier)
                return forgotten_said(forgotten, t, are_several=bool(wish.earlier))
            case Act.FORGET_ALL:
                return t.text("history.forgotten_all", n=history.forget_all(visitor))
            case Act.OLDER:
                self.shown += PAGE
        return ""
