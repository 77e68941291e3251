"""The text of a web page, found in one pass: a page may be made to take a parser for ever."""

from __future__ import annotations

import html
import re
from typing import Final

# A server's message stands at the beginning, after what its head may weigh.
LONGEST_PAGE: Final = 100_000
_TAG: Final = re.compile(r"<[a-z/!?]", re.IGNORECASE | re.ASCII)
# What begins so is shown in no window, up to its end.
_UNSHOWN: Final = re.compile(r"<(script|style|title)\b", re.IGNORECASE | re.ASCII)
# Bounded: a number of a million digits is no character.
_REFERENCE: Final = re.compile(r"&#?\w{1,32};", re.ASCII)


def text_of(page: str) -> str:
    """Return what a browser would show of a page in its window, tags replaced by blanks."""
    looked_at = page[:LONGEST_PAGE]
    shown, at = [], 0
    while (tag := _TAG.search(looked_at, at)) is not None:
        shown.append(looked_at[at : tag.start()])
        at = _end(looked_at, tag.start())
    # A piece that was cut could end in half a token.
    if len(page) <= LONGEST_PAGE:
        shown.append(looked_at[at:])
    return _REFERENCE.sub(lambda found: html.unescape(found[0]), " ".join(shown))


def _end(page: str, begin: int) -> int:
    """Return where a tag ends that begins here, or all that is not shown because of it.

    What never ends goes on to the end of the page, so that no part is looked through twice.
    """
    if page.startswith("<!--", begin):
        return _after("-->", page, begin)
    if unshown := _UNSHOWN.match(page, begin):
        closing = re.compile(f"</{unshown[1]}", re.IGNORECASE).search(page, unshown.end())
        if closing is None:
            return len(page)
        begin = closing.start()
    return _after(">", page, begin)


def _after(mark: str, page: str, begin: int) -> int:
    found = page.find(mark, begin)
    return len(page) if found < 0 else found + len(mark)
