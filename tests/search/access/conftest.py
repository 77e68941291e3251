"""Fixtures of the tests of demo links."""

from __future__ import annotations

import pytest
from starlette.types import ASGIApp

from search.api_keys import Keys
from tests.keys import Played
from tests.search.access.demo_app import behind


@pytest.fixture
def app(keys: Keys, time_of_day: Played) -> ASGIApp:
    """Return pages behind the middleware, in the order that the app has."""
    return behind(keys, time_of_day)


@pytest.fixture
def link(keys: Keys) -> str:
    """Return the key of a demo link for a week."""
    return keys.add_demo("Expo", days=7)[0].get_secret_value()
