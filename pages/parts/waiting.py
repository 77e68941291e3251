"""Work whose stages are told while it goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts.texts import texts
from search.language import Language
from search.progress import Progress, Report, Stage

T = TypeVar("T")

# Searches go on when a reader leaves the page: what they found is remembered for the next one.
# Fewer than the connections that may wait for a turn: a slow model is no database without any.
_pool = ThreadPoolExecutor(max_workers=32, thread_name_prefix="search")
_TICK_SECONDS = 0.25
# Nobody reads what is gone sooner, and showing it would take as long: Streamlit sleeps over it.
_UNSEEN_SECONDS = 0.2
_WORTH_SAYING_SECONDS = 2.0
_BEGUN = "work_begun"


@dataclass(slots=True, eq=False)
class _Work:
    """What a tab has begun and not yet had the outcome of, by what it is for."""

    key: Hashable
    reports: SimpleQueue[Progress] = field(default_factory=SimpleQueue)
    outcome: Future[Any] = field(default_factory=Future)


def work_with_status(work: Callable[[Report], T], place: DeltaGenerator, key: Hashable) -> T:
    """Let the work be done, and show in `place` what it reports; raise what it raises.

    A page that runs again meanwhile, for whatever a reader clicks, waits for the same work: `key`
    says what it is for.
    """
    t = texts()
    begun = _begun(work, key)
    progress, since = Progress(Stage.ENCODING), time.monotonic()
    wait([begun.outcome], _UNSEEN_SECONDS)
    while not begun.outcome.done():
        with suppress(Empty):  # nothing new: only the seconds count on
            progress, since = begun.reports.get(timeout=_TICK_SECONDS), time.monotonic()
        place.status(_say(t, progress, time.monotonic() - since))
    st.session_state.pop(_BEGUN, None)
    outcome: T = begun.outcome.result()
    return outcome


def _begun(work: Callable[[Report], object], key: Hashable) -> _Work:
    begun: _Work | None = st.session_state.get(_BEGUN)
    if begun is not None and begun.key == key:
        return begun
    if begun is not None:
        begun.outcome.cancel()  # if it is not under way yet, nobody wants it any more
    made = _Work(key)
    # Noted first: a run may end where it touches its state, and what it began is not to be lost.
    st.session_state[_BEGUN] = made
    made.outcome = _pool.submit(work, made.reports.put)
    return made


def _say(t: Language, progress: Progress, waited: float) -> str:
    sentence = t.text(f"stage.{progress.stage}", n=progress.count or 0)
    if progress.seconds and progress.seconds >= _WORTH_SAYING_SECONDS:
        return t.text("stage.of", sentence=sentence, n=int(waited), expected=int(progress.seconds))
    if waited >= _WORTH_SAYING_SECONDS:
        return t.text("stage.waited", sentence=sentence, n=int(waited))
    return sentence
