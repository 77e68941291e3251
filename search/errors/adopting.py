"""Why a shop's own tables cannot be copied; what was copied from them before stays."""

from __future__ import annotations

from search.errors.root import LikenessError


class AdoptionFailed(LikenessError):
    """The catalogue cannot be brought up to date from where it comes from."""


class TablesMissing(AdoptionFailed):
    """There is nothing to copy: neither tables that are known, nor a query. Facts: `tables`."""

    code = "tables_missing"


class TablesForbidden(AdoptionFailed):
    """Tables may not be read. Facts: `tables`, and `grant`, the statement that mends it."""

    code = "tables_forbidden"


class TablesAway(AdoptionFailed):
    """The database with the tables cannot be reached or read. Facts: `reason`, no address."""

    code = "tables_away"
    retry = True


class VectorsUnreadable(AdoptionFailed):
    """A column of vectors holds others or none. Facts: `table`, `reason`: the server's words."""

    code = "vectors_unreadable"


class AdoptingElsewhere(AdoptionFailed):
    """Another process copies already. Facts: `process`, `done`, `total`: products."""

    code = "adopting_elsewhere"
