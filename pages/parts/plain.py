"""What people typed, where Streamlit would take it for Markdown."""

from __future__ import annotations

import re

_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$])")
# Addresses, mail addresses and directives are found after escapes have been resolved: a word
# joiner, which nobody sees, keeps their parts apart.
_LINKED = re.compile(r"(?i)(:|@|www)")
_JOINER = "\N{WORD JOINER}"


def plain(text: str) -> str:
    """Let Markdown show a text as it was typed: no link, no picture, no icon, no formula."""
    escaped = _MARKUP.sub(r"\\\1", text.replace("&", "&amp;"))
    return _LINKED.sub(rf"\1{_JOINER}", escaped)
