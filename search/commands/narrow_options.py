"""Options that narrow a search: categories, projects, regions and a range of prices."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable

from search.errors import NarrowingError
from search.language import Language
from search.narrowed_by import narrowed_by
from search.narrowing import Narrow, PriceRange
from search.price_range import read_range
from search.store.store import Store

_RANGE = re.compile(r"([\d.,]*?)\.\.([\d.,]*)\s*([A-Za-z]{3})?")


def add_narrowing(parser: argparse.ArgumentParser, words: Language) -> None:
    """Tell the parser the options."""
    for name in ("category", "project", "region"):
        parser.add_argument(
            f"--{name}", action="append", default=[], help=words.text(f"command.{name}")
        )
    parser.add_argument("--price", type=_price(words), help=words.text("command.price_range"))


def narrowed(options: argparse.Namespace, store: Store) -> Narrow | None:
    """Return what the options narrow a search to; raise CategoryUnknown or a StoreError."""
    return narrowed_by(
        store,
        categories=options.category,
        projects=options.project,
        regions=options.region,
        price=options.price,
    )


def _price(words: Language) -> Callable[[str], PriceRange | None]:
    def read(text: str) -> PriceRange | None:
        found = _RANGE.fullmatch(text.strip())
        if not found or not (found[1] or found[2]):
            raise argparse.ArgumentTypeError(words.text("command.no_price_range", text=text))
        currency = found[3].upper() if found[3] else None
        try:
            return read_range(found[1], found[2], currency, spoken=words.code)
        except NarrowingError as error:
            raise argparse.ArgumentTypeError(words.error(error).sentence) from error

    return read
