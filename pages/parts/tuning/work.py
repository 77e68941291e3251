"""Work that takes seconds: done beside the page, with its progress shown until it is there."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import streamlit as st

from pages.parts.account.allowing import fragment
from search.access.roles import Right

OnProgress = Callable[[float], None]
T = TypeVar("T")

# A preview of a second need not queue behind two bootstraps; more at once would only slow them.
_pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="threshold")
_KEY = "threshold_work"
_KEPT = 16
_TICK_SECONDS = 0.5


@dataclass(eq=False)
class Job:
    """Something being computed; `share` of it is done, from 0 to 1."""

    future: Future[Any] = field(default_factory=Future)
    share: float = 0.0

    def report(self, share: float) -> None:
        """Take note of how far it has come."""
        self.share = min(max(share, 0.0), 1.0)


def forget(key: Hashable) -> None:
    """Let the next call start anew."""
    gone = _jobs().pop(key, None)
    if gone:
        gone.future.cancel()


def outcome(
    key: Hashable, work: Callable[[OnProgress], T], waiting: str, *, patience: float = 0.2
) -> T | None:
    """Return what the work gives; None while it is going on and its progress is shown here.

    The page runs again when it is done. What is there within `patience` seconds of being started
    appears without a bar that only flickers. Raises what the work raises, and forgets it then.
    """
    jobs = _jobs()
    begun = jobs.pop(key, None)
    if begun is None:
        begun = _start(work)
        wait([begun.future], patience)
    jobs[key] = begun  # the last in the order: used just now
    for old in list(jobs)[:-_KEPT]:
        forget(old)
    if not begun.future.done():
        _show_progress(begun, waiting)
        return None
    try:
        return cast("T", begun.future.result())
    except Exception:
        forget(key)
        raise


def _jobs() -> dict[Hashable, Job]:
    jobs: dict[Hashable, Job] = st.session_state.setdefault(_KEY, {})
    return jobs


def _start(work: Callable[[OnProgress], object]) -> Job:
    begun = Job()
    begun.future = _pool.submit(work, begun.report)
    return begun


def _show_progress(begun: Job, waiting: str) -> None:
    def progress() -> None:
        if begun.future.done():
            st.rerun()
        st.progress(begun.share, waiting)

    fragment(Right.SEARCH, progress, run_every=_TICK_SECONDS)
