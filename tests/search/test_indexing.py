"""Catalogue pictures -> vectors, through the real HTTP encoder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from search.encoders.dialects import HUGGINGFACE
from search.encoders.http import HttpEncoder
from search.engine import SearchEngine
from search.errors import PhotoRejected, TokenRefused
from search.indexing import Indexed
from search.settings import Settings
from search.store.store import Store
from tests.catalogues import products, unit_vectors
from tests.fake_huggingface import FAULTS, FakeHuggingFace, status

Paint = Callable[..., bytes]


@pytest.fixture
def stocked(
    store: Store, settings: Settings, fake: FakeHuggingFace, picture: Paint
) -> Iterator[SearchEngine]:
    """Return an engine on the HTTP encoder whose catalogue of 40 has no vectors yet."""
    encoder = HttpEncoder(fake.model_url, HUGGINGFACE, deadline=10)
    engine = SearchEngine(settings, store, encoder)
    engine.store.products.add(
        "test",
        [
            replace(made, picture=picture((number, 0, 0)), embedding=None)
            for number, made in enumerate(products(unit_vectors(40)))
        ],
    )
    yield engine
    engine.close()


def test_indexing_makes_a_catalogue_searchable(
    stocked: SearchEngine, fake: FakeHuggingFace, picture: Paint
) -> None:
    """A catalogue embedded in another space is one command away from this one."""
    told: list[Indexed] = []
    state = stocked.index(told.append)
    assert (state.done, state.failed, state.total) == (40, 0, 40)
    assert [report.done for report in told] == sorted(report.done for report in told)
    assert fake.count == 40
    assert len(stocked.search(stocked.read(picture((7, 0, 0)))).hits) == 40


def test_indexing_again_encodes_only_what_is_new(
    stocked: SearchEngine, fake: FakeHuggingFace
) -> None:
    """A second run costs no call; `again` encodes everything once more."""
    stocked.index(lambda _: None)
    stocked.index(lambda _: None)
    assert fake.count == 40
    stocked.index(lambda _: None, again=True)
    assert fake.count == 80


def test_a_picture_that_is_refused_is_passed_over(
    stocked: SearchEngine, fake: FakeHuggingFace
) -> None:
    """One bad picture does not stop the rest, and the next run tries it again."""
    fake.script(status(422, "no"))
    state = stocked.index(lambda _: None)
    assert (state.done, state.failed) == (39, 1)
    assert isinstance(state.first_failure, PhotoRejected)
    assert stocked.index(lambda _: None).done == 1


def test_a_refused_token_ends_the_run_and_keeps_what_is_done(
    stocked: SearchEngine, fake: FakeHuggingFace
) -> None:
    """An error that would meet every picture is raised at once; a later run goes on from there."""
    done = 0

    def refuse_after_the_first_batch(state: Indexed) -> None:
        nonlocal done
        done = state.done
        if done:
            fake.otherwise(FAULTS["credentials"])

    with pytest.raises(TokenRefused):
        stocked.index(refuse_after_the_first_batch)
    assert 0 < done < 40
    assert stocked.coverage().indexed == done
