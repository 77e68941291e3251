"""The part of a photo that is searched with: cropped and turned before it is encoded."""

from __future__ import annotations

import hashlib
import io
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from search.__main__ import main
from search.aim import WHOLE, Aim
from search.engine import SearchEngine
from search.errors import AimInvalid, CropTooSmall
from search.framing import suggest_aim
from search.language import language
from search.original import MOST_BYTES, read_original
from search.photo import SHORTEST_SIDE, read_photo
from search.store.store import Store
from tests.catalogues import products, unit_vectors
from tests.fake_huggingface import FakeHuggingFace, pixels_vector

Paint = Callable[..., bytes]
Pixels = npt.NDArray[np.uint8]


def noise(width: int, height: int) -> Pixels:
    """Return pixels of which no two parts are alike."""
    return np.random.default_rng(1).integers(0, 255, (height, width, 3), dtype=np.uint8)


def saved(pixels: Pixels | Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """Save a picture to bytes."""
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def test_a_crop_is_exactly_those_pixels() -> None:
    """Nothing is resampled where nothing must shrink, and the fingerprint is that of the part."""
    pixels = noise(200, 100)
    photo = read_photo(saved(pixels), aim=Aim(0.1, 0.2, 0.6, 0.9))
    part = pixels[20:90, 20:120]
    assert np.array_equal(np.asarray(photo.image), part)
    assert photo.fingerprint == read_photo(saved(part)).fingerprint


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_the_photo_is_turned_clockwise_and_then_cropped(turns: int) -> None:
    """The part is of the photo as it was seen when it was chosen."""
    pixels = noise(200, 100)
    photo = read_photo(saved(pixels), aim=Aim(0.25, 0.5, 1, 1, turns))
    turned = np.rot90(pixels, -turns)
    height, width, _ = turned.shape
    assert np.array_equal(np.asarray(photo.image), turned[height // 2 :, width // 4 :])


@pytest.mark.parametrize(("orientation", "back"), [(3, 2), (6, 1), (8, 3)])
def test_a_photo_is_cropped_as_it_stands_upright(orientation: int, back: int) -> None:
    """However the phone was held, left is what its owner saw on the left."""
    upright = noise(200, 100)
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(np.rot90(upright, back), exif=exif)
    photo = read_photo(data, aim=Aim(0, 0, 0.5, 0.5))
    assert np.array_equal(np.asarray(photo.image), upright[:50, :100])


def stripes(width: int, height: int) -> bytes:
    """Draw a JPEG of stripes three pixels wide: grey, once a decoder has shrunk it."""
    row = (np.arange(width) // 3 % 2 * 255).astype(np.uint8)
    return saved(np.repeat(np.tile(row, (height, 1))[..., None], 3, axis=2), "JPEG", quality=92)


@pytest.mark.parametrize("turns", [0, 1])
def test_a_part_of_a_large_photo_keeps_its_pixels(turns: int) -> None:
    """It is cropped first and shrunk afterwards, and only if it is still too large."""
    data = stripes(4000, 3000)
    small = read_photo(data, aim=Aim(0.2, 0.3, 0.3, 0.4, turns)).image
    assert small.size == ((400, 300) if turns == 0 else (300, 400))
    assert float(np.asarray(small.convert("L"), float).std()) > 100
    half = read_photo(data, aim=Aim(0.2, 0.3, 0.7, 0.8, turns)).image
    assert half.size == ((597, 448) if turns == 0 else (448, 597))
    assert min(half.size) == SHORTEST_SIDE


def test_the_whole_photo_is_what_it_always_was() -> None:
    """What was encoded and judged before there were crops is found again."""
    small = noise(90, 60)
    digest = hashlib.sha256(struct.pack(">II", 90, 60) + small.tobytes()).digest()
    assert read_photo(saved(small), aim=WHOLE).fingerprint == digest
    large = stripes(2400, 1800)
    assert read_photo(large, aim=WHOLE).fingerprint == read_photo(large).fingerprint
    assert read_photo(large, aim=Aim(turns=2)).fingerprint != read_photo(large).fingerprint


def test_a_part_in_which_nothing_is_seen_is_refused() -> None:
    """The sentence says how small it is and how large it must be."""
    with pytest.raises(CropTooSmall) as raised:
        read_photo(saved(noise(400, 300)), aim=Aim(0, 0, 0.05, 0.5))
    assert raised.value.facts == {"width": 20, "height": 150, "least": 32}
    assert "only 20 × 150 pixels" in str(raised.value)
    assert "не меньше 32 × 32" in language("ru").error(raised.value).sentence


def test_a_narrow_photo_can_be_cropped_along_its_length() -> None:
    """A side that stays as it is may be as small as in the file."""
    photo = read_photo(saved(noise(20, 300)), aim=Aim(0, 0, 1, 0.5))
    assert photo.image.size == (20, 150)


@pytest.mark.parametrize(
    "aim", [WHOLE, Aim(0.1, 0.05, 0.9, 0.95, 1), Aim(1 / 3, 0.00005, 0.7, 1, 3)]
)
def test_an_aim_survives_being_written(aim: Aim) -> None:
    """In an address or on the command line it is the same aim."""
    assert Aim.parse(str(aim)) == aim


def test_an_aim_is_a_short_text() -> None:
    """Turns first; they may be left out where there are none."""
    assert str(Aim(0.1, 0.05, 0.9, 0.95, 1)) == "1:0.1,0.05,0.9,0.95"
    assert Aim.parse(" 0.10,0.05,0.90,0.95 ") == Aim(0.1, 0.05, 0.9, 0.95)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "four numbers"),
        ("0.1,0.2,0.9", "four numbers"),
        ("0.1.2,0,1,1", "four numbers"),
        ("nan,0,1,1", "four numbers"),
        ("4:0,0,1,1", "0 to 3 quarter turns"),
        ("0.6,0,0.4,1", "left before right"),
        ("0,0,1,1.01", "between 0 and 1"),
        ("0.50001,0,0.50002,1", "left before right"),
    ],
)
def test_what_names_no_part_is_a_sentence(text: str, told: str) -> None:
    """It says what is wrong, and how a part is named."""
    with pytest.raises(AimInvalid) as raised:
        Aim.parse(text)
    assert told in str(raised.value)
    assert "0.1,0.05,0.9,0.95" in language("ru").error(raised.value).sentence


def test_people_choose_on_a_picture_of_the_whole_photo() -> None:
    """It is upright and light enough for a phone, and knows how large the photo is in its file."""
    exif = Image.Exif()
    exif[0x0112] = 6
    rough = Image.fromarray(noise(500, 375)).resize((4000, 3000), Image.Resampling.BICUBIC)
    original = read_original(saved(rough, "JPEG", exif=exif))
    assert original.size == (3000, 4000)
    with Image.open(io.BytesIO(original.jpeg)) as seen:
        assert seen.size == (750, 1000)
    assert len(original.jpeg) <= MOST_BYTES


def on_a_table(size: tuple[int, int], box: tuple[int, int, int, int]) -> Image.Image:
    """Draw a thing on a table under uneven light."""
    width, height = size
    light = np.linspace(150, 190, width)[None, :] + np.linspace(0, 20, height)[:, None]
    image = Image.fromarray(np.repeat(light[..., None], 3, axis=2).astype(np.uint8))
    image.paste((160, 30, 40), box)
    return image


def test_the_thing_on_a_calm_background_is_suggested() -> None:
    """All of it is inside, with some of what is around it, and most of the photo is outside."""
    aim = suggest_aim(on_a_table((800, 600), (500, 320, 640, 500)))
    assert aim
    left, top, right, bottom = aim.box((800, 600))
    assert 400 < left < 490
    assert 640 < right < 760
    assert 220 < top < 310
    assert 500 < bottom <= 600
    assert aim.share < 0.3


def test_a_long_thing_is_suggested_with_both_its_ends_in_a_square() -> None:
    """A model that looks at the middle square of what it gets still sees all of it."""
    aim = suggest_aim(on_a_table((800, 600), (100, 280, 420, 310)))
    assert aim
    left, top, right, bottom = aim.box((800, 600))
    assert (right - left) - (bottom - top) in range(-2, 3)
    assert left < 100
    assert right > 420


@pytest.mark.parametrize(
    "image",
    [
        Image.new("RGB", (800, 600), "white"),
        on_a_table((800, 600), (60, 40, 740, 560)),
        on_a_table((120, 90), (50, 40, 62, 52)),
        Image.new("RGB", (1, 900), "red"),
    ],
    ids=["nothing", "fills the photo", "a few pixels", "a line"],
)
def test_where_nothing_is_won_nothing_is_suggested(image: Image.Image) -> None:
    """A crop is offered only where it differs from the whole photo and has something in it."""
    assert suggest_aim(image) is None


def test_the_crop_is_what_is_encoded_and_remembered(engine: SearchEngine, picture: Paint) -> None:
    """The vector is the part's own; the same part of another file is known already."""
    goods = [
        replace(made, picture=picture(colour), article=colour)
        for made, colour in zip(products(unit_vectors(2)), ("red", "blue"), strict=True)
    ]
    engine.store.products.add("test", goods)
    data, aim = picture("red", "green"), Aim(0, 0, 1, 0.5)
    part = engine.reading.read(data, aim)
    found = engine.search(part)
    expected = np.array(pixels_vector(part.jpeg))
    assert found.query.vector == pytest.approx(expected / np.linalg.norm(expected), abs=1e-6)
    assert not found.remembered
    assert engine.search(engine.reading.read(picture("red", "blue"), aim)).remembered
    assert not engine.search(engine.reading.read(data)).remembered


@pytest.mark.usefixtures("on_database")
def test_the_command_searches_with_a_part(
    capsys: pytest.CaptureFixture[str],
    store: Store,
    tmp_path: Path,
    picture: Paint,
    fake: FakeHuggingFace,
) -> None:
    """--turn and --crop say what is sent; what they cannot mean is said and nothing is sent."""
    goods = [replace(made, picture=picture(), embedding=None) for made in products(unit_vectors(1))]
    store.products.add("test", goods)
    assert main(["index"]) == 0
    path = tmp_path / "photo.png"
    path.write_bytes(saved(noise(200, 100)))
    assert main(["search", str(path), "--turn", "90", "--crop", "0.2,0.5,1,1"]) == 0
    with Image.open(io.BytesIO(fake.received[-1].body)) as sent:
        assert sent.size == (80, 100)
    capsys.readouterr()
    calls = fake.count
    assert main(["search", str(path), "--crop", "0,0,0.1,0.1"]) == 1
    assert "only 20 × 10 pixels" in capsys.readouterr().err
    for wrong in (["--crop", "0.9,0,0.1,1"], ["--turn", "45"]):
        with pytest.raises(SystemExit):
            main(["search", str(path), *wrong])
        said = capsys.readouterr().err
        assert "left before right" in said or "0, 90, 180, 270" in said
    assert fake.count == calls
