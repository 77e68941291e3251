"""What the results component says of one search: of what was searched with, and among what."""

from __future__ import annotations

from collections.abc import Mapping

from pages.parts.judging.judging import Text
from search.language import Language
from search.subject import Kind


def texts_of(kind: Kind, t: Language, *, narrowed: bool) -> dict[str, Text]:
    """Return the texts of `words.TEXTS`; `narrowed` tells that filters leave some products alone.

    {subject} and {best} are filled in: this photo, or this product, and what 1 on the relative
    scale is. All else is filled in where the line moves.
    """
    said = t.entry("results") | (t.entry("results_narrowed") if narrowed else {})
    facts: Mapping[str, str] = t.entry(f"results_of.{kind}")
    return {
        name: _filled(text, facts) if name.startswith("caption") else text
        for name, text in said.items()
    }


def _filled(text: Text, facts: Mapping[str, str]) -> Text:
    if not isinstance(text, str):
        return {form: str(_filled(one, facts)) for form, one in text.items()}
    for name, fact in facts.items():
        text = text.replace(f"{{{name}}}", fact)
    return text
