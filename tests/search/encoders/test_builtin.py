"""The built-in encoder, on drawn things and on real photographs."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from search.encoders import Encoder
from search.encoders.builtin import SPACE, WEIGHTS, BuiltinEncoder
from search.errors import EncoderBroken
from search.photo import Photo, read_photo
from search.progress import Progress, Stage
from search.vectors import Vector

ROOT = Path(__file__).parents[3]
PHOTOS = ROOT.parent / "shared/photos/clothing"

# Eight people at once, again and again, and how far above where it began memory ever was: in MB,
# of a process that has done nothing else.
CROWD = """
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from PIL import Image
from search.encoders.builtin import BuiltinEncoder
from search.photo import Photo

def kilobytes(name):
    status = Path("/proc/self/status").read_text()
    return int(status.split(name + ":")[1].split()[0])

encoder, photo = BuiltinEncoder(), Photo(Image.effect_noise((600, 450), 90).convert("RGB"))
begin = kilobytes("VmRSS")
with ThreadPoolExecutor(8) as people:
    list(people.map(encoder.encode, [photo] * 80))
print((kilobytes("VmHWM") - begin) // 1024)
"""
MOST_MEGABYTES = 130


@pytest.fixture(scope="module")
def encoder() -> Iterator[BuiltinEncoder]:
    """Share one encoder: it is safe to."""
    encoder = BuiltinEncoder()
    yield encoder
    encoder.close()


def mug(colour: str, ground: str = "white", size: tuple[int, int] = (400, 400)) -> Image.Image:
    """Draw a mug in the middle of the picture."""
    image = Image.new("RGB", size, ground)
    draw = ImageDraw.Draw(image)
    x, y = size[0] // 2, size[1] // 2
    draw.ellipse((x + 40, y - 60, x + 130, y + 50), outline=colour, width=18)
    draw.rounded_rectangle((x - 100, y - 100, x + 80, y + 100), 14, fill=colour)
    draw.ellipse((x - 100, y - 115, x + 80, y - 85), fill="#222222", outline=colour, width=5)
    return image


def as_photographed(image: Image.Image) -> Image.Image:
    """Give a drawing the softness and the grain of a lens and a sensor."""
    soft = np.asarray(image.filter(ImageFilter.GaussianBlur(1.2)), np.float64)
    grain = np.random.default_rng(0).normal(0, 4, (image.height, image.width, 1))
    return Image.fromarray(np.clip(soft + grain, 0, 255).astype(np.uint8))


def scene(seed: int, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """Draw a busy picture: forty random ellipses."""
    random = np.random.default_rng(seed)
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    for _ in range(40):
        x, y, width, height = random.integers(0, 120, 4)
        colour = tuple(int(channel) for channel in random.integers(0, 256, 3))
        draw.ellipse((x, y, x + 2 * width, y + 2 * height), fill=colour)
    return image


def alike(encoder: BuiltinEncoder, first: Image.Image, second: Image.Image) -> float:
    """Return the cosine similarity of two pictures."""
    one, other = encoder.encode_images([first, second])
    return float(one @ other)


def check_vector(vector: Vector) -> None:
    """Assert what every embedding must be."""
    assert vector.dtype == np.float32
    assert vector.shape == (512,)
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_photo_becomes_a_unit_vector_of_its_own_space(encoder: BuiltinEncoder) -> None:
    """An embedding is 512 finite numbers of length one, labelled with the encoder's space."""
    as_protocol: Encoder = encoder
    embedding = as_protocol.encode(Photo(mug("red")))
    check_vector(embedding.vector)
    assert embedding.space == encoder.space == SPACE
    assert encoder.name == "built-in"


def test_waiting_person_hears_that_the_encoder_works(encoder: BuiltinEncoder) -> None:
    """Encoding reports its one stage."""
    heard: list[Progress] = []
    encoder.encode(Photo(mug("red")), heard.append)
    assert heard == [Progress(Stage.ENCODING)]


def test_same_photo_gets_the_same_vector(encoder: BuiltinEncoder) -> None:
    """Another process, another day: the numbers do not change."""
    photo = Photo(scene(1))
    first = encoder.encode(photo).vector
    again = BuiltinEncoder(threads=2).encode(photo).vector
    np.testing.assert_allclose(first, again, atol=1e-4)


@pytest.mark.parametrize("quality", [85, 92])
def test_recompressed_photo_is_nearly_the_same(encoder: BuiltinEncoder, quality: int) -> None:
    """A messenger that re-encodes a photo does not change what is found."""
    image = as_photographed(mug("#d02030", ground="#b08d68"))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    assert alike(encoder, image, read_photo(buffer.getvalue()).image) > 0.98


def test_half_the_size_is_nearly_the_same(encoder: BuiltinEncoder) -> None:
    """A thumbnail finds what the full picture finds."""
    image = mug("green", size=(900, 900))
    assert alike(encoder, image, image.resize((450, 450), Image.Resampling.LANCZOS)) > 0.97


def test_many_pictures_at_once_equal_one_at_a_time(encoder: BuiltinEncoder) -> None:
    """Indexing a catalogue in bulk gives the vectors that single searches give."""
    images = [scene(seed, (200 + 7 * seed, 260)) for seed in range(21)]
    together = encoder.encode_images(images)
    assert together.shape == (21, 512)
    for image, row in zip(images, together, strict=True):
        np.testing.assert_allclose(encoder.encode(Photo(image)).vector, row, atol=1e-4)


def test_no_pictures_give_no_vectors(encoder: BuiltinEncoder) -> None:
    """An empty bulk job is no mistake."""
    assert encoder.encode_images([]).shape == (0, 512)


@pytest.mark.parametrize(
    "image",
    [
        Image.new("RGB", (300, 300), "black"),
        Image.new("RGB", (300, 300), "white"),
        Image.new("RGB", (1, 1), "red"),
        Image.new("RGB", (4000, 2), "blue"),
        Image.new("RGB", (1, 900), "gray"),
        Image.new("L", (40, 40), 7),
        Image.new("RGBA", (40, 40), (9, 9, 9, 9)),
    ],
    ids=["black", "white", "one pixel", "very wide", "very tall", "grey mode", "alpha mode"],
)
def test_any_picture_has_a_vector(encoder: BuiltinEncoder, image: Image.Image) -> None:
    """A photo that shows nothing still gets an answer instead of a crash or NaN."""
    check_vector(encoder.encode_images([image])[0])


def test_colour_tells_the_same_things_apart(encoder: BuiltinEncoder) -> None:
    """A red mug is more like a slightly darker red one than like a blue one."""
    red = mug("#d02030")
    assert alike(encoder, red, mug("#b81a2a")) > alike(encoder, red, mug("#2050c0")) + 0.05


def test_background_is_not_the_colour_of_the_product(encoder: BuiltinEncoder) -> None:
    """A red mug on a wooden table is more like the red mug on white than the blue one is."""
    on_table = mug("#d02030", ground="#b08d68")
    red, blue = mug("#d02030"), mug("#2050c0")
    assert alike(encoder, on_table, red) > alike(encoder, on_table, blue) + 0.05


def test_white_and_black_things_differ(encoder: BuiltinEncoder) -> None:
    """Colours without a hue count as well."""
    ground = "#b08d68"
    white, black, grey = (mug(tone, ground) for tone in ("#f4f4f4", "#202020", "#dcdcdc"))
    assert alike(encoder, white, grey) > alike(encoder, white, black) + 0.05


def test_threads_share_one_encoder(encoder: BuiltinEncoder) -> None:
    """Eight people search at once and each gets the answer for the own photo."""
    photos = [Photo(scene(seed)) for seed in range(16)]
    expected = [encoder.encode(photo).vector for photo in photos]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda photo: encoder.encode(photo).vector, photos * 2))
    for vector, right in zip(found, expected * 2, strict=True):
        np.testing.assert_allclose(vector, right, atol=1e-5)


