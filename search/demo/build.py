"""Draw the pack: every picture and photo, and their vectors. Same code, same bytes."""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import resvg_py

from search.demo.archive import Drawing, Tell, renew
from search.demo.catalogue import DemoProduct, catalogue
from search.demo.drawing import PICTURE_SIDE, draw_picture, write_svg
from search.demo.evaluation import shots
from search.demo.phone import draw_photo
from search.demo.samples import CHOICES
from search.encoders.builtin import BuiltinEncoder
from search.photo import read_photo

WEBP_QUALITY = 62


def build(folder: Path, tell: Tell) -> None:
    """Write the pack into the folder; pictures whose drawing has not changed are kept."""
    (folder / "samples").mkdir(parents=True, exist_ok=True)
    products = catalogue()
    encoder = BuiltinEncoder(threads=os.cpu_count() or 1)
    pictures = [
        Drawing(f"{product.article}.webp", drawing_mark(product), partial(webp, product))
        for product in products
    ]
    _write_vectors(folder / "vectors.npy", renew(folder / "pictures.zip", pictures, tell), encoder)
    evaluation = shots(products)
    photos = [Drawing(f"{shot.key}.webp", shot.mark, shot.draw) for shot in evaluation]
    _write_vectors(
        folder / "evaluation.npy", renew(folder / "evaluation.zip", photos, tell), encoder
    )
    listed = {
        "products": [_plain(product) for product in products],
        "samples": _write_samples(folder / "samples", products),
        "evaluation": [{"key": shot.key, "article": shot.product.article} for shot in evaluation],
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


def _write_vectors(path: Path, files: Sequence[bytes], encoder: BuiltinEncoder) -> None:
    """Read as every picture is, so that indexing them again gives the very same vectors."""
    images = [read_photo(file).image for file in files]
    np.save(path, encoder.encode_images(images).astype(np.float16))


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
    made = ("pictures.zip", "vectors.npy", "evaluation.zip", "evaluation.npy")
    files = [folder / name for name in made]
    for file in [*files, *sorted((folder / "samples").glob("*.jpg"))]:
        digest.update(file.read_bytes())
    listed["digest"] = digest.hexdigest()
    text = json.dumps(listed, ensure_ascii=False, indent=0)
    (folder / "catalogue.json").write_text(text + "\n", "utf-8")
