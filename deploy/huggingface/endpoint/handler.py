"""A picture -> the 512 numbers of CLIP ViT-B/32: the handler of a Hugging Face Inference Endpoint.

The Space beside it uses the same file. Taken are a picture's bytes, which the endpoint's container
opens before they come here, and base64 in JSON; one picture gives `[512 numbers]`, a list of them
gives a list of such lists in the same order, also if it has one picture only.

All up to EndpointHandler reads what was sent, and needs nothing but Pillow; torch and transformers
are imported when a handler is made. It runs with transformers 4 and 5.
"""

from __future__ import annotations

import base64
import binascii
import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

MODEL = "openai/clip-vit-base-patch32"
# What the name stands for may be changed by its owner; vectors are compared for years.
REVISION = "3d74acf9a28c67741b2f4f2ea7635f0aaf6f0268"
DIMENSIONS = 512

# Likeness sends less than a megabyte; a catalogue's own pictures may be larger.
MAX_BYTES = 10_000_000
MAX_PIXELS = 50_000_000
MAX_BATCH = 32
# Pillow knows many more, some of which start other programs.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
# Progressive encoders write about ten scans; a small JPEG with thousands would take minutes.
SCAN, MOST_SCANS = b"\xff\xda", 64
# CLIP sees the square in the middle alone. The shorter side is scaled to it, and the longer one
# with it: a line one pixel wide would become a picture of gigabytes.
MOST_OBLONG = 16


class PictureError(ValueError):
    """What was sent cannot be used; the text says why, for the person who sent it."""


class NoPicture(PictureError):
    """There is no picture in the request."""


class NotAPicture(PictureError):
    """What was sent is no picture that can be read."""


class TooLarge(PictureError):
    """More bytes, pixels or pictures than are taken."""


def items_in(data: Mapping[str, Any]) -> tuple[list[Any], bool]:
    """Return what stands under `inputs` as a list, and whether it was one.

    Raises NoPicture for an empty list, TooLarge for more than MAX_BATCH.
    """
    inputs = data.get("inputs")
    if isinstance(inputs, Mapping):
        inputs = inputs.get("image")
    if not isinstance(inputs, list):
        return [inputs], False
    if not inputs:
        raise NoPicture("The list of pictures is empty: send at least one.")
    if len(inputs) > MAX_BATCH:
        raise TooLarge(
            f"There are {len(inputs)} pictures in one request: send {MAX_BATCH} at most."
        )
    return inputs, True


def read_picture(item: Any) -> Image.Image:  # noqa: ANN401 - parsed JSON is anything
    """Read one picture: upright, RGB, what is transparent on white, of an animation the first.

    `item` is what the container opened, bytes, base64, a data: URL, or `{"image": …}` with any of
    these. Raises NoPicture, NotAPicture or TooLarge.
    """
    if isinstance(item, Mapping):
        item = item.get("image")
    if item is None or (isinstance(item, (str, bytes)) and not item.strip()):
        raise NoPicture(
            "There is no picture in the request: send its bytes with Content-Type: image/jpeg, "
            'or JSON: {"inputs": "<base64>"}.'
        )
    if isinstance(item, str):
        item = _bytes_of(item)
    if isinstance(item, bytes):
        item = _opened(item)
    if not isinstance(item, Image.Image):
        raise NotAPicture("A picture is sent as its bytes, or as base64 in a string of JSON.")
    _check_pixels(item.width * item.height)
    try:
        return _middle(_on_white(_upright(item)))
    except Exception:  # noqa: BLE001 - decoders raise anything at all on broken files
        reason = "The picture is damaged: it begins well but cannot be read to its end."
    raise NotAPicture(reason)


