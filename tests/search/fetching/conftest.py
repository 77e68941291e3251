"""A site, and a fetcher to which every name is that site's, at a public address."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from search.fetching import Fetcher
from tests.search.fetching.played_site import PUBLIC, Site

MakeFetcher = Callable[..., Fetcher]
# Made once: reading all of the authorities takes a while.
TRUST = ssl.create_default_context()


@pytest.fixture
def site() -> Iterator[Site]:
    """Serve pictures on loopback."""
    with Site() as site:
        yield site


@pytest.fixture
def make_fetcher(site: Site) -> Iterator[MakeFetcher]:
    """Return a maker of fetchers under the default rules; they are closed at the end."""
    with ExitStack() as stack:

        def make(**given: Any) -> Fetcher:  # noqa: ANN401 - whatever Fetcher takes
            usual: dict[str, Any] = {
                "lookup": lambda _: [PUBLIC],
                "dial": site.dial,
                "trust": TRUST,
            }
            return stack.enter_context(Fetcher(**(usual | given)))

        yield make


@pytest.fixture
def fetcher(make_fetcher: MakeFetcher) -> Fetcher:
    """Return a fetcher under the default rules."""
    return make_fetcher()
