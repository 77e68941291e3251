"""The circuit breaker: how it stands, and when it kept calls from being tried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pages.parts.usage.exports import Cell
from pages.parts.usage.markup import Html, element, join, paragraph
from pages.parts.usage.now import breaker_says
from pages.parts.usage.outcome_words import outcome_name
from pages.parts.usage.words import Words
from search.calls import BreakerChange
from search.usage.beside import Beside
from search.usage.views import Outcomes, Pause

# What fits beside the totals.
_SHOWN = 6


def pauses_list(outcomes: Outcomes, beside: Beside | None, words: Words) -> Html:
    """Build the breaker's state, and a line for each of the latest pauses; the other host's too."""
    now = breaker_says(outcomes.breaker, words) or words.say("breaker.closed")
    own = join(
        paragraph(words.say("breaker.title"), "small-title"),
        paragraph(now),
        _listed(outcomes.pauses, words),
    )
    if beside is None:
        return own
    host = beside.now.address
    if beside.shares_host:
        return join(own, paragraph(words.say("beside.breaker_shared", host=host), "note"))
    if not beside.pauses:
        return own
    there = paragraph(words.say("beside.pauses", host=host), "small-title")
    return join(own, there, _listed(beside.pauses, words))


def changes_rows(changes: Iterable[BreakerChange], words: Words) -> Iterator[Sequence[Cell]]:
    """Yield the rows of the file, one a change."""
    for change in changes:
        became = words.say(f"breaker.became.{change.state}")
        reason = outcome_name(change.reason, words) if change.reason else ""
        yield change.at, change.process, became, change.until, reason


def _listed(pauses: Sequence[Pause], words: Words) -> Html:
    """Build a line for each of the latest pauses, and one for how many more there were."""
    lines = [element("li", _pause_says(pause, words)) for pause in pauses[:_SHOWN]]
    if more := len(pauses) - len(lines):
        lines.append(element("li", words.say("breaker.more", n=more, count=words.count(more))))
    return element("ul", *lines, class_="changes") if lines else Html("")


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
