"""What people say of photos and products, and what of it holds."""

from __future__ import annotations

import math
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import uuid4

import pytest

from search.errors import JudgementInvalid, JudgementTaken, JudgementUnknown, ProductUnknown
from search.judgement import Verdict
from search.judging import Judging
from search.store.store import Store
from search.vectors import CLIP
from tests.judged import judgement, print_of, stock

MATCH, DIFFERENT, UNSURE = Verdict.MATCH, Verdict.DIFFERENT, Verdict.UNSURE


@pytest.fixture
def judging(store: Store) -> Judging:
    """Return the service on a database of the test's own."""
    return Judging(store, lambda: CLIP)


@pytest.fixture
def numbers(store: Store) -> list[int]:
    """Return the numbers of four products."""
    return stock(store, 4)


def test_the_same_judgement_sent_twice_is_one(judging: Judging, numbers: list[int]) -> None:
    """A browser that got no answer sends it again."""
    said = judgement(numbers[0])
    assert judging.record(said)
    assert not judging.record(said)
    assert len(list(judging.export_csv())) == 2


def test_an_id_that_belongs_to_another_judgement_is_refused(
    judging: Judging, numbers: list[int]
) -> None:
    """Taking it for known would lose what was said."""
    said = judgement(numbers[0])
    judging.record(said)
    with pytest.raises(JudgementTaken):
        judging.record(replace(said, verdict=DIFFERENT))
    assert judging.verdicts(said.photo).all == {numbers[0]: MATCH}


def test_the_last_word_of_a_person_holds(judging: Judging, numbers: list[int]) -> None:
    """Changing one's mind is a new judgement; other photos and people are left alone."""
    judging.record(judgement(numbers[0], MATCH))
    judging.record(judgement(numbers[0], DIFFERENT))
    judging.record(judgement(numbers[0], MATCH, photo=1))
    judging.record(judgement(numbers[1], UNSURE, who="Boris"))
    held = judging.verdicts(print_of(0), "Anna")
    assert held.own == {numbers[0]: DIFFERENT}
    assert held.all == {numbers[0]: DIFFERENT, numbers[1]: UNSURE}
    assert judging.verdicts(print_of(0)).own == {}


def test_most_people_decide_and_a_draw_decides_nothing(
    judging: Judging, numbers: list[int]
) -> None:
    """One word each; who is unsure has no vote."""
    for who, verdict in (("A", MATCH), ("B", MATCH), ("C", DIFFERENT), ("D", UNSURE)):
        judging.record(judgement(numbers[0], verdict, who=who))
    for who, verdict in (("A", MATCH), ("B", DIFFERENT)):
        judging.record(judgement(numbers[1], verdict, who=who))
    assert judging.verdicts(print_of(0)).all == {numbers[0]: MATCH, numbers[1]: UNSURE}


def test_taking_back_brings_what_was_said_before(judging: Judging, numbers: list[int]) -> None:
    """Undo works step by step, and twice the same step is one."""
    first, second = judgement(numbers[0], MATCH), judgement(numbers[0], DIFFERENT)
    judging.record(first)
    judging.record(second)
    assert judging.undo(second.id, "Anna") is MATCH
    assert judging.undo(second.id, " Anna ") is MATCH
    assert judging.undo(first.id, "Anna") is None
    assert judging.verdicts(print_of(0), "Anna").all == {}
    assert not judging.record(second)
    assert judging.verdicts(print_of(0), "Anna").own == {}


def test_only_ones_own_can_be_taken_back(judging: Judging, numbers: list[int]) -> None:
    """Somebody else's word stays, and a made-up id is a clear error."""
    said = judgement(numbers[0])
    judging.record(said)
    for number, who in ((said.id, "Boris"), (uuid4(), "Anna")):
        with pytest.raises(JudgementUnknown):
            judging.undo(number, who)
    assert judging.verdicts(print_of(0)).all == {numbers[0]: MATCH}


@pytest.mark.parametrize("product", [0, -1, 987_654, 2**63 - 1, 2**63, 10**30])
def test_a_product_that_is_not_there_is_a_clear_error(judging: Judging, product: int) -> None:
    """The catalogue may have changed under an open page, and numbers may be made up."""
    with pytest.raises(ProductUnknown, match="no product"):
        judging.record(judgement(product))


@pytest.mark.parametrize("similarity", [math.nan, math.inf, -math.inf, 1.5])
def test_a_similarity_that_is_none_is_refused(
    judging: Judging, numbers: list[int], similarity: float
) -> None:
    """NaN would poison every figure that is made of it."""
    with pytest.raises(JudgementInvalid):
        judging.record(replace(judgement(numbers[0]), similarity=similarity))


def test_names_are_tidied_and_not_cut(judging: Judging, numbers: list[int]) -> None:
    """Nobody is anonymous by mistake, and too long a name is refused rather than changed."""
    for who, kept in (("  Анна \x00\n", "Анна"), (" \t", "anonymous"), ("x" * 80, "x" * 80)):
        judging.record(judgement(numbers[0], who=who))
        assert judging.verdicts(print_of(0), kept).own == {numbers[0]: MATCH}
    with pytest.raises(JudgementInvalid, match="at most 80"):
        judging.record(judgement(numbers[0], who="x" * 81))


def test_a_photo_is_named_by_its_fingerprint(judging: Judging, numbers: list[int]) -> None:
    """Half of one would be another photo."""
    with pytest.raises(JudgementInvalid):
        judging.record(replace(judgement(numbers[0]), photo=b"short"))


def test_analysts_judging_at_once_lose_nothing(judging: Judging, store: Store) -> None:
    """Same pairs and different ones, from many threads: every word is kept once and counts."""
    numbers = stock(store, 30)
    sent = [
        judgement(product, verdict, who=who)
        for product in numbers
        for who, verdict in (("Anna", MATCH), ("Boris", MATCH), ("Clara", DIFFERENT))
    ]
    with ThreadPoolExecutor(16) as pool:  # more than the pool has connections
        kept = list(pool.map(judging.record, [*sent, *reversed(sent)]))
    assert sum(kept) == len(sent)
    assert {listed.judgement.id for listed in store.judgements.all()} == {s.id for s in sent}
    assert judging.verdicts(print_of(0)).all == dict.fromkeys(numbers, MATCH)


def test_judging_and_taking_back_at_once_lose_nothing(judging: Judging, store: Store) -> None:
    """What is taken back is gone and the rest is there, whatever the order was."""
    numbers = stock(store, 20)
    sent = [judgement(product, who=f"P{n % 4}") for n, product in enumerate(numbers * 4)]

    def judge_and_regret(place: int) -> None:
        judging.record(sent[place])
        if place % 2:
            judging.undo(sent[place].id, sent[place].who)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(judge_and_regret, range(len(sent))))
    left = Counter(listed.judgement.id for listed in store.judgements.all())
    assert left == Counter(said.id for said in sent[::2])
