"""What the component of the history is told, ready to be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from pages.parts.filters.told import chips
from pages.parts.history.folding import Fold
from pages.parts.history.listing import Listing, by_day, day_said
from search.addresses import thumbnail_path
from search.entries import Entry
from search.language import Language
from search.subject import Kind

Told = dict[str, Any]
Names = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose language, clock and time zone it is told in.

    `names` are those of categories, by their ids. `language` is the one that an address has to
    name, "" where it need not.
    """

    t: Language
    zone: ZoneInfo
    now: datetime
    names: Names
    language: str = ""


def groups(listing: Listing, reader: Reader) -> list[Told]:
    """Return the searches under their headings: the pinned ones, then day by day."""
    told = []
    if listing.pinned:
        title = reader.t.text("history.pinned")
        pinned = [_entry(entry, reader, dated=True) for entry in listing.pinned]
        told.append({"key": "pinned", "title": title, "entries": pinned})
    for day, folds in by_day(listing.others, reader.zone):
        title = day_said(day, reader.now, reader.zone, reader.t)
        entries = [told for fold in folds for told in _folded(fold, reader)]
        told.append({"key": day.isoformat(), "title": title, "entries": entries})
    return told


def _folded(fold: Fold, reader: Reader) -> Iterator[Told]:
    """Give the latest search, then those that are seen when it is unfolded."""
    yield _entry(fold.latest, reader)
    for entry in fold.earlier:
        yield _entry(entry, reader, under=str(fold.latest.id))


def _entry(entry: Entry, reader: Reader, *, dated: bool = False, under: str = "") -> Told:
    """Return a search; `under` is the id of the one that it is folded into."""
    t, local = reader.t, entry.made_at.astimezone(reader.zone)
    when = t.moment(local, reader.zone) if dated else f"{local:%H:%M}"
    subject = _subject_said(entry, t)
    return {
        "id": str(entry.id),
        "under": under,
        "title": entry.title,
        "subject": subject,
        # One among fifty photos is told by the minute.
        "name": t.text("history.called", name=entry.title or subject, when=when),
        "unnamed": t.text("history.called", name=subject, when=when),
        "when": when,
        "made": entry.made_at.isoformat(),
        "pinned": entry.is_pinned,
        "share": _address(entry),
        "open": _address(entry, language=reader.language),
        "again": _address(entry, again="1", language=reader.language),
        "picture": entry.thumbnail,
        "kind": str(entry.subject.kind),
        "similar": _similar_said(entry, t),
        "best": _best(entry, t),
        "narrow": _narrow_said(entry, reader),
    }


def _address(entry: Entry, **more: str) -> str:
    """Return where a search is opened, relative to the app's pages."""
    asked = {"search": str(entry.id)} | {name: value for name, value in more.items() if value}
    return f"./?{urlencode(asked)}"


def _subject_said(entry: Entry, t: Language) -> str:
    if entry.subject.kind is not Kind.PRODUCT:
        return t.text(f"history.{entry.subject.kind}", n=len(entry.subject.photos))
    if entry.product is None:
        return t.text("history.product_gone")
    return t.text("history.product", name=t.choose(entry.product.name))


def _similar_said(entry: Entry, t: Language) -> str:
    if not entry.shown:
        return t.text("history.nothing_found")
    return t.text("history.similar", n=entry.similar, shown=entry.shown)


def _best(entry: Entry, t: Language) -> Told | None:
    if not entry.shown:
        return None
    score = t.similarity(entry.best_score)
    return {
        "name": t.choose(entry.best.name) if entry.best else t.text("history.best_gone"),
        "score": score,
        "said": t.text("history.similarity", score=score),
        "share": min(max(entry.best_score, 0.0), 1.0),
        "picture": thumbnail_path(entry.best_picture) if entry.best_picture else None,
    }


def _narrow_said(entry: Entry, reader: Reader) -> list[str]:
    if entry.narrow is None:
        return []
    return [str(chip["text"]) for chip in chips(entry.narrow, reader.names, reader.t)]
