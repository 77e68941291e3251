"""Work whose stages are told while it goes on."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TypeVar

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


def work_with_status(work: Callable[[Report], T], place: DeltaGenerator) -> T:
    """Let the work be done, and show in `place` what it reports; raise what it raises."""
    t = texts()
    reports: SimpleQueue[Progress] = SimpleQueue()
    outcome = _pool.submit(work, reports.put)
    progress, since = Progress(Stage.ENCODING), time.monotonic()
    wait([outcome], _UNSEEN_SECONDS)
    while not outcome.done():
        with suppress(Empty):  # nothing new: only the seconds count on
            progress, since = reports.get(timeout=_TICK_SECONDS), time.monotonic()
        place.status(_say(t, progress, time.monotonic() - since))
    return outcome.result()


def _say(t: Language, progress: Progress, waited: float) -> str:
    sentence = t.text(f"stage.{progress.stage}", n=progress.count or 0)
    if progress.seconds and progress.seconds >= _WORTH_SAYING_SECONDS:
        return t.text("stage.of", sentence=sentence, n=int(waited), expected=int(progress.seconds))
    if waited >= _WORTH_SAYING_SECONDS:
        return t.text("stage.waited", sentence=sentence, n=int(waited))
    return sentence
