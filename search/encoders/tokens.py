"""Tokens: refused before any request when they cannot be one, and cut out of every text."""

from __future__ import annotations

import re
from urllib.parse import quote

from pydantic import SecretStr

HIDDEN = "[hidden]"

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

# Whatever looks like a secret, even if it is not the one we know.
_LOOKS_SECRET = re.compile(
    r"hf_[A-Za-z0-9_]{4,}"
    r"|(?<=bearer )[^\s\"',<>]+"
    r"|(?<=api_key=)[^\s\"'&,<>]+"
    r"|(?<=password=)('[^']*'|[^\s\"'&,<>]+)"
    r"|(?<=://)[^\s/@]+:[^\s/@]+(?=@)",
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
    """Cut the token, and whatever looks like one, out of a text."""
    if token and len(secret := token.get_secret_value()) >= _SHORTEST_SECRET:
        for form in (secret, quote(secret, safe="")):
            # Hosts come back in small letters.
            text = re.sub(re.escape(form), HIDDEN, text, flags=re.IGNORECASE)
    return _LOOKS_SECRET.sub(HIDDEN, text)
