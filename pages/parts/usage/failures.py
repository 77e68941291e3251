"""The latest failures; what failed alike, one after the other, is one line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from pages.parts.usage.markup import Column, Html, Text, element, join, paragraph, table
from pages.parts.usage.now import told
from pages.parts.usage.outcome_words import outcome_name
from pages.parts.usage.words import NOTHING, Words
from search.calls import Call
from search.usage.views import Why

Run = Sequence[Call]

_SHOWN_IDS = 3
_REASON = "@"


def gathered(failures: Sequence[Call]) -> list[Run]:
    """Put together what failed alike without anything else between: an outage is one thing."""
    alike = groupby(failures, key=lambda call: (call.outcome, call.status, call.detail))
    return [list(run) for _, run in alike]


def failures_table(runs: Sequence[Run], words: Words, why: Callable[[Call], Why]) -> Html:
    """Build the table: when, what and what to do, status, the server's words, request id."""
    columns = [
        Column(words.say("column.when")),
        Column(words.say("column.what")),
        Column(words.say("column.status"), numbers=True),
        Column(words.say("column.said")),
        Column(words.say("column.request_id")),
    ]
    return table(columns, [_row(run, words, why) for run in runs], "failures")


def said_by(call: Call, words: Words) -> str:
    """Return what the server said, or what kept it from saying anything."""
    if call.detail.startswith(_REASON):
        key = call.detail.removeprefix(_REASON)
        return words.t.text(key) if key in words.t else ""
    return call.detail


def step_after(call: Call, words: Words, why: Callable[[Call], Why]) -> str:
    """Say what to do about a failure."""
    return told(why(call), words)[1]


def _row(run: Run, words: Words, why: Callable[[Call], Why]) -> list[Text]:
    call = run[0]
    what = join(
        element("strong", outcome_name(call.outcome, words)),
        paragraph(step_after(call, words, why), "note"),
    )
    said = said_by(call, words)
    status = NOTHING if call.status is None else str(call.status)
    return [
        _when(run, words),
        what,
        status,
        element("q", said) if said else NOTHING,
        _ids(run, words),
    ]


def _when(run: Run, words: Words) -> Text:
    if len(run) == 1:
        return words.moment(run[0].started_at)
    times = words.say("failures.times", n=len(run))
    return join(words.between(run[-1].started_at, run[0].started_at), paragraph(times, "note"))


def _ids(run: Run, words: Words) -> Text:
    ids = [call.request_id for call in run if call.request_id]
    if not ids:
        return NOTHING
    shown = [element("code", one) for one in ids[:_SHOWN_IDS]]
    more = len(ids) - len(shown)
    rest = paragraph(words.say("failures.more_ids", n=more), "note") if more else Html("")
    return join(*shown, rest)
