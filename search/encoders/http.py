"""One client for every server that embeds photos over HTTP."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from pydantic import SecretStr

from search.calls import BreakerChange, BreakerState, this_process, utc_now
from search.encoders.addresses import checked, host_of, hostname_of
from search.encoders.answers import MAX_ANSWER_BYTES, embedding_in
from search.encoders.breaker import PAUSE_SECONDS, Breaker
from search.encoders.details import clean
from search.encoders.dialects import (
    HUGGINGFACE,
    HUGGINGFACE_JSON,
    Dialect,
    Message,
    Question,
    dialect_named,
)
from search.encoders.recording import Hooks, Recording
from search.encoders.refusals import Patience, Refusal, refusal_of
from search.encoders.retrying import Course, Outcome
from search.encoders.tokens import as_secret, mistake_in, scrub
from search.encoders.wire import (
    BROKEN,
    CLOSED,
    TIMED_OUT,
    UNREADABLE,
    Body,
    NoReply,
    Reply,
    Wire,
)
from search.errors import (
    BadAnswer,
    EncoderError,
    EncoderTimeout,
    EncoderUnreachable,
    SettingError,
    TokenMalformed,
    TokenMissing,
)
from search.language import Fact
from search.photo import Photo
from search.progress import Report, silent
from search.settings import Settings
from search.under_way import UnderWay
from search.vectors import CLIP, Embedding, VectorSpace

logger = logging.getLogger(__name__)

DEFAULT_DEADLINE = 120.0
_LONGEST_REQUEST_ID = 80
# What was given up at closing is recorded at once, unless the machine is very busy.
_RECORDING_SECONDS = 2.0


def http_encoder(settings: Settings, variables: str = "") -> HttpEncoder:
    """Build the encoder that the settings describe.

    What people change it by are variables whose names begin with `variables`.

    HUGGINGFACE_API_TOKEN is sent where the founding protocol is spoken: to Hugging Face, and to an
    endpoint that ENCODER_URL names in its dialect. A server of any other dialect gets ENCODER_TOKEN
    and never the other one. Raises SettingError; whether the token can be one is checked when the
    first photo comes.
    """
    dialect = dialect_named(settings.encoder_dialect)
    space = dialect.space(settings.encoder_model)
    url = settings.encoder_url or dialect.usual_url(space.model)
    if url is None:
        raise SettingError(name="ENCODER_URL", expected="@settings.ENCODER_URL.expected")
    token, token_setting = settings.encoder_token, f"{variables}ENCODER_TOKEN"
    if token is None and dialect in (HUGGINGFACE, HUGGINGFACE_JSON):
        token, token_setting = settings.huggingface_api_token, "HUGGINGFACE_API_TOKEN"
    return HttpEncoder(
        url,
        dialect,
        token=token,
        space=space,
        deadline=settings.encoder_timeout,
        token_setting=token_setting,
    )


class HttpEncoder:
    """Sends a photo to a server in one of the dialects and checks what comes back.

    `deadline` is in seconds and holds for the whole of `encode`: every attempt, every wait and the
    reading of the answer. The token is sent as the dialect says and is printed nowhere;
    `token_setting` is the variable that people change it in. Every call is told to `hooks`, at
    construction or later on. `clock`, `sleep` and `now` are replaced in tests. Raises SettingError
    when `url` cannot be an address.
    """

    def __init__(
        self,
        url: str,
        dialect: Dialect = HUGGINGFACE,
        *,
        token: str | SecretStr | None = None,
        space: VectorSpace = CLIP,
        deadline: float = DEFAULT_DEADLINE,
        connect_timeout: float = 5.0,
        name: str | None = None,
        token_setting: str = "HUGGINGFACE_API_TOKEN",  # noqa: S107 - the name of a variable
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] | None = None,
        now: Callable[[], datetime] = utc_now,
        hooks: Hooks | None = None,
    ) -> None:
        address = checked(url)
        self._host = host_of(address)
        self._hostname = hostname_of(address)
        self._address = dialect.address(address.geturl())
        self._dialect = dialect
        self._token = as_secret(token)
        self._token_setting = token_setting
        self._space = space
        self._deadline = deadline
        self._name = name or dialect.title
        self._closed = threading.Event()
        self._clock = clock
        self._sleep = sleep or self._closed.wait
        self._now = now
        self.hooks = hooks or Hooks()
        self._breaker = Breaker(
            self._host, self._tell_breaker, clock, probe_seconds=deadline + PAUSE_SECONDS
        )
        self._under_way = UnderWay()
        self._wire = Wire(connect_timeout)

    def __repr__(self) -> str:
        return f"<HttpEncoder {self._dialect.name} at {self._host}>"

    @property
    def name(self) -> str:
        """A short name for people."""
        return self._name

    @property
    def space(self) -> VectorSpace:
        """The space that the server is asked for."""
        return self._space

    @property
    def host(self) -> str:
        """Where photos go: host, and port if it is not the usual one."""
        return self._host

    @property
    def address(self) -> str:
        """Where photos are sent, the whole of it; a token that somebody put into it is cut out."""
        return scrub(self._address, self._token)

    def encode(self, photo: Photo, report: Report = silent) -> Embedding:
        """Ask the server for the photo's embedding until it comes or the deadline is over.

        Raises the EncoderError that the last answer stands for; see `refusals` for the table.
        EncoderPaused when it failed too often lately, and whatever the hooks forbid it with.
        """
        recording = Recording(self, self._now, self._clock)
        with self._under_way:
            try:
                self.check_token()
                ticket = self._breaker.ticket()
            except EncoderError as error:
                recording.refuse(error)
                raise
            with ticket:
                return self._ask(photo, report, recording)

    def check_token(self) -> None:
        """Raise TokenMissing or TokenMalformed if asking is pointless; nothing is sent."""
        if self._token is None:
            if self._dialect.needs_token(self._hostname):
                raise TokenMissing(host=self._host, setting=self._token_setting)
        elif reason := mistake_in(self._token):
            raise TokenMalformed(host=self._host, setting=self._token_setting, reason=reason)

    def close(self) -> None:
        """End every wait between attempts at once, answers a little later; close the connections.

        Every call is recorded then: what was given up was counted by the server all the same.
        """
        self._closed.set()
        self._wire.close()
        self._under_way.wait(_RECORDING_SECONDS)

    def _ask(self, photo: Photo, report: Report, recording: Recording) -> Embedding:
        message = self._dialect.ask(Question(photo.jpeg, self._space.model, self._token))
        course = Course(self._deadline, clock=self._clock, sleep=self._sleep, report=report)
        outcome = course.run(lambda: self._attempt(message, course, recording))
        if isinstance(outcome, Refusal):
            raise outcome.error
        return outcome

    def _attempt(self, message: Message, course: Course, recording: Recording) -> Outcome:
        if self._closed.is_set():
            closed = self._without_reply(CLOSED)
            recording.refuse(closed.error)
            return closed
        call, out = recording.begin(), Body(message.body)
        try:
            reply = self._post(message, course.left, out)
            outcome = self._read(reply)
        except BaseException:  # Ctrl-C, or told to stop: the server may have counted it already
            reached = out.hold_back()
            size = len(message.body) if reached else 0
            recording.end(call, self._unreachable(CLOSED), reached=reached, bytes_out=size)
            raise
        error = outcome.error if isinstance(outcome, Refusal) else None
        if isinstance(reply, NoReply):
            sent = len(message.body) if reply.sent else 0
            call = recording.end(call, error, reached=reply.sent, bytes_out=sent)
            said = reply.reason.rpartition(".")[2]
        else:
            call = recording.end(
                call,
                error,
                reached=True,
                status=reply.status,
                bytes_out=len(message.body),
                bytes_in=len(reply.body),
                request_id=self._request_id(reply),
            )
            said = f"{reply.status}, request {call.request_id or 'unnamed'}"
        logger.debug("%s, attempt %d, %.3f s: %s", self._host, call.attempt, call.seconds, said)
        return outcome

    def _post(self, message: Message, seconds: float, out: Body) -> Reply | NoReply:
        try:
            return self._wire.post(self._address, message, seconds, out)
        except Exception:  # noqa: BLE001 - whatever a strange answer does to a library, it counts
            self._log_trace()
            return replace(BROKEN, sent=out.hold_back())

    def _read(self, reply: Reply | NoReply) -> Outcome:
        if isinstance(reply, NoReply):
            return self._without_reply(reply)
        try:
            return self._meaning(reply)
        except Exception:  # noqa: BLE001 - as above: what was served is to be recorded
            self._log_trace()
            reason = "@reasons.answer_strange"
        return Refusal(BadAnswer(host=self._host, status=reply.status, reason=reason))

    def _log_trace(self) -> None:
        """Log the exception that is being handled; it may hold the request, token and all."""
        trace = scrub(traceback.format_exc(), self._token)
        logger.error("%s: an answer that cannot be read", self._host, extra={"exception": trace})

    def _meaning(self, reply: Reply) -> Outcome:
        facts = self._facts(reply)
        if not 200 <= reply.status < 300:  # noqa: PLR2004 - the successes
            return refusal_of(reply, facts, self._token)
        return self._embedding(reply, facts)

    def _embedding(self, reply: Reply, facts: dict[str, Fact]) -> Outcome:
        facts["status"] = reply.status
        if len(reply.body) > MAX_ANSWER_BYTES:
            return Refusal(BadAnswer(**facts, reason="@reasons.answer_too_large"))
        try:
            return embedding_in(reply.body, self._dialect, self._space)
        except BadAnswer as error:
            facts |= error.facts
        if "detail" in facts:
            facts["detail"] = clean(str(facts["detail"]), self._token)
        return Refusal(BadAnswer(**facts))

    def _without_reply(self, reply: NoReply) -> Refusal:
        if reply == TIMED_OUT:
            return Refusal(EncoderTimeout(host=self._host, seconds=round(self._deadline, 1)))
        if reply == UNREADABLE:
            return Refusal(BadAnswer(host=self._host, reason=reply.reason))
        if reply == BROKEN and reply.sent:
            return Refusal(BadAnswer(host=self._host, reason="@reasons.answer_strange"))
        return Refusal(
            self._unreachable(reply), Patience.A_LITTLE if reply.again else Patience.NONE
        )

    def _unreachable(self, reply: NoReply) -> EncoderUnreachable:
        return EncoderUnreachable(host=self._host, reason=reply.reason)

    def _facts(self, reply: Reply) -> dict[str, Fact]:
        facts: dict[str, Fact] = {"host": self._host, "setting": self._token_setting}
        if request_id := self._request_id(reply):
            facts["request_id"] = request_id
        return facts

    def _request_id(self, reply: Reply) -> str:
        return clean(reply.headers.get("x-request-id", ""), self._token)[:_LONGEST_REQUEST_ID]

    def _tell_breaker(self, state: BreakerState, seconds: float, reason: str) -> None:
        at = self._now()
        until = at + timedelta(seconds=seconds) if state is BreakerState.OPEN else None
        self.hooks.on_breaker(BreakerChange(at, this_process(), self._host, state, until, reason))
