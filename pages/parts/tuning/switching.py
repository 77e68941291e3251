"""Switching: what would change for users, saving the line, and going back."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st
from babel.dates import format_datetime

from pages.parts.errors import guarded, show_error
from pages.parts.gallery.gallery import Item, Row, Tone, gallery
from pages.parts.tuning.lines import move_line
from pages.parts.tuning.work import OnProgress, outcome
from search.addresses import photo_path, picture_path
from search.engine import SearchEngine
from search.errors import LikenessError
from search.hits import Hit
from search.language import Language
from search.previews import Change
from search.threshold import Threshold
from search.tuning.scales import Scale

_WHO, _DONE = "who", "threshold_done"
_SHOWN_CHANGES, _SHOWN_PRODUCTS, _SHOWN_HISTORY = 6, 8, 8
_LONGEST_NAME, _LONGEST_REASON = 80, 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """The line as it would be saved, in whole hundredths."""

    scale: Scale
    line: int
    doubtful: int | None

    @property
    def value(self) -> float:
        """The line as a number on its scale."""
        return self.line / 100


def show_switching(engine: SearchEngine, wanted: Wanted, t: Language) -> None:
    """Show what holds now, what would change, the form that saves, and the history."""
    active = engine.thresholds.active()
    done = st.session_state.pop(_DONE, None)
    if done:
        st.success(done, icon=":material/check_circle:")
    st.markdown(_now(active, t))
    if _is_active(wanted, active):
        st.info(t.text("threshold.is_active"), icon=":material/check:")
    else:
        guarded(lambda: _show_changes(engine, wanted, active, t))
        _offer_saving(engine, wanted, t)
    _show_history(engine, active, t)


def _is_active(wanted: Wanted, active: Threshold) -> bool:
    return active.id is not None and _same(wanted, active)


def _same(wanted: Wanted, active: Threshold) -> bool:
    doubtful = None if active.doubtful is None else round(active.doubtful * 100)
    mine = (wanted.scale, wanted.line, wanted.doubtful)
    return mine == (active.scale, round(active.value * 100), doubtful)


def _now(active: Threshold, t: Language) -> str:
    if active.id is None:
        return t.text("threshold.now_default", line=_line(active, t))
    return t.text("threshold.now", line=_line(active, t), **_signed(active, t))


def _line(threshold: Threshold, t: Language) -> str:
    """Say a threshold: its value, its doubtful line if it has one, its scale."""
    name = t.text(f"threshold.scale_name.{threshold.scale}")
    said = f"**{t.similarity(threshold.value)}** · {name}"
    if threshold.doubtful is None:
        return said
    return f"{said} · {t.text('threshold.doubtful_from', line=t.similarity(threshold.doubtful))}"


def _signed(threshold: Threshold, t: Language) -> dict[str, str]:
    """Who set it, when, and why; what people typed is text and no Markdown."""
    return {
        "who": plain(threshold.who) or t.text("threshold.anonymous"),
        "when": _when(threshold, t),
        "why": plain(threshold.why),
    }


def _when(threshold: Threshold, t: Language) -> str:
    if threshold.set_at is None:
        return ""
    try:
        zone = ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    return format_datetime(threshold.set_at, "d MMM y, HH:mm", tzinfo=zone, locale=t.code)


def plain(text: str) -> str:
    """Let Markdown show a text as it was typed."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()<>#+-.!|~$:" else c for c in text)


def _show_changes(engine: SearchEngine, wanted: Wanted, active: Threshold, t: Language) -> None:
    def work(_: OnProgress) -> list[Change]:
        return engine.previews.changes(wanted.value, wanted.scale)

    key = ("changes", wanted.scale, wanted.line, active.scale, active.value, active.id)
    changes = outcome(key, work, t.text("threshold.previewing"))
    if changes is None:
        return
    if not changes:
        st.caption(t.text("threshold.no_searches"))
        return
    changed = [change for change in changes if change.came or change.went]
    st.markdown(
        t.text(
            "threshold.changes",
            n=len(changes),
            changed=len(changed),
            came=sum(len(change.came) for change in changes),
            went=sum(len(change.went) for change in changes),
        )
    )
    rows = [_row(change, t) for change in changed[:_SHOWN_CHANGES]]
    if rows:
        with st.expander(t.text("threshold.which"), expanded=True):
            gallery(
                rows,
                language=t.code,
                texts=t.entry("gallery"),
                key="threshold_changes",
                side_by_side=False,
            )


