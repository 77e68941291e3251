"""Every call that an encoder makes, or is kept from making, is told to whoever keeps count."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, runtime_checkable
from uuid import uuid4

from search.calls import (
    OK,
    REMEMBERED,
    UNDER_WAY,
    BreakerChange,
    Call,
    current_errand,
    utc_now,
)
from search.encoders import Encoder
from search.errors import EncoderError, LikenessError, ModelWaking
from search.language import Fact
from search.photo import Photo
from search.progress import Progress, Report, Stage, silent
from search.vectors import Embedding, VectorSpace

# An endpoint may hold a request while its model wakes: no warm model takes as long as this.
COLD_SECONDS = 10.0


def _nobody(_: object) -> None:
    """Hear nothing, refuse nothing."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """Who hears of an encoder's calls, and who may forbid one.

    `admit` is asked before each call that would count against a quota: it raises QuotaSpent, or
    counts the call, which has the outcome "under_way" by then. `on_call` gets it again, with the
    same id, when it is over.
    """

    on_call: Callable[[Call], None] = _nobody
    on_breaker: Callable[[BreakerChange], None] = _nobody
    admit: Callable[[Call], None] = _nobody


@runtime_checkable
class RecordedEncoder(Encoder, Protocol):
    """An encoder that tells its hooks of every call. `host` is "" for one in this process."""

    hooks: Hooks

    @property
    def host(self) -> str:
        """Where photos go, without any token."""


def recorded(
    encoder: Encoder,
    hooks: Hooks,
    *,
    now: Callable[[], datetime] = utc_now,
    clock: Callable[[], float] = time.perf_counter,
) -> RecordedEncoder:
    """Let an encoder tell these hooks of its calls; `now` and `clock` are for one that has none."""
    if isinstance(encoder, RecordedEncoder):
        encoder.hooks = hooks
        return encoder
    return _Local(encoder, hooks, now, clock)


def remembered(encoder: RecordedEncoder, now: datetime) -> Call:
    """Return the record of a call that was saved: the photo's embedding was known."""
    blank = _blank(encoder.name, encoder.host, encoder.space, now)
    return replace(blank, outcome=REMEMBERED)


class Recording:
    """One photo's encoding, attempt by attempt; for one thread."""

    def __init__(
        self,
        encoder: RecordedEncoder,
        now: Callable[[], datetime],
        clock: Callable[[], float],
    ) -> None:
        self._encoder = encoder
        self._now = now
        self._clock = clock
        self._began = clock()
        self._attempts = 0
        self._cold = False

    def begin(self) -> Call:
        """Return the call that is about to be made. Raises what forbids it.

        A limit that forbids it is recorded; a database that cannot be asked is no call's outcome.
        """
        call = self._next()
        try:
            if call.host:  # nobody counts what happens in this process
                self._encoder.hooks.admit(replace(call, reached=True))
        except EncoderError as error:
            self._tell(replace(call, outcome=error.code, detail=_detail(error.facts)))
            raise
        self._began = self._clock()
        return call

    def loads(self) -> None:
        """Note that the call waits for its model: it takes longer than any other."""
        self._cold = True

    def refuse(self, error: LikenessError) -> None:
        """Record an attempt that was given up before anything was sent."""
        self._tell(replace(self._next(), outcome=error.code, detail=_detail(error.facts)))

    def end(
        self,
        call: Call,
        error: LikenessError | None,
        *,
        reached: bool = False,
        status: int | None = None,
        bytes_out: int = 0,
        bytes_in: int = 0,
        request_id: str = "",
    ) -> Call:
        """Record what a call came to, and return it; no `error` is a success."""
        seconds = self._clock() - self._began
        outcome = error.code if error else OK
        self._cold |= outcome == ModelWaking.code
        held = bool(call.host) and outcome == OK and seconds >= COLD_SECONDS
        done = replace(
            call,
            outcome=outcome,
            seconds=seconds,
            reached=reached,
            cold=self._cold or held,
            status=status,
            bytes_out=bytes_out,
            bytes_in=bytes_in,
            request_id=request_id,
            detail=_detail(error.facts) if error else "",
        )
        self._tell(done)
        return done

    def _next(self) -> Call:
        self._attempts += 1
        encoder = self._encoder
        blank = _blank(encoder.name, encoder.host, encoder.space, self._now())
        return replace(blank, attempt=self._attempts, cold=self._cold)

    def _tell(self, call: Call) -> None:
        self._encoder.hooks.on_call(call)
        current_errand().heard(call)


class _Local:
    """An encoder in this process, which knows nothing of being recorded."""

    host = ""

    def __init__(
        self,
        encoder: Encoder,
        hooks: Hooks,
        now: Callable[[], datetime],
        clock: Callable[[], float],
    ) -> None:
        self.hooks = hooks
        self._encoder = encoder
        self._now = now
        self._clock = clock

    @property
    def name(self) -> str:
        return self._encoder.name

    @property
    def space(self) -> VectorSpace:
        return self._encoder.space

    @property
    def address(self) -> str:
        return self._encoder.address

    def encode(self, photo: Photo, report: Report = silent) -> Embedding:
        recording = Recording(self, self._now, self._clock)
        call = recording.begin()

        def heard(progress: Progress) -> None:
            if progress.stage in (Stage.FETCHING_MODEL, Stage.LOADING):
                recording.loads()
            report(progress)

        try:
            embedding = self._encoder.encode(photo, heard)
        except LikenessError as error:
            recording.end(call, error)
            raise
        recording.end(call, None)
        return embedding

    def close(self) -> None:
        self._encoder.close()


def _blank(encoder: str, host: str, space: VectorSpace, now: datetime) -> Call:
    errand = current_errand()
    return Call(
        id=uuid4(),
        started_at=now,
        encoder=encoder,
        host=host,
        space=space,
        purpose=errand.purpose,
        outcome=UNDER_WAY,
        seconds=0.0,
        search_id=errand.search_id,
    )


def _detail(facts: Mapping[str, Fact]) -> str:
    """Return what the server said, else the key of the reason; both are free of secrets."""
    return str(facts.get("detail") or facts.get("reason") or facts.get("period", ""))