def _bytes_of(text: str) -> bytes:
    """Decode base64, with or without `data:image/…;base64,` before it, in one line or several."""
    if re.match(r"\s*https?://", text, re.IGNORECASE):
        raise NotAPicture("Addresses are not fetched: send the picture itself, as base64.")
    if text.lstrip()[:5].lower() == "data:":
        head, _, text = text.partition(",")
        if not head.rstrip().lower().endswith(";base64"):
            raise NotAPicture("Of data: URLs only those in base64 are read.")
    if len(text) * 3 // 4 > 2 * MAX_BYTES:  # line ends and spaces count here, so not exact
        _check_bytes(len(text) * 3 // 4)
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        reason = "This is not base64: encode the bytes of the picture file."
    else:
        if not data:
            raise NoPicture("There is nothing behind the beginning of the data: URL.")
        return data
    raise NotAPicture(reason)


def _opened(data: bytes) -> Image.Image:
    """Open a file of one of FORMATS, whatever it was called; pixels are not decoded yet."""
    _check_bytes(len(data))
    if data.startswith(b"\xff\xd8") and data.count(SCAN) > MOST_SCANS:
        raise NotAPicture("The picture is built as no camera and no program builds one.")
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError:
        reason = f"This is no picture that can be read here: send {', '.join(FORMATS)}."
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooLarge(_too_many_pixels("too many")) from None
    except Exception:  # noqa: BLE001 - as above
        reason = "The picture is damaged: its beginning cannot be read."
    raise NotAPicture(reason)


def _check_bytes(count: int) -> None:
    if count > MAX_BYTES:
        raise TooLarge(
            f"The picture has {count / 1e6:.1f} MB: send one of {MAX_BYTES / 1e6:.0f} MB at most."
        )


def _check_pixels(count: int) -> None:
    if count > MAX_PIXELS:
        raise TooLarge(_too_many_pixels(f"{count / 1e6:.0f} million"))


def _too_many_pixels(count: str) -> str:
    return f"The picture has {count} pixels: send one of {MAX_PIXELS / 1e6:.0f} million at most."


def _upright(image: Image.Image) -> Image.Image:
    """Turn the picture as its EXIF block says; one that cannot be read turns nothing."""
    image.load()
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # noqa: BLE001 - cameras and programs write all kinds of EXIF
        return image


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):  # 16 bits of grey, which a plain conversion would cut off
        return image.point(lambda value: value / 256).convert("L").convert("RGB")
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, image).convert("RGB")
    return image.convert("RGB")


def _middle(image: Image.Image) -> Image.Image:
    """Cut the ends off a picture that is more oblong than MOST_OBLONG; CLIP would not see them."""
    longest = MOST_OBLONG * min(image.size)
    width, height = (min(side, longest) for side in image.size)
    left, top = (image.width - width) // 2, (image.height - height) // 2
    return image.crop((left, top, left + width, top + height))


class EndpointHandler:
    """CLIP's image half, ready to answer.

    The model is the one in the folder `path` if there is any, else MODEL from the Hub; it runs on
    the graphics card if there is one. Raises ValueError when the folder holds another model.
    """

    def __init__(self, path: str = "") -> None:
        import torch  # noqa: PLC0415 - reading pictures and the tests of that need neither
        import transformers  # noqa: PLC0415

        if path and (Path(path) / "config.json").is_file():
            source: dict[str, str] = {"pretrained_model_name_or_path": path}
        else:
            source = {"pretrained_model_name_or_path": MODEL, "revision": REVISION}
        model, loading = transformers.CLIPVisionModelWithProjection.from_pretrained(
            **source, output_loading_info=True
        )
        # transformers fills what it does not find with random numbers, and only warns.
        if loading["missing_keys"] or model.config.projection_dim != DIMENSIONS:
            raise ValueError(
                f"{source['pretrained_model_name_or_path']} does not hold a CLIP model with "
                f"{DIMENSIONS} numbers a picture: put {MODEL} there, or no model at all."
            )
        # Since transformers 5 the usual class scales with torchvision, which rounds differently.
        name = "CLIPImageProcessor"
        processor = getattr(transformers, f"{name}Pil", None) or getattr(transformers, name)
        self._processor = processor.from_pretrained(**source)
        self._torch = torch
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._model = model.to(device=self._device, dtype=torch.float32).eval()

    def __call__(self, data: Mapping[str, Any]) -> list[float] | list[list[float]]:
        """Return DIMENSIONS numbers of length 1, as float32 has them; for a list one such each.

        Raises PictureError, which is a ValueError: the container answers any exception with
        400 {"error": its text}.
        """
        items, several = items_in(data)
        torch = self._torch
        with torch.inference_mode():
            # One after the other: decoded they may take 150 MB each, prepared 600 kB.
            pixels = [
                self._prepared(item, place, len(items)) for place, item in enumerate(items, 1)
            ]
            vectors = self._model(pixel_values=torch.cat(pixels).to(self._device)).image_embeds
            vectors = torch.nn.functional.normalize(vectors.float(), dim=-1)
        numbers: list[list[float]] = vectors.cpu().tolist()
        return numbers if several else numbers[0]

    def _prepared(self, item: Any, place: int, count: int) -> Any:  # noqa: ANN401 - JSON; a tensor
        try:
            picture = read_picture(item)
        except PictureError as error:
            if count == 1:
                raise
            kind, reason = type(error), f"Picture {place} of {count}: {error}"
        else:
            # Told where the colours are, or it guesses, and takes three rows for three colours.
            prepared = self._processor(
                images=picture, input_data_format="channels_last", return_tensors="pt"
            )
            return prepared["pixel_values"]
        raise kind(reason)
