"""The threads of a run, and the window of pictures that slides through them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


class Crew(Generic[Task, Result]):
    """`size` threads that do `work`, which never raises; whoever finishes takes the next task.

    Our own instead of a ThreadPoolExecutor, which keeps a process from ending until the last
    thread has come back: one that waits two minutes for a server must not hold up Ctrl-C.
    """

    def __init__(self, work: Callable[[Task], Result], size: int) -> None:
        self._work = work
        self._size = size
        self._tasks: SimpleQueue[Task | None] = SimpleQueue()
        self._results: SimpleQueue[Result] = SimpleQueue()
        self.under_way = 0
        for number in range(size):
            threading.Thread(target=self._run, name=f"index-{number}", daemon=True).start()

    @property
    def has_room(self) -> bool:
        """Whether another task would be begun at once."""
        return self.under_way < self._size

    def give(self, task: Task) -> None:
        """Let a task be done."""
        self.under_way += 1
        self._tasks.put(task)

    def result(self, seconds: float) -> list[Result]:
        """Return the next result in a list; an empty one when there is none in so long."""
        try:
            result = self._results.get(timeout=max(seconds, 0.0))
        except Empty:
            return []
        self.under_way -= 1
        return [result]

    def dismiss(self) -> None:
        """Let every thread end after what it is doing."""
        for _ in range(self._size):
            self._tasks.put(None)

    def _run(self) -> None:
        while (task := self._tasks.get()) is not None:
            self._results.put(self._work(task))
