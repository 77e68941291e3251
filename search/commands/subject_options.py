"""What a search is made with: files, an address or a product; or it is one that was made."""

from __future__ import annotations

import argparse
from pathlib import Path

from search.aim import WHOLE
from search.commands.aim_options import aimed
from search.commands.narrow_options import narrowed
from search.engine import SearchEngine
from search.errors import ProductUnknown
from search.finding import Fit
from search.hits import Search
from search.language import Language


def add_subject(parser: argparse.ArgumentParser, words: Language) -> None:
    """Tell the parser the options."""
    parser.add_argument("photos", type=Path, nargs="*", help=words.text("command.photo"))
    parser.add_argument("--together", action="store_true", help=words.text("command.together"))
    parser.add_argument("--each", action="store_true", help=words.text("command.each.option"))
    parser.add_argument("--url", help=words.text("command.url"))
    parser.add_argument("--like", metavar="ARTICLE", help=words.text("command.like"))
    parser.add_argument("--open", metavar="ID", help=words.text("command.open"))


def contradiction(options: argparse.Namespace) -> str | None:
    """Return the key of a sentence that says why the options name no search; None if they do."""
    ways = (options.photos, options.url is not None, options.like is not None, options.open)
    if sum(map(bool, ways)) != 1:
        return "command.one_way"
    is_aimed = options.crop != WHOLE or options.turn is not None
    if options.each:
        is_alone = options.photos and not options.together and not is_aimed
        return None if is_alone else "command.each.of_files"
    if bool(options.together) != (len(options.photos) > 1):
        return "command.together_or_one"
    if is_aimed and not (len(options.photos) == 1 or options.url):
        return "command.aim_of_one"
    narrows = options.category, options.project, options.region, options.price
    if options.open and any(narrows):
        return "command.open_as_it_was"
    return None


def search_with(engine: SearchEngine, options: argparse.Namespace, photos: list[bytes]) -> Search:
    """Make the search that the options name; `photos` are the contents of the named files.

    Raises what the engine does, and CategoryUnknown or ProductUnknown.
    """
    if options.open:
        return engine.history.reopen(options.open)
    narrow = narrowed(options, engine.store)
    if options.like is not None:
        number = _product_named(options.like, engine)
        return engine.more_like(number, origin="command", narrow=narrow)
    aim = aimed(options)
    if options.url is not None:
        return engine.search(
            engine.reading.read_address(options.url, aim), origin="command", narrow=narrow
        )
    read = [engine.reading.read(data, aim) for data in photos]
    if options.together:
        return engine.search_together(read, origin="command", narrow=narrow)
    return engine.search(read[0], origin="command", narrow=narrow)


def _product_named(text: str, engine: SearchEngine) -> int:
    """Return the number of the product with this article, however it is typed, or this number."""
    found = engine.find(text, 1).matches
    if found and found[0].fit is Fit.ARTICLE:
        return found[0].product.id
    if text.isascii() and text.isdigit():
        return int(text)
    raise ProductUnknown(product=text)
