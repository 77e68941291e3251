"""How long calls take, whose time it is, and the cold starts apart from it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import streamlit as st

from pages.parts.usage.chart.axes import (
    SHORTEST,
    bars,
    duration_axis,
    root_axis,
    seconds_axis,
    time_axis,
)
from pages.parts.usage.chart.chart import Drawing, Key, Trace, chart, fill, label, line
from pages.parts.usage.exports import Cell, Export, Head, section_head
from pages.parts.usage.figures import Figures
from pages.parts.usage.markup import Html, join, paragraph
from pages.parts.usage.markup import figures as figure_row
from pages.parts.usage.split import PARTS, show_split
from pages.parts.usage.words import Words
from search.usage.views import Latency, Percentiles

_LONGEST = 900.0
# What the project was planned with: a request, one of a PRO account, the very first one.
_USUAL, _PRO, _FIRST = (1.0, 2.0), 0.5, 30.0


def show_latency(figures: Figures, words: Words) -> None:
    """Show percentiles, the distribution, their course over time, and the parts of a search."""
    latency = figures.latency
    columns = ("time", "warm", "p50", "p90", "p95", "p99", *PARTS, "cold")
    export = Export("latency", columns, lambda: _rows(latency))
    nothing = not latency.calls.count and not latency.cold
    head = Head("latency", words.say("latency.title"), figures.span)
    section_head(head, words, [] if nothing else [export])
    if nothing:
        st.html(paragraph(words.say("latency.none"), "lead"))
        return
    st.html(_metrics(latency, words))
    left, right = st.columns(2, gap="medium")
    with left:
        says = spread_says(latency, words)
        st.html(paragraph(says, "chart-title"))
        drawing = _distribution(latency, words, founding=bool(figures.now.address))
        chart(drawing, says=says, key="usage_latency_spread", t=words.t)
        st.html(paragraph(words.say("latency.roots"), "note"))
    with right:
        says = course_says(latency, words)
        st.html(paragraph(says, "chart-title"))
        chart(_course(figures, words), says=says, key="usage_latency_course", t=words.t)
    show_split(figures, words)


def spread_says(latency: Latency, words: Words) -> str:
    """Say how long half of the calls, and nearly all of them, took at most."""
    calls = latency.calls
    if not calls.count:
        return words.say("latency.only_cold")
    return words.say(
        "latency.spread",
        n=calls.count,
        calls=words.count(calls.count),
        p50=words.seconds(calls.p50, exact=calls.exact),
        p95=words.seconds(calls.p95, exact=calls.exact),
    )


def course_says(latency: Latency, words: Words) -> str:
    """Say between what the middle of the steps lay, and when calls took longest."""
    steps = [
        (start, step.p50, step.p95)
        for start, step in zip(latency.buckets, latency.by_bucket, strict=True)
        if step.p50 is not None and step.p95 is not None
    ]
    if not steps:
        return words.say("latency.no_course")
    middles = [middle for _, middle, _ in steps]
    at, middle, peak = max(steps, key=lambda step: step[2])
    if len(steps) == 1:
        p50, p95 = words.seconds(middle), words.seconds(peak)
        return words.say("latency.course_one", p50=p50, peak=p95)
    return words.say(
        "latency.course",
        range=words.seconds_range(min(middles), max(middles)),
        peak=words.seconds(peak),
        at=words.mark(at),
    )


def cold_says(latency: Latency, words: Words) -> str:
    """Say how many cold starts there were, apart from what is above."""
    if not latency.cold:
        return words.say("latency.no_cold")
    longest = words.seconds(latency.cold_longest)
    count = words.count(latency.cold)
    return words.say("latency.cold", n=latency.cold, count=count, longest=longest)


def _metrics(latency: Latency, words: Words) -> Html:
    """Build two rows of figures: what the encoder takes, and what people wait for."""
    calls = join(
        paragraph(words.say("latency.calls"), "row-title"),
        _percentiles(latency.calls, words),
        paragraph(cold_says(latency, words), "note"),
    )
    if not latency.searches.count:
        return calls
    return join(
        calls,
        paragraph(words.say("latency.searches"), "row-title"),
        _percentiles(latency.searches, words),
        paragraph(words.say("latency.searches_note"), "note"),
    )


def _percentiles(found: Percentiles, words: Words) -> Html:
    pairs = [
        (words.say(f"latency.{name}"), words.seconds(getattr(found, name), exact=found.exact))
        for name in ("p50", "p90", "p95", "p99")
    ]
    return figure_row(pairs, "figures large tiles")


def _distribution(latency: Latency, words: Words, *, founding: bool) -> Drawing:
    """Draw how many calls took how long, on a logarithmic axis from 10 ms on."""
    edges = [min(max(edge, SHORTEST), _LONGEST) for edge in latency.edges]
    longest = max(edges[-1], 300.0)
    top = float(max(*latency.counts, *latency.cold_counts, 1))
    traces = [_heap(edges, latency.counts, "--violet", "", words)]
    keys = [Key(words.say("latency.warm"), "--violet")]
    if latency.cold:
        traces.append(_heap(edges, latency.cold_counts, "--orange", "/", words))
        keys.append(Key(words.say("latency.cold_starts"), "--orange", "/"))
    y = root_axis(top, words)
    marks = _founding(words, y["range"][1]) if founding else ([], [])
    return Drawing(
        traces,
        x=duration_axis(longest, words),
        y=y,
        legend=keys,
        annotations=marks[0],
        shapes=marks[1],
        layout={"barmode": "overlay"},
        height=240,
    )


def _heap(
    edges: Sequence[float], counts: Sequence[int], colour: str, pattern: str, words: Words
) -> Trace:
    places = [math.log10(edge) for edge in edges]
    pairs = list(pairwise(places))
    told = [
        f"{words.seconds(low)}–{words.seconds(high)}: {words.count(count)}"
        for low, high, count in zip(edges, edges[1:], counts, strict=False)
    ]
    return {
        "type": "bar",
        "x": [(low + high) / 2 for low, high in pairs],
        "width": [0.92 * (high - low) for low, high in pairs],
        "y": [math.sqrt(count) for count in counts],
        "marker": fill(colour, pattern),
        "hoverinfo": "text",
        "hovertext": told,
        "textposition": "none",
    }


def _founding(words: Words, top: float) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Return the figures that the project was planned with: a band and two lines, with names."""
    low, high = (math.log10(end) for end in _USUAL)
    quiet = {"color": "--quiet", "width": 1, "dash": "dot"}
    shapes: list[dict[str, object]] = [
        {
            "type": "rect",
            "x0": low,
            "x1": high,
            "y0": 0,
            "y1": top,
            "line": {"width": 0},
            "fillcolor": "--text/0.08",
            "layer": "below",
        }
    ]
    names = [label(words.say("latency.usual"), x=low, y=1, xanchor="left")]
    for at, name, side in ((_PRO, "pro", "right"), (_FIRST, "first", "left")):
        x = math.log10(at)
        shapes.append({"type": "line", "x0": x, "x1": x, "y0": 0, "y1": top, "line": quiet})
        names.append(label(words.say(f"latency.{name}"), x=x, y=1, xanchor=side))
    place = {"yref": "paper", "yanchor": "bottom", "font": {"color": "--quiet", "size": 11}}
    return [{**name, **place} for name in names], shapes


