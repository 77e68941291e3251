"""What calls came to: counts over time, totals, retries, the breaker, and the latest failures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import compress

import streamlit as st

from pages.parts.usage.chart.axes import bars, count_axis, time_axis
from pages.parts.usage.chart.chart import Drawing, Trace, chart, fill
from pages.parts.usage.exports import Cell, Export, Head, section_head
from pages.parts.usage.failures import failures_table, gathered, said_by, step_after
from pages.parts.usage.figures import Figures
from pages.parts.usage.markup import (
    Column,
    Html,
    element,
    join,
    paragraph,
    table,
)
from pages.parts.usage.now import breaker_says
from pages.parts.usage.outcome_words import outcome_key, outcome_name, stacking
from pages.parts.usage.words import NOTHING, Words
from search.calls import OK, REMEMBERED, BreakerChange, BreakerState, Call
from search.usage.views import Outcomes, Why

# What fits without a click; older ones stand behind one.
_SHOWN = 6
_CHANGES = 6


def show_outcomes(figures: Figures, words: Words, why: Callable[[Call], Why]) -> None:
    """Show what calls came to; `why` tells the error of a failed call."""
    outcomes = figures.outcomes
    exports = [
        Export(
            "outcomes", ("outcome", "code", "status", "calls"), lambda: _totals(outcomes, words)
        ),
        Export(
            "failures",
            ("time", "outcome", "code", "status", "request_id", "said", "next"),
            lambda: _failures(outcomes, words, why),
        ),
    ]
    filled = [bool(outcomes.totals), bool(outcomes.failures)]
    head = Head("outcomes", words.say("outcomes.title"), figures.span)
    section_head(head, words, list(compress(exports, filled)))
    if not outcomes.totals:
        st.html(paragraph(words.say("outcomes.none"), "lead"))
    else:
        says = outcomes_say(outcomes, words)
        st.html(paragraph(says, "lead"))
        chart(_drawing(figures, words), says=says, key="usage_outcomes_chart", t=words.t)
        left, right = st.columns([3, 2], gap="large")
        left.html(_totals_table(outcomes, words))
        right.html(_breaker(outcomes, words))
    _show_failures(outcomes, words, why)


def outcomes_say(outcomes: Outcomes, words: Words) -> str:
    """Say how many calls were answered, and how many of all were made again."""
    good = sum(total.calls for total in outcomes.totals if total.outcome == OK)
    if not outcomes.calls:
        return words.say("outcomes.only_remembered")
    return words.say(
        "outcomes.says",
        n=outcomes.calls,
        calls=words.count(outcomes.calls),
        share=words.share(good / outcomes.calls),
        retries=words.count(outcomes.retries),
    )


def _drawing(figures: Figures, words: Words) -> Drawing:
    by_bucket, edges = figures.outcomes.by_bucket, figures.span.edges
    names = sorted((name for name in by_bucket if any(by_bucket[name])), key=stacking)
    traces = [_stack(name, by_bucket[name], edges, words) for name in names]
    top = max((sum(counts) for counts in zip(*by_bucket.values(), strict=True)), default=1)
    return Drawing(
        traces,
        x=time_axis(edges, words),
        y=count_axis(top, words),
        legend=[outcome_key(name, words) for name in names],
        layout={"barmode": "stack"},
    )


def _stack(name: str, counts: Sequence[int], edges: Sequence[datetime], words: Words) -> Trace:
    key = outcome_key(name, words)
    return {
        "type": "bar",
        **bars(edges),
        "y": list(counts),
        "marker": fill(key.colour, key.pattern),
        "hoverinfo": "text",
        "hovertext": [
            f"{words.moment(start)}<br>{key.name}: {words.count(count)}"
            for start, count in zip(edges, counts, strict=False)
        ],
        "textposition": "none",
    }


def _totals_table(outcomes: Outcomes, words: Words) -> Html:
    columns = [
        Column(words.say("column.outcome")),
        Column(words.say("column.status"), numbers=True),
        Column(words.say("column.calls"), numbers=True),
        Column(words.say("column.share"), numbers=True),
    ]
    rows = []
    for total in outcomes.totals:
        counts = total.outcome != REMEMBERED and outcomes.calls > 0
        rows.append(
            [
                outcome_name(total.outcome, words),
                NOTHING if total.status is None else str(total.status),
                words.count(total.calls),
                words.share(total.calls / outcomes.calls) if counts else NOTHING,
            ]
        )
    return table(columns, rows, "totals")


def _breaker(outcomes: Outcomes, words: Words) -> Html:
    now = breaker_says(outcomes.breaker, words) or words.say("breaker.closed")
    changes = outcomes.breaker_changes
    lines = [element("li", _change(change, words)) for change in changes[:_CHANGES]]
    more = len(changes) - len(lines)
    if more > 0:
        lines.append(element("li", words.say("breaker.more", n=more)))
    return join(
        paragraph(words.say("breaker.title"), "small-title"),
        paragraph(now),
        element("ul", *lines, class_="changes") if lines else Html(""),
    )


def _change(change: BreakerChange, words: Words) -> str:
    said = words.say(f"breaker.became.{change.state}")
    because = ""
    if change.state is BreakerState.OPEN and change.reason:
        because = f": {outcome_name(change.reason, words)}"
    return f"{words.moment(change.at)} · {said}{because} · {change.process}"


def _show_failures(outcomes: Outcomes, words: Words, why: Callable[[Call], Why]) -> None:
    st.html(element("h3", words.say("failures.title"), class_="small-title"))
    if not outcomes.failures:
        st.html(paragraph(words.say("failures.none"), "lead"))
        return
    runs = gathered(outcomes.failures)
    st.html(failures_table(runs[:_SHOWN], words, why))
    older = runs[_SHOWN:]
    if older:
        with st.expander(words.say("failures.older", n=len(older)), key="usage_older"):
            st.html(failures_table(older, words, why))


def _totals(outcomes: Outcomes, words: Words) -> Iterator[Sequence[Cell]]:
    for total in outcomes.totals:
        yield outcome_name(total.outcome, words), total.outcome, total.status, total.calls


def _failures(
    outcomes: Outcomes, words: Words, why: Callable[[Call], Why]
) -> Iterator[Sequence[Cell]]:
    for call in outcomes.failures:
        yield (
            call.started_at,
            outcome_name(call.outcome, words),
            call.outcome,
            call.status,
            call.request_id,
            said_by(call, words),
            step_after(call, words, why),
        )
