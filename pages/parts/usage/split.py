"""Whose time a search's time is: the encoder's, the database's, or everything else's."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pages.parts.usage.chart.axes import bars, seconds_axis, time_axis
from pages.parts.usage.chart.chart import Drawing, chart, fill
from pages.parts.usage.figures import Figures
from pages.parts.usage.markup import Html, element, join, paragraph
from pages.parts.usage.words import Words
from search.usage.views import Split

PARTS: Final = ("encoder", "database", "rest")
_LOOKS: Final = {"encoder": "--violet", "database": "--blue", "rest": "--grey"}
_ALL_BUT: Final = 0.98


def show_split(figures: Figures, words: Words) -> None:
    """Show the three parts, together and over time; nothing where no search asked the encoder."""
    split = figures.latency.split
    if says := split_says(split, words):
        st.html(join(paragraph(says, "chart-title"), _split_bar(split, words)))
        chart(_split(figures, words), says=says, key="usage_latency_split", t=words.t)


def split_says(split: Split, words: Words) -> str:
    """Say whose time a search's time is; nothing where no search asked the encoder."""
    if split.encoder is None:
        return ""
    parts = {part: words.seconds(getattr(split, part)) for part in PARTS}
    return words.say("latency.split", **parts)


def _split(figures: Figures, words: Words) -> Drawing:
    """Draw the medians of the three parts, step by step."""
    steps, edges = figures.latency.split_by_bucket, figures.span.edges
    traces = [
        {
            "type": "bar",
            **bars(edges),
            "y": [getattr(step, part) for step in steps],
            "marker": fill(_LOOKS[part]),
            "hoverinfo": "text",
            "hovertext": [
                f"{words.moment(start)}<br>{words.say(f'latency.part.{part}')}: "
                f"{words.seconds(getattr(step, part))}"
                for start, step in zip(edges, steps, strict=False)
            ],
            "textposition": "none",
        }
        for part in PARTS
    ]
    top = max((sum(getattr(step, part) or 0.0 for part in PARTS) for step in steps), default=1.0)
    return Drawing(
        traces,
        x=time_axis(edges, words),
        y=seconds_axis(top, words),
        layout={"barmode": "stack"},
        height=180,
    )


def _split_bar(split: Split, words: Words) -> Html:
    """Build one bar of the three parts; it is the legend of the chart below it as well."""
    values = {part: getattr(split, part) or 0.0 for part in PARTS}
    whole = sum(values.values()) or 1.0
    pieces = [
        element("span", class_=part, style=f"width:{100 * value / whole:.2f}%")
        for part, value in values.items()
    ]
    names = [
        element(
            "li",
            element("span", class_=f"swatch {part}", aria_hidden="true"),
            f"{words.say(f'latency.part.{part}')} {words.share(value / whole)}",
        )
        for part, value in values.items()
    ]
    bar = element("div", *pieces, class_="split-bar", aria_hidden="true")
    # Where nearly all is one part, a bar of one colour says nothing that the names do not.
    one_sided = max(values.values()) / whole > _ALL_BUT
    return join("" if one_sided else bar, element("ul", *names, class_="split-names"))
