"""Rows in which the model's server fails; photos that are known are found in each of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.fake_huggingface import FAULTS, Behaviour, Exchange, reset_midway, status, text, vector
from tests.fake_huggingface.behaviours import page, slow
from tests.fake_huggingface.leaks import echo
from tests.faults.house import House, Seen
from tests.faults.row import OK, Answer, Base, Row, answers

# So many failures in a row, and the server is left alone.
_FAILURES = 3


@dataclass(frozen=True, slots=True)
class Answering(Base):
    """The model's server answers otherwise than it should."""

    behaviour: Behaviour = field(kw_only=True)

    def do(self, house: House) -> None:
        """Let every answer be this one."""
        house.fake.otherwise(self.behaviour)

    def see(self, house: House) -> list[Seen]:
        """Search with a photo that nobody knows, and with one that is known."""
        return [house.search(), house.search_known()]

    def undo(self, house: House) -> None:
        """Answer with vectors again."""
        house.fake.otherwise(vector())


@dataclass(frozen=True, slots=True)
class Slow(Answering):
    """The model's server takes longer than ENCODER_TIMEOUT."""

    def do(self, house: House) -> None:
        """Answer a second too late."""
        house.fake.otherwise(slow(house.deadline + 1.0))


@dataclass(frozen=True, slots=True)
class Down(Base):
    """Nobody listens at the model's server; `searches` of them meet that, and one more."""

    searches: int = 0

    def do(self, house: House) -> None:
        """Refuse connections."""
        house.fake.go_down()
        for _ in range(self.searches):
            house.search()

    def see(self, house: House) -> list[Seen]:
        """Search with a photo that nobody knows, and with one that is known."""
        return [house.search(), house.search_known()]

    def undo(self, house: House) -> None:
        """Listen again."""
        house.fake.come_back()


def _too_long(exchange: Exchange) -> None:
    exchange.reply(200, [0.1] * 768)


def _nan(exchange: Exchange) -> None:
    text("[" + ", ".join(["NaN"] * 512) + "]")(exchange)


def _answering(name: str, what: str, behaviour: Behaviour, answer: Answer) -> Row:
    return Answering(name, what, expected=answers(answer, OK), behaviour=behaviour)


_BAD = (503, "bad_answer")
_UNREACHABLE = (503, "encoder_unreachable")

ENCODER_ROWS: tuple[Row, ...] = (
    Down("down", "model's server: refuses connections", expected=answers(_UNREACHABLE, OK)),
    Down(
        "down for long",
        "the same, when three searches have met it before",
        _FAILURES,
        expected=answers((503, "encoder_paused"), OK),
    ),
    Slow(
        "slow",
        "model's server: answers later than `ENCODER_TIMEOUT`",
        behaviour=vector(),
        expected=answers((503, "encoder_timeout"), OK),
    ),
    _answering("401", "model's server: 401", FAULTS["credentials"], (503, "token_refused")),
    _answering("402", "model's server: 402", FAULTS["credits"], (503, "credits_exhausted")),
    _answering("403", "model's server: 403", FAULTS["forbidden"], (503, "access_forbidden")),
    _answering("404", "model's server: 404", FAULTS["not_found"], (503, "address_retired")),
    _answering("410", "model's server: 410", FAULTS["retired"], (503, "address_retired")),
    _answering(
        "429",
        "model's server: 429 with `Retry-After: 7`",
        FAULTS["retry_after"],
        (429, "rate_limited"),
    ),
    _answering(
        "503",
        "model's server: 503, the model is loading for 20 s",
        FAULTS["loading"],
        (503, "model_waking"),
    ),
    _answering(
        "500",
        "model's server: 500 that repeats the request, token and all",
        echo(500),
        (503, "encoder_failed"),
    ),
    _answering("768", "model's server: 768 numbers instead of 512", _too_long, _BAD),
    _answering("NaN", "model's server: 512 times NaN", _nan, _BAD),
    _answering("HTML", "model's server: 200 with a web page", page(200, "Welcome"), _BAD),
    _answering("text", "model's server: 200 with nothing in it", status(200, b""), _BAD),
    _answering(
        "reset",
        "model's server: breaks the connection in the middle of its answer",
        reset_midway,
        _UNREACHABLE,
    ),
)
