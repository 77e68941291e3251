"""Who sent a request, as the gate found out, and whether they may do what it asks for."""

from __future__ import annotations

from typing import Final, cast

from starlette.requests import HTTPConnection, Request
from starlette.types import Scope

from search.access.caller import EVERYBODY, Caller, Way
from search.access.roles import LEAST, Right, Role
from search.errors import NotAllowed, PersonChanged, SignInNeeded

_NOTED: Final = "caller"
# The parameter in which a page says for whom it was drawn, as `Caller.reader` has them.
READER: Final = "reader"


def note_caller(scope: Scope, caller: Caller | None) -> None:
    """Write down who sends a request; None for nobody who is known."""
    scope.setdefault("state", {})[_NOTED] = caller


def caller_of(request: HTTPConnection) -> Caller | None:
    """Return who sends a request, None for nobody; EVERYBODY where no gate has asked."""
    state = request.scope.get("state", {})
    return cast("Caller | None", state.get(_NOTED, EVERYBODY))


def may(request: HTTPConnection, right: Right) -> bool:
    """Tell whether whoever sends a request has a right."""
    caller = caller_of(request)
    return caller is not None and caller.may(right)


def demand(request: HTTPConnection, right: Right) -> Caller:
    """Return who sends a request; raise as `allowed`."""
    return allowed(caller_of(request), right)


def refuse_changed(request: Request) -> None:
    """Raise PersonChanged where a page was drawn for somebody else than is signed in now.

    A tab that is open keeps what it shows while somebody else signs in beside it, and sends their
    cookie. What it says of itself is compared, and never believed.
    """
    caller, said = caller_of(request), request.query_params.get(READER)
    if caller is None or caller.way is not Way.SIGNED_IN or said is None:
        return
    if said != caller.reader:
        raise PersonChanged(who=caller.name)


def allowed(caller: Caller | None, right: Right) -> Caller:
    """Return somebody; raise SignInNeeded for nobody, NotAllowed for those without a right."""
    if caller is None:
        raise SignInNeeded
    if not caller.may(right):
        raise not_allowed(right)
    return caller


def not_allowed(right: Right) -> NotAllowed:
    """Return the refusal that names the least role to ask for: nobody asks to be a guest."""
    least = LEAST[right]
    return NotAllowed(role=f"@roles.{least if least.reaches(Role.VIEWER) else Role.VIEWER}")
