"""Axes whose labels are the reader's: Plotly itself would write English months and commas."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from pages.parts.usage.words import Words

Axis = dict[str, Any]

_MOST_TICKS = 6
# A Monday; steps counted from here on the reader's clock are round on it.
_ANCHOR = datetime(2001, 1, 1)  # noqa: DTZ001 - what a clock on the wall shows
_DAY = timedelta(days=1)
_STEPS: Final = (
    *(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 15, 30)),
    *(timedelta(hours=hours) for hours in (1, 2, 3, 4, 6, 12)),
    *(days * _DAY for days in (1, 2, 7, 14, 28, 56, 91, 182)),
)
_SIMILARITIES: Final = (0.02, 0.05, 0.1, 0.2, 0.5)
# As many as have room on a phone.
_DURATIONS: Final = (0.01, 0.1, 1, 10, 60, 300)
SHORTEST: Final = _DURATIONS[0]
# What a label takes of a chart's height, with some air.
_LABEL: Final = 0.08


def time_axis(edges: Sequence[datetime], words: Words) -> Axis:
    """Return an axis of time, in seconds since 1970: no hour is lost or doubled in it."""
    marks, step = _marks(edges, words)
    write = words.clock if step < _DAY else lambda at: words.day(at.astimezone(words.zone), "d MMM")
    return {
        "range": [edges[0].timestamp(), edges[-1].timestamp()],
        "tickvals": [_place(mark, edges) for mark in marks],
        "ticktext": [write(mark) for mark in marks],
        "showgrid": False,
    }


def _place(mark: datetime, edges: Sequence[datetime]) -> float:
    """Return where a mark stands: a day's below the middle of its bar, a time's at its moment."""
    after = next((edge for edge in edges if edge > mark), mark)
    whole_day = timedelta(hours=23) <= after - mark <= timedelta(hours=25)
    return (mark + (after - mark) / 2 if whole_day else mark).timestamp()


def _marks(edges: Sequence[datetime], words: Words) -> tuple[list[datetime], timedelta]:
    """Choose the edges that are round on the reader's clock, as many as have room."""
    shown = [(edge, edge.astimezone(words.zone).replace(tzinfo=None)) for edge in edges]
    for step in _STEPS:
        marks = [edge for edge, wall in shown if not (wall - _ANCHOR) % step]
        if 0 < len(marks) <= _MOST_TICKS:
            return marks, step
    return list(edges[:: len(edges) // _MOST_TICKS + 1]), edges[-1] - edges[0]


def bars(edges: Sequence[datetime]) -> dict[str, list[float]]:
    """Return where bars over the steps stand and how wide they are."""
    times = [edge.timestamp() for edge in edges]
    pairs = list(pairwise(times))
    return {
        "x": [(start + end) / 2 for start, end in pairs],
        "width": [0.84 * (end - start) for start, end in pairs],
    }


def count_axis(top: float, words: Words) -> Axis:
    """Return an axis of whole numbers from 0 up to at least `top`."""
    ticks = _round_ticks(top, least=1)
    return _axis(ticks, [words.count(tick) for tick in ticks], top)


def seconds_axis(top: float, words: Words) -> Axis:
    """Return an axis of seconds from 0 up to at least `top`."""
    ticks = _round_ticks(top)
    return _axis(ticks, [words.seconds(tick) if tick else "0" for tick in ticks], top)


def similarity_axis(lowest: float, words: Words) -> Axis:
    """Return an axis of similarities up to 1, from a round one that is not above `lowest`."""
    steps = ((step, math.ceil(round((1 - lowest) / step, 6))) for step in _SIMILARITIES)
    step, many = next((step, many) for step, many in steps if many < _MOST_TICKS)
    many = max(many, 1)
    ticks = [round(1 - step * number, 2) for number in range(many, -1, -1)]
    return {
        "range": [ticks[0], 1 + 0.02 * step * many],
        "tickvals": ticks,
        "ticktext": [words.t.similarity(tick).replace("-", "\N{MINUS SIGN}") for tick in ticks],
    }


def root_axis(top: float, words: Words) -> Axis:
    """Return an axis of counts whose heights are square roots: few among many stay visible."""
    height = math.sqrt(top)
    levels = [0]
    for level in _levels(top)[-4:]:
        if math.sqrt(level) - math.sqrt(levels[-1]) >= _LABEL * height:
            levels.append(level)
    ticks = [math.sqrt(level) for level in levels]
    return _axis(ticks, [words.count(level) for level in levels], height)


def duration_axis(longest: float, words: Words) -> Axis:
    """Return a logarithmic axis of seconds from 10 ms on; positions are decimal logarithms."""
    marks = [mark for mark in _DURATIONS if mark <= longest]
    return {
        "range": [math.log10(SHORTEST), math.log10(longest)],
        "tickvals": [math.log10(mark) for mark in marks],
        "ticktext": [words.seconds(mark) for mark in marks],
        "showgrid": False,
    }


def _axis(ticks: Sequence[float], labels: Sequence[str], top: float) -> Axis:
    return {
        "range": [0, max(top, ticks[-1]) * 1.06],
        "tickvals": list(ticks),
        "ticktext": list(labels),
    }


def _round_ticks(top: float, least: float = 0.0) -> list[float]:
    """Return 0 and up to five more: multiples of 1, 2 or 5 times a power of ten."""
    top = max(top, least or 1e-3)
    power = 10 ** math.floor(math.log10(top / 4))
    step = next(many * power for many in (1, 2, 5, 10) if top / (many * power) <= 4)  # noqa: PLR2004 - see above
    step = max(step, least)
    return [step * number for number in range(math.floor(top / step + 1e-9) + 1)]


def _levels(top: float) -> list[int]:
    """Return 1, 5, 10, 50, 100 … up to `top`."""
    powers = range(int(math.log10(max(top, 1))) + 1)
    levels = [many * 10**power for power in powers for many in (1, 5)]
    return [level for level in levels if level <= top]
