"""python -m search threshold: where "similar" ends, who said so, and saying it anew."""

from __future__ import annotations

import argparse

from search.commands.choices import one_of
from search.engine import SearchEngine
from search.language import Language
from search.people import ANONYMOUS
from search.settings import Settings
from search.threshold import Threshold
from search.tuning.scales import Scale


def add_arguments(parser: argparse.ArgumentParser, words: Language) -> None:
    """Tell the parser what the command takes; without anything it shows the active threshold."""
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--set", type=number, metavar="0.74", help=words.text("command.lines.set"))
    ways.add_argument("--return-to", type=int, metavar="N", help=words.text("command.lines.back"))
    ways.add_argument(
        "--history", action="store_true", help=words.text("command.lines.history_help")
    )
    parser.add_argument(
        "--scale",
        type=one_of(Scale, words),
        metavar="|".join(Scale),
        default=Scale.COSINE,
        help=words.text("command.lines.scale"),
    )
    parser.add_argument(
        "--doubtful", type=number, metavar="0.60", help=words.text("command.lines.doubtful_help")
    )
    parser.add_argument("--why", default="", help=words.text("command.lines.why"))
    parser.add_argument("--who", default="", help=words.text("command.lines.who"))


def run(options: argparse.Namespace, words: Language) -> int:
    """Save, return or only look; print what is active then, or the whole history."""
    engine = SearchEngine.open(Settings.read())
    try:
        if options.set is not None:
            engine.thresholds.save(
                options.set,
                scale=options.scale,
                doubtful=options.doubtful,
                who=options.who,
                why=options.why,
            )
        elif options.return_to is not None:
            engine.thresholds.return_to(options.return_to, who=options.who)
        shown = [engine.thresholds.active()]
        if options.history:
            shown = engine.thresholds.history() or shown
    finally:
        engine.close()
    for threshold in shown:
        print(_in_words(threshold, words))
    return 0


def number(text: str) -> float:
    """Read a number, with a point or a comma."""
    return float(text.replace(",", "."))


def _in_words(threshold: Threshold, words: Language) -> str:
    value = words.similarity(threshold.value)
    if threshold.set_at is None:
        return words.text("command.lines.default", value=value, space=str(threshold.space))
    nobody, doubtful = words.text("command.lines.anonymous"), ""
    if threshold.doubtful is not None:
        least = words.similarity(threshold.doubtful)
        doubtful = words.text("command.lines.doubtful", value=least)
    return words.text(
        "command.lines.line",
        number=str(threshold.id),
        value=value,
        scale=f"@command.evaluate.scale_{threshold.scale}",
        doubtful=doubtful,
        when=words.moment(threshold.set_at),
        who=nobody if threshold.who == ANONYMOUS else threshold.who,
        why=threshold.why,
    )
