"""Tokens: refused before any request when they cannot be one, and cut out of every text."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from urllib.parse import quote

from pydantic import SecretStr

from search.encoders.spellings import PART, Reading, Span

HIDDEN = "[hidden]"
# So many characters of what somebody else wrote are looked at: far more than is ever shown.
LOOKED_AT = 4096
# As much as may be left there of a token that was cut: less than a PART, each `&#x0000;` at worst.
_END = 10 * PART

# What people paste: the header, the shell line, the quotes around it, the example from a manual.
_MISTAKES = (
    ("bearer", re.compile(r"bearer[\s:]", re.IGNORECASE)),
    ("assignment", re.compile(r"[A-Z]+_[A-Z_]+=")),
    ("quotes", re.compile(r".*[\"'`\u2018\u2019\u201c\u201d]")),
    ("spaces", re.compile(r".*\s", re.DOTALL)),
    ("characters", re.compile(r".*[^\x21-\x7e]", re.DOTALL)),
    (
        "placeholder",
        re.compile(
            r"(hf_)?([x.*]{3,}|<.*>|\$.*|your[-_].*|my[-_]token|change[-_]?me)$", re.IGNORECASE
        ),
    ),
)

# Whatever looks like a secret, even if it is not the one we know. Each part is looked through once,
# however long it is: what a server says may be made to take us for ever.
_LOOKS_SECRET = re.compile(
    r"hf_[A-Za-z0-9_]{4,}"
    r"|lk_[A-Za-z0-9_-]{20,}"
    r"|(?<=bearer )[^\s\"',<>]+"
    r"|(?<=api_key=)[^\s\"'&,<>]+"
    r"|(?<=password=)('[^']*'|[^\s\"'&,<>]+)"
    r"|(?<=://)[^\s/@:]*+:[^\s/]+(?=@)",
    re.IGNORECASE,
)
_SHORTEST_SECRET = 4


def as_secret(token: str | SecretStr | None) -> SecretStr | None:
    """Wrap a token so that it is never printed; blanks around it are dropped, an empty one too."""
    text = token.get_secret_value() if isinstance(token, SecretStr) else token or ""
    return SecretStr(text.strip()) if text.strip() else None


def mistake_in(token: SecretStr) -> str | None:
    """Name what keeps this from being a token, as the key of a text; None when nothing does."""
    text = token.get_secret_value()
    for name, pattern in _MISTAKES:
        if pattern.match(text):
            return f"@reasons.token_{name}"
    return None


def scrub(text: str, token: SecretStr | None = None) -> str:
    """Cut the token, and whatever looks like one, out of a text of our own or of a library's."""
    if token and len(secret := token.get_secret_value()) >= _SHORTEST_SECRET:
        for form in sorted(_forms(secret), key=len, reverse=True):
            # Hosts come back in small letters.
            text = re.sub(re.escape(form), HIDDEN, text, flags=re.IGNORECASE)
    return _LOOKS_SECRET.sub(HIDDEN, text)


def scrub_foreign(text: str, token: SecretStr | None = None) -> str:
    """Cut the same out of what somebody else wrote: in other spellings, split, or only begun.

    What is longer than LOOKED_AT is cut, and no part of a token is left at its end.
    """
    looked_at = text[:LOOKED_AT]
    told, at = [], 0
    for begin, end in sorted(_spans(looked_at, token)):
        if begin >= at:
            told += [looked_at[at:begin], HIDDEN]
        at = max(at, end)
    told.append(looked_at[at:])
    scrubbed = scrub("".join(told), token)
    return scrubbed if len(text) <= LOOKED_AT else scrubbed[:-_END]


def _spans(text: str, token: SecretStr | None) -> Iterator[Span]:
    yield from Reading.of(text).matches(_LOOKS_SECRET)
    if token and len(secret := token.get_secret_value()) >= _SHORTEST_SECRET:
        joined = Reading.of(text, blanks=False)
        # It may itself look as if it were written in another way.
        for word in {secret, Reading.of(secret, blanks=False).letters}:
            if len(word) >= _SHORTEST_SECRET:
                yield from joined.beginnings(word)


def _forms(secret: str) -> set[str]:
    """Return how libraries write it: as it is, in addresses, in HTML and in JSON."""
    in_json = json.dumps(secret)[1:-1]
    quoted = {quote(secret), quote(secret, safe="")}
    return {secret, *quoted, html.escape(secret), in_json, in_json.replace("/", "\\/")}
