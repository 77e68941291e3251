"""What others wrote, made fit for PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping

from search.language import Fact


def storable(text: str) -> str:
    """Replace what no text of PostgreSQL holds: NULs, and halves of a pair of surrogates."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


def storable_facts(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Do so with an error's facts."""
    return {name: storable(fact) if isinstance(fact, str) else fact for name, fact in facts.items()}
