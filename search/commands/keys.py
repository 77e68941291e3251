"""python -m search keys: keys of programs, and demo links; made, listed, revoked."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from search.access.roles import Role
from search.api_keys import DEMO_DAYS, DEMO_PER_MINUTE, MOST_DAYS, PER_MINUTE, demo_address
from search.calls import utc_now
from search.commands.limit_option import limit_up_to
from search.engine import SearchEngine
from search.language import Language
from search.settings import Settings
from search.store.api_keys import MOST_PER_MINUTE, ApiKey

# A guest's key is a demo link, and made as one.
_ROLES = tuple(role for role in Role if role is not Role.GUEST)


def add_arguments(parser: argparse.ArgumentParser, words: Language) -> None:
    """Tell the parser what the command takes."""
    ways = parser.add_subparsers(dest="way", required=True, metavar="add|demo|list|revoke")
    add = _way(ways, "add", words)
    add.add_argument("name", metavar="NAME", help=words.text("command.keys.name"))
    add.add_argument(
        "--role",
        type=_role(words),
        default=Role.VIEWER,
        metavar="|".join(_ROLES),
        help=words.text("command.keys.role"),
    )
    _add_limits(add, words, "", PER_MINUTE, None)
    demo = _way(ways, "demo", words)
    demo.add_argument("name", metavar="NAME", help=words.text("command.keys.demo_name"))
    _add_limits(demo, words, "demo_", DEMO_PER_MINUTE, DEMO_DAYS)
    _way(ways, "list", words)
    revoke = _way(ways, "revoke", words)
    revoke.add_argument("named", metavar="NAME|PREFIX", help=words.text("command.keys.named"))


def run(options: argparse.Namespace, words: Language) -> int:
    """Make a key or a demo link and show it, this once; list what there is; or revoke one."""
    settings = Settings.read()
    engine = SearchEngine.open(settings)
    try:
        match options.way:
            case "add":
                key, kept = engine.keys.add(
                    options.name, options.per_minute, options.role, options.days
                )
                # Alone on standard output, so that a script can take it.
                print(key.get_secret_value())
                print(words.text("command.keys.added", prefix=kept.prefix), file=sys.stderr)
            case "demo":
                key, kept = engine.keys.add_demo(options.name, options.per_minute, options.days)
                print(demo_address(settings.public_url, key).get_secret_value())
                for told in _of_demo(kept, settings, words):
                    print(told, file=sys.stderr)
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


def _role(words: Language) -> Callable[[str], Role]:
    def read(text: str) -> Role:
        if text in _ROLES:
            return Role(text)
        said = words.text("command.no_choice", text=text, choices=", ".join(_ROLES))
        raise argparse.ArgumentTypeError(said)

    return read


def _add_limits(
    way: argparse.ArgumentParser, words: Language, kind: str, per_minute: int, days: int | None
) -> None:
    """Take how much a key may search, and for how long; `kind` begins the keys of the texts."""
    way.add_argument(
        "--per-minute",
        type=limit_up_to(MOST_PER_MINUTE, "command.keys.no_limit", words),
        default=per_minute,
        metavar=str(per_minute),
        help=words.text(f"command.keys.{kind}per_minute"),
    )
    way.add_argument(
        "--days",
        type=limit_up_to(MOST_DAYS, "command.keys.no_days", words),
        default=days,
        metavar=str(days or "N"),
        help=words.text(f"command.keys.{kind}days"),
    )


def _of_demo(link: ApiKey, settings: Settings, words: Language) -> list[str]:
    """Return what is to be known of a demo link that was made."""
    until = words.moment(link.expires_at) if link.expires_at else ""
    told = [words.text("command.keys.demo_added", limit=link.per_minute, until=until)]
    if not settings.public_url:
        told.append(words.text("command.keys.demo_path"))
    if not settings.signs_in:
        told.append(words.text("command.keys.demo_for_nothing"))
    return told


def _list(keys: list[ApiKey], words: Language) -> None:
    if not keys:
        print(words.text("command.keys.nothing"))
    for key in keys:
        print(_line(key, words))


def _line(key: ApiKey, words: Language) -> str:
    used = words.text("command.keys.unused")
    if key.last_used_at is not None:
        used = words.text("command.keys.used", when=words.moment(key.last_used_at))
    return words.text(
        "command.keys.line",
        prefix=key.prefix,
        name=key.name,
        kind=_kind(key, words),
        limit=key.per_minute,
        made=words.moment(key.created_at),
        used=used,
        ends=_end(key, words),
    )


def _kind(key: ApiKey, words: Language) -> str:
    if key.is_demo:
        return words.text("command.keys.demo_link")
    return words.text("command.keys.in_role", role=words.text(f"roles.{key.role.value}"))


def _end(key: ApiKey, words: Language) -> str:
    """Return until when a key opens anything, or since when no more; "" when it never ends."""
    if key.expires_at is not None and key.has_ended(utc_now()):
        return words.text("command.keys.ended", when=words.moment(key.expires_at))
    if key.revoked_at is not None:
        return words.text("command.keys.revoked", when=words.moment(key.revoked_at))
    if key.expires_at is not None:
        return words.text("command.keys.ends", when=words.moment(key.expires_at))
    return ""
