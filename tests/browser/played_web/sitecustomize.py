"""Lets an app meet a web in which one site is played: shop.example, whose address is a public one.

LIKENESS_TEST_SITE is the port on loopback where that site really is. Python reads this before
anything else where the folder stands in PYTHONPATH.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from functools import partial

from search import reading
from search.elsewhere import Elsewhere
from search.fetching import Fetcher
from search.fetching.names import look_up

HOST, PUBLIC = "shop.example", "93.184.216.34"


def played_lookup(host: str) -> Sequence[str]:
    """Know the played site; any other name is what it is."""
    return [PUBLIC] if host == HOST else look_up(host)


def played_dial(address: tuple[str, int], seconds: float) -> socket.socket:
    """Reach the played site where it really is, and nothing else."""
    if address[0] != PUBLIC:
        raise ConnectionRefusedError(f"{address} is not played")
    return socket.create_connection(("127.0.0.1", int(os.environ["LIKENESS_TEST_SITE"])), seconds)


vars(reading)["Elsewhere"] = partial(
    Elsewhere, fetcher=partial(Fetcher, lookup=played_lookup, dial=played_dial)
)
