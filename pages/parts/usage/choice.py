"""What is looked at: a span of time, and whether it is followed. Kept in the address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

import streamlit as st

from pages.parts.moments import reader_zone
from pages.parts.plain import plain
from pages.parts.tuning.address import begin_with, tell, tell_choice
from search.language import Language
from search.usage.span import EARLIEST, Preset, Span, custom_span, span_of, zone_named

REFRESH_SECONDS: Final = 10
_DATES = "custom"
_OPTIONS: Final = (*Preset, _DATES)
_RANGE, _FROM, _TO, _REFRESH = "usage_range", "usage_from", "usage_to", "usage_refresh"
# What the address asked for and does not get, as sentences' keys and facts: until another choice.
_HINTS = "usage_hints"
_LONGEST_SHOWN = 40
_FORMATS = {"en": "YYYY-MM-DD", "ru": "DD.MM.YYYY"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A preset, or the first and the last day in the reader's time zone; `follows` refreshes."""

    preset: Preset | None
    first: date
    last: date
    follows: bool
    zone: str

    def span(self, now: datetime) -> Span:
        """Return the span of time as it is at this moment."""
        if self.preset is not None:
            return span_of(self.preset, now, self.zone)
        return custom_span(self.first, self.last, self.zone, now)


def choose(t: Language) -> Choice:
    """Show the toolbar and return what is chosen; what cannot be used gets its sentence."""
    zone = str(zone_named(reader_zone()))
    today = datetime.now(UTC).astimezone(zone_named(zone)).date()
    with st.container(key="usage_toolbar", horizontal=True, vertical_alignment="bottom"):
        chosen = _pick_range(t)
        first, last = _pick_dates(today, zone, t) if chosen == _DATES else (today, today)
        follows = _pick_refresh(t)
    _say_what_is_wrong(first, last, t)
    preset = None if chosen == _DATES else Preset(chosen)
    return Choice(preset, first, last, follows, zone)


def _pick_range(t: Language) -> str:
    asked = st.query_params.get("range")
    if _RANGE not in st.session_state and asked is not None and asked not in _OPTIONS:
        _hint("no_range", text=plain(asked[:_LONGEST_SHOWN]))
    begin_with(_RANGE, "range", _OPTIONS, Preset.DAY)
    chosen = st.segmented_control(
        t.text("usage.range"),
        _OPTIONS,
        format_func=lambda option: t.text(f"usage.range_name.{option}"),
        key=_RANGE,
        required=True,
        label_visibility="collapsed",
        on_change=_forget_hints,
    )
    tell_choice("range", str(chosen), _OPTIONS, Preset.DAY)
    if chosen != _DATES:
        for name in ("from", "to", "zone"):
            tell(name, None)
    return str(chosen)


def _pick_dates(today: date, zone: str, t: Language) -> tuple[date, date]:
    theirs = st.query_params.get("zone", zone)
    if theirs != zone:
        _hint("other_zone", theirs=plain(theirs[:_LONGEST_SHOWN]), zone=zone)
    tell("zone", zone)
    _begin_with_date(_FROM, "from", today - timedelta(days=6), today)
    _begin_with_date(_TO, "to", today, today)
    days = []
    for key, name in ((_FROM, "from"), (_TO, "to")):
        day = st.date_input(
            t.text(f"usage.{name}"),
            key=key,
            min_value=EARLIEST,
            max_value=today,
            format=_FORMATS[t.code],
            width=150,
            on_change=_forget_hints,
        )
        tell(name, day.isoformat())
        days.append(day)
    return days[0], days[1]


def _begin_with_date(key: str, name: str, otherwise: date, today: date) -> None:
    """Take the day in the address, once; that it cannot be shown is kept to be told."""
    if st.session_state.get(key) is not None:
        return
    asked, day = st.query_params.get(name), otherwise
    if asked is not None:
        try:
            day = date.fromisoformat(asked)
        except ValueError:
            _hint("no_date", text=plain(asked[:_LONGEST_SHOWN]), example=today.isoformat())
    st.session_state[key] = min(max(day, EARLIEST), today)
    if day != st.session_state[key]:
        _hint("no_such_days", first=EARLIEST.isoformat())


def _hint(key: str, **facts: str) -> None:
    hints: dict[str, dict[str, str]] = st.session_state.setdefault(_HINTS, {})
    hints[key] = facts


def _forget_hints() -> None:
    st.session_state.pop(_HINTS, None)


def _say_what_is_wrong(first: date, last: date, t: Language) -> None:
    hints: dict[str, dict[str, str]] = st.session_state.get(_HINTS, {})
    for key, facts in hints.items():
        st.warning(t.text(f"usage.{key}", **facts), icon=":material/event_busy:")
    if first > last:
        st.caption(t.text("usage.swapped"))


def _pick_refresh(t: Language) -> bool:
    if _REFRESH not in st.session_state:
        st.session_state[_REFRESH] = st.query_params.get("refresh") != "off"
    follows = st.toggle(t.text("usage.refresh", n=REFRESH_SECONDS), key=_REFRESH)
    tell("refresh", None if follows else "off")
    return follows
