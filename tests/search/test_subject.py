"""What is searched with has a name of 32 bytes, whatever it is."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from search.collage import GAP, HEIGHT, side_by_side
from search.errors import PhotosUncombinable
from search.photo import Photo, read_photo
from search.subject import Kind, Subject, mean
from search.vectors import CLIP, Embedding
from tests.catalogues import unit_vectors

Paint = Callable[..., bytes]


@pytest.fixture
def photos(picture: Paint) -> list[Photo]:
    """Return four photos."""
    return [read_photo(picture(colour)) for colour in ("red", "blue", "green", "black")]


def test_a_photo_keeps_its_own_name(photos: list[Photo]) -> None:
    """What was judged and stored under it before holds."""
    subject = Subject.of_photo(photos[0])
    assert subject == Subject(Kind.PHOTO, photos[0].fingerprint)


def test_photos_of_one_thing_have_no_order(photos: list[Photo]) -> None:
    """The same two are the same subject; a third makes it another one."""
    one, other, third, _ = photos
    subject = Subject.of_photos([one, other])
    assert subject.photos == (one.fingerprint, other.fingerprint)
    assert subject.fingerprint == Subject.of_photos([other, one]).fingerprint
    others = {photo.fingerprint for photo in photos}
    others.add(Subject.of_photos([one, other, third]).fingerprint)
    assert subject.fingerprint not in others
    assert len(subject.fingerprint) == 32


@pytest.mark.parametrize("number", [0, 1, 4])
def test_two_or_three_are_searched_together(photos: list[Photo], number: int) -> None:
    """Of more nobody would know which one led astray."""
    with pytest.raises(PhotosUncombinable) as raised:
        Subject.of_photos(photos[:number])
    assert raised.value.facts == {"n": number, "least": 2, "most": 3}


def test_a_product_is_named_by_its_vector() -> None:
    """Another vector, as after indexing anew, is another subject: nothing old is taken for it."""
    one, other = (Embedding(vector, CLIP) for vector in unit_vectors(2))
    names = {Subject.of_product(7, "1", vector).fingerprint for vector in (one, other)}
    assert len(names) == 2
    assert Subject.of_product(8, "2", one).fingerprint in names


def test_the_mean_is_as_near_to_either() -> None:
    """And of unit length, as everything that is compared."""
    one, other = (Embedding(vector, CLIP) for vector in unit_vectors(2))
    middle = mean([one, other])
    assert np.linalg.norm(middle.vector) == pytest.approx(1)
    assert middle.similarity(one) == pytest.approx(middle.similarity(other), abs=1e-6)
    assert middle.similarity(one) > one.similarity(other)


def test_photos_stand_side_by_side(picture: Paint) -> None:
    """In one small picture, in their order, however odd their shapes."""
    wide = Image.new("RGB", (4000, 100), "blue")
    sheet = Image.open(io.BytesIO(side_by_side([read_photo(picture("red", "red")), Photo(wide)])))
    assert sheet.size == (HEIGHT + GAP + 3 * HEIGHT, HEIGHT)
    left, right = sheet.getpixel((50, 50)), sheet.getpixel((HEIGHT + GAP + 50, 50))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[0] > right[0] + 150
    assert right[2] > left[2] + 150