def _row(change: Change, t: Language) -> Row:
    """Put what comes before what goes, and leave room for both."""
    half = _SHOWN_PRODUCTS // 2
    came = change.came[: max(half, _SHOWN_PRODUCTS - len(change.went))]
    went = change.went[: _SHOWN_PRODUCTS - len(came)]
    title = t.text("threshold.before_after", before=change.before, after=change.after)
    items = [_item(hit, "comes", Tone.GOOD, t) for hit in came]
    items += [_item(hit, "goes", Tone.BAD, t) for hit in went]
    return Row(photo_path(change.photo), title, items)


def _item(hit: Hit, mark: str, tone: Tone, t: Language) -> Item:
    return Item(
        picture=picture_path(hit.picture),
        name=t.choose(hit.product.name),
        known=hit.product.article,
        value=t.similarity(hit.score),
        mark=t.text(f"threshold.mark.{mark}"),
        tone=tone,
    )


def _offer_saving(engine: SearchEngine, wanted: Wanted, t: Language) -> None:
    line = t.similarity(wanted.value)
    if wanted.doubtful is not None:
        doubtful = t.similarity(wanted.doubtful / 100)
        st.caption(t.text("threshold.two_lines", line=line, doubtful=doubtful))
    with st.form("threshold_save", border=True):
        who = st.text_input(
            t.text("threshold.who"),
            value=st.session_state.get(_WHO, ""),
            max_chars=_LONGEST_NAME,
            autocomplete="name",
        )
        why = st.text_input(
            t.text("threshold.why"),
            placeholder=t.text("threshold.why_example"),
            max_chars=_LONGEST_REASON,
            key="threshold_why",
        )
        name = t.text(f"threshold.scale_name.{wanted.scale}")
        label = t.text("threshold.save", line=line, scale=name)
        pressed = st.form_submit_button(label, type="primary", icon=":material/check:")
    if pressed:
        st.session_state[_WHO] = who.strip()
        if not why.strip():
            st.error(t.text("threshold.why_missing"), icon=":material/edit_note:")
            return
        _save(engine, wanted, who.strip(), why.strip(), t)


def _save(engine: SearchEngine, wanted: Wanted, who: str, why: str, t: Language) -> None:
    doubtful = None if wanted.doubtful is None else wanted.doubtful / 100
    try:
        saved = engine.thresholds.save(
            wanted.value, scale=wanted.scale, doubtful=doubtful, who=who, why=why
        )
    except LikenessError as error:
        show_error(error)
        return
    _tell(t.text("threshold.saved", line=_line(saved, t)))


def _tell(sentence: str) -> None:
    st.session_state[_DONE] = sentence
    st.rerun()


def _show_history(engine: SearchEngine, active: Threshold, t: Language) -> None:
    history = engine.thresholds.history(_SHOWN_HISTORY)
    if not history:
        return
    st.subheader(t.text("threshold.history"), anchor=False)
    for past in history:
        _show_past(engine, past, active, t)


def _show_past(engine: SearchEngine, past: Threshold, active: Threshold, t: Language) -> None:
    with st.container(
        key=f"threshold_past_{past.id}",
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
    ):
        signed = _signed(past, t)
        st.markdown(
            f"{_line(past, t)}  \n{signed['why']}  \n:small[{signed['who']} · {signed['when']}]"
        )
        if past.id == active.id:
            st.badge(t.text("threshold.active"), color="violet")
        elif st.button(t.text("threshold.return_to"), key=f"threshold_return_{past.id}"):
            _return_to(engine, past, t)


def _return_to(engine: SearchEngine, past: Threshold, t: Language) -> None:
    if past.id is None:
        return
    try:
        back = engine.thresholds.return_to(past.id, who=st.session_state.get(_WHO, ""))
    except LikenessError as error:
        show_error(error)
        return
    doubtful = None if back.doubtful is None else round(back.doubtful * 100)
    move_line(back.scale, round(back.value * 100), doubtful)
    _tell(t.text("threshold.returned", line=_line(back, t)))
