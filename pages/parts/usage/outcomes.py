"""What calls came to: counts over time, totals, retries, the breaker, and the latest troubles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import compress

import streamlit as st

from pages.parts.usage.beside import by_model_says
from pages.parts.usage.chart.axes import bars, count_axis, time_axis
from pages.parts.usage.chart.chart import Drawing, Trace, chart, fill
from pages.parts.usage.exports import Cell, Export, Head, section_head
from pages.parts.usage.failures import failures_rows, failures_table, listed_says
from pages.parts.usage.figures import Figures
from pages.parts.usage.markup import Column, Html, element, join, paragraph, table
from pages.parts.usage.outcome_words import outcome_key, outcome_name, stacking
from pages.parts.usage.pauses import changes_rows, pauses_list
from pages.parts.usage.words import NOTHING, Words
from search.calls import OK, REMEMBERED
from search.monitoring import Monitoring
from search.usage.views import OutcomeCount, Outcomes, SearchFigures

# What fits without a click; older ones stand behind one.
_SHOWN = 6


def show_outcomes(figures: Figures, words: Words, asked: Monitoring) -> None:
    """Show what calls came to; `asked` tells what is in the files, and of what an error was."""
    outcomes, span = figures.outcomes, figures.span
    exports = [
        Export(
            "outcomes",
            ("outcome", "code", "status", "calls", "share"),
            lambda: _totals(outcomes, words),
        ),
        Export(
            "failures",
            ("time", "outcome", "code", "status", "request_id", "said", "next"),
            lambda: failures_rows(asked.failures(span)[::-1], words, asked.why),
        ),
        Export(
            "breaker",
            ("time", "process", "became", "until", "reason"),
            lambda: changes_rows(asked.breaker_changes(span)[::-1], words),
        ),
    ]
    filled = [bool(outcomes.totals), bool(outcomes.troubles), bool(outcomes.pauses)]
    head = Head("outcomes", words.say("outcomes.title"), span)
    section_head(head, words, list(compress(exports, filled)))
    by_model = paragraph(by_model_says(figures.beside, words), "note")
    if not outcomes.totals:
        st.html(join(paragraph(words.say("outcomes.none"), "lead"), by_model))
    else:
        calls = outcomes_say(outcomes, words, sends=bool(figures.now.address))
        says = f"{searches_say(figures.searches, words)} {calls}".strip()
        purposes = purposes_say(outcomes.purposes, words)
        st.html(join(paragraph(says, "lead"), paragraph(purposes, "note"), by_model))
        chart(_drawing(figures, words), says=says, key="usage_outcomes_chart", t=words.t)
        left, right = st.columns([3, 2], gap="large")
        left.html(_totals_table(outcomes, words))
        right.html(pauses_list(outcomes, figures.beside, words))
    _show_failures(outcomes, words, asked)


def outcomes_say(outcomes: Outcomes, words: Words, *, sends: bool) -> str:
    """Say how many calls were answered and made again; apart from them what was never sent.

    `sends` is False for an encoder in this process.
    """
    if not outcomes.calls:
        return words.say("outcomes.only_remembered")
    good = sum(total.calls for total in outcomes.totals if total.outcome == OK)
    said = []
    if outcomes.sent:
        said.append(
            words.say(
                "outcomes.says" if sends else "outcomes.made",
                n=outcomes.sent,
                calls=words.count(outcomes.sent),
                share=words.share(good / outcomes.sent),
                retries=words.count(outcomes.retries),
            )
        )
    if unsent := outcomes.unsent:
        said.append(words.say("outcomes.unsent", n=unsent, calls=words.count(unsent)))
    return " ".join(said)


def searches_say(searches: SearchFigures, words: Words) -> str:
    """Say how many searches failed: that is what people saw; nothing where nobody searched."""
    if not searches.total:
        return ""
    if not searches.failed:
        return words.say("outcomes.searches_well")
    failed, total = words.count(searches.failed), words.count(searches.total)
    return words.say("outcomes.searches_failed", n=searches.total, failed=failed, searches=total)


def purposes_say(purposes: Mapping[str, int], words: Words) -> str:
    """Say what the calls that were sent were for."""
    named = (
        f"{words.t.text(f'purposes.{purpose}')} {words.count(calls)}"
        for purpose, calls in purposes.items()
    )
    return words.say("outcomes.purposes", counts=", ".join(named)) if purposes else ""


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
        share = _share(total, outcomes)
        rows.append(
            [
                outcome_name(total.outcome, words),
                NOTHING if total.status is None else str(total.status),
                words.count(total.calls),
                NOTHING if share is None else words.share(share),
            ]
        )
    return table(columns, rows, "totals")


def _share(total: OutcomeCount, outcomes: Outcomes) -> float | None:
    """Return the share of all calls; what was remembered needed none."""
    return None if total.outcome == REMEMBERED else total.calls / outcomes.calls


def _show_failures(outcomes: Outcomes, words: Words, asked: Monitoring) -> None:
    st.html(element("h3", words.say("failures.title"), class_="small-title"))
    if not outcomes.failed:
        st.html(paragraph(words.say("failures.none"), "lead"))
        return
    found, older = outcomes.troubles[:_SHOWN], outcomes.troubles[_SHOWN:]
    if found:
        st.html(failures_table(found, words, asked.why))
    if older:
        with st.expander(words.say("failures.older", n=len(older)), key="usage_older"):
            st.html(failures_table(older, words, asked.why))
    if listed := listed_says(outcomes, words):
        st.html(paragraph(listed, "note"))


def _totals(outcomes: Outcomes, words: Words) -> Iterator[Sequence[Cell]]:
    for total in outcomes.totals:
        share = _share(total, outcomes)
        yield outcome_name(total.outcome, words), total.outcome, total.status, total.calls, share
