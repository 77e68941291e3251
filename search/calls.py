"""Calls and searches as they are recorded: what every attempt at the encoder, every search did."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from search.tuning.scales import Scale
from search.vectors import VectorSpace

# What a call or a search came to when it succeeded; otherwise the code of its error.
OK = "ok"
# A photo that needed no call, because its embedding was known.
REMEMBERED = "remembered"
# A call that was counted before it was made, so that a hard limit is exact over all processes.
UNDER_WAY = "under_way"


def utc_now() -> datetime:
    """Return this moment, by which calls and searches are recorded unless a test has its own."""
    return datetime.now(UTC)


def this_process() -> str:
    """Return what this process is called beside others: host name and process id."""
    return f"{socket.gethostname()}:{os.getpid()}"


class Purpose(StrEnum):
    """What the encoder is asked for."""

    SEARCH = "search"
    INDEX = "index"
    EVALUATE = "evaluate"
    CHECK = "check"  # do encoder and catalogue agree?
    TEST = "test"  # somebody wants to know whether it works


@dataclass(frozen=True, slots=True)
class Call:
    """One attempt at the encoder, or one that was saved because the embedding was known.

    `outcome` is "ok", "remembered", "under_way" or the code of an error. `status` is the HTTP
    status, where one came back. `seconds` is the time from the request to the whole answer.
    `attempt` counts from 1 within one photo's encoding. `reached` tells whether the request got to
    a server that may count it against a quota: whatever was answered, and what timed out or broke
    off after it was sent.
    `cold` marks what had to do with a model that was being loaded. `detail` is what the server
    said, at most 200 characters and scrubbed of secrets; where no server said anything, the key of
    a text that tells why, such as "@reasons.network_refused".
    """

    id: UUID
    started_at: datetime
    encoder: str
    host: str  # "" for an encoder in this process
    space: VectorSpace
    purpose: Purpose
    outcome: str
    seconds: float
    attempt: int = 1
    reached: bool = False
    cold: bool = False
    status: int | None = None
    bytes_out: int = 0
    bytes_in: int = 0
    request_id: str = ""
    detail: str = ""
    search_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class SearchRecord:
    """How one search went, also when it failed. Times are in seconds.

    `encoder_seconds` is all the time that the embedding took, waits and retries included,
    `database_seconds` what PostgreSQL took, `rest_seconds` everything else (reading the photo).
    `cold` marks a search that had to do with a model that was being loaded. `shown` is how many
    results were found, `above` how many of those reach the threshold; products with the same
    picture are one result. `best_similarity` is None also where a product was searched with: how
    like others it is says nothing of the encoder.
    """

    id: UUID
    made_at: datetime
    space: VectorSpace
    outcome: str
    origin: str  # "page", "command" or "api"
    who: str  # "" where people are not known
    remembered: bool
    encoder_seconds: float
    database_seconds: float
    rest_seconds: float
    cold: bool = False
    shown: int = 0
    above: int = 0
    scale: Scale = Scale.COSINE
    threshold: float | None = None
    best_score: float | None = None
    best_similarity: float | None = None
    product_id: int | None = None  # the best hit's


class BreakerState(StrEnum):
    """Whether calls go through."""

    CLOSED = "closed"  # they do
    OPEN = "open"  # they are refused without being tried
    PROBING = "probing"  # one goes through, to see


@dataclass(frozen=True, slots=True)
class BreakerChange:
    """The breaker of one process opened or closed. `reason` is the code of the last error."""

    at: datetime
    process: str  # host name and process id
    host: str
    state: BreakerState
    until: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Errand:
    """On whose behalf the encoder is asked. `heard` is told of every call that is made for it."""

    purpose: Purpose = Purpose.SEARCH
    search_id: UUID | None = None
    heard: Callable[[Call], None] = field(default=lambda _: None)


_NOBODY = Errand()
_errand: ContextVar[Errand] = ContextVar("errand", default=_NOBODY)


def current_errand() -> Errand:
    """Return the errand that this thread is on."""
    return _errand.get()


@contextmanager
def on_errand(errand: Errand) -> Iterator[None]:
    """Let calls inside be recorded as made for this errand; threads begun inside do not know it."""
    token = _errand.set(errand)
    try:
        yield
    finally:
        _errand.reset(token)
