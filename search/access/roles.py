"""What there is to be allowed, and the role from which on it is."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Role(StrEnum):
    """Who somebody is here. Each may do what those before it may."""

    GUEST = "guest"
    """Somebody with a demo link: looks and searches, changes nothing."""
    VIEWER = "viewer"
    ANALYST = "analyst"
    OPERATOR = "operator"

    def may(self, right: Right) -> bool:
        """Tell whether somebody in this role has a right."""
        return self.reaches(LEAST[right])

    def reaches(self, role: Role) -> bool:
        """Tell whether this role is another one, or above it."""
        return _LADDER.index(self) >= _LADDER.index(role)


class Right(StrEnum):
    """Something that not everybody may do."""

    SEARCH = "search"
    """Search and see what was found, pictures and the threshold included."""
    SEARCH_MANY = "search_many"
    """Search with a set of photos, each of which may be a call."""
    KEEP_HISTORY = "keep_history"
    """Have a list of one's own searches; name, pin and forget them."""
    SEE_PHOTOS = "see_photos"
    """Fetch the small picture of a photo that was searched with, by its fingerprint."""
    SEE_CATALOGUE = "see_catalogue"
    JUDGE = "judge"
    """Say what matches, and take judgements and evaluation sets along."""
    SET_THRESHOLD = "set_threshold"
    SEE_USAGE = "see_usage"
    """The usage page, metrics, and why something is not ready."""
    RUN = "run"
    """Change the catalogue: index, copy, switch models, build indexes, make calls for a test."""


_LADDER: Final = tuple(Role)
LEAST: Final[Mapping[Right, Role]] = MappingProxyType(
    {
        Right.SEARCH: Role.GUEST,
        Right.SEARCH_MANY: Role.VIEWER,
        Right.KEEP_HISTORY: Role.VIEWER,
        Right.SEE_PHOTOS: Role.VIEWER,
        Right.SEE_CATALOGUE: Role.VIEWER,
        Right.JUDGE: Role.ANALYST,
        Right.SET_THRESHOLD: Role.ANALYST,
        Right.SEE_USAGE: Role.OPERATOR,
        Right.RUN: Role.OPERATOR,
    }
)
