"""A search for which there is no encoder is a search that failed, and is recorded as one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from search.calls import BreakerChange, Call, SearchRecord
from search.engine import SearchEngine
from search.errors import ModelLost, SettingError
from search.settings import Settings
from search.store.store import Store
from search.vectors import CLIP, VectorSpace

LOST = VectorSpace("acme/clip-two", "7")


class Heard:
    """Hears of searches."""

    def __init__(self) -> None:
        self.searches: list[SearchRecord] = []

    def on_call(self, call: Call) -> None:
        """Hear of a call."""

    def on_search(self, search: SearchRecord) -> None:
        """Remember it."""
        self.searches.append(search)

    def on_breaker(self, change: BreakerChange) -> None:
        """Hear of a breaker."""

    def on_lost(self, records: int) -> None:
        """Hear of what was never written."""


def test_a_lost_model_is_in_the_log_of_its_own_space(
    store: Store, settings: Settings, picture: Callable[..., bytes]
) -> None:
    """Who searched, from where, when and why it failed; and the metrics hear of it as well."""
    store.model_switches.add(LOST, CLIP, "Anna", "better")
    heard = Heard()
    engine = SearchEngine(settings, store, observers=[heard])
    with pytest.raises(ModelLost):
        engine.search(engine.reading.read(picture("red")), origin="api", who="Boris")
    assert engine.journal.flush(10)
    (told,) = heard.searches
    assert (told.space, told.outcome, told.origin, told.who) == (LOST, "model_lost", "api", "Boris")
    with store.database.connection() as connection:
        rows = connection.execute(
            "SELECT model, outcome, origin, who FROM likeness.search_log"
            " JOIN likeness.spaces ON spaces.id = space_id"
        ).fetchall()
    assert rows == [(LOST.model, "model_lost", "api", "Boris")]
    engine.close()


def test_so_is_an_encoder_that_cannot_be_built(
    store: Store, settings: Settings, picture: Callable[..., bytes]
) -> None:
    """A wrong setting meets every search: the usage page counts them."""
    heard = Heard()
    wrong = settings.model_copy(update={"encoder_url": "https://clip.test", "encoder_dialect": "x"})
    engine = SearchEngine(wrong, store, observers=[heard])
    with pytest.raises(SettingError):
        engine.search(engine.reading.read(picture("red")))
    assert [search.outcome for search in heard.searches] == ["setting"]
    engine.close()
