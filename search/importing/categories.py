"""The categories of an import: one of a name, however many products are in it."""

from __future__ import annotations

from collections.abc import Mapping

from search.language import LANGUAGES


class Categories:
    """Gives categories their ids; `known` are the stored names by id and language.

    Within an import the first name in each language counts. Capital letters make no difference: two
    sources that write one category differently would otherwise rename it in turns for ever.
    """

    def __init__(self, known: Mapping[str, Mapping[str, str]]) -> None:
        self._known = known
        self._said: dict[str, dict[str, str]] = {}

    def id_of(self, name: Mapping[str, str]) -> str | None:
        """Return the id of a category by its names by language; None without any."""
        spoken = next((name[code] for code in LANGUAGES if code in name), None)
        if spoken is None:
            return None
        number = spoken.casefold()
        self._said[number] = {**name, **self._said.get(number, {})}
        return number

    def news_of(self, number: str | None) -> dict[str, str]:
        """Return the names of a category that are to be stored, by language."""
        known = self._known.get(number or "", {})
        return {
            code: name
            for code, name in self._said.get(number or "", {}).items()
            if known.get(code, "").casefold() != name.casefold()
        }

    def is_renamed(self, number: str | None) -> bool:
        """Tell whether a category that is stored gets another name, or one in another language."""
        return number in self._known and bool(self.news_of(number))
