"""Does the suggested crop find more than the whole photo? Prints a table.

    python -m tests.benchmarks.framing [--per-kind 4] [--photos FOLDER]

Photos: those of the demo's evaluation set, the same goods drawn small and off the middle, and real
photographs (FOLDER as for builtin_encoder). Encoders: the built-in one, which looks for the thing
itself, and its deep part on the middle square of what it gets, which is all that CLIP looks at.
Right first: the very product for the demo, the class for real photographs. `offered`: photos for
which there is a suggestion; the others are searched whole in both columns.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from search.demo.catalogue import DemoProduct
from search.demo.drawing import draw_cutout
from search.demo.pack import DemoPack, load_pack
from search.demo.phone import _STANDING, HEIGHT, TYPICAL, WIDTH, _composed, _developed, _lit
from search.demo.scenes import ROOMS, TABLES
from search.encoders.builtin import BATCH, BuiltinEncoder
from search.encoders.subject import FRAME
from search.framing import suggest_aim
from search.photo import read_photo
from search.vectors import Vector
from tests.benchmarks.photographs import CATALOGUE, PHOTOS, QUERIES, read
from tests.benchmarks.sample_photos import some_of_each

SEED = 3000
# How large the thing is in photos from afar, and how far it is turned: share of the width, degrees.
SIZES, TURN = (0.33, 0.45), 20
Images = Sequence[Image.Image]
Encode = Callable[[Images], Vector]


@dataclass(frozen=True, eq=False)
class Collection:
    """Photos, pictures to be found, and what each of both shows."""

    title: str
    photos: Images
    shown: npt.NDArray[np.str_]
    pictures: Images
    shelf: npt.NDArray[np.str_]


def demo(pack: DemoPack) -> Collection:
    """Return the photos of the evaluation set, and the catalogue."""
    photos = [read_photo(pack.evaluation_photo(photo.key)).image for photo in pack.evaluation]
    shown = np.array([photo.article for photo in pack.evaluation])
    return Collection("demo", photos, shown, *_catalogue(pack))


def far(pack: DemoPack, per_kind: int) -> Collection:
    """Draw photos in which the thing is small and anywhere."""
    chosen = some_of_each(pack, per_kind, SEED)
    with ProcessPoolExecutor() as pool:
        seeds = range(SEED, SEED + len(chosen))
        photos = list(pool.map(draw_far, chosen, seeds, chunksize=2))
    shown = np.array([product.article for product in chosen])
    return Collection("demo, from afar", photos, shown, *_catalogue(pack))


def draw_far(product: DemoProduct, seed: int) -> Image.Image:
    """Draw a phone photo, 600 x 750 pixels, of a thing that somebody could have come nearer to."""
    rng = np.random.default_rng([SEED, seed])
    scenes = ROOMS if product.kind in _STANDING else TABLES
    ground = scenes[rng.integers(len(scenes))](rng, (HEIGHT, WIDTH))
    side = round(WIDTH * rng.uniform(*SIZES))
    cutout = draw_cutout(product, WIDTH).rotate(rng.uniform(-TURN, TURN), Image.Resampling.BICUBIC)
    small = cutout.convert("RGBa").resize((side, side), Image.Resampling.BICUBIC)
    thing = Image.new("RGBa", (WIDTH, HEIGHT))
    thing.paste(small, (int(rng.integers(WIDTH - side)), int(rng.integers(HEIGHT - side))))
    scene = _lit(_composed(ground, thing, rng), rng)
    return read_photo(_developed(scene, rng, TYPICAL)).image


def photographs(folder: Path) -> Collection:
    """Return real photographs; one half looks for the other."""
    halves = read(folder)
    queries, shelf = halves[QUERIES], halves[CATALOGUE]
    return Collection(
        "photographs",
        queries.images,
        np.array(queries.classes),
        shelf.images,
        np.array(shelf.classes),
    )


def _catalogue(pack: DemoPack) -> tuple[Images, npt.NDArray[np.str_]]:
    articles = [product.article for product in pack.products]
    return [read_photo(pack.picture(article)).image for article in articles], np.array(articles)


def middle(encoder: BuiltinEncoder) -> Encode:
    """Return an encoder that looks at the middle square, whatever is there."""

    def encode(images: Images) -> Vector:
        rows = []
        for start in range(0, len(images), BATCH):
            squares = np.stack([_square(image) for image in images[start : start + BATCH]])
            (deep,) = encoder._session.run(None, {"pictures": squares})
            rows.append(deep / np.linalg.norm(deep, axis=1, keepdims=True))
        return np.vstack(rows).astype(np.float32)

    return encode


def _square(image: Image.Image) -> npt.NDArray[np.uint8]:
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    cropped = image.crop((left, top, left + side, top + side))
    return np.asarray(cropped.resize((FRAME, FRAME), Image.Resampling.BICUBIC, reducing_gap=3.0))


def found(collection: Collection, photos: Images, pictures: Vector, encode: Encode) -> str:
    """Return the shares of photos with something right first, and among the best five."""
    best = np.argsort(-(encode(photos) @ pictures.T), axis=1)[:, :5]
    right = collection.shelf[best] == collection.shown[:, None]
    return f"{right[:, 0].mean():>12.3f}{right.any(axis=1).mean():>8.3f}"


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--per-kind", type=int, default=4, help="photos from afar of each kind")
    parser.add_argument("--photos", type=Path, default=PHOTOS)
    options = parser.parse_args()
    builtin = BuiltinEncoder(threads=os.cpu_count() or 1)
    encoders: dict[str, Encode] = {
        "built-in": builtin.encode_images,
        "middle square": middle(builtin),
    }
    pack = load_pack()
    print(f"{'':17}{'photos':>8}{'offered':>9}  {'encoder':14}", end="")
    print(f"{'whole: first':>12}{'in 5':>8}{'crop: first':>12}{'in 5':>8}")
    for collection in (demo(pack), far(pack, options.per_kind), photographs(options.photos)):
        aims = [suggest_aim(photo) for photo in collection.photos]
        crops = [
            photo.crop(aim.box(photo.size)) if aim else photo
            for photo, aim in zip(collection.photos, aims, strict=True)
        ]
        counted = f"{len(aims):>8}{sum(aim is not None for aim in aims):>9}"
        for name, encode in encoders.items():
            pictures = encode(collection.pictures)
            whole = found(collection, collection.photos, pictures, encode)
            crop = found(collection, crops, pictures, encode)
            print(f"{collection.title:17}{counted}  {name:14}{whole}{crop}", flush=True)


if __name__ == "__main__":
    main()
