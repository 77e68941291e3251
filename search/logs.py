"""Logging: one line an event, readable or as JSON, the search it belongs to, and no secrets."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, Literal

from pydantic import SecretStr
from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.processors import JSONRenderer, TimeStamper, format_exc_info
from structlog.stdlib import ExtraAdder, ProcessorFormatter, add_log_level, add_logger_name
from structlog.typing import EventDict, WrappedLogger

from search.calls import OK, BreakerChange, Call, SearchRecord, current_errand
from search.encoders.tokens import scrub
from search.settings import Settings

Level = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
OURS: Final = ("likeness", "search")
# What every line begins with, in this order.
_FIRST: Final = ("time", "level", "logger", "event")
# What another handler left on the record when it wrote the line first.
_LEFT: Final = ("message", "asctime")
# What ends a line, moves a cursor, or turns the direction of what follows it, and is not seen.
_CONTROL: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
# Tracebacks are several lines by right.
_LINES: Final = ("exception", "stack")
# Part of a path that names one thing: a photo's fingerprint, an id, a file that was uploaded.
_NAMES_ONE: Final = re.compile(r"/[^/]*[0-9A-Fa-f-]{16}[^/]*")
# More of one value is not for a line: whoever wrote it may be a stranger, and it takes time.
_LONGEST: Final = 32_000

log = logging.getLogger("search")


def configure(settings: Settings | None, *, ours: Level, others: Level = "WARNING") -> None:
    """Write log lines to standard error, from a level on: of ours, and of the libraries.

    Without settings (they are wrong) lines are readable. May be called again: the last call counts.
    """
    root = logging.getLogger()
    for handler in list(root.handlers):
        if isinstance(handler, _Lines):
            root.removeHandler(handler)
    lines = _Lines()
    form = settings.log_format if settings else "readable"
    lines.setFormatter(formatter(form, settings.secrets if settings else ()))
    root.addHandler(lines)
    root.setLevel(others)
    for name in OURS:
        logging.getLogger(name).setLevel(ours)


def hide_addresses() -> None:
    """Keep what names a search or a photo out of the web server's lines, whoever writes them.

    Whoever has a search's address sees it. uvicorn writes each request with its whole address;
    `streamlit run` keeps it from that, but only until a file of its settings is changed.
    """
    logging.getLogger("uvicorn.access").addFilter(_shorten)


def formatter(
    form: Literal["readable", "json"], secrets: Sequence[SecretStr] = ()
) -> logging.Formatter:
    """Return what turns a record into a line: `time`, `level`, `logger`, `event`, and its extras.

    `secrets`, and whatever looks like one, are cut out of all of it, tracebacks included.
    """
    return ProcessorFormatter(
        foreign_pre_chain=[
            ExtraAdder(),
            TimeStamper(fmt="iso", key="time"),
            add_log_level,
            add_logger_name,
            _add_search,
            format_exc_info,
        ],
        processors=[
            ProcessorFormatter.remove_processors_meta,
            _Scrubber(secrets),
            _in_order,
            *((_in_json(),) if form == "json" else (_escape_extras, _readable())),
        ],
        use_get_message=True,
    )


class SearchLine:
    """Logs one line a search, when it is over: an observer of the journal."""

    def on_search(self, search: SearchRecord) -> None:
        """Say how a search went: at INFO when it succeeded, else at WARNING."""
        told = {
            "search_id": str(search.id),
            "outcome": search.outcome,
            "origin": search.origin,
            "remembered": search.remembered,
            "cold": search.cold,
            "encoder_ms": _milliseconds(search.encoder_seconds),
            "database_ms": _milliseconds(search.database_seconds),
            "rest_ms": _milliseconds(search.rest_seconds),
            "shown": search.shown,
            "above": search.above,
            "best": None if search.best_score is None else round(search.best_score, 4),
        }
        log.log(logging.INFO if search.outcome == OK else logging.WARNING, "search", extra=told)

    def on_call(self, call: Call) -> None:
        """Nothing: attempts are lines of the encoder's, at DEBUG."""

    def on_breaker(self, change: BreakerChange) -> None:
        """Say that a server is left alone, or asked again."""
        log.warning(
            "breaker",
            extra={"host": change.host, "state": change.state.value, "code": change.reason},
        )

    def on_lost(self, records: int) -> None:
        """Nothing: the journal says so itself."""


