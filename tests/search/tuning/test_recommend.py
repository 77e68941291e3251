"""Recommendations: the best lines, the promises, and the obstacles."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.tuning.bootstrap import Figure, lower_bound
from search.tuning.curves import measure
from search.tuning.holding_out import best_f_beta, folds_of, hold_out, least_cost, outcome
from search.tuning.proving import least_photos, prove_precision
from search.tuning.recommend import (
    LEAST_PHOTOS,
    Goals,
    HeldOut,
    Obstacle,
    Recommendation,
    Rule,
    recommend,
    recommend_by_category,
)
from search.tuning.scales import BINS, THRESHOLDS, bin_of
from search.tuning.tallies import Tallies
from tests.search.tuning.made_up import QUICK, Pairs, both_classes, simulated

SEEN = simulated(np.random.default_rng(21), 120, apart=0.35)
NOTHING = np.zeros((0, BINS))


def by_rule(tallies: Tallies, goals: Goals | None = None) -> dict[Rule, Recommendation]:
    """Return the recommendations by their rule."""
    return {found.rule: found for found in recommend(tallies, goals or Goals())}


@QUICK
@given(both_classes, st.sampled_from([0.5, 1.0, 2.0]), st.sampled_from([0.2, 1.0, 5.0]))
def test_best_lines_are_those_of_a_search_through_all_hundredths(
    pairs: Pairs, beta: float, cost: float
) -> None:
    """F-beta and cost, pair by pair at every line; of equals the highest."""
    scores, costs = [], []
    for line in range(BINS):
        tp, fp, fn, _ = pairs.at(line)
        scores.append((1 + beta**2) * tp / ((1 + beta**2) * tp + beta**2 * fn + fp))
        costs.append(cost * fp + fn)
    best = max(range(BINS), key=lambda line: (round(scores[line], 12), line))
    cheapest = max(range(BINS), key=lambda line: (-round(costs[line], 9), line))
    assert best_f_beta(pairs.tallies, beta) == best
    assert least_cost(pairs.tallies, cost) == cheapest


def test_there_is_one_recommendation_a_rule_in_their_order() -> None:
    """With enough photos every rule names whole hundredths and what they do to others."""
    found = recommend(SEEN, Goals())
    assert [each.rule for each in found] == list(Rule)
    for each in found:
        assert each.obstacle is None
        assert each.threshold in THRESHOLDS
        assert each.held_out is not None
        assert each.held_out.photos == SEEN.photos
    assert found == recommend(SEEN, Goals())


def test_held_out_figures_are_those_of_a_naive_loop_over_folds() -> None:
    """Each fold's line is chosen without it, and cells are summed over all folds."""
    fold = folds_of(SEEN.photos)
    found = accepted = matches = 0.0
    for number in range(5):
        line = best_f_beta(SEEN.select(fold != number), 1.0)
        held = SEEN.select(fold == number)
        found += held.matches[:, line:].sum()
        accepted += held.matches[:, line:].sum() + held.others[:, line:].sum()
        matches += held.matches.sum()
    told = by_rule(SEEN)[Rule.F_BETA].held_out
    assert told is not None
    assert told.precision == pytest.approx(found / accepted)
    assert told.recall == pytest.approx(found / matches)
    assert told.f_beta == pytest.approx(2 * found / (accepted + matches))
    assert told.accepted == pytest.approx(accepted / SEEN.photos)


def test_folds_are_fixed_and_even() -> None:
    """Every rule and scale meets the same folds; their sizes differ by one at most."""
    fold = folds_of(23)
    assert (fold == folds_of(23)).all()
    assert sorted(np.bincount(fold)) == [4, 4, 5, 5, 5]
    with pytest.raises(ValueError, match="two folds"):
        folds_of(23, folds=1)


def test_two_lines_are_those_of_precision_and_recall() -> None:
    """Shown from the line of precision, doubtful from that of recall, which lies lower."""
    found = by_rule(SEEN)
    both, shown, wide = found[Rule.TWO_LINES], found[Rule.PRECISION], found[Rule.RECALL]
    assert both == replace(shown, rule=Rule.TWO_LINES, doubtful=wide.threshold)
    assert both.threshold is not None
    assert both.doubtful is not None
    assert both.doubtful < both.threshold


def test_one_line_is_enough_where_it_keeps_both_promises() -> None:
    """Where matches and others lie far apart nothing is doubtful: the line is at the matches."""
    matches, others = np.zeros((60, BINS)), np.zeros((60, BINS))
    matches[:, 190], others[:, 120] = 2, 50
    both = by_rule(Tallies(matches, others))[Rule.TWO_LINES]
    assert both.threshold == 0.90
    assert both.doubtful is None


@pytest.mark.parametrize("photos", [0, 1, LEAST_PHOTOS - 1])
def test_too_few_photos_are_told_how_many_more_it_takes(photos: int) -> None:
    """No line is named, but a number of photos."""
    for found in recommend(SEEN.select(np.arange(photos)), Goals()):
        assert (found.threshold, found.held_out) == (None, None)
        assert (found.obstacle, found.missing) == (Obstacle.TOO_FEW, LEAST_PHOTOS - photos)


def test_a_high_promise_takes_more_photos() -> None:
    """As many as would prove it without a mistake: 230 for 99 % at 90 % confidence."""
    assert least_photos(0.90, 0.90) == 22
    assert least_photos(0.99, 0.90) == 230
    found = by_rule(SEEN, Goals(precision=0.99, recall=0.99))
    for rule in (Rule.PRECISION, Rule.RECALL, Rule.TWO_LINES):
        assert (found[rule].obstacle, found[rule].missing) == (Obstacle.TOO_FEW, 230 - 120)
    assert found[Rule.F_BETA].threshold is not None


