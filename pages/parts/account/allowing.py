"""What not everybody may do: looked at once more when it is done, and said where it is missed."""

from __future__ import annotations

from pages.parts import access
from search.access.caller import Way
from search.access.roles import LEAST, Right
from search.errors import NotAllowed
from search.language import Language


def insist(right: Right) -> None:
    """Raise NotAllowed unless whoever is here has a right, whatever their page still shows."""
    if not access.may(right):
        raise NotAllowed(role=f"@roles.{LEAST[right]}")


def who_may(right: Right, t: Language) -> str:
    """Say who may do something, to somebody who may not, and whom to ask."""
    who = access.caller()
    whom = "demo" if who is not None and who.way is Way.DEMO else "signed_in"
    return f"{t.text(f'account.may.{right}')} {t.text(f'account.ask.{whom}')}"
