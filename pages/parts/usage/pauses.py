"""The circuit breaker: how it stands, and when it kept calls from being tried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pages.parts.usage.exports import Cell
from pages.parts.usage.markup import Html, element, join, paragraph
from pages.parts.usage.now import breaker_says
from pages.parts.usage.outcome_words import outcome_name
from pages.parts.usage.words import Words
from search.calls import BreakerChange
from search.usage.views import Outcomes, Pause

# What fits beside the totals.
_SHOWN = 6


def pauses_list(outcomes: Outcomes, words: Words) -> Html:
    """Build the breaker's state, and a line for each of the latest pauses."""
    now = breaker_says(outcomes.breaker, words) or words.say("breaker.closed")
    lines = [element("li", _pause_says(pause, words)) for pause in outcomes.pauses[:_SHOWN]]
    more = len(outcomes.pauses) - len(lines)
    if more:
        lines.append(element("li", words.say("breaker.more", n=more, count=words.count(more))))
    return join(
        paragraph(words.say("breaker.title"), "small-title"),
        paragraph(now),
        element("ul", *lines, class_="changes") if lines else Html(""),
    )


def changes_rows(changes: Iterable[BreakerChange], words: Words) -> Iterator[Sequence[Cell]]:
    """Yield the rows of the file, one a change."""
    for change in changes:
        became = words.say(f"breaker.became.{change.state}")
        reason = outcome_name(change.reason, words) if change.reason else ""
        yield change.at, change.process, became, change.until, reason


def _pause_says(pause: Pause, words: Words) -> str:
    """Say from when to when, how many were let through, why, and in which process."""
    if pause.over:
        when = words.between(pause.since, pause.until)
    else:
        when = words.say("breaker.since", moment=words.moment(pause.since))
    probes = words.count(pause.probes)
    said = words.say("breaker.paused", n=pause.probes, when=when, probes=probes)
    because = f" · {outcome_name(pause.reason, words)}" if pause.reason else ""
    return f"{said}{because} · {pause.process}"
