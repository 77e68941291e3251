"""From a sample's counts to the catalogue's."""

from __future__ import annotations

import numpy as np
import pytest

from search.hits import Distribution
from search.tuning.estimating import estimate_counts, margins
from search.tuning.scales import BINS, Integers


def counts(**hundredths: int) -> Integers:
    """Build counts by hundredths: `at_74=3` is three products at 0.74."""
    found: Integers = np.zeros(BINS, np.int64)
    for name, count in hundredths.items():
        found[int(name.removeprefix("at_")) + 100] = count
    return found


def test_the_best_are_counted_and_the_rest_is_scaled() -> None:
    """Twelve that pass are twelve, and not a multiple of what a sampled product stands for."""
    looked_at = counts(at_40=800, at_60=198, at_75=1, at_80=1)
    best = [180] * 12 + [175] * 38
    found = estimate_counts(looked_at, best, 100_000)
    assert found.exact_from == 176
    assert found.counts[180] == 12
    assert found.counts.sum() == 100_000
    # One of 999 sampled products below the known ones stands for a hundred, and 38 are known.
    assert found.counts[175] == 100
    assert found.counts[160] == pytest.approx(99_988 * 198 / 999, abs=1)


def test_what_is_known_is_not_estimated_away() -> None:
    """Where the fiftieth stands there are at least as many as are known by name."""
    found = estimate_counts(counts(at_40=1000), [175] * 50, 100_000)
    assert found.counts[175] == 50
    assert found.counts.sum() == 100_000


def test_a_sample_of_everything_is_no_estimate() -> None:
    """When all products were looked at the counts are theirs, without a margin."""
    looked_at = counts(at_40=150, at_60=49, at_80=3)
    found = estimate_counts(looked_at, [180] * 3 + [160] * 47, 202)
    assert found.counts.tolist() == looked_at.tolist()
    assert set(margins(found.counts.tolist(), 202, found.exact_from)) == {0}


def test_nineteen_of_twenty_samples_are_within_the_margin() -> None:
    """Drawn a thousand times over, the true number lies within the margin about 95 times of 100."""
    rng = np.random.default_rng(2)
    places = rng.normal(140, 10, 20_000).astype(np.int64)
    truth = np.bincount(places, minlength=BINS)
    passing = np.cumsum(truth[::-1])[::-1]
    best = np.sort(places)[-50:].tolist()
    for line in (130, 150, 160):
        within = 0
        for _ in range(300):
            looked_at = np.bincount(rng.choice(places, 1000, replace=False), minlength=BINS)
            found = estimate_counts(looked_at, best, 20_000)
            guess = Distribution(tuple(found.counts.tolist()), 1000, found.exact_from)
            value = (line - 100) / 100
            within += abs(guess.passing(value) - passing[line]) <= guess.margin(value)
        assert 0.92 <= within / 300 <= 0.99


def test_margins_are_those_of_the_formula() -> None:
    """1,240 of a million from 50,000: about 190 either way; none that pass is no certainty."""
    of = counts(at_40=998_760, at_60=1240).tolist()
    found = margins(of, 50_000, BINS - 1)
    share = 1240 / 1e6
    formula = 1.96 * 1e6 * np.sqrt(share * (1 - share) / 50_000 * 0.95)
    assert found[160] == pytest.approx(formula, rel=0.03)
    assert found[161] > 0
    assert found[0] == 0
    assert found[BINS - 1] == 0
    assert margins(of, 0, BINS - 1) == (0,) * BINS
