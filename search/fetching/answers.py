"""What an answer that brings no picture means."""

from __future__ import annotations

import re

from urllib3 import HTTPHeaderDict

from search.encoders.refusals import asked_wait
from search.errors import (
    AddressBusy,
    AddressOfPage,
    AddressUnfetchable,
    AddressUnreachable,
    FetchError,
)
from search.fetching.address import Address

OK = 200
SENDS_ON = (301, 302, 303, 307, 308)
SNIFFED = 1024
_BUSY = (429, 503)
# Statuses that pass: a request that took too long, one too early, and a server's own failures.
_PASSING = (408, 425, 500, 502, 504)
_REASONS = {404: "not_there", 410: "not_there", 401: "forbidden", 403: "forbidden"}
_PAGE = re.compile(rb"<(!doctype html|html|head|body|title|meta|script)\b")


def refusal_of_status(address: Address, status: int, headers: HTTPHeaderDict) -> FetchError:
    """Return the error for a status that brings no picture."""
    host = address.host
    if status in _BUSY:
        seconds = asked_wait(headers)
        told = {} if seconds is None else {"seconds": seconds}
        return AddressBusy(host=host, status=status, **told)
    if status in _PASSING:
        return AddressUnreachable(host=host, status=status, reason="@reasons.fetch_failed")
    reason = f"@reasons.fetch_{_REASONS.get(status, 'status')}"
    return AddressUnfetchable(host=host, status=status, reason=reason)


def refuse_packed(address: Address, headers: HTTPHeaderDict) -> None:
    """Raise AddressUnfetchable for a compressed answer: nobody asked for one.

    Pictures are compressed as they are; what unpacks to more than it weighs is no picture.
    """
    packed = headers.get("Content-Encoding", "").strip().lower()
    if packed not in ("", "identity"):
        raise AddressUnfetchable(host=address.host, reason="@reasons.answer_encoding")


def refuse_page(address: Address, content: bytes | bytearray) -> None:
    """Raise AddressOfPage for a web page; its first SNIFFED bytes tell, not its type."""
    start = bytes(content[:SNIFFED]).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"<") and _PAGE.search(start):
        raise AddressOfPage(host=address.host)
