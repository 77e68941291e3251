"""The demo catalogue as it ships: pictures, their vectors, and sample photos, made beforehand.

    pack/
    ├── catalogue.json   products, samples, the vectors' space, and a digest of everything
    ├── pictures.zip     <article>.webp, 480 x 480 pixels, stored without compression
    ├── vectors.npy      float16 [products, 512], in the order of the products
    └── samples/         <key>.jpg, photos of products as a phone takes them

`python -m search.demo build` makes it anew.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

from search.demo.catalogue import DemoProduct
from search.vectors import Vector, VectorSpace

PACK = Path(__file__).parent / "pack"


@dataclass(frozen=True, slots=True)
class Sample:
    """A photo to try the search with, the article it shows, and a caption by language."""

    key: str
    article: str
    caption: dict[str, str]
    folder: Path

    @property
    def file(self) -> Path:
        """Where the JPEG file is."""
        return self.folder / "samples" / f"{self.key}.jpg"

    def read(self) -> bytes:
        """Return the JPEG file."""
        return self.file.read_bytes()


@dataclass(frozen=True, eq=False)
class DemoPack:
    """Everything in the pack. `digest` (hex) changes whenever any part of it does."""

    folder: Path
    products: tuple[DemoProduct, ...]
    samples: tuple[Sample, ...]
    space: VectorSpace
    digest: str

    def picture(self, article: str) -> bytes:
        """Return the product's picture, a WebP file of 480 x 480 pixels; KeyError if unknown."""
        with self._lock:
            return self._archive.read(f"{article}.webp")

    def vectors(self) -> Vector:
        """Return float32 [products, 512] in the order of the products, rows of unit length."""
        import numpy as np  # noqa: PLC0415 - reading the catalogue needs no numpy

        rows = np.load(self.folder / "vectors.npy").astype(np.float32)
        vectors: Vector = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return vectors

    @cached_property
    def _archive(self) -> zipfile.ZipFile:
        return zipfile.ZipFile(self.folder / "pictures.zip")

    @cached_property
    def _lock(self) -> Lock:
        return Lock()


def load_pack(folder: Path = PACK) -> DemoPack:
    """Read the pack's list; pictures and vectors are read when they are asked for."""
    listed: dict[str, Any] = json.loads((folder / "catalogue.json").read_text("utf-8"))
    return DemoPack(
        folder=folder,
        products=tuple(
            DemoProduct(**{**product, "price": Decimal(product["price"])})
            for product in listed["products"]
        ),
        samples=tuple(Sample(**sample, folder=folder) for sample in listed["samples"]),
        space=VectorSpace(**listed["space"]),
        digest=listed["digest"],
    )