def _course(figures: Figures, words: Words) -> Drawing:
    latency, edges = figures.latency, figures.span.edges
    x = bars(edges)["x"]
    known = [step.p95 for step in latency.by_bucket if step.p95 is not None]
    top = max(known, default=1.0)
    traces = []
    keys = []
    for name, colour, dash in (("p50", "--violet", "solid"), ("p95", "--blue", "dash")):
        values = [getattr(step, name) for step in latency.by_bucket]
        told = [
            f"{words.moment(start)}<br>{words.say(f'latency.{name}')}: {words.seconds(value)}"
            for start, value in zip(latency.buckets, values, strict=True)
        ]
        style = {"color": colour, "width": 2, "dash": dash}
        # A step between two empty ones has no line: its dot still shows it.
        marks = {"mode": "lines+markers", "marker": {"color": colour, "size": 4}}
        traces.append(
            line(x, values, colour, line=style, hoverinfo="text", hovertext=told, **marks)
        )
        keys.append(Key(words.say(f"latency.{name}"), colour, "" if dash == "solid" else "|"))
    if any(latency.cold_by_bucket):
        traces.append(_cold_marks(x, latency, words))
        keys.append(Key(words.say("latency.cold_starts"), "--orange", "/"))
    return Drawing(
        traces, x=time_axis(edges, words), y=seconds_axis(top, words), legend=keys, height=240
    )


def _cold_marks(x: Sequence[float], latency: Latency, words: Words) -> Trace:
    """Put a triangle on the axis wherever the model had to be woken, with how often it had."""
    steps = [number for number, count in enumerate(latency.cold_by_bucket) if count]
    counts = [latency.cold_by_bucket[step] for step in steps]
    told = [
        f"{words.moment(latency.buckets[step])}<br>{words.say('latency.cold_starts')}: "
        f"{words.count(latency.cold_by_bucket[step])}"
        for step in steps
    ]
    return {
        "type": "scatter",
        "mode": "markers+text",
        "text": [words.count(count) if count > 1 else "" for count in counts],
        "textposition": "top center",
        "textfont": {"color": "--orange", "size": 10},
        "x": [x[step] for step in steps],
        "y": [0] * len(steps),
        "cliponaxis": False,
        "marker": {"symbol": "triangle-up", "size": 10, "color": "--orange"},
        "hoverinfo": "text",
        "hovertext": told,
    }


def _rows(latency: Latency) -> Iterator[Sequence[Cell]]:
    for step, start in enumerate(latency.buckets):
        calls, split = latency.by_bucket[step], latency.split_by_bucket[step]
        percentiles = (calls.p50, calls.p90, calls.p95, calls.p99)
        parts = (split.encoder, split.database, split.rest)
        yield start, calls.count, *percentiles, *parts, latency.cold_by_bucket[step]
