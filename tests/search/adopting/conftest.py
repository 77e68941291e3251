"""What adoption is tried with: a small founding schema, and engines that adopt it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest
from pydantic import SecretStr

from search.engine import SearchEngine
from search.settings import Settings
from search.store.database import Database
from search.store.store import Store
from tests.founding import FoundingDatabases, build_founding
from tests.search.conftest import PixelEncoder

SMALL = 300
BASE = "https://pictures.example/all"

Adopt = Callable[..., SearchEngine]
Ask = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def founding(empty_database: Callable[[], str]) -> FoundingDatabases:
    """Return a small shop's database."""
    return build_founding(empty_database(), products=SMALL, indexed=False)


@pytest.fixture
def adopting(settings: Settings) -> Iterator[Adopt]:
    """Return a maker of engines that stand on a shop's database with no right to write there."""
    with ExitStack() as closing:

        def make(shop: FoundingDatabases, **changed: object) -> SearchEngine:
            told = {
                "vector_database_url": SecretStr(shop.reads_vectors),
                "database_url": SecretStr(shop.reads_catalogue),
                "picture_base_url": BASE,
                **changed,
            }
            store = Store.on(Database(shop.reads_vectors))
            engine = SearchEngine(settings.model_copy(update=told), store, PixelEncoder())
            closing.callback(engine.close)
            return engine

        yield make


def ask(address: str, query: str, *asked: object) -> list[tuple[Any, ...]]:
    """Run a statement as the shop's owner, and return what it returns."""
    with psycopg.connect(address) as connection:
        # Not the owner's own schema, which is called like Likeness'.
        connection.execute("SET search_path = public")
        cursor = connection.execute(query.encode(), asked or None)
        return cursor.fetchall() if cursor.description else []
