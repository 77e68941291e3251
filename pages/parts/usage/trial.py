"""One real call, made now, with every stage of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from pages.parts.account.allowing import fragment
from pages.parts.usage.markup import Html, element, paragraph
from pages.parts.usage.now import told
from pages.parts.usage.outcome_words import outcome_name
from pages.parts.usage.words import Words
from pages.parts.waiting import work_with_status
from search.access.roles import Right
from search.calls import OK, Call
from search.engine import SearchEngine
from search.usage.views import Now, Trial, Why

_TRIED = "usage_trial"
# Less than this between two attempts is nobody's waiting.
_WORTH_SAYING = 0.05
# Of which error a state's reason is: what the page says above says it as well.
_ERRORS = {"quota_month": "quota_spent", "quota_day": "quota_spent", "breaker": "encoder_paused"}


def offer_trial(engine: SearchEngine, words: Words, now: Now | None = None) -> None:
    """Show the button, and what came of it the last time; `now` is the state that is above."""
    fragment(Right.RUN, lambda: _offer(engine, words, now))


def _offer(engine: SearchEngine, words: Words, now: Now | None) -> None:
    with st.container(key="usage_trial"):
        # Without a state above, nobody knows better than that it is as most are.
        is_here = now is not None and not now.address
        wanted = st.button(words.say("test.button"), icon=":material/network_check:")
        st.html(paragraph(words.say("test.help_in_process" if is_here else "test.help"), "note"))
        place = st.empty()
        if wanted:
            trial = work_with_status(engine.monitoring.trial, place, "trial")
            st.session_state[_TRIED] = (datetime.now(UTC), trial)
            st.rerun()  # the state above has changed with it
        tried: tuple[datetime, Trial] | None = st.session_state.get(_TRIED)
        if tried:
            said = now.why.code if now is not None else ""
            place.html(trial_says(*tried, words, said))


def trial_says(at: datetime, trial: Trial, words: Words, said: str = "") -> Html:
    """Tell a trial stage by stage, in the order in which they came.

    `said` is the code of what the page says already: it is not said again.
    """
    sent = trial.sent or not trial.failed
    kind = ("failed" if trial.failed else "passed") if sent else "not_sent"
    clock, took = words.clock(at, seconds=True), words.seconds(trial.seconds)
    head = words.say(f"test.{kind}", at=clock, took=took)
    says_why = trial.failed not in ("", _ERRORS.get(said, said))
    why = told(Why(trial.failed, trial.facts), words) if says_why else ("", "")
    return element(
        "div",
        paragraph(head, "test-head"),
        element("ol", *_steps(trial, words)) if sent else "",
        paragraph(" ".join(why).strip(), "test-why"),
        class_=f"usage-test {'failed' if trial.failed else 'passed'}",
    )


def _steps(trial: Trial, words: Words) -> Sequence[Html]:
    steps = [_step(call.outcome == OK, *_attempt(call, words)) for call in trial.calls]
    database = trial.database_seconds or 0.0
    waited = trial.seconds - sum(call.seconds for call in trial.calls) - database
    if len(trial.calls) > 1 and waited > _WORTH_SAYING:
        steps.append(_step(None, words.say("test.waited"), words.seconds(waited)))
    if trial.checked:
        steps.append(_step(True, words.say("test.checked"), ""))  # noqa: FBT003 - a tick
    elif trial.calls and trial.calls[-1].outcome == OK:
        steps.append(_step(False, words.say("test.unchecked"), ""))  # noqa: FBT003 - a cross
    if trial.nearest is not None:
        found = words.say("test.nearest", similarity=words.t.similarity(trial.nearest))
        steps.append(_step(True, found, words.seconds(trial.database_seconds)))  # noqa: FBT003 - a tick
    elif trial.checked:
        steps.append(_step(None, words.say("test.no_nearest"), ""))
    return steps


def _attempt(call: Call, words: Words) -> tuple[str, str]:
    status = "" if call.status is None else f"{call.status}, "
    name = words.say("test.attempt", n=call.attempt, name=outcome_name(call.outcome, words))
    identity = f" · {words.say('request_id')} {call.request_id}" if call.request_id else ""
    return name, f"{status}{words.seconds(call.seconds)}{identity}"


def _step(good: bool | None, what: str, took: str) -> Html:  # noqa: FBT001 - tick, cross or neither
    kind = {True: "good", False: "bad", None: "quiet"}[good]
    mark = element("span", class_="mark", aria_hidden="true")
    time = element("span", took, class_="took") if took else Html("")
    return element("li", mark, element("span", what), time, class_=kind)
