"""Finding by words among as many products as the founding catalogue has: how long, and how well.

    python -m tests.benchmarks.finding [--products 12907] [--queries 60]

Every kind of query is made from products of the catalogue, as somebody types it who looks for just
that one. "Fits" is the share of queries whose first hit has the words that were meant. What a query
costs the processor, here and in the server, is told beside the time it takes: on a shared machine
that one is luck. "Counts" is how long it takes to count what the filters beside it offer, with a
filter set, when nothing of it is remembered.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from search.finding import Finding, Found
from search.layouts import other_layouts
from search.narrowing import Narrow
from search.store.database import Database
from search.store.embedded import start_embedded
from search.store.store import Store
from search.vectors import CLIP
from search.word_facets import WordFaceting
from tests.benchmarks.worded import Worded, worded, write
from tests.embedded_apps import at_work

LETTERS = "абвгдеиклмнопрстуя"
CHOSEN = Narrow(categories=("bags", "drinkware"))


@dataclass(frozen=True, slots=True)
class Query:
    """What is typed, and what the first hit must have in its name."""

    text: str
    meant: tuple[str, ...]


Maker = Callable[[Worded, random.Random], Query]


def main() -> None:
    """Print a table, a row a kind of query."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--products", type=int, default=12_907)
    parser.add_argument("--queries", type=int, default=60, help="of each kind")
    options = parser.parse_args()
    goods = worded(options.products)
    chance = random.Random(2)  # noqa: S311 - queries, no secret
    with (
        tempfile.TemporaryDirectory() as folder,
        start_embedded(Path(folder) / "data") as server,
    ):
        store = Store.on(Database(server.conninfo))
        start = time.perf_counter()
        write(store.database, goods)
        print(f"{len(goods)} products written in {time.perf_counter() - start:.1f} s\n")
        _settle(store.database)
        finding = Finding(store.words, lambda: CLIP)
        print(
            "| query | such as | p50, ms | p95, ms | processor, ms | found | fits"
            " | counts: p50, ms | p95, ms |"
        )
        print("|---|---|---|---|---|---|---|---|---|")
        everything: list[float] = []
        all_counts: list[float] = []
        for name, make in KINDS.items():
            queries = [make(chance.choice(goods), chance) for _ in range(options.queries)]
            counts = _counts(queries, finding, store)
            everything += _measure(name, queries, finding, Path(folder), counts)
            all_counts += counts
        told = " | ".join(_percentiles(everything)), " | ".join(_percentiles(all_counts))
        print(f"| all of them | | {told[0]} | | | | {told[1]} |")
        store.close()


def _counts(queries: list[Query], finding: Finding, store: Store) -> list[float]:
    took = []
    for query in queries:
        faceting = WordFaceting(store.word_counts, store.facets, finding.meant, lambda: CLIP)
        start = time.perf_counter()
        faceting.of(query.text).count(CHOSEN)
        took.append((time.perf_counter() - start) * 1000)
    return took


def _percentiles(took: list[float]) -> list[str]:
    return [f"{one:.1f}" for one in np.percentile(took, [50, 95])]


def _measure(
    name: str, queries: list[Query], finding: Finding, folder: Path, counts: list[float]
) -> list[float]:
    for query in queries[:3]:
        finding.find(query.text)
    took, fits, found = [], 0, 0
    spent = _processor(folder)
    for query in queries:
        start = time.perf_counter()
        result = finding.find(query.text)
        took.append((time.perf_counter() - start) * 1000)
        found += len(result.matches)
        fits += _fits(result, query)
    spent = (_processor(folder) - spent) * 1000 / len(queries)
    count = len(queries)
    print(
        f"| {name} | {queries[0].text} | {' | '.join(_percentiles(took))} | {spent:.1f}"
        f" | {found / count:.0f} | {fits / count:.2f} | {' | '.join(_percentiles(counts))} |",
        flush=True,
    )
    return took


def _fits(found: Found, query: Query) -> bool:
    if not query.meant or not found.matches:
        return not query.meant and not found.matches
    product = found.matches[0].product
    said = f"{product.article} {' '.join(product.name.values())}".lower()
    return all(word.lower() in said for word in query.meant)


def _settle(database: Database) -> None:
    """Let the server know its tables, as it does by itself after a minute."""
    with database.patient_connection() as connection:
        for table in ("products", "words", "categories"):
            connection.execute(f"VACUUM ANALYZE likeness.{table}".encode())


def _processor(folder: Path) -> float:
    """Return the seconds of processor that this process and its server have used."""
    times = [process.cpu_times() for process in at_work(folder)]
    return time.process_time() + sum(one.user + one.system for one in times)


def _noun(one: Worded) -> str:
    return one.ru.split()[0].rstrip(",")


def _colour(one: Worded) -> str:
    return one.ru.rsplit(", ", maxsplit=1)[-1]


def _words(one: Worded, _: random.Random) -> Query:
    words = _noun(one), _colour(one)
    return Query(" ".join(words).lower(), words)


def _english(one: Worded, _: random.Random) -> Query:
    words = one.en.replace(",", "").split()
    return Query(" ".join((*words[:2], words[-1])), (words[1], words[-1]))


def _whole_name(one: Worded, _: random.Random) -> Query:
    return Query(one.ru, (one.ru,))


def _typo(one: Worded, chance: random.Random) -> Query:
    words = _noun(one), _colour(one)
    return Query(" ".join(_mistyped(word.lower(), chance) for word in words), words)


def _mistyped(word: str, chance: random.Random) -> str:
    """Leave a letter out, double it, swap it with the next one, or take another one."""
    place = chance.randrange(1, len(word) - 1)
    before, letter, after = word[:place], word[place], word[place + 1 :]
    changed = (
        after,
        letter * 2 + after,
        after[0] + letter + after[1:],
        chance.choice(LETTERS) + after,
    )
    return before + chance.choice(changed)


def _other_layout(one: Worded, chance: random.Random) -> Query:
    query = _words(one, chance)
    return Query(other_layouts(query.text)[-1], query.meant)


def _description(one: Worded, chance: random.Random) -> Query:
    word = chance.choice(("карманы", "гравировка", "посудомоечная", "молния", "нержавеющая"))
    return Query(f"{_noun(one)} {word}".lower(), (_noun(one),))


def _one_word(one: Worded, _: random.Random) -> Query:
    return Query(_colour(one), (_colour(one),))


def _article(one: Worded, _: random.Random) -> Query:
    return Query(one.article.replace("-", " ").lower(), (one.article,))


def _beginning(one: Worded, _: random.Random) -> Query:
    return Query(one.article[:5], (one.article[:5],))


def _nothing(_: Worded, chance: random.Random) -> Query:
    return Query("".join(chance.choice("бщфъжэ") for _ in range(9)), ())


KINDS: dict[str, Maker] = {
    "two words": _words,
    "English words": _english,
    "one common word": _one_word,
    "a whole name": _whole_name,
    "two words, a typo in each": _typo,
    "the other keyboard layout": _other_layout,
    "a word of the description": _description,
    "an article": _article,
    "the beginning of an article": _beginning,
    "what nobody has": _nothing,
}


if __name__ == "__main__":
    main()
