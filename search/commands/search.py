"""python -m search search: the products that look like a photo."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from search.engine import SearchEngine
from search.hits import Distribution, Search
from search.language import Language
from search.settings import Settings
from search.threshold import Threshold
from search.tuning.scales import hundredths
from search.tuning.suggestion import suggest

FAILED = 1


def add_arguments(parser: argparse.ArgumentParser, words: Language) -> None:
    """Tell the parser what the command takes."""
    parser.add_argument("photo", type=Path, help=words.text("command.photo"))
    parser.add_argument("--threshold", type=similarity, help=words.text("command.threshold"))


def run(options: argparse.Namespace, words: Language) -> int:
    """Search and print what was found, with what passes the given or else the active threshold."""
    settings = Settings.read()
    try:
        data = options.photo.read_bytes()
    except OSError as error:
        reason = error.strerror or ""
        print(
            words.text("command.no_file", path=str(options.photo), reason=reason), file=sys.stderr
        )
        return FAILED
    engine = SearchEngine.open(settings)
    try:
        found = engine.search(engine.read(data))
        distribution = engine.distribution(found)
    finally:
        engine.close()
    line: Threshold | float = found.threshold
    if options.threshold is not None:
        line = options.threshold
    _print_hits(found, line, words)
    value = line.value if isinstance(line, Threshold) else line
    _print_counts(distribution, value, words)
    return 0


def similarity(text: str) -> float:
    """Read a value from -1 to 1, with a point or a comma, to the nearest hundredth."""
    value = float(text.replace(",", "."))
    if not -1 <= value <= 1:
        raise ValueError(text)
    return round(value, 2)


def _print_hits(found: Search, line: Threshold | float, words: Language) -> None:
    for hit in found.hits:
        price = words.price(hit.product.price, hit.product.currency) or ""
        name = words.choose(hit.product.name)
        print(
            f"{_mark(hit.score, line)} {words.similarity(hit.score)}"
            f"  {hit.product.article:<12} {name}  {price}"
        )


def _mark(score: float, line: Threshold | float) -> str:
    """Return what stands before a product: * for similar, ? for doubtful."""
    value, doubtful = (line.value, line.doubtful) if isinstance(line, Threshold) else (line, None)
    if hundredths(score) >= hundredths(value):
        return "*"
    return "?" if doubtful is not None and hundredths(score) >= hundredths(doubtful) else " "


def _print_counts(distribution: Distribution, value: float, words: Language) -> None:
    print(
        words.text(
            "command.passing",
            threshold=words.similarity(value),
            n=distribution.passing(value),
            total=distribution.total,
        )
    )
    suggestion = suggest(distribution)
    if suggestion is not None:
        print(
            words.text(
                "command.suggestion",
                threshold=words.similarity(suggestion),
                n=distribution.passing(suggestion),
            )
        )
