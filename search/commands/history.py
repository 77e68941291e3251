"""python -m search history: the searches that were made."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator

from search.engine import SearchEngine
from search.entries import Entry
from search.language import Language
from search.settings import Settings
from search.subject import Kind


def add_arguments(parser: argparse.ArgumentParser, words: Language) -> None:
    """Tell the parser what the command takes."""
    parser.add_argument("--forget", metavar="ID", help=words.text("command.history.forget"))
    parser.add_argument("--json", action="store_true", help=words.text("command.history.json"))


def run(options: argparse.Namespace, words: Language) -> int:
    """List the last searches of everybody, or delete one."""
    engine = SearchEngine.open(Settings.read())
    try:
        if options.forget is not None:
            engine.history.forget(options.forget)
            print(words.text("command.history.forgotten", search=options.forget))
            return 0
        entries = engine.history.list(None)
    finally:
        engine.close()
    if options.json:
        told = [_plain(entry) for entry in entries]
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return 0
    for line in _lines(list(entries), words):
        print(line)
    return 0


def _lines(entries: list[Entry], words: Language) -> Iterator[str]:
    if not entries:
        yield words.text("command.history.nothing")
    for entry in entries:
        pinned = "!" if entry.is_pinned else " "
        yield f"{entry.id} {pinned} {words.moment(entry.made_at)}  {_said(entry, words)}"


def _said(entry: Entry, words: Language) -> str:
    """Say what was searched with, how many were similar, and what is most like it."""
    told = [words.text(f"command.history.{entry.subject.kind}", n=len(entry.subject.photos))]
    if entry.subject.kind is Kind.PRODUCT:
        gone = words.text("command.history.gone")
        told = [f"{told[0]} {entry.product.article if entry.product else gone}"]
    told.append(words.text("command.history.counts", n=entry.similar, shown=entry.shown))
    if entry.best is not None:
        score = words.similarity(entry.best_score)
        told.append(f"{score} {entry.best.article} {words.choose(entry.best.name)}")
    if entry.title:
        told.append(f"“{entry.title}”")
    return "; ".join(told)


def _plain(entry: Entry) -> dict[str, object]:
    subject, best = entry.subject, entry.best
    return {
        "search": str(entry.id),
        "made_at": entry.made_at.isoformat(),
        "kind": subject.kind,
        "photo": None if subject.kind is Kind.PRODUCT else subject.fingerprint.hex(),
        "photos": [photo.hex() for photo in subject.photos],
        "product": subject.product_id,
        "shown": entry.shown,
        "similar": entry.similar,
        "best": best and {"id": best.id, "article": best.article, "name": dict(best.name)},
        "best_score": round(entry.best_score, 6),
        "title": entry.title,
        "pinned": entry.is_pinned,
    }
