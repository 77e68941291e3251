"""Whether a request came by HTTPS, where a proxy may be between."""

from __future__ import annotations

import re

from starlette.requests import HTTPConnection


def came_by_https(request: HTTPConnection) -> bool:
    """Tell whether the visitor came by https, be it that a proxy says so."""
    forwarded = request.headers.get("x-forwarded-proto", "").split(",")[0].strip().lower()
    named = re.search(r"(?i)\bproto=\"?https\b", request.headers.get("forwarded", ""))
    return request.url.scheme == "https" or forwarded == "https" or named is not None
