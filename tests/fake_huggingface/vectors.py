"""Where the fake server's vectors come from."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

import numpy as np
from PIL import Image

from search.photo import read_photo

TOKEN = "hf_test_SECRETsecret0123456789"


@cache
def _built_in() -> Any:  # noqa: ANN401 - imported late, it brings onnxruntime
    from search.encoders.builtin import BuiltinEncoder  # noqa: PLC0415 - the same

    return BuiltinEncoder()


def built_in_vector(jpeg: bytes) -> list[float]:
    """Embed with the built-in encoder: another space than CLIP, but real vectors of 512."""
    return [float(number) for number in _built_in().encode(read_photo(jpeg)).vector]


def pixels_vector(jpeg: bytes) -> list[float]:
    """Turn a JPEG into 512 numbers that differ from picture to picture, in a millisecond."""
    with Image.open(io.BytesIO(jpeg)) as image:
        small = image.convert("L").resize((32, 16))
    return [float(value) for value in np.asarray(small, np.float64).ravel() + 1.0]