def _shorten(record: logging.LogRecord) -> bool:
    """Cut the address in a line of a request; a line of another form is not written."""
    match record.args:
        case (client, method, str(address), *rest):
            path, mark, query = address.partition("?")
            shown = _NAMES_ONE.sub("/...", path) + mark + ("..." if query else "")
            record.args = (client, method, shown, *rest)
            return True
    return False


class _Lines(logging.Handler):
    """Writes to what standard error is at the moment, and never what it cannot scrub."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self.format(record)
        except Exception:  # noqa: BLE001 - whatever it is: a line must not fail who wrote it
            line = f"a line of {record.name} cannot be written ({record.pathname}:{record.lineno})"
        # Nobody may read it any more.
        with suppress(OSError, ValueError):
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()


class _Scrubber:
    """Cuts secrets out of every value of a line, however deep it lies."""

    def __init__(self, secrets: Sequence[SecretStr]) -> None:
        texts = {secret.get_secret_value() for secret in secrets}
        # As `%r` writes them, too. The longest first: it may contain another one.
        forms = sorted(texts | {repr(text)[1:-1] for text in texts}, key=len, reverse=True)
        self._secrets = [SecretStr(form) for form in forms]
        self._longest = len(forms[0]) if forms else 0

    def __call__(self, _: WrappedLogger, __: str, line: EventDict) -> EventDict:
        return {key: self._clean(value) for key, value in line.items()}

    def _clean(self, value: object) -> object:
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, Mapping):
            return {self._text(str(key)): self._clean(part) for key, part in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._clean(part) for part in value]
        return self._text(value if isinstance(value, str) else repr(value))

    def _text(self, text: str) -> str:
        if len(text) <= _LONGEST:
            return self._scrub(text)
        # With enough behind the end that no secret is there by half; and that much is left out.
        cut = self._scrub(text[: _LONGEST + self._longest])
        return f"{cut[: len(cut) - self._longest]}…"

    def _scrub(self, text: str) -> str:
        for secret in self._secrets:
            text = scrub(text, secret)
        return scrub(text)


def _add_search(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    """Name the search on whose behalf this is said."""
    if search_id := current_errand().search_id:
        line.setdefault("search_id", str(search_id))
    return line


def _in_order(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    """Begin every line alike, and let no message pretend to be several lines."""
    line["event"] = _escaped(str(line["event"]))
    rest = {key: value for key, value in line.items() if key not in (*_FIRST, *_LEFT)}
    return {key: line[key] for key in _FIRST} | rest


def _escape_extras(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    """Keep a value that is written without quotes from being taken for anything else."""
    return {key: _seen(key, value) for key, value in line.items()}


def _seen(key: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    return "\n".join(map(_escaped, value.split("\n"))) if key in _LINES else _escaped(value)


def _escaped(text: str) -> str:
    return _CONTROL.sub(lambda found: repr(found[0])[1:-1], text)


def _in_json() -> JSONRenderer:
    return JSONRenderer(serializer=_json, ensure_ascii=False)


def _json(line: EventDict, **how: Any) -> str:  # noqa: ANN401 - passed on
    """Write JSON: letters as they are, and what is not seen escaped as JSON escapes it."""
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(line, **how))


def _readable() -> ConsoleRenderer:
    return ConsoleRenderer(
        colors=False,
        pad_event_to=0,
        sort_keys=False,
        timestamp_key="time",
        exception_formatter=plain_traceback,
    )


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 1)
