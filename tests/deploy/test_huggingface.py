"""What is deployed on Hugging Face: what needs neither PyTorch nor a network to be known.

The rest is tested by deploy/huggingface/test, in environments of its own.
"""

from __future__ import annotations

import base64
import importlib.util
import io
import re
import struct
import sys
import zlib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from PIL import Image

from search.encoders.dialects import DIALECTS, FOUNDING_URL
from search.settings import Settings
from search.vectors import CLIP
from tests.embedded_apps import ROOT

FOLDER = ROOT / "deploy" / "huggingface"
SPACE, ENDPOINT = FOLDER / "space", FOLDER / "endpoint"
README = (FOLDER / "README.md").read_text("utf-8")
OURS = {name.upper() for name in Settings.model_fields}
# The Space's own, pip's, and the one of the tests.
THEIRS = {"SPACE_TOKEN", "PIP_EXTRA_INDEX_URL", "LIKENESS_HF_ENV"}


def loaded() -> ModuleType:
    """Load the handler as the endpoint's container does, from its file."""
    spec = importlib.util.spec_from_file_location("endpoint_handler", ENDPOINT / "handler.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


HANDLER: Any = loaded()


def saved(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:  # noqa: ANN401 - Pillow's
    """Return the picture as a file."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def two_halves(mode: str = "RGB") -> Image.Image:
    """Return a picture that is navy on the left and orange on the right."""
    image = Image.new("RGB", (40, 20), "navy")
    image.paste("orange", (20, 0, 40, 20))
    return image.convert(mode)


PNG = saved(two_halves())
TEXT = base64.b64encode(PNG).decode()


def claiming(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that says how large it is."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
    )


def test_reading_pictures_needs_no_model() -> None:
    """PyTorch and transformers are imported when a handler is made, not before."""
    assert {"torch", "transformers"}.isdisjoint(sys.modules)


def test_it_is_the_model_whose_vectors_likeness_takes() -> None:
    """Its name, its length, and the address that the Space answers at."""
    assert (CLIP.model, CLIP.dimensions) == (HANDLER.MODEL, HANDLER.DIMENSIONS)
    assert re.fullmatch(r"[0-9a-f]{40}", HANDLER.REVISION)
    assert HANDLER.REVISION in README
    assert FOUNDING_URL.endswith(f"/models/{HANDLER.MODEL}")
    assert f".hf.space/models/{HANDLER.MODEL}" in README


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.py")), ids=lambda path: path.name)
def test_every_file_is_python(path: Path) -> None:
    """Nobody deploys a file that cannot be compiled."""
    compile(path.read_text("utf-8"), str(path), "exec", dont_inherit=True)


def test_what_is_installed_is_pinned() -> None:
    """An endpoint that starts in a year is the one that was tested; both have one Pillow."""
    pillows = set()
    for folder in (ENDPOINT, SPACE):
        lines = (folder / "requirements.txt").read_text("utf-8").splitlines()
        packages = [line.partition("#")[0].strip() for line in lines]
        named = [package for package in packages if package]
        assert all(re.fullmatch(r"[a-z-]+==[\d.]+", package) for package in named)
        pillows |= {package for package in named if package.startswith("pillow")}
    assert len(pillows) == 1
    assert pillows <= set((ROOT / "requirements.txt").read_text("utf-8").splitlines())


def test_the_readme_names_only_what_somebody_reads() -> None:
    """A misspelt setting would be ignored in silence."""
    named = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", README))
    assert named <= OURS | THEIRS
    assert {"ENCODER_URL", "ENCODER_TIMEOUT", "HUGGINGFACE_API_TOKEN", "ENCODER_TOKEN"} <= named
    dialects = set(re.findall(r"ENCODER_DIALECT=([a-z-]+)", README))
    assert dialects == {"huggingface", "huggingface-json"}
    assert dialects <= {dialect.name for dialect in DIALECTS}
    assert f"({Settings.model_fields['encoder_timeout'].default:.0f} seconds)" in README


def test_the_readme_says_what_is_taken() -> None:
    """The limits that it names are those of the handler."""
    for text in (README, (SPACE / "README.md").read_text("utf-8")):
        assert f"{HANDLER.MAX_BYTES // 10**6} MB" in text
        assert f"{HANDLER.MAX_PIXELS // 10**6} million pixels" in text
        assert re.search(rf"\b{HANDLER.MAX_BATCH}\b", text)
    assert all(kind in README.upper() for kind in HANDLER.FORMATS)


def test_the_space_listens_where_its_page_says() -> None:
    """The front matter, EXPOSE and the command name one port; what is copied is there."""
    front = yaml.safe_load((SPACE / "README.md").read_text("utf-8").split("---")[1])
    dockerfile = (SPACE / "Dockerfile").read_text("utf-8")
    assert front["sdk"] == "docker"
    assert f"EXPOSE {front['app_port']}\n" in dockerfile
    assert f'"--port", "{front["app_port"]}"' in dockerfile
    copied = re.findall(r"^COPY (.*) \./$", dockerfile, re.MULTILINE)
    files = {name for line in copied for name in line.split()}
    assert files == {"requirements.txt", "handler.py", "app.py"}
    # One handler for both: the README's steps bring it to the Space.
    assert not (SPACE / "handler.py").exists()
    assert "endpoint/handler.py handler.py --type space" in README


def test_the_main_readme_leads_here() -> None:
    """Whoever reads about ways to CLIP finds this one."""
    assert "(deploy/huggingface/README.md)" in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    "item",
    [
        PNG,
        TEXT,
        "\n".join(re.findall(".{1,60}", TEXT)),
        f"data:image/png;base64,{TEXT}",
        {"image": TEXT},
        two_halves(),
    ],
    ids=["bytes", "base64", "base64 in lines", "data URL", "under image", "opened"],
)
def test_a_picture_is_read_however_it_is_sent(item: object) -> None:
    """The pixels are the same."""
    assert HANDLER.read_picture(item).tobytes() == two_halves().tobytes()


def test_a_photo_is_turned_as_its_camera_says() -> None:
    """Also when the container has opened it."""
    exif = Image.Exif()
    exif[0x0112] = 6
    data = saved(two_halves(), "JPEG", exif=exif)
    for item in (data, Image.open(io.BytesIO(data)).convert("RGB")):
        upright = HANDLER.read_picture(item)
        assert upright.size == (20, 40)
        assert upright.getpixel((10, 5))[2] > upright.getpixel((10, 35))[2]


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_is_put_on_white(mode: str) -> None:
    """Whatever colour a program left below."""
    clear = Image.new("RGBA", (4, 4), (200, 0, 0, 0)).convert(mode)
    assert HANDLER.read_picture(saved(clear)).getpixel((1, 1)) == (255, 255, 255)


def test_sixteen_bits_of_grey_stay_grey() -> None:
    """A plain conversion would make white of all but the darkest."""
    grey = Image.new("I;16", (4, 4), 128 * 256)
    assert HANDLER.read_picture(saved(grey)).getpixel((1, 1)) == (128, 128, 128)


def test_of_a_line_the_middle_is_left() -> None:
    """Scaled until its shorter side is CLIP's it would take gigabytes."""
    line = Image.new("RGB", (50_000, 3), "navy")
    line.putpixel((25_000, 1), (255, 255, 255))
    middle = HANDLER.read_picture(line)
    assert middle.size == (48, 3)
    assert middle.getpixel((24, 1)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("item", "kind", "says"),
    [
        (None, "NoPicture", "There is no picture in the request"),
        ("  ", "NoPicture", "There is no picture in the request"),
        (b"", "NoPicture", "There is no picture in the request"),
        ({"picture": TEXT}, "NoPicture", "There is no picture in the request"),
        ("data:image/png;base64,", "NoPicture", "nothing behind the beginning"),
        (7, "NotAPicture", "as its bytes, or as base64"),
        ([TEXT], "NotAPicture", "as its bytes, or as base64"),
        ("no base64!", "NotAPicture", "This is not base64"),
        ("data:image/png,abc", "NotAPicture", "only those in base64"),
        ("https://example.com/mug.jpg", "NotAPicture", "Addresses are not fetched"),
        (b"no picture", "NotAPicture", "no picture that can be read here"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "NotAPicture", "no picture that"),
        (PNG[:-40], "NotAPicture", "The picture is damaged"),
        (b"\xff\xd8" + b"\xff\xda" * 100, "NotAPicture", "as no camera and no program builds"),
        (b"\0" * 10_000_001, "TooLarge", "send one of 10 MB at most"),
        ("A" * 28_000_000, "TooLarge", "send one of 10 MB at most"),
        (claiming(8_000, 8_000), "TooLarge", "64 million pixels: send one of 50 million"),
        (claiming(60_000, 60_000), "TooLarge", "pixels: send one of 50 million at most"),
        (Image.new("1", (8_000, 8_000)), "TooLarge", "64 million pixels"),
    ],
)
def test_what_cannot_be_used_is_said_in_a_sentence(item: object, kind: str, says: str) -> None:
    """The container answers 400 with it; nothing of Pillow's own reaches anybody."""
    with pytest.raises(getattr(HANDLER, kind), match=says) as caught:
        HANDLER.read_picture(item)
    assert isinstance(caught.value, ValueError)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("item", [claiming(60_000, 60_000), claiming(10_000, 10_000)])
def test_pillows_own_guard_says_the_same(item: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container Pillow refuses the largest pictures, or warns of them, before we count."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 89_478_485)
    with pytest.raises(HANDLER.TooLarge, match="send one of 50 million at most"):
        HANDLER.read_picture(item)


def test_a_list_is_a_batch_also_with_one_picture() -> None:
    """Under `inputs`, or under `image` in it."""
    for inputs in (["a"], {"image": ["a"]}):
        assert HANDLER.items_in({"inputs": inputs}) == (["a"], True)
    assert HANDLER.items_in({"inputs": {"image": "a"}}) == (["a"], False)
    assert HANDLER.items_in({"inputs": PNG}) == ([PNG], False)


def test_a_batch_has_its_limits() -> None:
    """One picture at least, MAX_BATCH at most."""
    with pytest.raises(HANDLER.NoPicture, match="is empty"):
        HANDLER.items_in({"inputs": []})
    most = ["a"] * HANDLER.MAX_BATCH
    assert HANDLER.items_in({"inputs": most}) == (most, True)
    with pytest.raises(HANDLER.TooLarge, match=f"send {HANDLER.MAX_BATCH} at most"):
        HANDLER.items_in({"inputs": [*most, "a"]})
