"""Work that takes seconds: done beside the page, with its progress shown until it is there."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import streamlit as st

OnProgress = Callable[[float], None]
T = TypeVar("T")

# Two people may each wait for their own; more at once would only slow each other down.
_pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="threshold")
_KEY = "threshold_work"
_KEPT = 16
# What is there within this time appears without a bar that only flickers.
_AT_ONCE_SECONDS = 0.7
_TICK_SECONDS = 0.5


@dataclass(eq=False)
class Job:
    """Something being computed; `share` of it is done, from 0 to 1."""

    future: Future[Any] = field(default_factory=Future)
    share: float = 0.0

    def report(self, share: float) -> None:
        """Take note of how far it has come."""
        self.share = min(max(share, 0.0), 1.0)


def job(key: Hashable, work: Callable[[OnProgress], object]) -> Job:
    """Return this session's job of this key; the first call starts it.

    One that failed is started again by the next visit. Raises nothing: the outcome does.
    """
    jobs: dict[Hashable, Job] = st.session_state.setdefault(_KEY, {})
    known = jobs.pop(key, None)
    if known is None:
        known = Job()
        known.future = _pool.submit(work, known.report)
    jobs[key] = known  # the last in the order: used just now
    for old in list(jobs)[:-_KEPT]:
        jobs.pop(old).future.cancel()
    return known


def forget(key: Hashable) -> None:
    """Let the next call start anew."""
    jobs: dict[Hashable, Job] = st.session_state.get(_KEY, {})
    gone = jobs.pop(key, None)
    if gone:
        gone.future.cancel()


def outcome(key: Hashable, work: Callable[[OnProgress], T], waiting: str) -> T | None:
    """Return what the work gives; None while it is going on and its progress is shown here.

    The page runs again when it is done. Raises what the work raises, and forgets it then.
    """
    begun = job(key, work)
    wait([begun.future], _AT_ONCE_SECONDS)
    if not begun.future.done():
        _show_progress(begun, waiting)
        return None
    try:
        return cast("T", begun.future.result())
    except Exception:
        forget(key)
        raise


def _show_progress(begun: Job, waiting: str) -> None:
    @st.fragment(run_every=_TICK_SECONDS)
    def progress() -> None:
        if begun.future.done():
            st.rerun()
        st.progress(begun.share, waiting)

    progress()
