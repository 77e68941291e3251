"""Fixtures of the tests of demo links."""

from __future__ import annotations

import pytest
from starlette.types import ASGIApp

from search.api_keys import Keys
from search.store.store import Store
from tests.search.access.demo_app import behind
from tests.search.api.test_keys import Played


@pytest.fixture
def time_of_day() -> Played:
    """Time that passes only when a test says so."""
    return Played()


@pytest.fixture
def keys(store: Store, time_of_day: Played) -> Keys:
    """Return the keys of a process."""
    return Keys(store.api_keys, time_of_day, time_of_day.clock)


@pytest.fixture
def app(keys: Keys, time_of_day: Played) -> ASGIApp:
    """Return pages behind the middleware, in the order that the app has."""
    return behind(keys, time_of_day)


@pytest.fixture
def link(keys: Keys) -> str:
    """Return the key of a demo link for a week."""
    return keys.add_demo("Expo", days=7)[0].get_secret_value()