def test_revision_goes_with_the_vectors(encoder: BuiltinEncoder) -> None:
    """Vectors that a catalogue stored are compared with new ones only while they are the same kind.

    If this fails, raise the revision of SPACE, rebuild the demo's vectors, and pin the new numbers.
    """
    vector = encoder.encode_images([mug("#d02030", ground="#b08d68")])[0]
    pinned = [-0.0754, 0.061, -0.0392, 0.1562, 0.0294, 0.2431, 0.1096, 0.2878, 0.0]
    assert encoder.space.revision == "2"
    np.testing.assert_allclose(vector[[0, 1, 2, 3, 483, 484, 485, 501, 511]], pinned, atol=5e-3)


def test_missing_weights_are_named(tmp_path: Path) -> None:
    """An incomplete installation says which file is missing."""
    with pytest.raises(EncoderBroken) as caught:
        BuiltinEncoder(tmp_path / "gone.onnx")
    assert caught.value.facts["reason"] == "gone.onnx: No such file or directory"


@pytest.mark.parametrize("harm", ["empty", "cut short", "one bit", "text"])
def test_damaged_weights_are_refused(tmp_path: Path, harm: str) -> None:
    """A broken download never gives wrong vectors in silence."""
    good = WEIGHTS.read_bytes()
    flipped = bytearray(good)
    flipped[len(good) // 2] ^= 1
    contents = {
        "empty": b"",
        "cut short": good[: len(good) // 2],
        "one bit": bytes(flipped),
        "text": b"version https://git-lfs.example/spec/v1",
    }
    damaged = tmp_path / "weights.onnx"
    damaged.write_bytes(contents[harm])
    with pytest.raises(EncoderBroken) as caught:
        BuiltinEncoder(damaged)
    assert caught.value.facts["reason"] == "weights.onnx is not the file that Likeness came with"


def test_onnxruntime_stays_away_until_it_is_needed() -> None:
    """An app that uses Hugging Face does not carry onnxruntime in its memory."""
    code = "import search.encoders, search.photo, sys; sys.exit('onnxruntime' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)  # noqa: S603 - our own words
    assert done.returncode == 0


@pytest.mark.parametrize(
    "code",
    [
        "from search.encoders.builtin import BuiltinEncoder; BuiltinEncoder()",
        "import search.encoders.local, fastembed, onnxruntime",
    ],
)
def test_nobody_is_told_of_what_onnxruntime_does(tmp_path: Path, code: str) -> None:
    """It makes no number for this machine, and keeps no events to send later."""
    # In tests it tells nothing anyway, unless it takes this for somebody's own machine.
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, env=environment)  # noqa: S603 - our own words
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="it tells no memory here")
def test_crowd_of_searchers_takes_little_memory() -> None:
    """Eight who search at the same moment need tens of megabytes more, not hundreds."""
    command = [sys.executable, "-c", CROWD]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603 - our own words
    assert int(told.stdout) < MOST_MEGABYTES


@pytest.mark.skipif(not PHOTOS.is_dir(), reason="the shared photographs are not on this machine")
def test_real_photos_find_their_own_kind(encoder: BuiltinEncoder) -> None:
    """A photograph of a garment finds a garment of the same class far above chance (0.1)."""
    shelf, queries = photographs("validation", 8), photographs("test", 4)
    catalogue = encoder.encode_images([image for _, image in shelf])
    photos = encoder.encode_images([image for _, image in queries])
    best = (photos @ catalogue.T).argmax(axis=1)
    right = [shelf[index][0] == kind for index, (kind, _) in zip(best, queries, strict=True)]
    assert np.mean(right) >= 0.55


def photographs(split: str, of_each: int) -> list[tuple[str, Image.Image]]:
    """Read (class, picture) pairs, the first few of every class."""
    return [
        (folder.name, read_photo(path.read_bytes()).image)
        for folder in sorted((PHOTOS / split).iterdir())
        for path in sorted(folder.glob("*.jpg"))[:of_each]
    ]
