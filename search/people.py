"""What people write about themselves and their reasons, made fit to be kept."""

from __future__ import annotations

import unicodedata

from search.errors import LikenessError

ANONYMOUS = "anonymous"
LONGEST_NAME = 80
LONGEST_REASON = 500
LONGEST_EXCERPT = 80

# Control characters, of which PostgreSQL refuses one, and halves of characters.
_UNFIT = frozenset({"Cc", "Cs"})
# Numbers that are no characters and never will be; XML has no place for some of them.
_NO_CHARACTERS = range(0xFDD0, 0xFDF0)
_LAST_TWO = 0xFFFE


def tidy(text: str) -> str:
    """Return a text in one line, without what cannot be shown, and without spaces around it."""
    text = text.strip()
    if text.isprintable():  # then the only blank in it is the space, and it can be shown
        return text
    fit = (" " if c.isspace() else c for c in text)
    return "".join(c for c in fit if _is_fit(c)).strip()


def _is_fit(character: str) -> bool:
    number = ord(character)
    # Each plane of Unicode ends with two of them.
    is_none = number in _NO_CHARACTERS or number & _LAST_TWO == _LAST_TWO
    return not is_none and unicodedata.category(character) not in _UNFIT


def name_of(who: str) -> str | None:
    """Return a person's name as it is kept, "anonymous" for none; None when it is too long."""
    name = tidy(who)
    return (name or ANONYMOUS) if len(name) <= LONGEST_NAME else None


def signed(who: str, refused: type[LikenessError]) -> str:
    """Return a person's name as it is kept; raise an error of a kind when it is too long."""
    name = name_of(who)
    if name is None:
        raise refused(reason="@reasons.name_too_long", limit=LONGEST_NAME)
    return name


def reasoned(why: str, refused: type[LikenessError]) -> str:
    """Return a reason as it is kept; raise an error of a kind when there is none or too much."""
    reason = tidy(why)
    if not reason:
        raise refused(reason="@reasons.threshold_without_why")
    if len(reason) > LONGEST_REASON:
        raise refused(reason="@reasons.threshold_long_why", limit=LONGEST_REASON)
    return reason


def excerpt(text: str) -> str:
    """Return a text as a sentence can quote it: in one line, cut after 80 characters."""
    line = tidy(text[: 2 * LONGEST_EXCERPT])
    return line if len(text) <= LONGEST_EXCERPT else f"{line[:LONGEST_EXCERPT]}…"
