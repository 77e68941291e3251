"""What an answer that is not a 200 means: the table of statuses, and how long to wait."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum, auto
from http import HTTPStatus
from urllib.parse import urlsplit

from pydantic import BaseModel, FiniteFloat, SecretStr, ValidationError

from search.encoders.details import clean, detail_in
from search.encoders.wire import Reply
from search.errors import (
    AccessForbidden,
    AddressRetired,
    CreditsExhausted,
    EncoderError,
    EncoderFailed,
    ModelWaking,
    PhotoRejected,
    RateLimited,
    TokenRefused,
)
from search.language import Fact

# Hugging Face's shared addresses: no image of CLIP is embedded at any of them (field notes).
SERVERLESS_HOSTS = ("router.huggingface.co", "api-inference.huggingface.co")

_FINAL: Mapping[int, type[EncoderError]] = {
    400: PhotoRejected,
    401: TokenRefused,
    402: CreditsExhausted,
    403: AccessForbidden,
    404: AddressRetired,
    410: AddressRetired,
    413: PhotoRejected,
    415: PhotoRejected,
    422: PhotoRejected,
}
# Statuses of a server that fails in a way that does not pass by itself.
_LASTING = (HTTPStatus.NOT_IMPLEMENTED, HTTPStatus.HTTP_VERSION_NOT_SUPPORTED)
# What says when to come back is never longer.
_LONGEST_HEADER = 1000


class Patience(Enum):
    """Whether asking again can help, and for how long it is tried."""

    NONE = auto()  # the same question gets the same answer
    A_LITTLE = auto()  # a passing fault: a few times
    WAKING = auto()  # the model is being loaded: until the deadline
    LIMITED = auto()  # the server said when to come back: if that is before the deadline


@dataclass(frozen=True, slots=True)
class Refusal:
    """An attempt that gave no embedding: the error it ends in if nothing better comes.

    `asked` is the number of seconds after which the server wants to be asked again, if it said so.
    """

    error: EncoderError
    patience: Patience = Patience.NONE
    asked: float | None = None


def refusal_of(reply: Reply, facts: Mapping[str, Fact], token: SecretStr | None) -> Refusal:
    """Read a reply whose status is not a success; `facts` are those that every error carries."""
    known: dict[str, Fact] = {**facts, "status": reply.status}
    if detail := detail_in(reply.body, token):
        known["detail"] = detail
    match reply.status:
        case status if status in _FINAL:
            kind = _FINAL[status]
            return Refusal(kind(**known, **reason_of(kind, known)))
        case 429:
            return Refusal(RateLimited(**known), Patience.LIMITED, asked_wait(reply.headers))
        case 503:
            asked = estimated_time(reply.body) or asked_wait(reply.headers)
            return Refusal(ModelWaking(**known), Patience.WAKING, asked)
        case status if 300 <= status < 400:  # noqa: PLR2004 - the redirects
            there = clean(_host_in(reply.headers.get("Location", "")) or "", token)
            location = there or known["host"]
            reason = "@reasons.address_redirects"
            return Refusal(AddressRetired(**known, reason=reason, location=location))
        case status if status >= HTTPStatus.INTERNAL_SERVER_ERROR and status not in _LASTING:
            return Refusal(EncoderFailed(**known), Patience.A_LITTLE)
    return Refusal(EncoderFailed(**known))


def _host_in(location: str) -> str | None:
    """Return where a redirect leads. It is never followed: the photo and the token would go too."""
    try:
        return urlsplit(location).hostname
    except ValueError:
        return None


def reason_of(kind: type[EncoderError], known: Mapping[str, Fact]) -> dict[str, Fact]:
    """Say more about the two refusals that have several causes."""
    if kind is AddressRetired:
        told = f"{known['host']} {known.get('detail', '')}"
        serverless = any(host in told for host in SERVERLESS_HOSTS)
        return {"reason": f"@reasons.address_{'serverless' if serverless else 'unknown'}"}
    if kind is not PhotoRejected:
        return {}
    # An Inference Endpoint without a handler of one's own gives the photo to CLIP's text side.
    if "input_ids" in str(known.get("detail", "")):
        return {"reason": "@reasons.photo_no_handler"}
    if known["status"] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return {"reason": "@reasons.photo_too_large_there"}
    return {"reason": "@reasons.photo_not_understood"}


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """Read how many seconds the server wants us to wait.

    From `Retry-After` (RFC 9110, 10.2.3: seconds, or a date, taken against the server's own `Date`
    so that clocks need not agree), else from `RateLimit: "api";r=0;t=55` (draft of the IETF's
    httpapi group, as Hugging Face sends it). None when it says nothing that can be read.
    """
    after = headers.get("Retry-After", "")[:_LONGEST_HEADER].strip()
    if re.fullmatch(r"\d{1,9}(\.\d+)?", after, re.ASCII):
        return float(after)
    if (moment := _moment(after)) is not None:
        now = _moment(headers.get("Date", "")[:_LONGEST_HEADER]) or datetime.now(UTC)
        return max(0.0, (moment - now).total_seconds())
    limits = headers.get("RateLimit", "")[:_LONGEST_HEADER]
    reset = re.search(r"(?:;|,|^)\s*(?:t|reset)=(\d{1,9})", limits, re.ASCII)
    return float(reset[1]) if reset else None


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # an offset of years, a year that no calendar has
        return None


class _Loading(BaseModel):
    estimated_time: FiniteFloat


def estimated_time(body: bytes) -> float | None:
    """Read the seconds after which a loading model expects to be there, if the body says so."""
    try:
        seconds = _Loading.model_validate_json(body, strict=True).estimated_time
    except ValidationError:
        return None
    return seconds if seconds > 0 else None
