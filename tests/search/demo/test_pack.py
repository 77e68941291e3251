"""The demo catalogue as it ships."""

from __future__ import annotations

import io
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from search.demo.catalogue import LINES, catalogue
from search.demo.pack import PACK, DemoPack, load_pack
from search.encoders.builtin import BuiltinEncoder
from search.photo import read_photo

ALMOST_WHITE = 254  # WebP with loss is off by one here and there


@pytest.fixture(scope="module")
def pack() -> DemoPack:
    """Read the pack in the repository."""
    return load_pack()


def first_of_each_kind(pack: DemoPack) -> list[int]:
    """Where each kind begins in the list."""
    kinds = [product.kind for product in pack.products]
    return [kinds.index(kind) for kind in LINES]


def test_the_pack_holds_the_catalogue(pack: DemoPack) -> None:
    """What ships is what the code lists today."""
    assert pack.products == catalogue()


def test_every_product_has_a_picture_on_white(pack: DemoPack) -> None:
    """A picture is 480 x 480 and white at its corners, so that it melts into the page."""
    for product in pack.products:
        with Image.open(io.BytesIO(pack.picture(product.article))) as image:
            assert image.format == "WEBP"
            assert image.size == (480, 480)
            rgb = image.convert("RGB")
            corners = np.asarray(rgb)[::479, ::479]
        assert corners.min() >= ALMOST_WHITE, product.article


def test_an_unknown_article_has_no_picture(pack: DemoPack) -> None:
    """Asking for what is not there fails instead of showing something else."""
    with pytest.raises(KeyError):
        pack.picture("MUG-0000")


def test_different_products_have_different_pictures(pack: DemoPack) -> None:
    """No two products look the same."""
    pictures = {pack.picture(product.article) for product in pack.products}
    assert len(pictures) == len(pack.products)


def test_vectors_are_of_unit_length(pack: DemoPack) -> None:
    """One float32 vector of unit length for each product."""
    vectors = pack.vectors()
    assert vectors.shape == (len(pack.products), 512)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_vectors_are_those_of_the_built_in_encoder(pack: DemoPack) -> None:
    """A stored vector is what the encoder says about the stored picture, in the same space."""
    encoder = BuiltinEncoder()
    assert pack.space == encoder.space
    chosen = first_of_each_kind(pack)[::3]
    images = [read_photo(pack.picture(pack.products[index].article)).image for index in chosen]
    fresh = encoder.encode_images(images)
    assert (np.sum(fresh * pack.vectors()[chosen], axis=1) > 0.9995).all()


def test_samples_show_products_of_the_catalogue(pack: DemoPack) -> None:
    """Each sample photo can be searched with, and says in both languages what it shows."""
    products = {product.article: product for product in pack.products}
    assert len(pack.samples) == 12
    assert len({sample.key for sample in pack.samples}) == 12
    for sample in pack.samples:
        assert products[sample.article].name == sample.caption
        data = sample.read()
        assert len(data) <= 80_000
        assert min(read_photo(data).image.size) >= 448


def test_the_pack_is_light(pack: DemoPack) -> None:
    """A clone of the repository stays small."""
    assert pack.folder == PACK
    assert sum(file.stat().st_size for file in PACK.rglob("*") if file.is_file()) < 9 * 2**20


def test_listing_the_products_loads_no_renderer() -> None:
    """The app starts without the library that draws, and without waiting for numpy."""
    program = (
        "import sys; from search.demo.pack import load_pack; load_pack();"
        "print([name for name in ('resvg_py', 'onnxruntime', 'PIL') if name in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]"
