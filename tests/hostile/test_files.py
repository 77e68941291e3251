"""The hostile files themselves: the same each time, and told from good answers."""

from __future__ import annotations

from random import Random

import pytest

from tests.hostile.files import nth
from tests.hostile.forms import BROKEN
from tests.hostile.mutations import MUTATIONS
from tests.hostile.pictures import pictures
from tests.hostile.pieces import sealed, split
from tests.hostile.sending import LONGEST_SECONDS, Told

FAILED = {"success": False, "error": "It is damaged.", "code": "photo_damaged", "retry": False}
FOUND = {"success": True, "search_id": "5f0e7b5e-3c57-4f6d-9a63-0d6a1f3d2b11", "count": 3}


@pytest.mark.parametrize("kind", pictures())
def test_pieces_join_to_the_same_file(kind: str) -> None:
    """What is taken apart is a picture's whole structure, and nothing of it is lost."""
    pieces = split(pictures()[kind])
    assert len(pieces) >= 2
    assert sealed(b"".join(pieces)) == pictures()[kind]


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutation_is_the_same_for_the_same_seed(name: str) -> None:
    """Of every kind of picture; and it changes most of them."""
    changed = 0
    for data in pictures().values():
        one, again = (MUTATIONS[name](data, Random(7)) for _ in range(2))  # noqa: S311 - repeated
        assert one == again
        changed += one != data
    assert changed > len(pictures()) / 2


def test_a_number_is_the_same_request_each_time() -> None:
    """Whoever repeats one alone sends what was sent among thousands; neighbours differ."""
    numbers = range(101, 200)
    assert [nth(number) for number in numbers] == [nth(number) for number in numbers]
    assert len({nth(number)[1].body for number in numbers}) > 90


def test_every_broken_form_is_sent_within_a_thousand() -> None:
    """Each has its turn."""
    sent = {nth(number)[0] for number in range(1_000) if number % 100}
    assert {f"form: {name}" for name in BROKEN} < sent


@pytest.mark.parametrize(
    ("told", "is_fine"),
    [
        (Told(1, "a", 200, 0.1, FOUND), True),
        (Told(1, "a", 422, 0.1, FAILED), True),
        (Told(1, "a", 0, 0.1, hangs_up=True), True),
        (Told(1, "a", 0, 0.1), False),
        (Told(1, "a", 503, 0.1, FAILED), False),
        (Told(1, "a", 200, 0.1, FAILED), False),
        (Told(1, "a", 422, 0.1), False),
        (Told(1, "a", 422, 0.1, FAILED | {"error": ""}), False),
        (Told(1, "a", 200, LONGEST_SECONDS + 1, FOUND), False),
    ],
)
def test_an_answer_that_was_not_promised_is_seen(told: Told, *, is_fine: bool) -> None:
    """Nothing at all, a 5xx, no sentence, or too late."""
    assert (told.trouble is None) is is_fine
