"""Below a path of its own, such as https://example.org/likeness, the app is what it is elsewhere.

Streamlit has its pages below its option `server.baseUrlPath` and nowhere else, while our routes
stand at the root. Browsers look for both below the path; a proxy passes it on, or takes it off.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from starlette.types import ASGIApp, Receive, Scope, Send

from search.errors import SettingError
from search.refusing import path_of


class BasePath:
    """ASGI middleware before all others: has every path lead where it leads without a base.

    `base` returns the path below which the app is, with or without slashes around it, "" for the
    whole host; it is asked when somebody comes. `own` are the paths of our routes, such as "/api":
    they are found below the base and at the root, where platforms and programs on the same machine
    ask. All else is Streamlit's, and goes to it below the base, whether it came so or not.
    """

    def __init__(self, app: ASGIApp, base: Callable[[], str], own: Sequence[str]) -> None:
        self._app = app
        self._base = base
        self._own = tuple(own)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, to where it belongs."""
        base = self._base().strip("/")
        if base and scope["type"] in ("http", "websocket"):
            scope = self._placed(scope, f"/{base}")
        await self._app(scope, receive, send)

    def _placed(self, scope: Scope, base: str) -> Scope:
        path, mounted = path_of(scope), scope.get("root_path", "")
        rest = path.removeprefix(base) if is_below(path, base) else path
        placed = {**scope, "path": f"{mounted}{base}{rest}"}
        # What routes are found by, and the gate looks at, is the path below `root_path`.
        is_own = any(is_below(rest, one) for one in self._own)
        return placed | {"root_path": f"{mounted}{base}"} if is_own else placed


def is_below(path: str, base: str) -> bool:
    """Tell whether a path is another one or leads on from it."""
    return path == base or path.startswith(f"{base}/")


def check_base(name: str, base: str, own: Sequence[str]) -> None:
    """Raise SettingError, naming it, for a base below which our own routes would hide the pages."""
    if any(is_below(f"/{base.strip('/')}", one) for one in own):
        taken = ", ".join(one.removeprefix("/") for one in own)
        raise SettingError(name=name, expected="@reasons.base_path", taken=taken)
