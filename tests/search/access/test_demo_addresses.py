"""Where a demo link leads: to the page that it stands on, wherever the app is, and nowhere else."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from search.api_keys import Keys
from tests.asgi import answer_of, scope_of
from tests.keys import Played
from tests.search.access.demo_app import asked, behind, cookie


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("demo={}", ""),
        ("search=5f0e&demo={}&language=ru", "?search=5f0e&language=ru"),
        ("text=%D1%81%D0%B8%D0%BD%D1%8F%D1%8F+a%26b&demo={}&x=&x=2", None),
        ("demo={}&demo={}&demo_link=ended", ""),
        ("d%65mo={}&demos=1&a%2Fdemo=2", "?demos=1&a%2Fdemo=2"),
        ("&&demo={}&&next=https://evil.example/", "?next=https://evil.example/"),
    ],
)
def test_what_else_stands_in_the_address_stays(
    app: ASGIApp, link: str, query: str, left: str | None
) -> None:
    """As it came and in its order: whoever sends a link to a search leads to that search."""
    if left is None:
        left = "?" + query.replace("demo={}&", "")
    answer = asked(app, "/", query.replace("{}", link))
    assert answer.headers["location"] == f"./{left}"


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/", "./"),
        ("/threshold", "./threshold"),
        ("/shop/usage", "./usage"),
        ("//evil.example", "./evil.example"),
        ("//evil.example/", "./"),
        ("/https://evil.example/", "./"),
        ("/https:evil.example", "./https:evil.example"),
        ("/\\evil.example", "./%5Cevil.example"),
        ("/a\rSet-Cookie: x=1", "./a%0DSet-Cookie:%20x=1"),
        ("/кружка", "./%D0%BA%D1%80%D1%83%D0%B6%D0%BA%D0%B0"),
    ],
)
@pytest.mark.parametrize("has_raw", [True, False])
def test_no_address_leads_to_another_host(
    app: ASGIApp,
    link: str,
    path: str,
    location: str,
    has_raw: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """The answer says where to go from where the browser is: the same page, behind any proxy."""
    scope: Scope = {**scope_of(path), "query_string": f"demo={link}".encode()}
    if has_raw:  # as servers give it, if they do
        scope["raw_path"] = path.encode()
    found = answer_of(app, scope).headers["location"]
    assert found.replace("%3A", ":").replace("%3D", "=") == location


def test_it_is_for_the_app_alone(keys: Keys, time_of_day: Played, link: str) -> None:
    """Two apps below two paths of one host do not share their guests."""
    below = behind(keys, time_of_day, base=lambda: "/shop/")
    assert cookie(asked(below, "/shop", f"demo={link}"))["path"] == "/shop"

    async def mounted(scope: Scope, receive: Receive, send: Send) -> None:
        await behind(keys, time_of_day)({**scope, "root_path": "/tools"}, receive, send)

    assert cookie(asked(mounted, "/tools/", f"demo={link}"))["path"] == "/tools"


def test_below_a_mount_only_the_last_part_of_the_path_is_told(
    keys: Keys, link: str, time_of_day: Played
) -> None:
    """The app may be anywhere: the browser knows where, the app need not."""
    mounted = Starlette(routes=[Mount("/shop", app=behind(keys, time_of_day))])
    answer = asked(mounted, "/shop/usage", f"demo={link}&search=1")
    assert answer.headers["location"] == "./usage?search=1"


@pytest.mark.parametrize(
    ("base", "path", "is_left"),
    [
        ("", "/demo/leave", True),
        ("/shop/", "/shop/demo/leave", True),
        ("shop", "/demo/leave", False),
        ("", "/shop/demo/leave", False),
    ],
)
def test_a_guest_leaves_below_the_path_of_the_app(
    keys: Keys,
    time_of_day: Played,
    base: str,
    path: str,
    is_left: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """And nowhere else; what is led to is told from there."""
    app = behind(keys, time_of_day, base=lambda: base)
    answer = asked(app, path)
    assert answer.headers.get("location") == ("../?demo_link=left" if is_left else None)
