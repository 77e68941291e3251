"""A small model in the place of CLIP's 352 MB: the same input, the same output, the same files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from PIL import Image, ImageDraw

from search.encoders.hub import FILES
from search.photo import Photo

# What stands in the file of CLIP's own.
PREPROCESSING = {
    "image_processor_type": "CLIPImageProcessor",
    "do_resize": True,
    "size": {"shortest_edge": 224},
    "resample": 3,
    "do_center_crop": True,
    "crop_size": {"height": 224, "width": 224},
    "do_rescale": True,
    "rescale_factor": 1 / 255,
    "do_normalize": True,
    "do_convert_rgb": True,
    "image_mean": [0.48145466, 0.4578275, 0.40821073],
    "image_std": [0.26862954, 0.26130258, 0.27577711],
}


def small_model(length: int = 512, weight: float = 1.0) -> bytes:
    """Make a model with CLIP's input and output: squares of 32 pixels averaged, then a matrix."""
    random = np.random.default_rng(7)
    matrix = (weight * random.normal(size=(3 * 7 * 7, length))).astype(np.float32)
    graph = helper.make_graph(
        [
            helper.make_node(
                "AveragePool",
                ["pixel_values"],
                ["squares"],
                kernel_shape=[32, 32],
                strides=[32, 32],
            ),
            helper.make_node("Flatten", ["squares"], ["flat"], axis=1),
            helper.make_node("MatMul", ["flat", "matrix"], ["image_embeds"]),
        ],
        "small",
        [helper.make_tensor_value_info("pixel_values", TensorProto.FLOAT, ["N", 3, 224, 224])],
        [helper.make_tensor_value_info("image_embeds", TensorProto.FLOAT, ["N", length])],
        [numpy_helper.from_array(matrix, "matrix")],
    )
    opset = [helper.make_opsetid("", 17)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=9)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def files(model: bytes) -> dict[str, bytes]:
    """Return the files of a model, by their names."""
    return dict(zip(FILES, (model, json.dumps(PREPROCESSING).encode()), strict=True))


def write(folder: Path, model: bytes) -> Path:
    """Write a model's files into a new folder."""
    folder.mkdir()
    for name, content in files(model).items():
        (folder / name).write_bytes(content)
    return folder


def drawn(colour: str = "red", size: tuple[int, int] = (600, 450)) -> Photo:
    """Draw a thing that is not in the middle."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).ellipse((120, 60, 320, 380), fill=colour)
    return Photo(image)
