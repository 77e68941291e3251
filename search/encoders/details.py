"""What a server said -> one short line that can be shown to anybody."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

from pydantic import SecretStr

from search.encoders.pages import text_of
from search.encoders.tokens import scrub, scrub_foreign

LONGEST = 200
# Where the servers we know put their message, the most telling first.
_KEYS = ("error", "message", "detail", "msg", "errors")
_DEEPEST = 4


def detail_in(body: bytes, token: SecretStr | None = None) -> str:
    """Return the message in an answer of any kind: JSON, HTML or text; "" when there is none."""
    text = body.decode("utf-8", errors="replace").strip()
    try:
        text = _message_in(json.loads(text)) or text
    except (ValueError, RecursionError):
        text = text_of(text) if text.startswith("<") else text
    return clean(text, token)


def clean(text: str, token: SecretStr | None = None) -> str:
    """Bring a text to one line of at most LONGEST characters without controls or secrets.

    It never begins with "@": what does is the name of one of our own texts.
    """
    scrubbed = scrub_foreign(text, token)
    visible = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in scrubbed)
    line = scrub(" ".join(visible.split()), token).lstrip("@ ")
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def _message_in(answer: Any, depth: int = 0) -> str:  # noqa: ANN401 - parsed JSON is anything
    """Find the message: `{"error": …}`, `{"error": {"message": …}}`, `{"detail": [{"msg": …}]}`."""
    if isinstance(answer, str):
        return answer
    if depth > _DEEPEST:
        return ""
    if isinstance(answer, list):
        return "; ".join(filter(None, (_message_in(part, depth + 1) for part in answer[:3])))
    if isinstance(answer, dict):
        for key in _KEYS:
            if found := _message_in(answer.get(key), depth + 1):
                return found
    return ""
