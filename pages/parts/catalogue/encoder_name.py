"""What an encoder is called: a product by its name, ours in the reader's language."""

from __future__ import annotations

from pages.parts.plain import plain
from search.language import Language


def encoder_name(encoder: str, t: Language) -> str:
    """Return the name of an encoder, for Markdown."""
    key = f"usage.encoder_name.{encoder}"
    return t.text(key) if key in t else plain(encoder)
