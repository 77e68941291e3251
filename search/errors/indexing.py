"""Why the catalogue is not indexed now."""

from __future__ import annotations

from search.errors.root import LikenessError


class IndexingElsewhere(LikenessError):
    """Somebody indexes this space already. Facts: `process`, `done`, `total`."""

    code = "indexing_elsewhere"
