"""What comes in over HTTP to judge by, checked before anything is done with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import SplitResult, urlsplit
from uuid import UUID

from starlette.requests import Request

from search.errors import (
    DealInvalid,
    JudgementInvalid,
    RequestForeign,
    RequestNotJson,
    RequestTooLarge,
)
from search.judgement import Judgement, Origin, Verdict
from search.tuning.scales import BINS_PER_UNIT, Scale
from search.vectors import VectorSpace

LARGEST_KILOBYTES = 16
HAND = 6
FINGERPRINT_DIGITS = 64
_PORTS = {"http": 80, "https": 443}
# No whole number that means anything here is longer.
_DIGITS = 19


def refuse_foreign(request: Request) -> None:
    """Raise RequestForeign when another site's page sends this in the name of whoever looks at it.

    Browsers say so themselves in Sec-Fetch-Site, which no page can forge; older ones name the
    page's origin, which has to be where they sent it. Programs that are no browsers say neither.
    """
    site = request.headers.get("sec-fetch-site")
    if site == "same-origin":
        return
    if site in {"cross-site", "same-site"}:
        raise RequestForeign
    origin = request.headers.get("origin")
    host = request.headers.get("host", "")
    if origin is not None and not is_at(origin, host):
        raise RequestForeign


def is_at(origin: str, host: str) -> bool:
    """Tell whether a page's origin is a host, which may name the port that goes without saying."""
    try:
        page = urlsplit(origin)
        return bool(page.netloc) and _place(page) == _place(urlsplit(f"{page.scheme}://{host}"))
    except ValueError:
        return False


def _place(address: SplitResult) -> tuple[str | None, int | None]:
    return address.hostname, address.port or _PORTS.get(address.scheme)


async def read_json(request: Request) -> dict[str, Any]:
    """Return the object that a request carries.

    Raises RequestNotJson, RequestTooLarge above 16 KB, whatever length was announced, or
    JudgementInvalid.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise RequestNotJson
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_KILOBYTES * 1024:
            raise RequestTooLarge(limit=LARGEST_KILOBYTES)
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise JudgementInvalid(reason="@reasons.judgement_not_json")
    return content


def judgement(
    content: dict[str, Any], space_named: Callable[[str | None], VectorSpace]
) -> Judgement:
    """Return the judgement that an object describes; raise JudgementInvalid for a wrong field.

    `space_named` returns the space of a name, or the active one without any, or raises.
    """
    who = content.get("who")
    if who is not None and not isinstance(who, str):
        raise JudgementInvalid(reason="@reasons.judgement_name")
    return Judgement(
        id=judgement_id(content.get("id")),
        photo=_photo(content.get("photo")),
        product_id=_product(content.get("product")),
        verdict=_verdict(content.get("verdict")),
        who=who or "",
        space=space_named(_space(content.get("space"))),
        origin=_origin(content.get("origin")),
        similarity=_similarity(content.get("similarity")),
    )


def judgement_id(text: object) -> UUID:
    """Read a judgement's id; raise JudgementInvalid."""
    try:
        return UUID(text if isinstance(text, str) else "")
    except ValueError:
        raise JudgementInvalid(reason="@reasons.judgement_id") from None


def fingerprint(text: object) -> bytes | None:
    """Read a photo's fingerprint, 64 hexadecimal digits; None when it is none."""
    if not isinstance(text, str) or len(text) != FINGERPRINT_DIGITS:
        return None
    try:
        read = bytes.fromhex(text)
    except ValueError:
        return None
    return read if len(read) == FINGERPRINT_DIGITS // 2 else None  # it skips spaces


def scale(text: str) -> Scale:
    """Read the name of a scale; raise DealInvalid."""
    try:
        return Scale(text)
    except ValueError:
        raise DealInvalid(reason="@reasons.deal_scale") from None


def line(hundredths: str) -> float:
    """Read a line given in hundredths; what is no whole number becomes one that is refused."""
    number = _whole(hundredths.removeprefix("-"))
    if number is None:
        return float("nan")
    return (-number if hundredths.startswith("-") else number) / BINS_PER_UNIT


def cards(text: str) -> int:
    """Read how many cards are wanted; what is no number becomes one that is refused."""
    return _whole(text) or 0


def _photo(text: object) -> bytes:
    read = fingerprint(text)
    if read is None:
        raise JudgementInvalid(reason="@reasons.judgement_photo")
    return read


def _product(text: object) -> int:
    number = _whole(text) if isinstance(text, str) else None
    if number is None:
        raise JudgementInvalid(reason="@reasons.judgement_product")
    return number


def _verdict(text: object) -> Verdict:
    try:
        return Verdict(text if isinstance(text, str) else "")
    except ValueError:
        raise JudgementInvalid(reason="@reasons.judgement_verdict") from None


def _origin(text: object) -> Origin:
    for origin in (Origin.SEARCH, Origin.ASSISTANT):
        if text == origin:
            return origin
    raise JudgementInvalid(reason="@reasons.judgement_origin")


def _space(text: object) -> str | None:
    """Read the name of the space in which what is judged was found."""
    if text is None or isinstance(text, str):
        return text
    raise JudgementInvalid(reason="@reasons.judgement_space")


def _similarity(value: object) -> float | None:
    if value is None:
        return None
    # A comparison with NaN is never true; True is a number to Python.
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not -1 <= value <= 1:
        raise JudgementInvalid(reason="@reasons.judgement_similarity")
    return float(value)


def _whole(text: str) -> int | None:
    fits = text.isascii() and text.isdecimal() and len(text) <= _DIGITS
    return int(text) if fits else None
