"""python -m search usage: does it work, how fast, what is left; for people and for watchdogs."""

from __future__ import annotations

import argparse
import json

from search.calls import utc_now
from search.commands.choices import one_of
from search.commands.usage_lines import lines
from search.engine import SearchEngine
from search.language import Language
from search.monitoring import Monitoring
from search.settings import Settings
from search.usage.report import UsageReport, plain
from search.usage.span import Preset, span_of
from search.usage.views import State

FAILED = 1
# What passes by itself, or is not known to be wrong, wakes nobody up.
_WELL = (State.WORKING, State.SLOW, State.WAKING, State.UNKNOWN)


def add_arguments(parser: argparse.ArgumentParser, words: Language) -> None:
    """Tell the parser what the command takes."""
    parser.add_argument(
        "--last",
        type=one_of(Preset, words),
        metavar="|".join(Preset),
        default=Preset.DAY,
        help=words.text("command.usage.last"),
    )
    parser.add_argument("--test", action="store_true", help=words.text("command.usage.test"))
    parser.add_argument("--json", action="store_true", help=words.text("command.usage.json"))


def run(options: argparse.Namespace, words: Language) -> int:
    """Print how the encoder does; 1 when it refuses, is out of quota or cannot be reached.

    With --test a call is made first, and 1 is also returned when it fails.
    """
    engine = SearchEngine.open(Settings.read())
    try:
        report = _report(engine.monitoring, options)
    finally:
        engine.close()
    if options.json:
        print(json.dumps(plain(report), ensure_ascii=False, indent=2))
    else:
        print("\n".join(lines(report, options.last, words, engine.monitoring.why)))
    failed = report.trial is not None and bool(report.trial.failed)
    return FAILED if failed or report.now.state not in _WELL else 0


def _report(monitoring: Monitoring, options: argparse.Namespace) -> UsageReport:
    trial = monitoring.trial() if options.test else None
    span = span_of(options.last, utc_now(), "UTC")
    return UsageReport(
        monitoring.now(),
        monitoring.quota(),
        span,
        monitoring.latency(span),
        monitoring.outcomes(span),
        monitoring.searches(span),
        trial,
        monitoring.beside(span),
    )
