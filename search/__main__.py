"""The command line: python -m search <command>; the commands are in `search/commands/`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable

from search import logs
from search.commands import (
    adopt,
    backup,
    demo,
    doctor,
    evaluate,
    facets,
    find,
    history,
    imports,
    index,
    judgements,
    keys,
    model,
    plan,
    restore,
    search,
    sets,
    settings,
    threshold,
    usage,
)
from search.errors import LikenessError, SettingError
from search.language import Language, language
from search.settings import Settings

FAILED, INTERRUPTED, TERMINATED = 1, 130, 143

# In the order in which they are listed.
COMMANDS = {
    "doctor": doctor,
    "search": search,
    "find": find,
    "facets": facets,
    "history": history,
    "adopt": adopt,
    "import": imports,
    "index": index,
    "model": model,
    "plan": plan,
    "demo": demo,
    "threshold": threshold,
    "judgements": judgements,
    "evaluate": evaluate,
    "sets": sets,
    "usage": usage,
    "keys": keys,
    "backup": backup,
    "restore": restore,
    "settings": settings,
}


def main(arguments: list[str] | None = None) -> int:
    """Run a command; return its exit code: 0, 1 for an error that was said, 130 for Ctrl-C."""
    words = language("ru" if os.environ.get("LANG", "").startswith("ru") else "en")
    options = _parser(words).parse_args(arguments)
    command: Callable[[argparse.Namespace, Language], int] = options.command
    _configure_logging()
    try:
        return command(options, words)
    except LikenessError as error:
        print(words.error(error).sentence, file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print(words.text("command.interrupted"), file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read us has seen enough, as `head` does; Python must not try to flush to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _configure_logging() -> None:
    """Let errors be logged, and nothing else: what a command has to say, it prints."""
    try:
        read = Settings.read()
    except SettingError:  # said by the command, if it needs them
        logs.configure(None, ours="ERROR", others="ERROR")
    else:
        logs.configure(read, ours="ERROR", others="ERROR")


def _parser(words: Language) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m search", description=words.text("command.about"))
    commands = parser.add_subparsers(required=True, metavar="command")
    for name, command in COMMANDS.items():
        text = words.text(f"command.{name}_help")
        added = commands.add_parser(name, help=text, description=text)
        command.add_arguments(added, words)
        added.set_defaults(command=command.run)
    return parser


def _terminate(number: int, _: object) -> None:
    """End as if by oneself, so that a command closes its engine, and what happened is recorded."""
    signal.signal(number, signal.SIG_IGN)  # told once more, it goes on closing
    sys.exit(TERMINATED)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _terminate)
    sys.exit(main())
