"""The first suggestion for the line."""

from __future__ import annotations

from dataclasses import replace

from search.hits import Distribution
from search.tuning.scales import BINS
from search.tuning.suggestion import suggest


def distribution(**hundredths: int) -> Distribution:
    """Build one from counts by hundredths: `at_74=3` is three products at 0.74."""
    counts = [0] * BINS
    for name, count in hundredths.items():
        counts[int(name.removeprefix("at_")) + 100] = count
    return Distribution(tuple(counts))


def test_the_suggestion_leaves_the_most_similar_hundredth() -> None:
    """Of a thousand products ten pass, and not one more."""
    found = distribution(at_50=990, at_74=7, at_80=3)
    assert suggest(found) == 0.74
    assert found.passing(0.74) == 10


def test_a_small_catalogue_keeps_its_best_product() -> None:
    """Where a hundredth is less than one product, one is left."""
    assert suggest(distribution(at_40=8, at_90=1)) == 0.90


def test_the_suggestion_is_as_low_as_it_can_be() -> None:
    """It stands at the lowest passing product, not somewhere in the gap above."""
    found = distribution(at_50=995, at_70=4, at_99=1)
    assert suggest(found) == 0.70


def test_a_crowd_at_the_top_has_no_suggestion() -> None:
    """Where the best ones are too many to tell apart, nothing is claimed."""
    assert suggest(distribution(at_10=100, at_90=100)) is None
    assert suggest(distribution()) is None


def test_a_few_that_were_chosen_have_no_suggestion() -> None:
    """Below a hundred the best of what filters leave is no hundredth; all can be looked at."""
    few = replace(distribution(at_40=98, at_90=1), narrowed=True)
    assert suggest(few) is None
    enough = replace(distribution(at_40=99, at_90=1), narrowed=True)
    assert suggest(enough) == 0.90
