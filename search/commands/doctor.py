"""python -m search doctor: settings, database, extension, encoder and space, one line each."""

from __future__ import annotations

import argparse

from search.doctor import Verdict, examine
from search.language import Language
from search.settings import Settings

FAILED = 1


def add_arguments(parser: argparse.ArgumentParser, words: Language) -> None:
    """Tell the parser what the command takes: nothing."""


def run(_: argparse.Namespace, words: Language) -> int:
    """Examine and print; 1 when anything failed."""
    healthy = True
    for finding in examine(Settings.read, words):
        verdict = words.text(f"doctor.{finding.verdict}")
        print(f"{verdict:<8} {finding.check}: {finding.sentence}", flush=True)
        healthy = healthy and finding.verdict is not Verdict.FAILED
    return 0 if healthy else FAILED
