"""What a line would change for users: products that come, go, or stand elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from pages.parts.gallery.gallery import Item, Row, Tone, gallery
from pages.parts.tuning.choice import counted_round
from pages.parts.tuning.wanted import Wanted
from pages.parts.tuning.work import OnProgress, outcome
from search.addresses import photo_path, picture_path
from search.engine import SearchEngine
from search.language import Language
from search.previews import Change, Moved, Standing
from search.threshold import Threshold

_SHOWN_CHANGES, _SHOWN_PRODUCTS = 6, 8

# From what to what a product moves -> what is said of it. Those that rise stand first.
_RISES: Final = {
    (Standing.HIDDEN, Standing.SIMILAR): ("comes", Tone.GOOD),
    (Standing.DOUBTFUL, Standing.SIMILAR): ("settled", Tone.GOOD),
    (Standing.HIDDEN, Standing.DOUBTFUL): ("comes_doubtful", Tone.QUIET),
}
_FALLS: Final = {
    (Standing.SIMILAR, Standing.DOUBTFUL): ("doubted", Tone.QUIET),
    (Standing.DOUBTFUL, Standing.HIDDEN): ("goes", Tone.BAD),
    (Standing.SIMILAR, Standing.HIDDEN): ("goes", Tone.BAD),
}
_MARKS: Final = _RISES | _FALLS


def show_changes(engine: SearchEngine, wanted: Wanted, active: Threshold, t: Language) -> None:
    """Show what the last searches would look like; it is computed beside the page."""

    def work(_: OnProgress) -> list[Change]:
        return engine.previews.changes(wanted.value, wanted.scale, wanted.doubtful_value)

    key = ("changes", wanted, active.id, active.value, counted_round())
    changes = outcome(key, work, t.text("threshold.previewing"))
    if changes is None:
        return
    if not changes:
        st.caption(t.text("threshold.no_searches"))
        return
    changed = [change for change in changes if change.moved]
    st.markdown(_summary(changes, t))
    if changed:
        with st.expander(t.text("threshold.which"), expanded=True):
            gallery(
                [_row(change, t) for change in changed[:_SHOWN_CHANGES]],
                language=t.code,
                texts=t.entry("gallery"),
                key="threshold_changes",
                side_by_side=False,
            )


def _summary(changes: Sequence[Change], t: Language) -> str:
    moved = [one for change in changes for one in change.moved]
    if not moved:
        return t.text("threshold.changes_nothing", n=len(changes))
    came = sum(one.was is Standing.HIDDEN for one in moved)
    went = sum(one.becomes is Standing.HIDDEN for one in moved)
    changed = sum(bool(change.moved) for change in changes)
    said = t.text("threshold.changes", n=len(changes), changed=changed, came=came, went=went)
    if came + went == len(moved):
        return said
    doubted = sum(_mark(one) == "doubted" for one in moved)
    settled = len(moved) - came - went - doubted
    return f"{said} {t.text('threshold.changes_doubtful', doubted=doubted, settled=settled)}"


def _row(change: Change, t: Language) -> Row:
    """Put what rises before what falls, and leave room for both."""
    rising = [one for one in change.moved if (one.was, one.becomes) in _RISES]
    falling = [one for one in change.moved if (one.was, one.becomes) in _FALLS]
    half = _SHOWN_PRODUCTS // 2
    rising = rising[: max(half, _SHOWN_PRODUCTS - len(falling))]
    falling = falling[: _SHOWN_PRODUCTS - len(rising)]
    title = t.text("threshold.before_after", before=change.before, after=change.after)
    if change.before_doubtful or change.after_doubtful:
        before, after = change.before_doubtful, change.after_doubtful
        doubtful = t.text("threshold.before_after_doubtful", before=before, after=after)
        title = f"{title} · {doubtful}"
    return Row(photo_path(change.photo), title, [_item(one, t) for one in (*rising, *falling)])


def _item(moved: Moved, t: Language) -> Item:
    hit = moved.hit
    return Item(
        picture=picture_path(hit.picture),
        name=t.choose(hit.product.name),
        known=hit.product.article,
        value=t.similarity(hit.score),
        mark=t.text(f"threshold.mark.{_mark(moved)}"),
        tone=_MARKS[moved.was, moved.becomes][1],
    )


def _mark(moved: Moved) -> str:
    return _MARKS[moved.was, moved.becomes][0]
