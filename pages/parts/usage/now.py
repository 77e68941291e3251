"""One line of state, since when and why, and what it is about."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from pages.parts.usage.markup import Html, element, figures, join, paragraph
from pages.parts.usage.words import NOTHING, Words
from search.calls import BreakerState
from search.engine import SearchEngine
from search.errors import LikenessError
from search.usage.views import Breaker, Drift, Now, State, Why

_HOURS = timedelta(hours=1)


def show_now(now: Now, drift: Drift | None, words: Words) -> None:
    """Show how the encoder does, and that what it finds has drifted where it still has."""
    what, then = reason(now, words)
    st.html(
        element(
            "div",
            state_line(now, words),
            paragraph(what, "why"),
            paragraph(then, "then"),
            paragraph(breaker_says(now.breaker, words), "breaker"),
            paragraph(_drifted(drift, words), "drift"),
            facts(now, words),
            class_=f"usage-now {now.state}",
        )
    )


def state_line(now: Now, words: Words) -> Html:
    """Build the state in one word, and since when it is so."""
    return element(
        "div",
        # The mark's form says what its colour says.
        element("span", class_="mark", aria_hidden="true"),
        element("strong", words.say(f"state.{now.state}"), class_="state"),
        element("span", _since(now, words), class_="since"),
        class_="state-line",
    )


def show_without_database(engine: SearchEngine, words: Words) -> None:
    """Show what is known without the database: who is asked, and where."""
    try:
        encoder = engine.encoder
    except LikenessError:
        return  # what keeps it from being built has been said
    pairs = [
        (words.say("encoder"), _name(encoder.name, words)),
        (words.say("address"), encoder.address or words.say("in_process")),
        (words.say("space"), str(encoder.space)),
    ]
    st.html(figures(pairs, "figures facts"))


def reason(now: Now, words: Words) -> tuple[str, str]:
    """Say why the state is what it is, and the next step; either may be empty."""
    if now.state is State.WORKING and not now.address:
        return words.say("why.in_process.what"), ""
    if not now.why.code:
        key = f"usage.why.{now.state}"
        return _text(words, f"{key}.what", now.why), _text(words, f"{key}.next", now.why)
    return told(now.why, words)


def told(why: Why, words: Words) -> tuple[str, str]:
    """Say an error or a figure that is the reason of something, and the next step."""
    root = next(
        root
        for root in (
            f"usage.why.{why.code}",
            f"why.{why.code}",
            f"errors.{why.code}",
            "errors.unexpected",
        )
        if f"{root}.what" in words.t
    )
    return _text(words, f"{root}.what", why), _text(words, f"{root}.next", why)


def breaker_says(breaker: Breaker, words: Words) -> str:
    """Say what the breaker keeps from being tried; nothing while it is closed."""
    if breaker.state is BreakerState.CLOSED:
        return ""
    if breaker.state is BreakerState.OPEN and breaker.until is not None:
        return words.say("breaker.open_until", until=words.clock(breaker.until, seconds=True))
    return words.say(f"breaker.{breaker.state}")


def _name(encoder: str, words: Words) -> str:
    """Name an encoder: a product by its name, ours in the reader's language."""
    key = f"usage.encoder_name.{encoder}"
    return words.t.text(key) if key in words.t else encoder


def _text(words: Words, key: str, why: Why) -> str:
    if key not in words.t:
        return ""
    filled = {
        name: words.number(fact, 1) if isinstance(fact, float) else fact
        for name, fact in why.facts.items()
    }
    hours = why.facts.get("hours")
    if isinstance(hours, int | float):
        filled["left"] = words.lasting(hours * _HOURS)
    return words.t.text(key, **filled)


def _since(now: Now, words: Words) -> str:
    if now.since is None:
        return ""
    gone = words.now - now.since
    if gone < timedelta(minutes=1):
        return words.ago(now.since)
    return words.say("since", moment=words.moment(now.since), lasting=words.lasting(gone))


def _drifted(drift: Drift | None, words: Words) -> str:
    """Say a change of what is found that is still there; the searches' section says the rest."""
    if drift is None or drift.until is not None:
        return ""
    return words.say(
        "drifted" if drift.after < drift.before else "drifted_up",
        difference=words.t.similarity(abs(drift.after - drift.before)),
        since=words.mark(drift.since),
    )


def facts(now: Now, words: Words) -> Html:
    """Build who is asked, where, for which space, and when that last went well."""
    success = NOTHING
    if now.last_success is not None:
        success = f"{words.moment(now.last_success)} · {words.ago(now.last_success)}"
    address = now.address or words.say("in_process")
    detail = str(now.why.facts.get("detail", ""))
    said = [element("q", detail)] if detail else []
    pairs = [
        (words.say("encoder"), _name(now.encoder, words)),
        (words.say("address"), address),
        (words.say("space"), str(now.space)),
        (words.say("last_success"), success),
        (words.say("server_said"), join(*said)),
    ]
    return figures(pairs, "figures facts")
