"""Saves thresholds, one after the other, until it is killed: `python -m tests.faults.saving`.

It prints the number of each that is saved.
"""

from __future__ import annotations

import itertools

from search.engine import SearchEngine
from search.settings import Settings


def main() -> None:
    """Save."""
    engine = SearchEngine.open(Settings.read())
    for number in itertools.count():
        saved = engine.thresholds.save(number % 100 / 100, who="matrix", why=f"number {number}")
        print(saved.id, flush=True)  # noqa: T201 - whoever kills it reads it


if __name__ == "__main__":
    main()
