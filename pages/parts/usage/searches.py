"""What people searched for, and whether they found it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

import streamlit as st

from pages.parts.usage.chart.axes import bars, count_axis, similarity_axis, time_axis
from pages.parts.usage.chart.chart import Drawing, Key, Trace, chart, fill, line
from pages.parts.usage.exports import Cell, Export, Head, section_head
from pages.parts.usage.figures import Figures
from pages.parts.usage.markup import Column, Html, element, join, paragraph, table
from pages.parts.usage.markup import figures as figure_row
from pages.parts.usage.words import NOTHING, Words
from search.addresses import picture_path
from search.usage.views import Drift, SearchFigures, TopProduct

_PEOPLE = 10


def show_searches(figures: Figures, words: Words) -> None:
    """Show how many searches there were, what they found, by whom, and which products."""
    searches = figures.searches
    exports = [
        Export(
            "searches",
            ("time", "searches", "failed", "p10", "median", "p90_best"),
            lambda: _steps(searches),
        ),
        Export("people", ("by", "name", "searches"), lambda: _sources(searches, words)),
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
            drifted = drift_says(figures.drift, words)
            note = words.say("searches.best_note")
            st.html(paragraph(drifted, "drift") or paragraph(note, "note"))
    left, right = st.columns([3, 2], gap="large")
    left.html(_top(searches.top, words))
    right.html(
        join(
            _who("origins", "column.origin", _origins(searches, words), words),
            _who("people", "column.person", _people(searches, words), words),
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
    return figure_row(pairs, "figures large tiles")


def _with_share(count: int, whole: int, words: Words) -> Html:
    if not (whole and count):
        return join(words.count(count))
    share = words.say(
        "searches.share_of", share=words.share(count / whole), whole=words.count(whole)
    )
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
    known = [value for value in (*low, *high) if value is not None]
    middle_line = line(x, middle, "--violet", hoverinfo="text", hovertext=told, **marks)
    return Drawing(
        [*_band(x, low, high), middle_line],
        x=time_axis(edges, words),
        y=similarity_axis(min(known), words),
        legend=[
            Key(words.say("searches.median"), "--violet"),
            Key(words.say("searches.band"), "--violet/0.5"),
        ],
    )


def _band(
    x: Sequence[float], low: Sequence[float | None], high: Sequence[float | None]
) -> Iterator[Trace]:
    """Draw what lies between two lines; where they are broken, so is it."""
    edge = {"line": {"width": 0}}
    filled = {"fill": "tonexty", "fillcolor": "--violet/0.25", **edge}
    steps = groupby(zip(x, low, high, strict=True), key=lambda step: step[1] is not None)
    for known, run in steps:
        if known:
            at, bottom, top = zip(*run, strict=True)
            yield line(at, bottom, "--violet", **edge)
            yield line(at, top, "--violet", **filled)


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


def drift_says(drift: Drift | None, words: Words) -> str:
    """Say from when on, or from when to when, the best similarity lay elsewhere."""
    if drift is None:
        return ""
    way = "lower" if drift.after < drift.before else "higher"
    facts = {
        "difference": words.t.similarity(abs(drift.after - drift.before)),
        "before": words.t.similarity(drift.before),
        "after": words.t.similarity(drift.after),
        "since": words.mark(drift.since),
    }
    if drift.until is None:
        return words.say(f"searches.drift_{way}", **facts)
    return words.say(f"searches.drift_{way}_over", until=words.mark(drift.until), **facts)


def _who(title: str, head: str, counts: Sequence[tuple[str, int]], words: Words) -> Html:
    """Build a small table of counts; nothing where nothing is known."""
    if not counts:
        return Html("")
    rows = [(who, words.count(count)) for who, count in counts]
    columns = [Column(words.say(head)), Column(words.say("column.searches"), numbers=True)]
    return join(paragraph(words.say(f"searches.{title}"), "small-title"), table(columns, rows))


def _origins(searches: SearchFigures, words: Words) -> list[tuple[str, int]]:
    return [
        (words.t.text(key) if (key := f"usage.origin.{origin}") in words.t else origin, count)
        for origin, count in _most_first(searches.origins)
    ]


def _people(searches: SearchFigures, words: Words) -> list[tuple[str, int]]:
    """Return who searched how often, and how many searches are nobody's: together all there are."""
    if not searches.people:
        return []
    found = _most_first(searches.people)
    named, rest = found[:_PEOPLE], sum(count for _, count in found[_PEOPLE:])
    nobody = searches.total - sum(searches.people.values())
    ends = ((words.say("searches.others"), rest), (words.say("searches.nobody"), nobody))
    return [*named, *((who, count) for who, count in ends if count > 0)]


def _most_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: -pair[1])


def _sources(searches: SearchFigures, words: Words) -> Iterator[Sequence[Cell]]:
    """Yield the rows of both tables, each beside what it counts by."""
    for column, rows in (
        ("origin", _origins(searches, words)),
        ("person", _people(searches, words)),
    ):
        for name, count in rows:
            yield words.say(f"column.{column}"), name, count


def _steps(searches: SearchFigures) -> Iterator[Sequence[Cell]]:
    for step, start in enumerate(searches.buckets):
        best = searches.best_by_bucket[step] or (None, None, None)
        yield start, searches.by_bucket[step], searches.failed_by_bucket[step], *best


def _products(searches: SearchFigures, words: Words) -> Iterator[Sequence[Cell]]:
    for product in searches.top:
        yield product.article, words.t.choose(product.name), product.searches
