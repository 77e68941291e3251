"""python -m search model: which model searches are made with, switching, and taking it back."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from search.engine import SearchEngine
from search.language import Language
from search.models.switching import Model
from search.people import ANONYMOUS
from search.settings import Settings
from search.store.model_switches import Switch

SWITCH, BACK = "switch", "back"


def add_arguments(parser: argparse.ArgumentParser, words: Language) -> None:
    """Tell the parser what the command takes; without anything it lists the models."""
    parser.add_argument(
        "action", nargs="?", choices=(SWITCH, BACK), help=words.text("command.model.action")
    )
    parser.add_argument("name", nargs="?", help=words.text("command.model.name"))
    parser.add_argument("--who", default="", help=words.text("command.model.who"))
    parser.add_argument("--why", default="", help=words.text("command.model.why"))
    parser.add_argument("--anyway", action="store_true", help=words.text("command.model.anyway"))


def run(options: argparse.Namespace, words: Language) -> int:
    """List, switch or take back; print what holds then."""
    engine = SearchEngine.open(Settings.read())
    try:
        # One after the other: what was done is said also where the rest cannot be looked up.
        for line in _done(engine, options, words):
            print(line)
    finally:
        engine.close()
    return 0


def _done(engine: SearchEngine, options: argparse.Namespace, words: Language) -> Iterator[str]:
    models = engine.models
    if options.action == SWITCH:
        space = models.named(options.name) if options.name else models.next()
        made = models.switch(space, who=options.who, why=options.why, anyway=options.anyway)
        yield from _switched(engine, made, words)
        yield words.text("command.model.undo")
        yield words.text("command.model.keep")
    elif options.action == BACK:
        yield from _switched(engine, models.take_back(who=options.who), words)
    else:
        yield from (model_line(model, words) for model in models.configured())
        if models.are_one:
            yield words.text("command.model.same", model=str(models.configured()[0].space))
        yield from (_past(switch, words) for switch in models.history())
        models.active()  # say it where the active one has no encoder any more


def _switched(engine: SearchEngine, made: Switch, words: Language) -> Iterator[str]:
    """Say what a switch came to: another model, another line, and what is still to be indexed."""
    yield words.text("command.model.switched", model=str(made.space), before=str(made.before))
    line = engine.thresholds.active(made.space)
    value = words.similarity(line.value)
    if line.id is None:
        yield words.text("command.model.threshold_default", value=value)
    else:
        scale = f"@command.evaluate.scale_{line.scale}"
        who = _name(line.who, words)
        yield words.text("command.model.threshold", value=value, scale=scale, who=who)
    missing = engine.store.model_switches.missing(made.space)
    if missing:
        yield words.text("command.model.missing", missing=missing)


def model_line(model: Model, words: Language) -> str:
    """Say a model: whether it is active, where it runs, and what can be searched with it."""
    name = model.name
    if model.host:
        name = words.text("command.model.at", name=name, host=model.host)
    return words.text(
        "command.model.line",
        state=words.text(f"command.model.{'active' if model.is_active else 'beside'}"),
        model=str(model.space),
        name=name,
        indexed=model.indexed,
        pictures=model.pictures,
    )


def _past(switch: Switch, words: Language) -> str:
    return words.text(
        "command.model.history",
        when=words.moment(switch.set_at),
        who=_name(switch.who, words),
        before=str(switch.before),
        model=str(switch.space),
        why=words.text("command.model.back") if switch.is_back else switch.why,
    )


def _name(who: str, words: Language) -> str:
    return words.text("command.lines.anonymous") if who == ANONYMOUS else who
