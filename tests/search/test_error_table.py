"""The README's table of errors and cures, held against what the program says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from search.language import MESSAGES

README = Path(__file__).parents[2] / "README.md"


def as_written(said: str | dict[str, Any]) -> str:
    """Return a sentence as the table has it: in the plural, with … for what is filled in."""
    text = said["other"] if isinstance(said, dict) else said
    return re.sub(r"\{[^}]*\}", "…", str(text))


def test_the_readme_has_every_error_as_the_page_says_it() -> None:
    """Whoever looks a code up finds it, with the sentence and the cure of today."""
    table = README.read_text("utf-8").partition("\n## What each error means\n")[2]
    table = table.partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.*) \| (.*) \|$", table, re.MULTILINE)
    errors = tomllib.loads((MESSAGES / "en.toml").read_text("utf-8"))["errors"]
    del errors["unexpected"]  # no code that anybody could look up: what nobody foresaw
    said = {code: (as_written(e["what"]), as_written(e["next"])) for code, e in errors.items()}
    assert {code: (what, cure) for code, what, cure in rows} == said
