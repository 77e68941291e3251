"""The demo catalogue as it ships: pictures, photos and their vectors, made beforehand.

    pack/
    ├── catalogue.json   products, photos, the vectors' space, and a digest of everything
    ├── pictures.zip     <article>.webp, 480 x 480 pixels, stored without compression
    ├── vectors.npy      float16 [products, 512], in the order of the products
    ├── evaluation.zip   <key>.webp, 448 x 560 pixels: phone photos to measure the search with
    ├── evaluation.npy   float16 [photos, 512], in the order of those photos
    └── samples/         <key>.jpg, phone photos to try the search with

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


@dataclass(frozen=True, slots=True)
class EvaluationPhoto:
    """A photo to measure the search with, and the article it shows."""

    key: str
    article: str


@dataclass(frozen=True, eq=False)
class DemoPack:
    """Everything in the pack. `digest` (hex) changes whenever any part of it does."""

    folder: Path
    products: tuple[DemoProduct, ...]
    samples: tuple[Sample, ...]
    evaluation: tuple[EvaluationPhoto, ...]
    space: VectorSpace
    digest: str

    def picture(self, article: str) -> bytes:
        """Return the product's picture, a WebP file of 480 x 480 pixels; KeyError if unknown."""
        return self._read("pictures.zip", f"{article}.webp")

    def vectors(self) -> Vector:
        """Return float32 [products, 512] in the order of the products, rows of unit length."""
        return self._rows("vectors.npy")

    def evaluation_photo(self, key: str) -> bytes:
        """Return a photo of the evaluation set, a WebP file; KeyError if unknown."""
        return self._read("evaluation.zip", f"{key}.webp")

    def evaluation_vectors(self) -> Vector:
        """Return float32 [photos, 512] in the order of `evaluation`, rows of unit length."""
        return self._rows("evaluation.npy")

    def _rows(self, name: str) -> Vector:
        import numpy as np  # noqa: PLC0415 - reading the catalogue needs no numpy

        rows = np.load(self.folder / name).astype(np.float32)
        vectors: Vector = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return vectors

    def _read(self, archive: str, name: str) -> bytes:
        with self._lock:
            if archive not in self._archives:
                self._archives[archive] = zipfile.ZipFile(self.folder / archive)
            return self._archives[archive].read(name)

    @cached_property
    def _archives(self) -> dict[str, zipfile.ZipFile]:
        return {}

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
        evaluation=tuple(EvaluationPhoto(**photo) for photo in listed["evaluation"]),
        space=VectorSpace(**listed["space"]),
        digest=listed["digest"],
    )
