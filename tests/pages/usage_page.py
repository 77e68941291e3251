"""The usage page as a test reads it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from html import unescape
from typing import Any

from streamlit.testing.v1 import AppTest

from search.calls import Call
from search.usage.views import Trial

OpenUsage = Callable[..., AppTest]


def html(page: AppTest) -> str:
    """Return all HTML of the page, as it is sent to the browser."""
    return "\n".join(element.proto.body for element in page.get("html"))


def said(page: AppTest) -> str:
    """Return it as it is read, with ordinary spaces."""
    return unescape(html(page)).replace("\N{NO-BREAK SPACE}", " ").replace("\N{THIN SPACE}", " ")


def drawn(page: AppTest) -> list[dict[str, Any]]:
    """Return what the first chart, the quota's, draws."""
    data = json.loads(page.get("bidi_component")[0].proto.json)
    return list(data["drawing"]["traces"])


def went_well(calls: Sequence[Call]) -> Trial:
    """Return a test that came to a vector and to a picture."""
    return Trial(
        calls, 6.9, checked=True, nearest=0.617, database_seconds=0.018, failed="", facts={}
    )


def labels(page: AppTest) -> list[str]:
    """Return what can be downloaded."""
    return [button.proto.label for button in page.get("download_button")]
