"""What is logged of a sign-in that failed: the reason, and nothing that opens anything."""

from __future__ import annotations

import logging
import re
from typing import Final

HIDDEN: Final = "…"
# Codes, verifiers, tokens, secrets, and whatever is written in base64: so many letters and figures
# in a row are no word. A provider may send back all that it was sent.
_FIGURE: Final = re.compile(r"[0-9]")
_ROW: Final = re.compile(r"[A-Za-z0-9+/=_~%-]{20,}")
# As in `search.logs`: what ends a line, moves a cursor, or turns the direction of what follows.
_CONTROL: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
_LONGEST: Final = 500


def keep_the_reason(record: logging.LogRecord) -> bool:
    """Make a line of one of the web server's on signing in: a filter for its logger.

    Its tracebacks end with what the provider answered, and its lines with what stands in an
    address, which a stranger may have written.
    """
    said = record.getMessage()
    if record.exc_info and (error := record.exc_info[1]) is not None:
        said = f"{said} {type(error).__name__}: {error}"
    record.msg, record.args = _harmless(said), ()
    record.exc_info = record.exc_text = None
    return True


def _harmless(text: str) -> str:
    short = _ROW.sub(_hidden, text)[:_LONGEST]
    return _CONTROL.sub(lambda found: repr(found[0])[1:-1], short)


def _hidden(row: re.Match[str]) -> str:
    # Letters of one size alone are a word. A pattern for two sizes takes time by the square of the
    # length, which a stranger chooses.
    is_word = row[0] in (row[0].lower(), row[0].upper()) and not _FIGURE.search(row[0])
    return row[0] if is_word else HIDDEN
