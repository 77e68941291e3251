"""One POST that ends when it must: name lookup, handshake, headers and body included.

A time-out of `requests` bounds one read from the socket, not the whole: a server that sends a byte
a second keeps it waiting for ever, and a name lookup cannot be bounded at all. So each exchange
runs in a thread of its own and is waited for until its time is up. An exchange nobody waits for any
more ends itself at its next byte.
"""

from __future__ import annotations

import http.cookiejar
import io
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError, Future, InvalidStateError, wait
from contextlib import suppress
from dataclasses import dataclass, field, replace

import requests
from requests.adapters import HTTPAdapter
from urllib3 import exceptions as faults

from search.encoders.answers import MAX_ANSWER_BYTES
from search.encoders.dialects import Message

# As many as indexing may have in flight, INDEX_CONCURRENCY at its largest, and searches beside it.
CONNECTIONS = 80
# How long a closing wire waits for answers that are on their way.
GRACE_SECONDS = 3.0
_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. `body` is cut after MAX_ANSWER_BYTES + 1 bytes."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class NoReply:
    """Why nothing (whole) came back: the key of a text; `again` when another try may help.

    `sent` tells that the whole request got out, so that the server may have counted it.

    A value and no exception, because the exceptions of requests carry the request, and with it the
    token, wherever they are chained to.
    """

    reason: str
    again: bool = True
    sent: bool = field(default=False, compare=False)


TIMED_OUT = NoReply("@reasons.network_timeout", again=False)
UNREADABLE = NoReply("@reasons.answer_encoding", again=False)
CLOSED = NoReply("@reasons.network_closed", again=False)
BROKEN = NoReply("@reasons.network_other", again=False)


class Wire:
    """A pool of connections, used by any number of threads."""

    def __init__(self, connect_timeout: float) -> None:
        self._connect_timeout = connect_timeout
        self._under_way: set[Future[Reply | NoReply]] = set()
        self._session = _Session()
        # Given an auth of its own, requests leaves ~/.netrc alone, which could replace our token.
        self._session.auth = _leave_as_it_is
        self._session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers["Accept"] = "application/json"
        self._session.headers["Accept-Encoding"] = "identity"
        adapter = HTTPAdapter(pool_connections=1, pool_maxsize=CONNECTIONS, max_retries=0)
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, adapter)

    def post(
        self, url: str, message: Message, seconds: float, out: Body | None = None
    ) -> Reply | NoReply:
        """POST the message; return within `seconds`, whatever the server does.

        `out` is the message's body, for whoever wants to know how far it got when this is broken
        off. What the libraries cannot cope with they raise.
        """
        if seconds <= 0:
            return TIMED_OUT
        result: Future[Reply | NoReply] = Future()
        body = out or Body(message.body)
        ends = time.monotonic() + seconds

        def exchange() -> None:
            # Whoever waited may have gone meanwhile.
            with suppress(InvalidStateError):
                try:
                    result.set_result(self._exchange(url, body, message, ends))
                except Exception as error:  # noqa: BLE001 - handed to the thread that waits
                    result.set_exception(error)

        self._under_way.add(result)
        threading.Thread(target=exchange, name="encoder-exchange", daemon=True).start()
        try:
            return result.result(timeout=seconds)
        except TimeoutError:
            return replace(TIMED_OUT, sent=body.hold_back())
        except CancelledError:
            return replace(CLOSED, sent=body.hold_back())
        finally:
            self._under_way.discard(result)

    def close(self) -> None:
        """Wait a little for what is on its way, then give it up, and close the connections."""
        under_way = list(self._under_way)
        wait(under_way, timeout=GRACE_SECONDS)
        for result in under_way:
            result.cancel()
        self._session.close()

    def _exchange(self, url: str, out: Body, message: Message, ends: float) -> Reply | NoReply:
        left = max(0.001, ends - time.monotonic())
        answered = False
        try:
            with self._session.post(
                url,
                data=out,
                headers=dict(message.headers),
                timeout=(min(self._connect_timeout, left), left),
                allow_redirects=False,
                stream=True,
            ) as response:
                answered = True
                body = bytearray()
                for chunk in _chunks(response, ends):
                    body += chunk
                return Reply(response.status_code, response.headers, bytes(body))
        except (requests.RequestException, faults.HTTPError, OSError) as error:
            return replace(_fault(error), sent=answered or out.sent)


class Body(io.BytesIO):
    """A request's body that knows how far it got: whether a server may have had all of it.

    What is read here goes into the socket; asked for more after the end, everything is in there.
    """

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self._size = len(content)
        self._lock = threading.Lock()
        self._handed_out = False
        self._held_back = False
        self.sent = False

    def read(self, size: int | None = -1, /) -> bytes:
        """Hand out the next bytes; raise ReadTimeout when nobody waits for the answer any more."""
        with self._lock:
            if self._held_back:
                raise requests.ReadTimeout
            chunk = super().read(size)
            self.sent = self._handed_out
            self._handed_out = self.tell() == self._size
            return chunk

    def hold_back(self) -> bool:
        """Let nothing more out; return whether all of it may be out already."""
        with self._lock:
            self._held_back = not self._handed_out
            return self._handed_out


class _Session(requests.Session):
    """A session to which a redirect is an answer like any other.

    Told not to follow one, requests still reads its whole body and takes its target apart.
    """

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Find no target, ever."""


def _leave_as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _chunks(response: requests.Response, ends: float) -> Iterator[bytes]:
    """Read what has arrived, bit by bit, until the end, the deadline or the largest size."""
    size = 0
    while size <= MAX_ANSWER_BYTES:
        if time.monotonic() >= ends:
            raise requests.ReadTimeout
        chunk = response.raw.read1(min(_CHUNK, MAX_ANSWER_BYTES + 1 - size), decode_content=True)
        if not chunk:
            return
        size += len(chunk)
        yield chunk


# The first kind that is found among an error and its causes names the reason.
_FAULTS: tuple[tuple[tuple[type[BaseException], ...], NoReply], ...] = (
    ((faults.DecodeError,), UNREADABLE),
    ((requests.ReadTimeout, faults.ReadTimeoutError), TIMED_OUT),
    ((ssl.SSLCertVerificationError,), NoReply("@reasons.network_certificate", again=False)),
    ((requests.exceptions.ProxyError, faults.ProxyError), NoReply("@reasons.network_proxy")),
    ((socket.gaierror, faults.NameResolutionError), NoReply("@reasons.network_name")),
    ((ConnectionRefusedError,), NoReply("@reasons.network_refused")),
    ((ssl.SSLError, faults.SSLError), NoReply("@reasons.network_tls")),
    ((requests.ConnectTimeout, faults.ConnectTimeoutError), NoReply("@reasons.network_silent")),
    ((faults.ProtocolError, ConnectionError), NoReply("@reasons.network_reset")),
)


def _fault(error: BaseException) -> NoReply:
    family = list(_family(error))
    for kinds, reply in _FAULTS:
        if any(isinstance(member, kinds) for member in family):
            return reply
    return NoReply("@reasons.network_other")


def _family(error: BaseException) -> Iterator[BaseException]:
    """Walk through an error and what it was raised for, as requests and urllib3 nest them."""
    seen: set[int] = set()
    todo: list[object] = [error]
    while todo:
        member = todo.pop()
        if isinstance(member, BaseException) and id(member) not in seen:
            seen.add(id(member))
            yield member
            todo += [member.__cause__, member.__context__, getattr(member, "reason", None)]
            todo += member.args
