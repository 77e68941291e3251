"""What others wrote, made fit for PostgreSQL."""

from __future__ import annotations


def storable(text: str) -> str:
    """Replace what no text of PostgreSQL holds: NULs, and halves of a pair of surrogates."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
