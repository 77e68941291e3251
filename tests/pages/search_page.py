"""The search page as tests use it: a small catalogue, and photos given to it."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
from PIL import Image
from streamlit.testing.v1 import AppTest

from search.encoders import Encoder
from search.photo import read_photo
from search.store.store import Store
from tests.catalogues import give_vectors, products, unit_vectors, waiting

COLOURS = ("red", "green", "blue")


def a_picture(colour: str) -> bytes:
    """Paint a small picture."""
    image = Image.new("RGB", (64, 64), "white")
    image.paste(colour, (8, 8, 56, 40))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def upload(test: AppTest, data: bytes, name: str = "photo.png") -> AppTest:
    """Choose a file as a person does."""
    test.file_uploader[0].set_value((name, data, "image/png")).run()
    return test


def stock(store: Store, encoder: Encoder) -> None:
    """Fill the catalogue with three products and index it."""
    store.products.add(
        "test",
        [
            replace(made, article=colour, picture=a_picture(colour), embedding=None)
            for made, colour in zip(products(unit_vectors(3)), COLOURS, strict=True)
        ],
    )
    pictures = waiting(store, encoder.space)
    found = [encoder.encode(read_photo(picture.content or b"")) for picture in pictures]
    vectors = np.stack([embedding.vector for embedding in found])
    give_vectors(store, pictures, vectors, encoder.space)
