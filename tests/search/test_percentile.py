"""How much of the catalogue is less similar than what was found."""

from __future__ import annotations

import pytest

from search.hits import Distribution
from search.percentile import Percentile, percent_of, percentile_of
from search.tuning.scales import BINS


def counted(
    by_hundredth: dict[int, int], *, sampled: int | None = None, exact_from: int = 0
) -> Distribution:
    """Make a catalogue with so many products at some hundredths."""
    counts = [0] * BINS
    for hundredth, products in by_hundredth.items():
        counts[hundredth + 100] = products
    return Distribution(tuple(counts), sampled, exact_from)


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [
        (0, 3, 0),
        (1, 3, 33),
        (95, 100, 95),
        (985, 1000, 98),
        (99, 100, 99),
        (998, 1000, 99.8),
        (12_906, 12_907, 99.992),
        (999_999, 1_000_000, 99.999),
        (7, 7, 100),
    ],
)
def test_a_share_is_as_fine_as_it_is_near_the_whole(part: int, whole: int, percent: float) -> None:
    """Rounded down: nothing short of all is called all, and a third is no 33.333 %."""
    assert percent_of(part, whole) == percent


def test_equals_are_not_less_similar() -> None:
    """What has the same hundredth counts as reached; so does the product itself."""
    catalogue = counted({40: 90, 74: 7, 80: 3})
    assert percentile_of(0.7499, catalogue) == Percentile(10, 100)
    assert Percentile(10, 100).percent == 90
    assert percentile_of(0.80, catalogue) == Percentile(3, 100)


def test_an_estimate_comes_with_how_far_it_may_be_off() -> None:
    """From the line on from which all are counted, there is nothing to be off."""
    catalogue = counted({40: 99_000, 60: 990, 80: 10}, sampled=5000, exact_from=180)
    below = percentile_of(0.60, catalogue)
    assert below
    assert (below.reached, below.sampled) == (1000, 5000)
    assert below.margin == catalogue.margin(0.60) > 0
    assert percentile_of(0.80, catalogue) == Percentile(10, 100_000, 0, 5000)


def test_what_is_not_counted_yet_is_not_made_up() -> None:
    """Of the best products alone nobody knows what they are the best of."""
    assert percentile_of(0.8, counted({80: 50}, sampled=0)) is None
    assert percentile_of(0.8, counted({})) is None


def test_a_product_that_is_gone_stands_where_it_stood() -> None:
    """A search that is reopened shows what the catalogue has lost: it is not above everything."""
    assert percentile_of(0.9, counted({40: 100})) == Percentile(1, 100)
