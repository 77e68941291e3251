"""What not everybody may do: looked at once more when it is done, and said where it is missed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from itertools import count
from typing import TypeVar

import streamlit as st

from pages.parts import access
from pages.parts.errors import guarded
from search.access.asked_by import allowed, not_allowed
from search.access.caller import Way
from search.access.roles import Right
from search.language import Language

_T = TypeVar("_T")


def insist(right: Right) -> None:
    """Raise NotAllowed unless whoever is here has a right, whatever their page still shows."""
    if not access.may(right):
        raise not_allowed(right)


def fragment(right: Right, body: Callable[[], None], *, run_every: float | None = None) -> None:
    """Show a part that runs by itself, every `run_every` seconds too, while somebody has a right.

    A page that is left open outlasts a sign-in, and its fragments run without the frame, which asks
    who is here: each run asks here, and the whole page runs again once the right is gone.
    """
    runs = count()

    def ask_and_run() -> None:
        # The first run is part of the page's own: to run that again would not change anything.
        if next(runs) and not access.may(right):
            st.rerun(scope="app")
        insist(right)
        body()

    # Streamlit tells fragments apart by their names: this one has the name of what it runs.
    @wraps(body)
    def run() -> None:
        guarded(ask_and_run)

    st.fragment(run, run_every=run_every)()


def while_allowed(right: Right, make: Callable[[], _T]) -> Callable[[], _T]:
    """Return what makes the same, as long as whoever is here now has a right.

    For what is made when no page is run, as files are: it raises SignInNeeded, NotAllowed, and
    StoreError where only the database knows.
    """
    caller = access.later_caller()

    def made() -> _T:
        allowed(caller(), right)
        return make()

    return made


def who_may(right: Right, t: Language) -> str:
    """Say who may do something, to somebody who may not, and whom to ask."""
    who = access.caller()
    whom = "demo" if who is not None and who.way is Way.DEMO else "signed_in"
    return f"{t.text(f'account.may.{right}')} {t.text(f'account.ask.{whom}')}"
