"""CLIP in this process, by the real fastembed, with a small model in the place of the large one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from PIL import Image, ImageDraw

from search.calls import Call
from search.encoders import Encoder
from search.encoders.choice import choose_encoder, named_by, space_of
from search.encoders.local import LocalEncoder, middle
from search.encoders.recording import Hooks, recorded
from search.photo import Photo
from search.progress import Progress
from search.settings import Settings
from search.vectors import CLIP
from tests.search.encoders.small_clip import PREPROCESSING, drawn, small_model, write


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that holds the small model."""
    return write(tmp_path_factory.mktemp("given") / "model", small_model())


@pytest.fixture(scope="module")
def encoder(folder: Path) -> Iterator[LocalEncoder]:
    """Share one encoder: it is safe to."""
    encoder = LocalEncoder(folder, folder / "never")
    yield encoder
    encoder.close()


def test_photo_becomes_a_unit_vector_in_clips_space(encoder: LocalEncoder) -> None:
    """An embedding is 512 finite numbers of length one, comparable with those of a CLIP server."""
    as_protocol: Encoder = encoder
    embedding = as_protocol.encode(drawn())
    assert embedding.vector.shape == (512,)
    assert embedding.vector.dtype == np.float32
    assert np.linalg.norm(embedding.vector) == pytest.approx(1, abs=1e-6)
    assert embedding.space == encoder.space == CLIP
    assert (encoder.name, encoder.address) == ("local CLIP", "")


def test_same_photo_gets_the_same_vector_and_another_one_another(encoder: LocalEncoder) -> None:
    """What was indexed is found again; a crop is searched with as what it shows."""
    first = encoder.encode(drawn())
    np.testing.assert_array_equal(first.vector, encoder.encode(drawn()).vector)
    assert first.similarity(encoder.encode(drawn("blue"))) < 0.95
    crop = Photo(drawn().image.crop((100, 40, 340, 400)))
    assert first.similarity(encoder.encode(crop)) < 0.95


def test_pixels_are_prepared_as_clip_wants_them(encoder: LocalEncoder, folder: Path) -> None:
    """The model gets the middle square, 224 pixels wide, in the scale that CLIP was trained in."""
    image = drawn().image
    small = image.resize((298, 224), Image.Resampling.BICUBIC).crop((37, 0, 261, 224))
    scaled = np.asarray(small, np.float32) / 255
    mean, deviation = PREPROCESSING["image_mean"], PREPROCESSING["image_std"]
    pixels = ((scaled - np.asarray(mean)) / np.asarray(deviation)).transpose(2, 0, 1)
    squares = pixels.reshape(3, 7, 32, 7, 32).mean(axis=(2, 4)).reshape(-1)
    loaded = onnx.load(folder / "model.onnx")
    expected = squares @ numpy_helper.to_array(loaded.graph.initializer[0])
    expected /= np.linalg.norm(expected)
    np.testing.assert_allclose(encoder.encode(Photo(image)).vector, expected, atol=1e-5)


@pytest.mark.parametrize("size", [(1, 1), (1, 400_000), (9_000, 3), (224, 224)])
def test_any_picture_has_a_vector(encoder: LocalEncoder, size: tuple[int, int]) -> None:
    """A strip is as good as any: of its ends, which CLIP does not see, nothing is enlarged."""
    vector = encoder.encode(Photo(Image.new("RGB", size, "teal"))).vector
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-6)


def test_ends_of_a_strip_make_no_difference(encoder: LocalEncoder) -> None:
    """What is cut off a strip was not in the middle square in any case."""
    strip = Image.new("RGB", (900, 60), "white")
    ImageDraw.Draw(strip).ellipse((425, 5, 475, 55), fill="green")
    longer = Image.new("RGB", (3_000, 60), "black")
    longer.paste(strip, (1_050, 0))
    assert middle(longer).size == (240, 60)
    first, second = encoder.encode(Photo(strip)), encoder.encode(Photo(longer))
    np.testing.assert_allclose(first.vector, second.vector, atol=1e-6)


def test_threads_load_the_model_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Photos that come while it is being loaded wait for the same model."""
    count, crowd = 4, threading.Barrier(4)
    loaded: list[str] = []
    encoder = LocalEncoder(folder, folder / "never")
    load = encoder._load

    def counted(report: Callable[[Progress], None]) -> object:
        loaded.append(threading.current_thread().name)
        return load(report)

    monkeypatch.setattr(encoder, "_load", counted)

    def encode(_: int) -> bytes:
        crowd.wait(timeout=30)
        return encoder.encode(drawn()).vector.tobytes()

    with ThreadPoolExecutor(count) as pool:
        vectors = set(pool.map(encode, range(count)))
    assert (len(loaded), len(vectors)) == (1, 1)


def test_settings_choose_it(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ENCODER=local is all it takes; NEXT_ENCODER=local puts it beside another one."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("LIKENESS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LOCAL_MODEL_DIR", str(folder))
    monkeypatch.setenv("NEXT_ENCODER", "local")
    beside = Settings.read().beside
    monkeypatch.setenv("ENCODER", "local")
    for settings in (beside, Settings.read()):
        assert settings is not None
        assert not settings.uses_http
        assert space_of(settings) == CLIP
        chosen = choose_encoder(settings)
        assert named_by(settings) == (chosen.name, "")
        assert chosen.encode(drawn()).space == CLIP


def test_a_call_that_loaded_the_model_is_a_cold_one(folder: Path) -> None:
    """The usage page does not call the encoder slow because the first photo waited for it."""
    calls: list[Call] = []
    encoder = recorded(LocalEncoder(folder, folder / "never"), Hooks(on_call=calls.append))
    encoder.encode(drawn())
    encoder.encode(drawn("blue"))
    assert [(call.encoder, call.host, call.cold) for call in calls] == [
        ("local CLIP", "", True),
        ("local CLIP", "", False),
    ]
