"""The model beside the active one: how its host does, and what the two share."""

from __future__ import annotations

import streamlit as st

from pages.parts.usage.markup import element, paragraph
from pages.parts.usage.now import breaker_says, facts, reason, state_line
from pages.parts.usage.words import Words
from search.usage.beside import Beside
from search.usage.views import State


def show_beside(beside: Beside | None, words: Words) -> None:
    """Show the other model's state; of one at the same server that both have one."""
    if beside is None:
        return
    now, model = beside.now, str(beside.now.space)
    if beside.shares_host:
        said = words.say("beside.shared", model=model, host=now.address)
        st.html(element("div", paragraph(said, "note"), class_="beside"))
        return
    # What the sentences of a state that nobody knows advise is about the active model.
    what, then = ("", "") if now.state is State.UNKNOWN else reason(now, words)
    st.html(
        element(
            "div",
            paragraph(words.say("beside.title", model=model), "small-title"),
            state_line(now, words),
            paragraph(what, "why"),
            paragraph(then, "then"),
            paragraph(breaker_says(now.breaker, words), "breaker"),
            facts(now, words),
            class_=f"usage-now beside {now.state}",
        )
    )


def by_model_says(beside: Beside | None, words: Words) -> str:
    """Say how the calls that were sent are shared out among the models."""
    if beside is None or not beside.by_model:
        return ""
    # A model's name may end in a number.
    counts = (f"{model}: {words.count(calls)}" for model, calls in beside.by_model.items())
    return words.say("beside.by_model", counts="; ".join(counts))


def quota_says(beside: Beside | None, words: Words) -> str:
    """Say whether the other model's calls count with these, or how many there are of them."""
    if beside is None or not beside.now.address:
        return ""
    host = beside.now.address
    if beside.shares_host:
        return words.say("beside.quota_shared", host=host)
    calls = words.count(beside.used)
    return words.say("beside.quota_apart", n=beside.used, calls=calls, host=host)
