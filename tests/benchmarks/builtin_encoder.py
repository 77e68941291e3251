"""Size, speed and retrieval of the built-in encoder, side by side with other exports of it.

    python -m tests.benchmarks.builtin_encoder [other.onnx ...] [--photos FOLDER]

FOLDER holds `validation/<class>/*.jpg` (the catalogue) and `test/<class>/*.jpg` (the queries).
R@1: the share of queries whose best picture is of their class; P@5: the share of that class among
the best five. Pictures that occur twice are left out. Milliseconds are of one picture on one core,
picture by picture, the variants taking turns so that a busy machine slows all of them alike.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from search.encoders.builtin import COLOUR_SHARE, WEIGHTS, BuiltinEncoder
from search.vectors import Vector
from tests.benchmarks.photographs import CATALOGUE, PHOTOS, QUERIES, Pictures, read

COLOURS = 28


@dataclass
class Variant:
    """One file of weights, and what it was seen to do."""

    weights: Path
    encoder: BuiltinEncoder
    seconds: list[float] = field(default_factory=list)
    vectors: dict[str, list[Vector]] = field(default_factory=lambda: {CATALOGUE: [], QUERIES: []})


def encode(variants: list[Variant], halves: dict[str, Pictures]) -> None:
    """Let every variant encode every picture, taking turns."""
    for half, pictures in halves.items():
        for image in pictures.images:
            for variant in variants:
                start = time.perf_counter()
                vector = variant.encoder.encode_images([image])[0]
                variant.seconds.append(time.perf_counter() - start)
                variant.vectors[half].append(vector)


def rows(variants: list[Variant], halves: dict[str, Pictures]) -> Iterator[str]:
    """Write one line a variant, and for each the deep part alone."""
    shelf = np.array(halves[CATALOGUE].classes)
    asked = np.array(halves[QUERIES].classes)
    first = np.stack(variants[0].vectors[QUERIES])
    for variant in variants:
        catalogue, queries = (np.stack(variant.vectors[half]) for half in (CATALOGUE, QUERIES))
        size = variant.weights.stat().st_size / 1e6
        speed = float(np.median(variant.seconds)) * 1e3
        agreement = float((queries * first).sum(axis=1).min())
        deep = retrieval(queries[:, :-COLOURS] @ catalogue[:, :-COLOURS].T, shelf, asked)
        both = retrieval(queries @ catalogue.T, shelf, asked)
        yield (
            f"{variant.weights.name:28} {size:6.1f} {speed:6.1f} {agreement:10.4f}"
            f"   {both[0]:.3f} {both[1]:.3f}   {deep[0]:.3f} {deep[1]:.3f}"
        )


def retrieval(similarity: Vector, shelf: Vector, asked: Vector) -> tuple[float, float]:
    """R@1 and P@5 of a matrix [queries, catalogue]."""
    right = shelf[np.argsort(-similarity, axis=1)[:, :5]] == asked[:, None]
    return float(right[:, 0].mean()), float(right.mean())


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("others", nargs="*", type=Path, help="further exports to compare with")
    parser.add_argument("--photos", type=Path, default=PHOTOS)
    options = parser.parse_args()

    variants = [
        Variant(path, BuiltinEncoder(path, sha256=hashlib.sha256(path.read_bytes()).hexdigest()))
        for path in (WEIGHTS, *options.others)
    ]
    halves = read(options.photos)
    encode(variants, halves)
    sizes = ", ".join(f"{len(pictures.images)} {half}" for half, pictures in halves.items())
    print(f"{sizes}; colour has {COLOUR_SHARE:.0%} of the cosine")
    print(f"{'':50} least cos   with colour   deep alone")
    print(f"{'weights':28} {'MB':>6} {'ms':>6} {'to first':>10}   R@1   P@5     R@1   P@5")
    for row in rows(variants, halves):
        print(row)


if __name__ == "__main__":
    main()
