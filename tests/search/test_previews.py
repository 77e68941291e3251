"""What the last searches would have shown with another threshold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from search.engine import SearchEngine
from search.hits import Hit
from search.previews import Standing
from search.tuning.scales import Scale, hundredths
from search.vectors import Embedding
from tests.catalogues import products, unit_vectors

Paint = Callable[..., bytes]
COLOURS = ("red", "green", "blue", "black", "orange", "purple")


@pytest.fixture
def searched(engine: SearchEngine, picture: Paint) -> SearchEngine:
    """Return an engine with six products, on which two photos were searched, one of them twice."""
    goods = [
        replace(made, picture=picture(colour), article=colour, embedding=None)
        for made, colour in zip(products(unit_vectors(6)), COLOURS, strict=True)
    ]
    engine.store.products.add("test", goods)
    engine.index(lambda _: None)
    for colour in ("red", "blue", "red"):
        engine.search(engine.reading.read(picture(colour, kind="WEBP")))
    return engine


def on_page(searched: SearchEngine, query: Embedding) -> tuple[Hit, ...]:
    """Return what a search has on its page: products with the same picture share a place."""
    alike = searched.settings.duplicate_similarity
    return searched.store.embeddings.nearest(query, 50, alike=alike)


def test_each_photo_comes_once_the_last_first(searched: SearchEngine) -> None:
    """Searching twice with one photo is one line of the preview."""
    changes = searched.previews.changes(0.30, Scale.COSINE)
    assert len(changes) == 2
    assert changes[0].made_at > changes[1].made_at
    assert all(change.moved == () for change in changes)


def test_what_comes_and_goes_is_named(searched: SearchEngine) -> None:
    """A higher line takes away exactly the products between the two, a lower one brings none."""
    first = searched.store.searches.last(searched.encoder.space, 1)[0]
    query = searched.store.photos.find(first.photo, searched.encoder.space)
    assert query is not None
    hits = on_page(searched, query)
    line = hundredths(hits[1].score) / 100
    change = searched.previews.changes(line, Scale.COSINE)[0]
    kept = [hit for hit in hits if hundredths(hit.score) >= round(line * 100)]
    assert change.after == len(kept) < change.before == len(hits)
    gone = [hit.product.id for hit in hits if hit not in kept]
    assert [moved.hit.product.id for moved in change.moved] == gone
    assert {(m.was, m.becomes) for m in change.moved} == {(Standing.SIMILAR, Standing.HIDDEN)}


def test_a_second_line_makes_doubtful_what_would_go(searched: SearchEngine) -> None:
    """What is between the lines is told apart from what is hidden, and losing that is a change."""
    first = searched.store.searches.last(searched.encoder.space, 1)[0]
    query = searched.store.photos.find(first.photo, searched.encoder.space)
    assert query is not None
    scores = [hundredths(hit.score) for hit in on_page(searched, query)]
    line, doubtful = scores[0] / 100, scores[-1] / 100
    change = searched.previews.changes(line, Scale.COSINE, doubtful)[0]
    assert change.after_doubtful == sum(score < scores[0] for score in scores) > 0
    assert {moved.becomes for moved in change.moved} == {Standing.DOUBTFUL}
    searched.thresholds.save(line, doubtful=doubtful, who="Anna", why="two lines")
    assert searched.previews.changes(line, Scale.COSINE, doubtful)[0].moved == ()
    lost = searched.previews.changes(line, Scale.COSINE)[0]
    assert {(m.was, m.becomes) for m in lost.moved} == {(Standing.DOUBTFUL, Standing.HIDDEN)}


def test_another_scale_is_compared_anew(searched: SearchEngine) -> None:
    """On the relative scale a line of 1 leaves the best product of each photo."""
    for change in searched.previews.changes(1.0, Scale.RELATIVE):
        assert change.after == 1
    assert all(c.after <= 6 for c in searched.previews.changes(0.0, Scale.CENTRED))
