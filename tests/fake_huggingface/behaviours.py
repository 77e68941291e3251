"""How the fake server can answer. A behaviour is a function of one exchange."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.fake_huggingface.exchange import Exchange
from tests.fake_huggingface.protocols import answer

Behaviour = Callable[[Exchange], None]

LOADING = {"error": "Model openai/clip-vit-base-patch32 is currently loading"}
_PAGE = "<!doctype html><html><head><title>{0}</title><style>p{{}}</style></head><body><p>{0}</p></body></html>"  # noqa: E501 - one page, one line


def vector() -> Behaviour:
    """Answer as the real server would: a vector, or a complaint about the request."""
    return answer


def status(code: int, content: object = "", headers: Mapping[str, str] | None = None) -> Behaviour:
    """Answer with this status; a string goes out as text, bytes as they are, the rest as JSON."""
    return lambda exchange: exchange.reply(code, content, headers)


def text(body: str | bytes, headers: Mapping[str, str] | None = None) -> Behaviour:
    """Answer 200 with exactly this as its JSON, so that it need not be JSON at all."""
    content = body.encode() if isinstance(body, str) else body
    return status(200, content, {"Content-Type": "application/json", **(headers or {})})


def page(code: int, title: str) -> Behaviour:
    """Answer with a page for browsers, as gateways do."""
    return status(code, _PAGE.format(title).encode(), {"Content-Type": "text/html"})


def redirect(code: int, location: str) -> Behaviour:
    """Send the caller elsewhere."""
    return status(code, "", {"Location": location})


def hold(then: Behaviour = answer) -> Behaviour:
    """Say nothing until the test calls `server.release()`."""

    def behave(exchange: Exchange) -> None:
        while not exchange.released.wait(0.01):
            if exchange.stopping.is_set():
                exchange.reset()
                return
        then(exchange)

    return behave


def slow(seconds: float, then: Behaviour = answer) -> Behaviour:
    """Take time before the answer: the server's, which is real unless it was given another."""

    def behave(exchange: Exchange) -> None:
        exchange.sleep(seconds)
        if not exchange.stopping.is_set():
            then(exchange)

    return behave


def reset(exchange: Exchange) -> None:
    """Break the connection instead of answering."""
    exchange.reset()


def reset_midway(exchange: Exchange) -> None:
    """Break the connection in the middle of the answer."""
    exchange.send(exchange.head(200, {"Content-Type": "application/json"}, 10_000) + b"[0.1,0.2,")
    exchange.reset()


def hang_up(exchange: Exchange) -> None:
    """Close the connection politely in the middle of the answer."""
    exchange.send(exchange.head(200, {"Content-Type": "application/json"}, 10_000) + b"[0.1,0.2,")
    exchange.handler.close_connection = True


def trickle(exchange: Exchange) -> None:
    """Send the body a byte at a time and never come to the end."""
    if exchange.send(exchange.head(200, {"Content-Type": "application/json"}, 1_000_000) + b"["):
        _drip(exchange, b" ")


def trickle_headers(exchange: Exchange) -> None:
    """Send the headers a byte at a time and never come to the body."""
    if exchange.send(b"HTTP/1.1 200 OK\r\nX-Slow: "):
        _drip(exchange, b"y")


def _drip(exchange: Exchange, drop: bytes) -> None:
    while not exchange.stopping.wait(0.02) and exchange.send(drop):
        pass
    exchange.reset()


def cold_start(seconds: float, then: Behaviour = answer) -> Behaviour:
    """Say 503 with `estimated_time` until the first request is `seconds` ago."""

    def behave(exchange: Exchange) -> None:
        left = seconds - exchange.seconds
        if left > 0:
            exchange.reply(503, LOADING | {"estimated_time": round(left, 1)})
        else:
            then(exchange)

    return behave


# Every refusal that was seen in the field, by the name of what is wrong.
FAULTS: dict[str, Behaviour] = {
    "input_ids": status(400, {"error": "You have to specify input_ids"}),
    "credentials": status(401, {"error": "Invalid credentials in Authorization header"}),
    "credits": status(
        402,
        {
            "error": "You have exceeded your monthly included credits for Inference Providers. "
            "Subscribe to PRO to get 20x more monthly included credits."
        },
    ),
    "forbidden": status(
        403,
        {
            "error": "This authentication method does not have sufficient permissions to call "
            "Inference Providers on behalf of user somebody"
        },
    ),
    "not_found": status(404, "Not Found"),
    "retired": status(
        410,
        {
            "error": "https://api-inference.huggingface.co is no longer supported. "
            "Please use https://router.huggingface.co instead."
        },
    ),
    "too_large": status(413, "Payload Too Large"),
    "wrong_type": status(415, {"error": 'Content type "image/jpeg" not supported.'}),
    "schema": status(
        422, {"detail": [{"loc": ["body", "input"], "msg": "Field required", "type": "missing"}]}
    ),
    "retry_after": status(429, {"error": "Rate limit reached"}, {"Retry-After": "7"}),
    "rate_limit": status(429, {"error": "Too many"}, {"RateLimit": '"api";r=0;t=55'}),
    "loading": status(503, LOADING | {"estimated_time": 20.0}),
    "unavailable": page(503, "503 Service Temporarily Unavailable"),
    "internal": status(500, {"error": "Internal Server Error"}),
    "bad_gateway": page(502, "502 Bad Gateway"),
    "gateway_timeout": page(504, "504 Gateway Time-out"),
}
