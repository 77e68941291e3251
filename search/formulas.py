"""What a spreadsheet takes for a formula, and texts that it takes for texts."""

from __future__ import annotations

import re
from typing import Final

# The wide ones are formulas as well, in some languages.
_SIGNS: Final = "=+-@＝＋－＠"
_BEGINNINGS: Final = tuple(f"{_SIGNS}\t\r\n")
SIGN: Final = f"[{re.escape(_SIGNS)}\t]"
"""What begins a formula in a cell within a text, as a part of a regular expression."""
# Where a spreadsheet that parts cells, or lines, otherwise would begin a cell with a formula:
# quotes do not keep Excel from parting a text by the character of another country.
_INSIDE: Final = re.compile(rf"""([,;|\r\n]"*'*)(?={SIGN})""")
_MARKED_INSIDE: Final = re.compile(rf"""([,;|\r\n]"*'*)'(?={SIGN})""")


def may_run(text: str) -> bool:
    """Tell whether a spreadsheet might take a text for a formula."""
    return text.startswith(_BEGINNINGS)


def defused(text: str) -> str:
    """Mark with an apostrophe whatever might be taken for a formula, so that `restored` undoes it.

    An apostrophe at the beginning gets another one, to be told apart again.
    """
    marked = _INSIDE.sub(r"\1'", text)
    return f"'{marked}" if _is_marked_by_one_more(marked) else marked


def restored(text: str) -> str:
    """Return the text that was `defused`; one that needed no mark stays as it is."""
    bare = text[1:] if text.startswith("'") and _is_marked_by_one_more(text[1:]) else text
    return _MARKED_INSIDE.sub(r"\1", bare)


def _is_marked_by_one_more(text: str) -> bool:
    return may_run(text) or text.startswith("'")
