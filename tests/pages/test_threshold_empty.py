"""The threshold page of a database without anything to learn from."""

from __future__ import annotations

from search.encoders.builtin import BuiltinEncoder
from tests.pages.conftest import Open


def test_without_photos_the_next_step_is_named(open_page: Open) -> None:
    """An empty database is no error: the page says how to begin."""
    page = open_page("threshold", BuiltinEncoder()).run()
    assert not page.exception
    assert "There is no photo to learn from yet" in page.info[0].value
