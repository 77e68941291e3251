"""How often does a phone photo of a demo product find it? Prints a table.

python -m tests.benchmarks.sample_photos [--per-kind 10] [--seed 1000]
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np

from search.demo.catalogue import DemoProduct
from search.demo.pack import DemoPack, load_pack
from search.demo.phone import draw_photo
from search.encoders.builtin import BuiltinEncoder
from search.photo import read_photo

COLUMNS = ("photos", "kind first", "kind+colour", "product first", "in top 5")


@dataclass(frozen=True)
class Query:
    """A photo and the product that it shows."""

    product: DemoProduct
    file: bytes


def some_of_each(pack: DemoPack, per_kind: int, seed: int) -> list[DemoProduct]:
    """Return products chosen at random, the same number of each kind."""
    rng = np.random.default_rng(seed)
    kinds: dict[str, list[DemoProduct]] = defaultdict(list)
    for product in pack.products:
        kinds[product.kind].append(product)
    return [
        products[index]
        for products in kinds.values()
        for index in rng.choice(len(products), per_kind, replace=False)
    ]


def drawn(pack: DemoPack, per_kind: int, seed: int) -> list[Query]:
    """Draw photos of products chosen at random, the same number of each kind."""
    chosen = some_of_each(pack, per_kind, seed)
    with ProcessPoolExecutor() as pool:
        files = list(pool.map(draw_photo, chosen, range(seed, seed + len(chosen)), chunksize=2))
    return [Query(*pair) for pair in zip(chosen, files, strict=True)]


def shipped(pack: DemoPack) -> list[Query]:
    """Return the samples of the pack."""
    products = {product.article: product for product in pack.products}
    return [Query(products[sample.article], sample.read()) for sample in pack.samples]


def judge(pack: DemoPack, queries: list[Query]) -> list[tuple[Query, list[DemoProduct]]]:
    """Return each query with its five nearest products, best first."""
    encoder = BuiltinEncoder(threads=2)
    photos = encoder.encode_images([read_photo(query.file).image for query in queries])
    order = np.argsort(-(photos @ pack.vectors().T), axis=1)[:, :5]
    return [
        (query, [pack.products[index] for index in row])
        for query, row in zip(queries, order, strict=True)
    ]


def row(name: str, judged: Iterable[tuple[Query, list[DemoProduct]]]) -> str:
    """Format one line of the table."""
    hits = np.array(
        [
            (
                best[0].kind == query.product.kind,
                (best[0].kind, best[0].colour) == (query.product.kind, query.product.colour),
                best[0] == query.product,
                query.product in best,
            )
            for query, best in judged
        ]
    )
    shares = "".join(f"{share:>15.3f}" for share in hits.mean(axis=0))
    return f"{name:<14}{len(hits):>8}{shares}"


def report(title: str, judged: list[tuple[Query, list[DemoProduct]]], *, misses: bool) -> None:
    """Print the table, and which product was taken for which."""
    print(f"\n{title:<14}{COLUMNS[0]:>8}" + "".join(f"{name:>15}" for name in COLUMNS[1:]))
    for kind in dict.fromkeys(query.product.kind for query, _ in judged):
        print(row(kind, [pair for pair in judged if pair[0].product.kind == kind]))
    print(row("all", judged))
    if misses:
        for query, best in judged:
            if best[0] != query.product:
                print(f"  {query.product.name['en']}: {best[0].name['en']}")


def main() -> None:
    """Measure photos drawn now, then the samples that ship."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--per-kind", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--misses", action="store_true", help="say what was taken for what")
    given = parser.parse_args()
    pack = load_pack()
    if pack.space != BuiltinEncoder.space:
        raise SystemExit(f"The pack is in {pack.space}: python -m search.demo build")
    print(f"{len(pack.products)} products in {pack.space}")
    queries = drawn(pack, given.per_kind, given.seed)
    report("drawn now", judge(pack, queries), misses=given.misses)
    report("shipped", judge(pack, shipped(pack)), misses=True)


if __name__ == "__main__":
    main()
