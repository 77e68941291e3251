"""python -m search search: the products that look like a photo."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from search.engine import SearchEngine
from search.hits import Distribution, Search
from search.language import Language
from search.settings import Settings
from search.threshold import Threshold
from search.tuning.scales import Scale, hundredths
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
        found = engine.search(engine.read(data), origin="command")
        distribution = engine.distribution(found)
    finally:
        engine.close()
    line = found.threshold
    if options.threshold is not None:
        # One line on the same scale, without a second one for what is doubtful.
        line = replace(line, value=options.threshold, doubtful=None)
    _print_hits(found, line, words)
    _print_counts(distribution, line, words)
    _print_legend(line, words)
    return 0


def similarity(text: str) -> float:
    """Read a value from -1 to 1, with a point or a comma, to the nearest hundredth."""
    value = float(text.replace(",", "."))
    if not -1 <= value <= 1:
        raise ValueError(text)
    return round(value, 2)


def _print_hits(found: Search, line: Threshold, words: Language) -> None:
    for hit in found.hits:
        price = words.price(hit.product.price, hit.product.currency) or ""
        name = words.choose(hit.product.name)
        print(
            f"{_mark(hit.score, line)} {words.similarity(hit.score)}"
            f"  {hit.product.article:<12} {name}  {price}"
        )


def _mark(score: float, line: Threshold) -> str:
    """Return what stands before a product: * for similar, ? for doubtful."""
    if hundredths(score) >= hundredths(line.value):
        return "*"
    is_doubtful = line.doubtful is not None and hundredths(score) >= hundredths(line.doubtful)
    return "?" if is_doubtful else " "


def _print_counts(distribution: Distribution, line: Threshold, words: Language) -> None:
    passing = distribution.passing(line.value)
    said = words.text(
        "command.passing",
        threshold=words.similarity(line.value),
        n=passing,
        total=distribution.total,
    )
    print(said)
    if line.doubtful is not None:
        doubtful = distribution.passing(line.doubtful) - passing
        least = words.similarity(line.doubtful)
        print(words.text("command.doubtful", n=doubtful, threshold=least))
    suggestion = suggest(distribution)
    if suggestion is not None:
        print(
            words.text(
                "command.suggestion",
                threshold=words.similarity(suggestion),
                n=distribution.passing(suggestion),
            )
        )


def _print_legend(line: Threshold, words: Language) -> None:
    """Say what the marks mean, and on which scale the numbers are if it is not the plain cosine."""
    print(words.text("command.legend" if line.doubtful is None else "command.legend_doubtful"))
    if line.scale is not Scale.COSINE:
        print(words.text("command.on_scale", scale=f"@command.evaluate.scale_{line.scale}"))
