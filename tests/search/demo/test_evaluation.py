"""The demo's evaluation set as it ships."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from search.demo.catalogue import LINES
from search.demo.pack import PACK, DemoPack, load_pack
from search.encoders.builtin import BuiltinEncoder
from search.photo import SHORTEST_SIDE, read_photo


@pytest.fixture(scope="module")
def pack() -> DemoPack:
    """Read the pack in the repository."""
    return load_pack()


def test_every_photo_can_be_read_and_is_kept_whole(pack: DemoPack) -> None:
    """A photo is as large as what an encoder gets, so that reading it takes nothing away."""
    for photo in pack.evaluation:
        image = read_photo(pack.evaluation_photo(photo.key)).image
        assert image.size == (SHORTEST_SIDE, SHORTEST_SIDE * 5 // 4)


def test_every_photo_shows_a_product_of_the_catalogue(pack: DemoPack) -> None:
    """The truth of the set can be looked up; no photo and no key comes twice."""
    articles = {product.article for product in pack.products}
    assert {photo.article for photo in pack.evaluation} <= articles
    assert len({photo.key for photo in pack.evaluation}) == len(pack.evaluation)
    files = {pack.evaluation_photo(photo.key) for photo in pack.evaluation}
    assert len(files) == len(pack.evaluation)


def test_every_kind_colour_and_print_has_its_share(pack: DemoPack) -> None:
    """Eight photos of each kind, each colour of it once and each print once or twice."""
    products = {product.article: product for product in pack.products}
    shown = [products[photo.article] for photo in pack.evaluation]
    assert len(shown) == 8 * len(LINES)
    for kind, line in LINES.items():
        chosen = [product for product in shown if product.kind == kind]
        assert sorted(product.colour for product in chosen) == sorted(line.colours)
        prints = Counter(product.print for product in chosen)
        assert set(prints) == set(line.prints)
        assert max(prints.values()) <= 2


def test_no_photo_is_a_sample(pack: DemoPack) -> None:
    """What people try the search with is not what it is measured on."""
    samples = {read_photo(sample.read()).fingerprint for sample in pack.samples}
    for photo in pack.evaluation:
        assert read_photo(pack.evaluation_photo(photo.key)).fingerprint not in samples


def test_its_vectors_are_those_of_the_built_in_encoder(pack: DemoPack) -> None:
    """A stored vector is what the encoder says about the stored photo."""
    chosen = range(0, len(pack.evaluation), 16)
    photos = [pack.evaluation_photo(pack.evaluation[index].key) for index in chosen]
    fresh = BuiltinEncoder().encode_images([read_photo(photo).image for photo in photos])
    assert (np.sum(fresh * pack.evaluation_vectors()[chosen], axis=1) > 0.9995).all()


def test_its_vectors_are_of_unit_length(pack: DemoPack) -> None:
    """One float32 vector of unit length for each photo."""
    vectors = pack.evaluation_vectors()
    assert vectors.shape == (len(pack.evaluation), 512)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_an_unknown_key_has_no_photo(pack: DemoPack) -> None:
    """Asking for what is not there fails instead of showing something else."""
    with pytest.raises(KeyError):
        pack.evaluation_photo("mug-9")


def test_the_set_is_light() -> None:
    """Measuring comes with the demo and takes no more room than its pictures."""
    files = (PACK / "evaluation.zip", PACK / "evaluation.npy")
    assert sum(file.stat().st_size for file in files) < 3_000_000
