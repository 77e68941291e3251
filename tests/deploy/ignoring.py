"""What `.dockerignore` keeps from the builder; as in Docker the last line that fits decides."""

from __future__ import annotations

import re
from pathlib import Path


def patterns_of(folder: Path) -> list[str]:
    """Return a context's patterns in order."""
    lines = (folder / ".dockerignore").read_text("utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def is_ignored(path: str, patterns: list[str]) -> bool:
    """Tell whether a path, relative to the context, is kept from the builder."""
    parts = Path(path).parts
    whole = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
    ignored = False
    for pattern in patterns:
        expression = _expression(pattern.removeprefix("!").strip("/"))
        # A folder that fits takes all that is in it along.
        if any(expression.fullmatch(part) for part in whole):
            ignored = not pattern.startswith("!")
    return ignored


def _expression(pattern: str) -> re.Pattern[str]:
    pieces = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    meant = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(meant.get(piece, re.escape(piece)) for piece in pieces))
