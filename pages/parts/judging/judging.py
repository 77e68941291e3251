"""Judging by mouse, key and finger, as far as two components share it.

The files of this folder are joined with a component's own. What a person says goes from the browser
straight to the HTTP interface: a rerun of the page for each of fifty verdicts would be felt.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

Text = str | Mapping[str, str]

# One sentence each; those marked * are plurals, chosen in the browser by Intl.PluralRules.
TEXTS: Final = (
    "match",
    "different",
    "unsure",
    "undo",
    "judging_as",
    "anonymous",
    "not_saved",  # {why}
    "not_undone",  # {why}
    "try_again",
    "dismiss",
    "unsaved",  # * {count}; plural of count
    "send_again",
    "load_again",
    "unreachable",
    "server_failed",  # {status}
    "interrupted",
    "another",
)

_PARTS = Path(__file__).parent.parent
BAR: Final = (Path(__file__).parent / "bar.html").read_text("utf-8")
# From the folder of all parts: the words are those of the results.
STYLES: Final = ("judging/ground.css", "judging/bar.css")
SCRIPTS: Final = (
    "results/words.js",
    "judging/journal.js",
    "judging/key_caps.js",
    "judging/bar.js",
    "judging/keys.js",
)


def read_parts(*names: str) -> str:
    """Join files of the folder of all parts into one text, in this order."""
    return "\n".join((_PARTS / name).read_text("utf-8") for name in names)


def read_scripts(*names: str) -> str:
    """Join a component's scripts; the last exports what it is, within `inOrder`."""
    return read_parts("in_order.js", *names)


def with_bar(html: str) -> str:
    """Put the bar's skeleton where a component's skeleton wants it."""
    return html.replace("<!-- judging/bar.html -->", BAR)


def choose_texts(
    names: tuple[str, ...], texts: Mapping[str, Text], language: str
) -> dict[str, Text]:
    """Return the texts of these names; raise ValueError, which names those that are missing."""
    missing = [name for name in names if name not in texts]
    if missing:
        raise ValueError(f"texts are missing in {language!r}: {', '.join(missing)}")
    return {name: texts[name] for name in names}
