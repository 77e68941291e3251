"""What filters left of the catalogue, in words, for whatever was found among it."""

from __future__ import annotations

from pages.parts.filters.told import chips
from search.engine import SearchEngine
from search.errors import StoreError
from search.language import Language
from search.narrowing import Narrow


def among_said(engine: SearchEngine, narrow: Narrow | None, t: Language) -> str:
    """Say what filters left of the catalogue, by the words of their chips; "" where none is set."""
    if not narrow:
        return ""
    try:
        names = engine.facets.names(narrow.categories)
    except StoreError:
        names = {}  # the codes of the categories are said instead
    said = " · ".join(chip["text"] for chip in chips(narrow, names, t))
    return t.text("filters.among", filters=said)
