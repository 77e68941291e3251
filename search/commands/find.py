"""python -m search find: products by their article, or by words."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

from search.commands.limit_option import limit_up_to
from search.commands.narrow_options import add_narrowing, narrowed
from search.commands.product_lines import told
from search.commands.result_files import add_files, write_files
from search.engine import SearchEngine
from search.exporting.found import Looked
from search.finding import DEFAULT_LIMIT, MOST, Found, Match
from search.language import Language
from search.plain import plain
from search.settings import Settings

FAILED = 1


def add_arguments(parser: argparse.ArgumentParser, words: Language) -> None:
    """Tell the parser what the command takes."""
    parser.add_argument("text", nargs="+", help=words.text("command.find.text"))
    parser.add_argument(
        "--limit",
        type=limit_up_to(MOST, "command.find.no_limit", words),
        default=DEFAULT_LIMIT,
        help=words.text("command.find.limit"),
    )
    parser.add_argument("--json", action="store_true", help=words.text("command.find.json"))
    add_files(parser, words)
    add_narrowing(parser, words)


def run(options: argparse.Namespace, words: Language) -> int:
    """Print what was found, best first, and write it into the files that are named."""
    text = " ".join(options.text)
    engine = SearchEngine.open(Settings.read())
    try:
        narrow = narrowed(options, engine.store)
        found = engine.find(text, options.limit, narrow)
        looked = Looked(text, datetime.now(UTC), found.read_as)
        is_written = write_files(
            options,
            words,
            csv=lambda: engine.exporting.found_csv(found, looked, words),
            xlsx=lambda: engine.exporting.found_xlsx(found, looked, narrow, words),
        )
    finally:
        engine.close()
    if options.json:
        print(json.dumps(_plain(found), ensure_ascii=False, indent=2))
    elif found.matches:
        _print(found, words)
    else:
        print(words.text("command.find.nothing", text=text), file=sys.stderr)
    return 0 if is_written else FAILED


def _print(found: Found, words: Language) -> None:
    if found.read_as is not None:
        print(words.text("command.find.read_as", text=found.read_as))
    for line in _lines(found, words):
        print(line)
    if (more := found.total - len(found.matches)) > 0:
        print(words.text("command.find.more", n=more), file=sys.stderr)


def _lines(found: Found, words: Language) -> Iterator[str]:
    for match in found.matches:
        mark = "" if match.is_indexed else f"  ({words.text('command.find.not_indexed')})"
        yield f"{words.similarity(match.score)}  {told(match.product, words)}{mark}"


def _plain(found: Found) -> dict[str, object]:
    """Return all of it for a program: names by language, scores as they are."""
    return {
        "read_as": found.read_as,
        "total": found.total,
        "matches": [_match(match) for match in found.matches],
    }


def _match(match: Match) -> dict[str, object]:
    return {
        **plain(match.product),
        "category": dict(match.product.category or {}),
        "score": round(match.score, 4),
        "fit": match.fit,
        "picture_id": match.picture_id,
        "indexed": match.is_indexed,
    }
