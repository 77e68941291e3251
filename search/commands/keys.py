"""python -m search keys: keys of programs that search over HTTP; made, listed, revoked."""

from __future__ import annotations

import argparse
import sys

from search.api_keys import PER_MINUTE
from search.commands.limit_option import limit_up_to
from search.engine import SearchEngine
from search.language import Language
from search.settings import Settings
from search.store.api_keys import MOST_PER_MINUTE, ApiKey


def add_arguments(parser: argparse.ArgumentParser, words: Language) -> None:
    """Tell the parser what the command takes."""
    ways = parser.add_subparsers(dest="way", required=True, metavar="add|list|revoke")
    add = _way(ways, "add", words)
    add.add_argument("name", metavar="NAME", help=words.text("command.keys.name"))
    add.add_argument(
        "--per-minute",
        type=limit_up_to(MOST_PER_MINUTE, "command.keys.no_limit", words),
        default=PER_MINUTE,
        metavar=str(PER_MINUTE),
        help=words.text("command.keys.per_minute"),
    )
    _way(ways, "list", words)
    revoke = _way(ways, "revoke", words)
    revoke.add_argument("named", metavar="NAME|PREFIX", help=words.text("command.keys.named"))


def run(options: argparse.Namespace, words: Language) -> int:
    """Make a key and show it, this once; list what there is; or revoke one."""
    engine = SearchEngine.open(Settings.read())
    try:
        match options.way:
            case "add":
                key, kept = engine.keys.add(options.name, options.per_minute)
                # Alone on standard output, so that a script can take it.
                print(key.get_secret_value())
                print(words.text("command.keys.added", prefix=kept.prefix), file=sys.stderr)
            case "revoke":
                print(_line(engine.keys.revoke(options.named), words))
            case _:
                _list(engine.keys.all(), words)
    finally:
        engine.close()
    return 0


def _way(
    ways: argparse._SubParsersAction[argparse.ArgumentParser], name: str, words: Language
) -> argparse.ArgumentParser:
    text = words.text(f"command.keys.{name}_help")
    return ways.add_parser(name, help=text, description=text)


def _list(keys: list[ApiKey], words: Language) -> None:
    if not keys:
        print(words.text("command.keys.nothing"))
    for key in keys:
        print(_line(key, words))


def _line(key: ApiKey, words: Language) -> str:
    used, revoked = words.text("command.keys.unused"), ""
    if key.last_used_at is not None:
        used = words.text("command.keys.used", when=words.moment(key.last_used_at))
    if key.revoked_at is not None:
        revoked = words.text("command.keys.revoked", when=words.moment(key.revoked_at))
    return words.text(
        "command.keys.line",
        prefix=key.prefix,
        name=key.name,
        limit=key.per_minute,
        made=words.moment(key.created_at),
        used=used,
        revoked=revoked,
    )
