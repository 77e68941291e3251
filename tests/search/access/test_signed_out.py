"""A sign-in that was ended opens nothing, whoever still has its cookie."""

from __future__ import annotations

from search.access.signed_out import SignedOut
from tests.fake_huggingface import VirtualClock


def test_it_is_remembered_as_long_as_its_cookie_would_hold() -> None:
    """And no longer: nothing grows with the people who come and go."""
    clock = VirtualClock()
    ended = SignedOut(clock)
    assert "one" not in ended
    ended.add("one", hours=2)
    clock.sleep(3600)
    ended.add("two", hours=2)
    assert "one" in ended
    clock.sleep(3601)
    ended.add("three", hours=2)
    assert "one" not in ended  # its cookie is too old by itself
    assert "two" in ended
