"""What people searched for, and whether they found it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import streamlit as st

from pages.parts.usage.chart.axes import bars, count_axis, time_axis
from pages.parts.usage.chart.chart import Drawing, Key, Trace, chart, fill, line
from pages.parts.usage.exports import Cell, Export, Head, section_head
from pages.parts.usage.figures import Figures
from pages.parts.usage.markup import Column, Html, element, join, paragraph, table
from pages.parts.usage.markup import figures as figure_row
from pages.parts.usage.words import NOTHING, Words
from search.addresses import picture_path
from search.usage.views import SearchFigures, TopProduct

_PEOPLE = 10
# With more tenths than this, a tick at each is enough.
_COARSE = 3


def show_searches(figures: Figures, words: Words) -> None:
    """Show how many searches there were, what they found, by whom, and which products."""
    searches = figures.searches
    exports = [
        Export(
            "searches",
            ("time", "searches", "failed", "p10", "median", "p90_best"),
            lambda: _steps(searches),
        ),
        Export("products", ("article", "product", "times"), lambda: _products(searches, words)),
    ]
    head = Head("searches", words.say("searches.title"), figures.span)
    section_head(head, words, exports if searches.total else [])
    if not searches.total:
        st.html(paragraph(words.say("searches.none"), "lead"))
        return
    st.html(_metrics(searches, words))
    left, right = st.columns(2, gap="medium")
    with left:
        says = searches_say(searches, words)
        st.html(paragraph(says, "chart-title"))
        chart(_counts(figures, words), says=says, key="usage_searches_chart", t=words.t)
    with right:
        says = best_says(searches, words)
        st.html(paragraph(says, "chart-title"))
        if any(searches.best_by_bucket):
            chart(_best(figures, words), says=says, key="usage_best_chart", t=words.t)
            st.html(paragraph(words.say("searches.best_note"), "note"))
    left, right = st.columns([3, 2], gap="large")
    left.html(_top(searches.top, words))
    right.html(
        join(
            _who("searches.origins", searches.origins, words, named="origin"),
            _who("searches.people", searches.people, words),
        )
    )


def searches_say(searches: SearchFigures, words: Words) -> str:
    """Say how many searches there were, and how many failed."""
    said = words.say("searches.says", n=searches.total, searches=words.count(searches.total))
    failed = words.say(
        "searches.failed_says", n=searches.failed, failed=words.count(searches.failed)
    )
    return f"{said} {failed}" if searches.failed else f"{said} {words.say('searches.none_failed')}"


def best_says(searches: SearchFigures, words: Words) -> str:
    """Say how similar the best product was in the middle, step by step."""
    middles = [step[1] for step in searches.best_by_bucket if step]
    if not middles:
        return words.say("searches.no_best")
    low, high = words.t.similarity(min(middles)), words.t.similarity(max(middles))
    if low == high:
        return words.say("searches.best_one", value=low)
    return words.say("searches.best", low=low, high=high)


def _metrics(searches: SearchFigures, words: Words) -> Html:
    good = searches.total - searches.failed
    above = NOTHING if searches.above_median is None else words.number(searches.above_median, 1)
    pairs = [
        (words.say("searches.total"), words.count(searches.total)),
        (words.say("searches.failed"), _with_share(searches.failed, searches.total, words)),
        (words.say("searches.remembered"), _with_share(searches.remembered, searches.total, words)),
        (words.say("searches.above"), above),
        (words.say("searches.none_above"), _with_share(searches.none_above, good, words)),
    ]
    return figure_row(pairs, "figures large")


def _with_share(count: int, whole: int, words: Words) -> Html:
    share = words.share(count / whole) if whole and count else ""
    return join(words.count(count), element("small", share))


def _counts(figures: Figures, words: Words) -> Drawing:
    searches, edges = figures.searches, figures.span.edges
    good = [
        total - failed
        for total, failed in zip(searches.by_bucket, searches.failed_by_bucket, strict=True)
    ]
    names = {"done": (good, "--violet", ""), "failed": (searches.failed_by_bucket, "--red", "/")}
    traces: list[Trace] = []
    keys = []
    for name, (counts, colour, pattern) in names.items():
        said = words.say(f"searches.{name}")
        traces.append(
            {
                "type": "bar",
                **bars(edges),
                "y": list(counts),
                "marker": fill(colour, pattern),
                "hoverinfo": "text",
                "hovertext": [
                    f"{words.moment(start)}<br>{said}: {words.count(count)}"
                    for start, count in zip(edges, counts, strict=False)
                ],
                "textposition": "none",
            }
        )
        if any(counts):
            keys.append(Key(said, colour, pattern))
    return Drawing(
        traces,
        x=time_axis(edges, words),
        y=count_axis(max(searches.by_bucket, default=1), words),
        legend=keys,
        layout={"barmode": "stack"},
    )


def _best(figures: Figures, words: Words) -> Drawing:
    steps, edges = figures.searches.best_by_bucket, figures.span.edges
    x = bars(edges)["x"]
    low, middle, high = ([step[rank] if step else None for step in steps] for rank in range(3))
    told = [
        words.say(
            "searches.best_step",
            at=words.moment(start),
            low=words.t.similarity(step[0]),
            middle=words.t.similarity(step[1]),
            high=words.t.similarity(step[2]),
        ).replace("\n", "<br>")
        if step
        else ""
        for start, step in zip(edges, steps, strict=False)
    ]
    marks = {"mode": "lines+markers", "marker": {"color": "--violet", "size": 4}}
    band = [
        (at, bottom, top)
        for at, bottom, top in zip(x, low, high, strict=True)
        if bottom is not None
    ]
    known = [value for value in (*low, *high) if value is not None]
    # Whole tenths below what is lowest; what is close to 1 gets finer steps.
    floor = min(math.floor(min(known) * 10), 9)
    step = 1 if 10 - floor > _COARSE else 0.5
    ticks = [floor / 10 + step * tick / 10 for tick in range(round((10 - floor) / step) + 1)]
    edge = {"line": {"width": 0}}
    return Drawing(
        [
            line([at for at, _, _ in band], [one for _, one, _ in band], "--violet", **edge),
            line(
                [at for at, _, _ in band],
                [one for _, _, one in band],
                "--violet",
                fill="tonexty",
                fillcolor="--violet/0.16",
                **edge,
            ),
            line(x, middle, "--violet", hoverinfo="text", hovertext=told, **marks),
        ],
        x=time_axis(edges, words),
        y={
            "range": [floor / 10, 1.0 + 0.002 * (10 - floor)],
            "tickvals": ticks,
            "ticktext": [words.t.similarity(tick) for tick in ticks],
        },
        legend=[
            Key(words.say("searches.median"), "--violet"),
            Key(words.say("searches.band"), "--violet/0.2"),
        ],
    )


def _top(top: Sequence[TopProduct], words: Words) -> Html:
    if not top:
        return Html("")
    lines = [
        element(
            "li",
            _picture(product),
            element("span", words.t.choose(product.name), element("small", product.article)),
            element("strong", words.say("searches.times", n=product.searches)),
        )
        for product in top
    ]
    return join(
        paragraph(words.say("searches.top"), "small-title"), element("ol", *lines, class_="top")
    )


def _picture(product: TopProduct) -> Html:
    """Show the product; the name beside it says all that a description would."""
    if not product.picture:
        return element("span", class_="no-picture")
    return Html(f'<img src="{picture_path(product.picture)}" alt="" loading="lazy">')


def _who(title: str, counts: Mapping[str, int], words: Words, named: str = "") -> Html:
    """Build a small table of counts; nothing where nothing is known."""
    if not counts:
        return Html("")
    ordered = sorted(counts.items(), key=lambda pair: -pair[1])[:_PEOPLE]
    rows = [(_name(who, words, named), words.count(count)) for who, count in ordered]
    columns = [Column(words.say(title)), Column(words.say("column.searches"), numbers=True)]
    return table(columns, rows)


def _name(who: str, words: Words, named: str) -> str:
    key = f"usage.{named}.{who}"
    return words.t.text(key) if named and key in words.t else who


def _steps(searches: SearchFigures) -> Iterator[Sequence[Cell]]:
    for step, start in enumerate(searches.buckets):
        best = searches.best_by_bucket[step] or (None, None, None)
        yield start, searches.by_bucket[step], searches.failed_by_bucket[step], *best


def _products(searches: SearchFigures, words: Words) -> Iterator[Sequence[Cell]]:
    for product in searches.top:
        yield product.article, words.t.choose(product.name), product.searches
