"""python -m search facets: what searches can be narrowed by."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator

from search.commands.limit_option import limit_up_to
from search.commands.narrow_options import add_narrowing, narrowed
from search.engine import SearchEngine
from search.facets import MOST, Facet, Facets
from search.language import Language
from search.narrowing import Trait
from search.settings import Settings
from search.store.facets import Span, Value

_LIMIT = 20


def add_arguments(parser: argparse.ArgumentParser, words: Language) -> None:
    """Tell the parser what the command takes."""
    parser.add_argument("text", nargs="*", help=words.text("command.facets.text"))
    parser.add_argument("--words", help=words.text("command.facets.words"))
    parser.add_argument(
        "--limit",
        type=limit_up_to(MOST, "command.facets.no_limit", words),
        default=_LIMIT,
        help=words.text("command.facets.limit"),
    )
    parser.add_argument("--json", action="store_true", help=words.text("command.facets.json"))
    add_narrowing(parser, words)


def run(options: argparse.Namespace, words: Language) -> int:
    """Print every facet, with the other ones' options applied."""
    engine = SearchEngine.open(Settings.read())
    try:
        narrow = narrowed(options, engine.store)
        texts = dict.fromkeys(Trait, " ".join(options.text))
        facets = engine.facets if options.words is None else engine.word_facets.of(options.words)
        found = facets.count(narrow, options.limit, texts)
    finally:
        engine.close()
    if options.json:
        print(json.dumps(_plain(found), ensure_ascii=False, indent=2))
        return 0
    for line in _lines(found, words):
        print(line)
    return 0


def _lines(found: Facets, words: Language) -> Iterator[str]:
    yield words.text("command.facets.products", n=found.products)
    if not found:
        yield words.text("command.facets.nothing")
    for facet in found.facets:
        yield ""
        yield words.text(f"command.facets.{facet.trait}")
        for value in facet.values:
            yield f"{words.value(value.products):>9}  {_value_said(value, words)}"
        if facet.different > len(facet.values):
            yield f"{'':>9}  {_more(facet, words)}"
    if found.prices:
        yield ""
        yield words.text("command.facets.price")
        for span in found.prices:
            yield f"{words.value(span.products):>9}  {_span_said(span, words)}"
        if found.unpriced:
            yield f"{words.value(found.unpriced):>9}  {words.text('command.facets.unpriced')}"


def _value_said(value: Value, words: Language) -> str:
    """Name a value as people know it."""
    return words.choose(value.name) if value.name else value.value


def _span_said(span: Span, words: Language) -> str:
    """Say from which price to which."""
    said = {
        "lowest": words.price(span.lowest, span.currency) or "",
        "highest": words.price(span.highest, span.currency) or "",
    }
    return words.text("command.facets.span", **said)


def _more(facet: Facet, words: Language) -> str:
    return words.text("command.facets.more", n=facet.different - len(facet.values))


def _plain(found: Facets) -> dict[str, object]:
    """Return all of it for a program: names by language, prices as texts."""
    return {
        "products": found.products,
        "facets": {str(facet.trait): _plain_facet(facet) for facet in found.facets},
        "prices": [
            {
                "currency": span.currency,
                "lowest": str(span.lowest),
                "highest": str(span.highest),
                "products": span.products,
            }
            for span in found.prices
        ],
        "unpriced": found.unpriced,
    }


def _plain_facet(facet: Facet) -> dict[str, object]:
    return {
        "different": facet.different,
        "values": [
            {
                "value": value.value,
                "products": value.products,
                **({"name": dict(value.name)} if value.name else {}),
            }
            for value in facet.values
        ],
    }
