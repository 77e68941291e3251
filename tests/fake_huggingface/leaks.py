"""Answers that repeat the caller's secrets, as servers in debug mode and gateways do."""

from __future__ import annotations

from tests.fake_huggingface.behaviours import (
    FAULTS,
    Behaviour,
    page,
    redirect,
    reset,
    status,
    text,
    trickle,
)
from tests.fake_huggingface.exchange import Exchange
from tests.fake_huggingface.vectors import TOKEN


def echo(code: int) -> Behaviour:
    """Answer with the whole request, as servers in debug mode do."""

    def behave(exchange: Exchange) -> None:
        received = exchange.received
        told = "\n".join(f"{name}: {value}" for name, value in received.headers.items())
        answer = {"error": f"{received.path} {told} {received.body[-200:].decode('latin-1')}"}
        exchange.reply(code, answer, {"x-request-id": f"req-{TOKEN}"})

    return behave


# Every fault that was seen, and every way to give TOKEN away.
LEAKS: dict[str, Behaviour] = {
    **FAULTS,
    "echo 400": echo(400),
    "echo 500": echo(500),
    "echo 200": echo(200),
    "echo 429": echo(429),
    "page": page(401, f"Token {TOKEN} is wrong"),
    "text": status(403, f"Bearer {TOKEN}"),
    "redirect": redirect(302, f"https://elsewhere.test/?token={TOKEN}"),
    "reset": reset,
    "not gzip": text("x", {"Content-Encoding": "gzip"}),
    "trickle": trickle,
}
