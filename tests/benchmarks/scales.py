"""Which scale cuts best, on photos that its line was not chosen on? Prints Markdown tables.

    python -m tests.benchmarks.scales [--photos FOLDER] [--resamples N]

One for real photographs (FOLDER as for builtin_encoder: `validation` is the catalogue, `test` the
queries, a match is a picture of the same class) and one for the demo's evaluation set (a match is
the very product). The encoder is the built-in one.

Precision, recall and F1 are pooled over photos held out from the choice of the line; the margin is
that of F1 over cosine, with its 90 % band from resampled photos. Average precision and the spread
(the standard deviation, over photos, of a photo's mean value over the catalogue) need no line. The
row at 0.30 chose nothing, so all photos count in it.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from search.demo.pack import load_pack
from search.encoders.builtin import BuiltinEncoder
from search.tuning.compare import ScaleResult, compare, winner
from search.tuning.curves import measure, summarise
from search.tuning.scales import BINS, Floats, Scale, bin_of, bins, relative
from search.tuning.tallies import Tallies, tally_complete
from search.vectors import Vector
from tests.benchmarks.photographs import CATALOGUE, PHOTOS, QUERIES, read

FORMER = 0.30
HEAD = (
    "| scale | line | precision | recall | F1 | shown per photo | F1 over cosine (90 %)"
    " | average precision | spread |\n|---|---|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True, eq=False)
class Collection:
    """Vectors of a catalogue [products, 512] and of photos [photos, 512], rows of unit length.

    `truth` [photos, products] says which product is a match for which photo.
    """

    title: str
    catalogue: Vector
    photos: Vector
    truth: npt.NDArray[np.bool_]


def photographs(folder: Path) -> Collection:
    """Encode real photographs: one half looks for the other, a class is what makes a match."""
    halves = read(folder)
    encoder = BuiltinEncoder(threads=os.cpu_count() or 1)
    catalogue, photos = (
        encoder.encode_images(halves[half].images) for half in (CATALOGUE, QUERIES)
    )
    shelf, asked = (np.array(halves[half].classes) for half in (CATALOGUE, QUERIES))
    return Collection("Real photographs", catalogue, photos, asked[:, None] == shelf)


def demo() -> Collection:
    """Return the demo's products and its evaluation set: a match is the product that is shown."""
    pack = load_pack()
    shelf = np.array([product.article for product in pack.products])
    asked = np.array([photo.article for photo in pack.evaluation])
    title = "The demo's evaluation set"
    return Collection(title, pack.vectors(), pack.evaluation_vectors(), asked[:, None] == shelf)


def on_scales(collection: Collection) -> dict[Scale, Floats]:
    """Return the value [photos, products] of every pair on every scale."""
    catalogue, photos = (
        vectors.astype(np.float64) for vectors in (collection.catalogue, collection.photos)
    )
    centre = catalogue.mean(axis=0)
    cosine = photos @ catalogue.T
    return {
        Scale.COSINE: cosine,
        Scale.CENTRED: _unit(photos - centre) @ _unit(catalogue - centre).T,
        Scale.RELATIVE: relative(cosine, cosine.max(axis=1, keepdims=True)),
    }


def tallied(values: Floats, truth: npt.NDArray[np.bool_]) -> Tallies:
    """Count every pair into its photo's bins."""
    placed = bins(values)
    counts = np.stack([np.bincount(row, minlength=BINS) for row in placed])
    photo, product = np.nonzero(truth)
    return tally_complete(counts, photo, placed[photo, product])


def rows(collection: Collection, resamples: int) -> Iterator[str]:
    """Write the table's rows: cosine where the line was, then each scale at its own best line."""
    values = on_scales(collection)
    by_scale = {scale: tallied(each, collection.truth) for scale, each in values.items()}
    yield _row_of_former(by_scale[Scale.COSINE])
    results = compare(by_scale, resamples=resamples)
    best = winner(results).scale
    for result in results:
        precision = summarise(by_scale[result.scale]).average_precision
        spread = float(values[result.scale].mean(axis=1).std())
        yield _row(result, precision, spread, recommended=result.scale is best)


def _row_of_former(cosine: Tallies) -> str:
    curves, line = measure(cosine), bin_of(FORMER)
    shown = (curves.true_positives + curves.false_positives)[line] / cosine.photos
    figures = _cells(curves.precision[line], curves.recall[line], curves.f_beta[line])
    return f"| cosine, as it was | {FORMER:.2f} | {figures} | {shown:.1f} | – | – | – |"


def _row(result: ScaleResult, average_precision: float, spread: float, *, recommended: bool) -> str:
    name = f"**{result.scale}**, recommended" if recommended else str(result.scale)
    held_out = result.held_out
    figures = _cells(held_out.precision, held_out.recall, held_out.f_beta)
    margin = f"{result.margin:+.3f} ({result.margin_low:+.3f} to {result.margin_high:+.3f})"
    if result.scale is Scale.COSINE:
        margin = "–"
    return (
        f"| {name} | {result.threshold:.2f} | {figures} | {held_out.accepted:.1f} | {margin}"
        f" | {_cells(average_precision, spread)} |"
    )


def _cells(*figures: float) -> str:
    return " | ".join(f"{figure:.3f}" for figure in figures)


def _unit(vectors: Floats) -> Floats:
    unit: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def main() -> None:
    """Measure both collections and print their tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, default=PHOTOS)
    parser.add_argument("--resamples", type=int, default=1000)
    options = parser.parse_args()
    for collection in (photographs(options.photos), demo()):
        photos, products = collection.truth.shape
        matches = collection.truth.sum() / photos
        print(f"\n**{collection.title}**: {photos} photos, {products} products,", end=" ")
        print(f"{matches:.1f} matches a photo\n\n{HEAD}")
        for row in rows(collection, options.resamples):
            print(row)


if __name__ == "__main__":
    main()
