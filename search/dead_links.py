"""Which addresses gave no picture lately, so that a page of dead links asks nobody twice."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from search.errors import AddressBusy, FetchError, LikenessError
from search.fetching.address import read_address

# So many addresses, and so many hosts, are remembered; the oldest are forgotten first.
MOST_REMEMBERED = 2_000
# How long an address is left alone: when asking again will hardly help, and when it may.
LASTING_SECONDS, PASSING_SECONDS = 300.0, 60.0
# After so many failures in a row that may be the host's, all of its pictures are left alone.
STRIKES = 3

_Known = TypeVar("_Known")


@dataclass(frozen=True, slots=True)
class _Failure:
    """What was met, and until when that is believed."""

    error: LikenessError
    until: float


class DeadLinks:
    """Kept in memory, by each process for itself. Used from any number of threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._addresses: OrderedDict[str, _Failure] = OrderedDict()
        self._hosts: OrderedDict[str, _Failure] = OrderedDict()
        self._strikes: OrderedDict[str, int] = OrderedDict()

    def refuse(self, address: str) -> None:
        """Raise what this address, or its host, met lately; it need not be asked."""
        with self._lock:
            known = self._addresses.get(address), self._hosts.get(_host_of(address))
            now = self._clock()
        for failure in known:
            if failure is not None and now < failure.until:
                raise _like(failure.error)

    def failed(self, address: str, error: LikenessError) -> None:
        """Note that there was no picture."""
        host = _host_of(address)
        seconds = _seconds(error)
        with self._lock:
            failure = _Failure(_like(error), self._clock() + seconds)
            _put(self._addresses, address, failure)
            if not (isinstance(error, FetchError) and error.retry):
                self._strikes.pop(host, None)  # the host answers
                return
            strikes = self._strikes.get(host, 0) + 1
            _put(self._strikes, host, strikes)
            if strikes >= STRIKES or isinstance(error, AddressBusy):
                _put(self._hosts, host, failure)

    def answered(self, address: str) -> None:
        """Note that there was one: neither the address nor its host is dead."""
        host = _host_of(address)
        with self._lock:
            self._addresses.pop(address, None)
            self._hosts.pop(host, None)
            self._strikes.pop(host, None)


def _put(memory: OrderedDict[str, _Known], key: str, value: _Known) -> None:
    memory[key] = value
    memory.move_to_end(key)
    if len(memory) > MOST_REMEMBERED:
        memory.popitem(last=False)


def _like(error: LikenessError) -> LikenessError:
    """Return a new one: it holds no frames, and they do not grow each time that it is raised."""
    return type(error)(**error.facts)


def _seconds(error: LikenessError) -> float:
    """Return for how long an address is left alone after this."""
    if not error.retry:
        return LASTING_SECONDS
    asked = float(error.facts.get("seconds", 0)) if isinstance(error, AddressBusy) else 0.0
    return min(max(asked, PASSING_SECONDS), LASTING_SECONDS)


def _host_of(address: str) -> str:
    """Return the host, or what is no address itself: it fails without asking anybody."""
    try:
        return read_address(address).host
    except FetchError:
        return address
