"""python -m search plan: how searches find the nearest, what that reaches, what would be better."""

from __future__ import annotations

import argparse
import sys
from functools import partial

from search.commands.progress_line import ProgressLine
from search.engine import SearchEngine
from search.indexing.telling import duration
from search.language import Language
from search.planning.building import KINDS, Build
from search.planning.telling import PROGRAM, Line, advised, lines, megabytes, percent, sentence
from search.settings import Settings
from search.store.index_building import STORAGES

FAILED = 1


def add_arguments(parser: argparse.ArgumentParser, words: Language) -> None:
    """Tell the parser what the command takes."""
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--measure", action="store_true", help=words.text("command.plan.measure"))
    one.add_argument("--build", choices=(*KINDS, "best"), help=words.text("command.plan.build"))
    one.add_argument("--drop", metavar="NAME", help=words.text("command.plan.drop"))
    one.add_argument("--undo", action="store_true", help=words.text("command.plan.undo"))
    one.add_argument("--storage", choices=STORAGES, help=words.text("command.plan.storage"))
    parser.add_argument("--yes", action="store_true", help=words.text("command.plan.yes"))


def run(options: argparse.Namespace, words: Language) -> int:
    """Do what was asked, and show how things stand then; 1 when it was declined."""
    engine = SearchEngine.open(Settings.read())
    try:
        plan = _Plan(engine, words, agreed=options.yes)
        if not plan.act(options):
            return FAILED
        plan.show()
        return 0
    finally:
        engine.close()


class _Plan:
    def __init__(self, engine: SearchEngine, words: Language, *, agreed: bool) -> None:
        self._planning = engine.planning
        self._words = words
        self._agreed = agreed
        self._line = ProgressLine(printed=True)

    def act(self, options: argparse.Namespace) -> bool:
        """Do what the options say; False when somebody said no, or there was nothing to do."""
        if options.build:
            return self._build(self._planning.what_it_takes(options.build))
        if options.storage:
            return self._store(options.storage)
        if options.drop:
            return self._drop(options.drop)
        if options.undo:
            newest = self._planning.newest()
            if newest is None:
                print(self._text("nothing_to_undo"), file=sys.stderr)
                return False
            return self._drop(newest)
        if options.measure:
            self._measure()
        return True

    def show(self) -> None:
        """Print the plan, the table and the advice."""
        standing = self._planning.standing()
        print(sentence(standing, self._words))
        print()
        _print_table(list(lines(standing, self._words)), self._words)
        for said, command in advised(standing, self._words):
            print(f"\n{said}\n  {command}")

    def _build(self, build: Build) -> bool:
        words = self._words
        if any(index.name == build.name for index in self._planning.standing().inventory.indexes):
            print(self._text("there_already", name=build.name))
            return True
        print(self._text("will_run"))
        print(f"  {build.statement};")
        facts = {"time": duration(max(build.seconds, 1)), "disk": megabytes(build.bytes, words)}
        print(self._text("will_take", memory=megabytes(build.memory, words), **facts))
        if build.memory < build.needed:
            print(self._text("little_memory", needed=megabytes(build.needed, words)))
        print(self._text("taken_back"))
        print(f"  {build.undo};")
        if not self._agree():
            return False
        with self._line:
            self._planning.build(build, self._tell)
        self._measure()
        return True

    def _store(self, storage: str) -> bool:
        standing = self._planning.standing()
        if standing.inventory.storage == storage:
            print(self._text("stored_already", storage=storage))
            return True
        seconds = max(self._planning.rewrite_seconds(), 1)
        print(self._text("will_rewrite", n=standing.inventory.pictures, time=duration(seconds)))
        if standing.inventory.indexes:
            print(self._text("rewrites_indexes"))
        print(self._text("taken_back"))
        print(f"  {PROGRAM} --storage {standing.inventory.storage}")
        if not self._agree():
            return False
        with self._line:
            self._planning.store_vectors(storage, self._tell)
        return True

    def _drop(self, name: str) -> bool:
        self._planning.check_index(name)
        print(self._text("will_drop", name=name))
        if not self._agree():
            return False
        self._planning.drop(name)
        return True

    def _measure(self) -> None:
        with self._line:
            self._planning.measure(partial(self._tell, "measuring"))

    def _agree(self) -> bool:
        if self._agreed:
            return True
        try:
            answer = input(self._text("agree") + " ")
        except EOFError:
            answer = ""
            print()
        if answer.strip().lower() in self._text("yes_words").split():
            return True
        print(self._text("declined"), file=sys.stderr)
        return False

    def _tell(self, phase: str, share: float) -> None:
        self._line.show(lambda: f"{self._phase(phase)}: {percent(share, self._words)}")

    def _phase(self, phase: str) -> str:
        """Name a phase; the server's own are like "building index: loading tuples"."""
        for name in (phase.partition(":")[0], phase.partition(" ")[0]):
            if f"command.plan.phase.{name}" in self._words:
                return self._text(f"phase.{name}")
        return phase

    def _text(self, key: str, **facts: str | float) -> str:
        return self._words.text(f"command.plan.{key}", **facts)


def _print_table(found: list[Line], words: Language) -> None:
    names = ("plan", "index", "parameter", "recall", "p50", "p95", "of", "disk", "measured_at")
    heads = [words.text(f"plan.column.{name}") for name in names]
    table = [heads, *([*_cells(line, words)] for line in found)]
    widths = [max(len(row[column]) for row in table) for column in range(len(heads))]
    for number, row in enumerate(table):
        mark = "*" if number and found[number - 1].is_chosen else " "
        print(mark, "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)))


def _cells(line: Line, words: Language) -> list[str]:
    measured = words.moment(line.measured_at) if line.measured_at else "–"
    of = "–"
    if line.pictures is not None and line.queries is not None:
        of = f"{words.value(line.pictures)} · {words.value(line.queries)}"
    return [
        line.name,
        line.index or "–",
        line.parameter or "–",
        "–" if line.recall is None else percent(line.recall, words),
        "–" if line.p50 is None else words.value(line.p50),
        "–" if line.p95 is None else words.value(line.p95),
        of,
        "–" if line.bytes is None else megabytes(line.bytes, words),
        measured,
    ]
