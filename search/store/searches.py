"""Every search and its hits, under its UUID."""

from __future__ import annotations

from search.hits import Search
from search.store.database import Database
from search.store.spaces import Spaces

_SAVE = """
    INSERT INTO likeness.searches
        (id, space_id, fingerprint, remembered, product_ids, picture_ids, similarities)
    VALUES (%(id)s, %(space)s, %(fingerprint)s, %(remembered)s,
            %(products)s::bigint[], %(pictures)s::bigint[], %(similarities)s::float8[])
"""


class Searches:
    """The table `searches`."""

    def __init__(self, database: Database, spaces: Spaces) -> None:
        self._database = database
        self._spaces = spaces

    def save(self, search: Search) -> None:
        """Store a search with its hits."""
        stored = {
            "id": search.id,
            "space": self._spaces.id_of(search.query.space),
            "fingerprint": search.photo.fingerprint,
            "remembered": search.remembered,
            "products": [hit.product.id for hit in search.hits],
            "pictures": [hit.picture_id for hit in search.hits],
            "similarities": [hit.similarity for hit in search.hits],
        }
        with self._database.unhurried_transaction() as connection:
            connection.execute(_SAVE, stored)
