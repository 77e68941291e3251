"""Draw the pack: every picture, its vector, the sample photos. Same code, same bytes."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import resvg_py

from search.demo.catalogue import DemoProduct, catalogue
from search.demo.drawing import PICTURE_SIDE, draw_picture, write_svg
from search.demo.phone import draw_photo
from search.demo.samples import CHOICES
from search.encoders.builtin import BuiltinEncoder
from search.photo import read_photo

WEBP_QUALITY = 62
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment a zip can name: the same bytes on every day

Tell = Callable[[int, int], None]
"""Called with how many pictures are ready, and of how many."""


def build(folder: Path, tell: Tell) -> None:
    """Write the pack into the folder; pictures whose drawing has not changed are kept."""
    (folder / "samples").mkdir(parents=True, exist_ok=True)
    products = catalogue()
    pictures = _pictures(folder / "pictures.zip", products, tell)
    encoder = BuiltinEncoder(threads=os.cpu_count() or 1)
    # Read as every picture is, so that indexing them again gives the very same vectors.
    images = [read_photo(pictures[product.article]).image for product in products]
    np.save(folder / "vectors.npy", encoder.encode_images(images).astype(np.float16))
    listed = {
        "products": [_plain(product) for product in products],
        "samples": _write_samples(folder / "samples", products),
        "space": asdict(encoder.space),
    }
    _write_list(folder, listed)


def drawing_mark(product: DemoProduct) -> bytes:
    """Return what changes whenever the product's picture would: a digest (hex) of its drawing."""
    told = f"{resvg_py.__version__} {PICTURE_SIDE} {WEBP_QUALITY} {write_svg(product)}"
    return hashlib.sha256(told.encode()).hexdigest().encode()


def webp(product: DemoProduct) -> bytes:
    """Draw a product's picture as it ships."""
    buffer = io.BytesIO()
    draw_picture(product).save(buffer, "WEBP", quality=WEBP_QUALITY, method=6)
    return buffer.getvalue()


def _pictures(path: Path, products: tuple[DemoProduct, ...], tell: Tell) -> dict[str, bytes]:
    """Return every picture by article, and store them; each entry's comment is its mark."""
    marks = {product.article: drawing_mark(product) for product in products}
    pictures = _kept(path, marks)
    missing = [product for product in products if product.article not in pictures]
    with ProcessPoolExecutor() as pool:
        for product, picture in zip(missing, pool.map(webp, missing), strict=True):
            pictures[product.article] = picture
            tell(len(pictures), len(products))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for article, mark in marks.items():
            entry = zipfile.ZipInfo(f"{article}.webp", _EPOCH)
            entry.comment = mark
            archive.writestr(entry, pictures[article])
    return pictures


def _kept(path: Path, marks: dict[str, bytes]) -> dict[str, bytes]:
    """Read from an earlier pack the pictures that are still right."""
    if not path.exists():
        return {}
    with zipfile.ZipFile(path) as archive:
        return {
            entry.filename.removesuffix(".webp"): archive.read(entry)
            for entry in archive.infolist()
            if marks.get(entry.filename.removesuffix(".webp")) == entry.comment
        }


def _write_samples(folder: Path, products: tuple[DemoProduct, ...]) -> list[dict[str, Any]]:
    for stale in folder.glob("*.jpg"):
        stale.unlink()
    written = []
    for choice in CHOICES:
        product = choice.of(products)
        (folder / f"{choice.key}.jpg").write_bytes(draw_photo(product, choice.seed))
        written.append({"key": choice.key, "article": product.article, "caption": product.name})
    return written


def _plain(product: DemoProduct) -> dict[str, Any]:
    return {**asdict(product), "price": str(product.price)}


def _write_list(folder: Path, listed: dict[str, Any]) -> None:
    digest = hashlib.sha256(json.dumps(listed, sort_keys=True).encode())
    files = [folder / "pictures.zip", folder / "vectors.npy"]
    for file in [*files, *sorted((folder / "samples").glob("*.jpg"))]:
        digest.update(file.read_bytes())
    listed["digest"] = digest.hexdigest()
    text = json.dumps(listed, ensure_ascii=False, indent=0)
    (folder / "catalogue.json").write_text(text + "\n", "utf-8")
