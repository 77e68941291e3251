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
from collections.abc import Iterator, Sequence
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


def on_scales(catalogue: Vector, photos: Vector) -> dict[Scale, Floats]:
    """Return the value [photos, products] of every pair on every scale."""
    products, queries = catalogue.astype(np.float64), photos.astype(np.float64)
    centre = products.mean(axis=0)
    cosine = queries @ products.T
    return {
        Scale.COSINE: cosine,
        Scale.CENTRED: _unit(queries - centre) @ _unit(products - centre).T,
        Scale.RELATIVE: relative(cosine, cosine.max(axis=1, keepdims=True)),
    }


def tallied(values: Floats, truth: npt.NDArray[np.bool_]) -> Tallies:
    """Count every pair into its photo's bins."""
    placed = bins(values)
    counts = np.stack([np.bincount(row, minlength=BINS) for row in placed])
    photo, product = np.nonzero(truth)
    return tally_complete(counts, photo, placed[photo, product])


def tables(real: Collection, shop: Collection, resamples: int) -> Iterator[str]:
    """Write a table for each collection, and what the shop's lines do to photos of other things."""
    for collection in (real, shop):
        values = on_scales(collection.catalogue, collection.photos)
        by_scale = {scale: tallied(each, collection.truth) for scale, each in values.items()}
        results = compare(by_scale, resamples=resamples)
        yield _head(collection)
        yield _row_of_former(by_scale[Scale.COSINE])
        for result in results:
            precision = summarise(by_scale[result.scale]).average_precision
            spread = float(values[result.scale].mean(axis=1).std())
            is_best = result.scale is winner(results).scale
            yield _row(result, precision, spread, recommended=is_best)
    yield _answered(shop.catalogue, real.photos, results)


def _head(collection: Collection) -> str:
    photos, products = collection.truth.shape
    counted = (
        f"{photos} photos, {products} products, {collection.truth.sum() / photos:.1f} matches each"
    )
    return f"\n**{collection.title}**: {counted}\n\n{HEAD}"


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


def _answered(catalogue: Vector, strangers: Vector, results: Sequence[ScaleResult]) -> str:
    """Say for how many photos of things that are not in the catalogue each line shows a product."""
    values = on_scales(catalogue, strangers)
    best = {scale: bins(each).max(axis=1) for scale, each in values.items()}
    answered = ", ".join(
        f"{result.scale} {(best[result.scale] >= bin_of(result.threshold)).sum()}"
        for result in results
    )
    return (
        f"\nOf the {len(strangers)} real photographs, which show nothing of the demo's catalogue,"
        f" these lines would find a product for: {answered}."
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
    for line in tables(photographs(options.photos), demo(), options.resamples):
        print(line)


if __name__ == "__main__":
    main()
