"""python -m search settings: every setting as a table."""

from __future__ import annotations

import argparse

from search.language import Language
from search.settings import Settings


def add_arguments(parser: argparse.ArgumentParser, words: Language) -> None:
    """Tell the parser what the command takes: nothing."""


def run(_: argparse.Namespace, words: Language) -> int:
    """Print the table."""
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
