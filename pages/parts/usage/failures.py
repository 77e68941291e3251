"""The latest troubles: failures that came of one thing are one line, and a row each in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from pages.parts.usage.exports import Cell
from pages.parts.usage.markup import Column, Html, Text, element, join, paragraph, table
from pages.parts.usage.now import told
from pages.parts.usage.outcome_words import outcome_name
from pages.parts.usage.words import NOTHING, Words
from search.calls import Call
from search.usage.telling import said_by_server
from search.usage.views import Outcomes, Trouble, Why


def failures_table(found: Sequence[Trouble], words: Words, why: Callable[[Call], Why]) -> Html:
    """Build the table: when, what and what to do, status, the server's words, request id."""
    columns = [
        Column(words.say("column.when")),
        Column(words.say("column.what")),
        Column(words.say("column.status"), numbers=True),
        Column(words.say("column.said")),
        Column(words.say("column.request_id")),
    ]
    return table(columns, [_row(trouble, words, why) for trouble in found], "failures")


def failures_rows(
    failures: Iterable[Call], words: Words, why: Callable[[Call], Why]
) -> Iterator[Sequence[Cell]]:
    """Yield the rows of the file, one a failure."""
    for call in failures:
        yield (
            call.started_at,
            outcome_name(call.outcome, words),
            call.outcome,
            call.status,
            call.request_id,
            said_by_server(call),
            _step_after(call, words, why),
        )


def listed_says(outcomes: Outcomes, words: Words) -> str:
    """Say how many failures the list and the file hold where that is not all of them."""
    listed = sum(trouble.calls for trouble in outcomes.troubles)
    if listed >= outcomes.failed:
        return ""
    return words.say(
        "failures.listed",
        n=outcomes.failed,
        listed=words.count(listed),
        failed=words.count(outcomes.failed),
    )


def _step_after(call: Call, words: Words, why: Callable[[Call], Why]) -> str:
    return told(why(call), words)[1]


def _row(trouble: Trouble, words: Words, why: Callable[[Call], Why]) -> list[Text]:
    call = trouble.last
    what = join(
        element("strong", outcome_name(call.outcome, words)),
        paragraph(_step_after(call, words, why), "note"),
    )
    said = said_by_server(call)
    status = NOTHING if call.status is None else str(call.status)
    return [
        _when(trouble, words),
        what,
        status,
        element("q", said) if said else NOTHING,
        _ids(trouble, words),
    ]


def _when(trouble: Trouble, words: Words) -> Text:
    if trouble.calls == 1:
        return words.moment(trouble.until)
    times = words.say("failures.times", n=trouble.calls, count=words.count(trouble.calls))
    if trouble.episodes > 1:
        episodes = words.count(trouble.episodes)
        times = f"{times} {words.say('failures.episodes', n=trouble.episodes, count=episodes)}"
    paused = ""
    if trouble.paused:
        paused = words.say("failures.paused", n=trouble.paused, count=words.count(trouble.paused))
    return join(
        words.between(trouble.since, trouble.until),
        paragraph(times, "note"),
        paragraph(paused, "note"),
    )


def _ids(trouble: Trouble, words: Words) -> Text:
    if not trouble.named:
        return NOTHING
    shown = [element("code", one) for one in trouble.request_ids]
    more = trouble.named - len(shown)
    rest = words.say("failures.more_ids", n=more, count=words.count(more)) if more else ""
    return join(*shown, paragraph(rest, "note"))
