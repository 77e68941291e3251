"""A search from photo to product with CLIP in this process."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest

from search.encoders.choice import choose_encoder
from search.engine import SearchEngine
from search.photo import Photo, read_photo
from search.settings import Settings
from search.store.store import Store
from tests.catalogues import products, unit_vectors
from tests.search.encoders.small_clip import drawn, small_model, write


def as_png(photo: Photo) -> bytes:
    """Return a photo as a file."""
    buffer = io.BytesIO()
    photo.image.save(buffer, "PNG")
    return buffer.getvalue()


def test_a_search_finds_the_photos_own_product(store: Store, tmp_path: Path) -> None:
    """A catalogue that was indexed with it is searched with it."""
    folder = write(tmp_path / "model", small_model())
    settings = Settings(encoder="local", local_model_dir=folder, likeness_data_dir=tmp_path)
    pictures = [as_png(drawn(colour)) for colour in ("red", "green", "blue")]
    encoder = choose_encoder(settings)
    store.products.add(
        "test",
        [
            replace(product, picture=picture, embedding=encoder.encode(read_photo(picture)))
            for product, picture in zip(products(unit_vectors(3)), pictures, strict=True)
        ],
    )
    engine = SearchEngine(settings, store)
    try:
        search = engine.search(engine.reading.read(pictures[1]))
        assert engine.encoder.host == ""
    finally:
        engine.close()
    assert search.hits[0].similarity == pytest.approx(1, abs=1e-5)
    assert search.hits[1].similarity < 0.99
