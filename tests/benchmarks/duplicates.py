"""From which cosine on do two pictures show the same picture? Prints the tables of the docs.

    python -m tests.benchmarks.duplicates [--photos FOLDER] [--most N]

Each photograph is saved anew, made smaller or cut a little, and compared with itself as it was; and
with all others, of which the closest pairs are named to be looked at. The encoder is the built-in
one. FOLDER is described in `photographs`; pictures that occur twice in it are left out.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from search.demo.pack import load_pack
from search.encoders.builtin import BuiltinEncoder
from search.photo import read_photo
from search.settings import Settings
from tests.benchmarks.photographs import PHOTOS, read

Change = Callable[[Image.Image], Image.Image]
Vectors = npt.NDArray[np.float32]

LINES = (0.97, 0.98, 0.985, 0.99, 0.995, 0.998, 0.999, 1 - 2e-6)
PAIRS_NAMED = 8


def saved(quality: int) -> Change:
    """Return what saves a picture as a JPEG of this quality."""
    return lambda image: _through_jpeg(image, quality)


def resized(percent: int) -> Change:
    """Return what makes both sides so long and saves the picture as shops do."""
    return lambda image: _through_jpeg(
        image.resize([max(round(side * percent / 100), 1) for side in image.size]), 85
    )


def cut(percent: float) -> Change:
    """Return what takes so much off every side and saves the picture."""

    def change(image: Image.Image) -> Image.Image:
        wide, high = (round(side * percent / 100) for side in image.size)
        return _through_jpeg(image.crop((wide, high, image.width - wide, image.height - high)), 85)

    return change


CHANGES: dict[str, Change] = {
    "saved as JPEG 95": saved(95),
    "saved as JPEG 85": saved(85),
    "saved as JPEG 75": saved(75),
    "saved as JPEG 60": saved(60),
    "75 % of its size": resized(75),
    "50 % of its size": resized(50),
    "1 % cut off each side": cut(1),
    "2 % cut off each side": cut(2),
    "5 % cut off each side": cut(5),
}


def _through_jpeg(image: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return read_photo(buffer.getvalue()).image


def encode(encoder: BuiltinEncoder, images: list[Image.Image]) -> Vectors:
    """Encode pictures, float32[n, dimensions]."""
    parts = [encoder.encode_images(images[at : at + 16]) for at in range(0, len(images), 16)]
    return np.concatenate(parts)


def pairs(vectors: Vectors) -> npt.NDArray[np.float64]:
    """Return the cosines of all pairs of different rows as a triangle [n, n], the rest -1."""
    cosines = np.asarray(vectors, np.float64) @ np.asarray(vectors, np.float64).T
    cosines[np.tril_indices(len(vectors))] = -1
    return cosines


def closest(
    cosines: npt.NDArray[np.float64], names: list[str], count: int
) -> Iterator[tuple[float, str, str]]:
    """Yield the most alike pairs."""
    for at in np.argsort(cosines, axis=None)[::-1][:count]:
        one, other = divmod(int(at), len(cosines))
        yield float(cosines[one, other]), names[one], names[other]


def changed_rows(copies: dict[str, npt.NDArray[np.float64]], at: float) -> Iterator[str]:
    """Write one line a change: the lowest cosines, and how many copies are found at a line."""
    for name, cosines in copies.items():
        low, fifth, middle = np.quantile(cosines, (0.01, 0.05, 0.5))
        found = (cosines >= at).mean()
        numbers = " | ".join(f"{value:.4f}" for value in (cosines.min(), low, fifth, middle))
        yield f"| {name} | {numbers} | {found:.1%} |"


def line_rows(
    copies: dict[str, npt.NDArray[np.float64]],
    different: list[npt.NDArray[np.float64]],
) -> Iterator[str]:
    """Write one line a threshold: copies found, and pairs of different pictures taken for one."""
    every = np.concatenate(list(copies.values()))
    for at in LINES:
        wrong = " | ".join(str(int((cosines >= at).sum())) for cosines in different)
        shown = f"{at:.3f}" if at < LINES[-1] else "1"
        yield f"| {shown} | {(every >= at).mean():.1%} | {wrong} |"


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, default=PHOTOS)
    parser.add_argument("--most", type=int, default=10_000, help="no more photographs than these")
    options = parser.parse_args()

    halves = read(options.photos)
    images = [image for half in halves.values() for image in half.images][: options.most]
    names = [
        f"{half} {number} ({kind})"
        for half, pictures in halves.items()
        for number, kind in enumerate(pictures.classes)
    ]
    encoder = BuiltinEncoder(threads=2)
    originals = encode(encoder, images)
    copies = {
        name: np.asarray(
            (originals * encode(encoder, [change(image) for image in images])).sum(axis=1),
            np.float64,
        )
        for name, change in CHANGES.items()
    }
    pack = load_pack()
    photographs, goods = pairs(originals), pairs(pack.vectors())

    at = Settings().duplicate_similarity
    print(f"{len(images)} photographs, {len(goods)} demo products\n")
    print(f"| change | lowest | 1 % | 5 % | median | found at {at} |")
    print("|---|---|---|---|---|---|")
    print(*changed_rows(copies, at), sep="\n")
    print("\n| line | copies found | pairs of photographs | pairs of demo products |")
    print("|---|---|---|---|")
    print(*line_rows(copies, [photographs, goods]), sep="\n")
    articles = [f"{product.article} {product.name['en']}" for product in pack.products]
    for title, cosines, said in (
        ("photographs", photographs, names),
        ("demo products", goods, articles),
    ):
        print(f"\nclosest {title}:")
        for cosine, one, other in closest(cosines, said, PAIRS_NAMED):
            print(f"  {cosine:.4f}  {one} – {other}")


if __name__ == "__main__":
    main()