def test_a_promise_that_no_line_keeps_is_not_made() -> None:
    """Where matches look like everything else, the best that could be proved is told."""
    alike = simulated(np.random.default_rng(22), 60, apart=0.0)
    found = by_rule(alike)
    for rule in (Rule.PRECISION, Rule.TWO_LINES):
        assert found[rule].obstacle is Obstacle.UNREACHABLE
        assert found[rule].threshold is None
        best = found[rule].best_reached
        assert best is not None
        assert 0 <= best < 0.90


@pytest.mark.parametrize("matching", [True, False])
def test_one_class_alone_recommends_nothing(matching: bool) -> None:  # noqa: FBT001 - parametrized
    """Where nothing is known to match, or nothing known not to, every line is as good."""
    some, none = np.zeros((30, BINS)), np.zeros((30, BINS))
    some[:, 170] = 2
    for found in recommend(Tallies(some, none) if matching else Tallies(none, some), Goals()):
        assert (found.obstacle, found.threshold) == (Obstacle.ONE_CLASS, None)


def test_a_proved_precision_holds_for_everyone() -> None:
    """Over 200 sets the line named misses the goal among all photos in a tenth or less."""
    rng = np.random.default_rng(23)
    everyone = simulated(rng, 5000, apart=0.35)
    truth = measure(everyone).precision
    named = broken = 0
    for _ in range(200):
        taken = everyone.select(rng.integers(0, everyone.photos, 60))
        line = prove_precision(taken, 0.80, 0.90).line
        if line is not None:
            named += 1
            broken += bool(truth[line] < 0.80)
    assert named > 100
    assert broken <= 20


def test_a_promise_begins_where_enough_photos_accept_anything_whatever_matches() -> None:
    """The lines tested first depend on values alone: twice, each with half of the error."""
    swapped = Tallies(SEEN.others, SEEN.matches)
    accepted = np.cumsum((SEEN.matches + SEEN.others)[:, ::-1], axis=1)[:, ::-1]
    accepting = (accepted > 0).sum(axis=0)
    enough = least_photos(0.90, 0.95)
    starts = [max(np.flatnonzero(accepting >= photos)) for photos in (enough, SEEN.photos // 2)]
    found = prove_precision(swapped, 0.90, 0.90)
    assert found.line is None
    bound = lower_bound(swapped, Figure.PRECISION, 0.95)
    assert (bound[starts] < 0.90).all()


def test_what_could_be_promised_does_not_depend_on_what_was_asked_for() -> None:
    """Asking for more does not raise the best that can be promised, nor does less lower it."""
    alike = simulated(np.random.default_rng(22), 60, apart=0.25)
    reached = {prove_precision(alike, goal, 0.90).reached for goal in (0.95, 0.92, 0.88)}
    assert len(reached) == 1
    best = reached.pop()
    assert best
    assert prove_precision(alike, best, 0.90).line is not None
    assert prove_precision(alike, best + 0.01, 0.90).line is None


def test_recall_is_promised_by_the_highest_line_that_keeps_it() -> None:
    """Its recall on all photos is above the goal, and a little more than that."""
    threshold = by_rule(SEEN)[Rule.RECALL].threshold
    assert threshold is not None
    recall = measure(SEEN).recall
    assert 0.90 <= recall[bin_of(threshold)] < 0.97


def test_photos_held_out_from_no_line_are_left_out() -> None:
    """Where one photo has all matches, the fold that lacks it has nothing to choose on."""
    matches, others = np.zeros((10, BINS)), np.ones((10, BINS))
    matches[0, 180] = 3
    tallies = Tallies(matches, others)
    lines = hold_out(tallies, lambda seen: best_f_beta(seen, 1.0), folds_of(10))
    assert outcome(tallies, lines).figures(1.0).photos == 8
    nobody = outcome(Tallies(NOTHING, NOTHING), np.zeros(0, np.int64)).figures(1.0)
    assert nobody.photos == 0
    assert math.isnan(nobody.accepted)


def test_categories_are_advised_separately() -> None:
    """One with enough photos gets its own line, another is told how many it lacks."""
    names = ["mugs"] * 90 + ["bags"] * 30
    names[-15:] = ["caps"] * 15
    found = recommend_by_category(SEEN, names, Goals())
    assert list(found) == ["bags", "caps", "mugs"]
    assert found["mugs"].threshold == by_rule(SEEN.select(np.arange(90)))[Rule.F_BETA].threshold
    assert found["caps"].obstacle is Obstacle.TOO_FEW
    assert found["caps"].missing == 5
    with pytest.raises(ValueError, match="category"):
        recommend_by_category(SEEN, ["mugs"], Goals())


@pytest.mark.parametrize(
    "wrong",
    [
        {"beta": 0.0},
        {"beta": math.nan},
        {"cost": -1.0},
        {"cost": math.inf},
        {"precision": 1.0},
        {"recall": 0.0},
        {"precision": math.nan},
        {"confidence": 0.5},
        {"confidence": 1.0},
    ],
)
def test_goals_that_mean_nothing_are_refused(wrong: dict[str, float]) -> None:
    """Certainty, nothing at all, and NaN are no goals."""
    with pytest.raises(ValueError, match=r"positive|between"):
        Goals(**wrong)


def test_held_out_figures_are_plain_numbers() -> None:
    """They can be written as JSON and compared."""
    told = by_rule(SEEN)[Rule.COST].held_out
    assert isinstance(told, HeldOut)
    assert type(told.precision) is type(told.accepted) is float
