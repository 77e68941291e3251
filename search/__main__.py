"""The command line: python -m search doctor | search | index | demo | settings."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path

from search.doctor import Verdict, examine
from search.engine import SearchEngine
from search.errors import LikenessError
from search.tuning.scales import hundredths
from search.indexing import Indexed
from search.language import Language, language
from search.settings import Settings
from search.tuning.suggestion import suggest

FAILED, INTERRUPTED = 1, 130


def main(arguments: list[str] | None = None) -> int:
    """Run a command; return its exit code: 0, 1 for an error that was said, 130 for Ctrl-C."""
    words = language("ru" if os.environ.get("LANG", "").startswith("ru") else "en")
    options = _parser(words).parse_args(arguments)
    command: Callable[[argparse.Namespace, Language], int] = options.command
    logging.basicConfig(level=logging.ERROR)
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


def _parser(words: Language) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m search", description=words.text("command.about"))
    commands = parser.add_subparsers(required=True, metavar="command")

    def add(
        name: str, run: Callable[[argparse.Namespace, Language], int]
    ) -> argparse.ArgumentParser:
        text = words.text(f"command.{name}_help")
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(command=run)
        return added

    add("doctor", _doctor)
    found = add("search", _search)
    found.add_argument("photo", type=Path, help=words.text("command.photo"))
    found.add_argument("--threshold", type=_similarity, help=words.text("command.threshold"))
    indexed = add("index", _index)
    indexed.add_argument("--again", action="store_true", help=words.text("command.again"))
    add("demo", _demo)
    add("settings", _settings)
    return parser


def _similarity(text: str) -> float:
    value = float(text.replace(",", "."))
    if not -1 <= value <= 1:
        raise ValueError(text)
    return round(value, 2)


def _doctor(_: argparse.Namespace, words: Language) -> int:
    healthy = True
    for finding in examine(Settings.read, words):
        verdict = words.text(f"doctor.{finding.verdict}")
        print(f"{verdict:<8} {finding.check}: {finding.sentence}", flush=True)
        healthy = healthy and finding.verdict is not Verdict.FAILED
    return 0 if healthy else FAILED


def _search(options: argparse.Namespace, words: Language) -> int:
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
    threshold = settings.default_threshold if options.threshold is None else options.threshold
    for hit in found.hits:
        mark = "*" if hundredths(hit.similarity) >= hundredths(threshold) else " "
        price = words.price(hit.product.price, hit.product.currency) or ""
        name = words.choose(hit.product.name)
        print(
            f"{mark} {words.similarity(hit.similarity)}  {hit.product.article:<12} {name}  {price}"
        )
    print(
        words.text(
            "command.passing",
            threshold=words.similarity(threshold),
            n=distribution.passing(threshold),
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
    return 0


def _index(options: argparse.Namespace, words: Language) -> int:
    def show(state: Indexed) -> None:
        line = words.text("command.indexed", done=state.done, total=state.total)
        print(f"\r{line}", end="", flush=True)

    engine = SearchEngine.open(Settings.read())
    try:
        state = engine.index(show, again=options.again)
    finally:
        print()
        engine.close()
    if state.first_failure is None:
        return 0
    reason = words.error(state.first_failure).sentence
    print(words.text("command.failed", n=state.failed, reason=reason), file=sys.stderr)
    return FAILED


def _demo(_: argparse.Namespace, words: Language) -> int:
    engine = SearchEngine.open(Settings.read())
    try:
        engine.load_demo()
        products = engine.coverage().products
    finally:
        engine.close()
    print(words.text("command.demo_loaded", n=products))
    return 0


def _settings(_: argparse.Namespace, words: Language) -> int:
    print(settings_table(words))
    return 0


def settings_table(words: Language) -> str:
    """Return every setting as a Markdown table, from the settings' own definitions."""
    head = [words.text(f"command.{name}") for name in ("setting", "default", "about_setting")]
    lines = [" | ".join(head), " | ".join("---" for _ in head)]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None or field.default_factory else f"`{field.default}`"
        lines.append(
            f"`{name.upper()}` | {default} | {words.text(f'settings.{name.upper()}.about')}"
        )
    return "\n".join(f"| {line} |" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
