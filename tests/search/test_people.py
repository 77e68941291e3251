"""Texts that people write, made fit to be kept."""

from __future__ import annotations

import pytest

from search.people import tidy


@pytest.mark.parametrize(
    "odd", ["\0", "\x1b", "\x7f", "\ud83d", "\ufffe", "\uffff", "\ufdd0", "\ufdef", "\U0010ffff"]
)
def test_what_is_no_character_is_left_out(odd: str) -> None:
    """Controls, halves of characters, and numbers that never will be one."""
    assert tidy(f" a{odd}b ") == "ab"


@pytest.mark.parametrize(
    "text",
    [
        "Анна",
        "Zoë O'Neil",
        "\N{FAMILY}\N{ZERO WIDTH JOINER}x",
        "\ufdcf",
        "\ufdf0",
        "\ufffd",
        "日本",
    ],
)
def test_every_character_stays(text: str) -> None:
    """Whatever people write with."""
    assert tidy(text) == text


def test_it_is_one_line() -> None:
    """Without blanks around it."""
    assert tidy("\n a\tb\u2028c ") == "a b c"
