"""The handler with the real transformers and torch, and a tiny CLIP."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from handler import MAX_BATCH, MAX_PIXELS, EndpointHandler, PictureError
from PIL import Image
from tiny_clip import processor_class, save

ORIENTATION = 0x0112


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save a tiny CLIP."""
    folder = tmp_path_factory.mktemp("model")
    save(folder)
    return folder


@pytest.fixture(scope="session")
def handler(model: Path) -> EndpointHandler:
    """Make the handler of a repository that holds the model."""
    return EndpointHandler(str(model))


def drawn(seed: int = 0, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """Draw a picture of a few coloured patches, other ones for another seed."""
    generator = torch.Generator().manual_seed(seed)
    patches = torch.randint(0, 256, (6, 8, 3), generator=generator, dtype=torch.uint8)
    return Image.fromarray(patches.numpy()).resize(size, Image.Resampling.NEAREST)


def saved(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:  # noqa: ANN401 - Pillow's
    """Return the picture as a file."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def text(data: bytes) -> str:
    """Return base64."""
    return base64.b64encode(data).decode()


def one(handler: EndpointHandler, inputs: Any) -> torch.Tensor:  # noqa: ANN401 - JSON
    """Ask for a single picture's numbers, through JSON as the container sends them."""
    return torch.tensor(json.loads(json.dumps(handler({"inputs": inputs}))))


def near(left: torch.Tensor, right: torch.Tensor) -> bool:
    """Tell whether two answers are the same but for the order of additions."""
    return torch.allclose(left, right, atol=2e-6)


def test_the_answer_is_what_plain_transformers_compute(
    handler: EndpointHandler, model: Path
) -> None:
    """512 numbers of length 1, in the model's own direction, and nothing of the handler's."""
    picture = drawn()
    pixels = processor_class().from_pretrained(model)(images=picture, return_tensors="pt")
    with torch.inference_mode():
        features = transformers.CLIPModel.from_pretrained(model).get_image_features(**pixels)
    plain = getattr(features, "pooler_output", features)[0]  # an object since transformers 5
    numbers = one(handler, picture)
    assert numbers.shape == (512,)
    assert numbers.norm().item() == pytest.approx(1, abs=1e-6)
    assert near(numbers, plain / plain.norm())


@pytest.mark.parametrize(
    "pack",
    [
        saved,
        lambda picture: text(saved(picture)),
        lambda picture: {"image": text(saved(picture))},
        lambda picture: "data:image/png;base64," + text(saved(picture)),
        lambda picture: {"image": picture},
    ],
    ids=["bytes", "base64", "base64 under image", "data URL", "opened by a newer container"],
)
def test_every_way_to_send_a_picture_gives_the_same(
    handler: EndpointHandler, pack: Callable[[Image.Image], Any]
) -> None:
    """Opened by the container, as bytes or in base64: the pixels decide."""
    assert torch.equal(one(handler, pack(drawn())), one(handler, drawn()))


@pytest.mark.parametrize("place", ["inputs", "image"])
def test_a_batch_gives_what_its_pictures_give_one_by_one(
    handler: EndpointHandler, place: str
) -> None:
    """In their order, whatever their sizes are."""
    pictures = [drawn(seed, (200 + 40 * seed, 240)) for seed in range(4)]
    batch: Any = [text(saved(picture)) for picture in pictures]
    answer = torch.tensor(handler({"inputs": batch if place == "inputs" else {"image": batch}}))
    assert answer.shape == (4, 512)
    singles = [one(handler, picture) for picture in pictures]
    assert all(near(row, single) for row, single in zip(answer, singles, strict=True))
    assert not near(singles[0], singles[1])


def test_a_batch_of_one_stays_a_batch(handler: EndpointHandler) -> None:
    """Whoever sends a list reads a list."""
    assert torch.tensor(handler({"inputs": [{"image": text(saved(drawn()))}]})).shape == (1, 512)


@pytest.mark.parametrize("opened", [False, True], ids=["bytes", "opened by the container"])
def test_a_photo_is_turned_as_its_camera_says(handler: EndpointHandler, opened: bool) -> None:  # noqa: FBT001
    """The container forgets nothing of EXIF when it opens a JPEG."""
    upright = drawn()
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    lying = saved(upright.transpose(Image.Transpose.ROTATE_90), "JPEG", quality=100, exif=exif)
    sent: Any = Image.open(io.BytesIO(lying)).convert("RGB") if opened else lying
    straight = one(handler, upright)
    assert straight @ one(handler, sent) > 0.9999
    assert straight @ one(handler, upright.transpose(Image.Transpose.ROTATE_90)) < 0.999


def test_what_is_transparent_is_white(handler: EndpointHandler) -> None:
    """Whatever colour a program left below."""
    cut = drawn().convert("RGBA")
    cut.paste((200, 0, 0, 0), (0, 0, 160, 240))
    white = drawn()
    white.paste("white", (0, 0, 160, 240))
    assert torch.equal(one(handler, saved(cut)), one(handler, white))


def test_of_an_animation_the_first_picture_counts(handler: EndpointHandler) -> None:
    """A GIF that moves is what it begins with."""
    frames = [drawn(seed).quantize(48) for seed in (1, 2)]
    moving = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert torch.equal(one(handler, moving), one(handler, saved(frames[0], "GIF")))
    assert not near(one(handler, moving), one(handler, saved(frames[1], "GIF")))


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK", "LA", "I;16"])
def test_every_kind_of_pixels_is_taken(handler: EndpointHandler, mode: str) -> None:
    """Grey, bits, palettes, ink: all of them give 512 numbers."""
    image = drawn().convert("L").convert("I").convert(mode) if "I" in mode else drawn()
    kind = "TIFF" if mode in ("CMYK", "I;16") else "PNG"
    assert one(handler, saved(image.convert(mode), kind)).isfinite().all()


@pytest.mark.parametrize("size", [(1_000_000, 1), (1, 20_000), (90, 3), (3, 90), (1, 1)])
def test_a_line_is_neither_a_bomb_nor_mistaken(
    handler: EndpointHandler, size: tuple[int, int]
) -> None:
    """Preprocessing would make gigabytes of the first, and take three rows for three colours."""
    teal = one(handler, saved(Image.new("RGB", size, "teal")))
    assert near(teal, one(handler, Image.new("RGB", (300, 300), "teal")))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({}, "no picture in the request"),
        ({"inputs": []}, "is empty"),
        ({"inputs": b"GIF8 and no more"}, "no picture that can be read"),
        ({"inputs": [text(saved(drawn())), "%"]}, "Picture 2 of 2: This is not base64"),
        ({"inputs": ["aaaa"] * (MAX_BATCH + 1)}, f"send {MAX_BATCH} at most"),
        ({"inputs": b"\xff\xd8" + bytes(10_000_001)}, "10 MB at most"),
        ({"inputs": saved(Image.new("1", (9000, 9000)))}, f"{MAX_PIXELS // 10**6} million"),
    ],
    ids=["nothing", "empty batch", "no picture", "one of two", "many", "bytes", "pixels"],
)
def test_what_cannot_be_used_is_said(
    handler: EndpointHandler, data: dict[str, Any], says: str
) -> None:
    """The container sends the sentence on as it is."""
    with pytest.raises(PictureError, match=says):
        handler(data)


def test_a_repository_with_another_model_is_refused(model: Path, tmp_path: Path) -> None:
    """Vectors of another length, or of weights that were never trained, are worth nothing."""
    save(tmp_path / "longer", dimensions=768)
    with pytest.raises(ValueError, match="does not hold a CLIP model"):
        EndpointHandler(str(tmp_path / "longer"))
    half = transformers.CLIPTextModelWithProjection.from_pretrained(model)
    half.save_pretrained(tmp_path / "text")
    config = json.loads((model / "config.json").read_text("utf-8"))
    (tmp_path / "text" / "config.json").write_text(json.dumps(config), "utf-8")
    with pytest.raises(ValueError, match="does not hold a CLIP model"):
        EndpointHandler(str(tmp_path / "text"))
