"""Every search and its hits, under its UUID."""

from __future__ import annotations

from search.hits import Search
from search.store.database import Database
from search.store.spaces import Spaces

_SAVE = """
    WITH search AS (
        INSERT INTO likeness.searches (id, space_id, fingerprint, remembered)
        VALUES (%(id)s, %(space)s, %(fingerprint)s, %(remembered)s)
    )
    INSERT INTO likeness.search_hits (search_id, rank, product_id, picture_id, similarity)
    SELECT %(id)s, * FROM unnest(
        %(ranks)s::smallint[], %(products)s::bigint[], %(pictures)s::bigint[],
        %(similarities)s::float8[])
"""


class Searches:
    """The tables `searches` and `search_hits`."""

    def __init__(self, database: Database, spaces: Spaces) -> None:
        self._database = database
        self._spaces = spaces

    def save(self, search: Search) -> None:
        """Store a search with its hits, in one statement."""
        stored = {
            "id": search.id,
            "space": self._spaces.id_of(search.query.space),
            "fingerprint": search.photo.fingerprint,
            "remembered": search.remembered,
            "ranks": [hit.rank for hit in search.hits],
            "products": [hit.product.id for hit in search.hits],
            "pictures": [hit.picture_id for hit in search.hits],
            "similarities": [hit.similarity for hit in search.hits],
        }
        with self._database.connection() as connection:
            connection.execute(_SAVE, stored)
