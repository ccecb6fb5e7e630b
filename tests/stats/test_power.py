from math import inf, isnan

import numpy as np
import pytest
from scipy.stats import nct, t

from benchmark.interfaces.errors import ParameterError
from benchmark.stats.power import difference_seeds, paired_power


def differences(effect):
    """Two values whose mean is `effect` times their standard deviation."""
    return np.array([effect - np.sqrt(0.5), effect + np.sqrt(0.5)])


@pytest.mark.parametrize(
    ("effect", "power", "count"),
    # G*Power 3.1, "Means: difference between two dependent means (matched pairs)", two-sided, α = 0.05.
    [(0.2, 0.8, 199), (0.5, 0.8, 34), (0.8, 0.8, 15), (0.5, 0.95, 54), (0.5, 0.9, 44)],
)
def test_counts_of_published_tables(effect, power, count):
    assert difference_seeds(differences(effect), power, sides=2) == count


@pytest.mark.parametrize("effect", [0.1, 0.5, 1.3])
@pytest.mark.parametrize("count", [2, 5, 30])
def test_power_agrees_with_noncentral_t(effect, count):
    cut, shift = t.isf(0.025, count - 1), effect * np.sqrt(count)
    expected = nct.sf(cut, count - 1, shift) + nct.cdf(-cut, count - 1, shift)
    assert paired_power(effect, count) == pytest.approx(expected, abs=1e-9)
    assert paired_power(-effect, count) == paired_power(effect, count)


def test_power_agrees_with_simulated_tests():
    sample = np.random.default_rng(0).normal(1.2, size=(20_000, 8))
    statistic = sample.mean(axis=1) / (sample.std(axis=1, ddof=1) / np.sqrt(8))
    assert np.mean(np.abs(statistic) > t.isf(0.025, 7)) == pytest.approx(paired_power(1.2, 8), abs=0.01)


@pytest.mark.parametrize("effect", [0.003, 0.07, 0.9, 2.5, 8, 30, 400])
def test_the_count_is_the_smallest_that_reaches_the_power(effect):
    count = difference_seeds(differences(effect), sides=2)
    assert paired_power(effect, count) >= 0.8
    assert count == 2 or paired_power(effect, count - 1) < 0.8


def test_counts_without_a_difference_or_without_variation():
    assert difference_seeds([0.1, -0.1]) == inf
    assert difference_seeds([0.0, 0.0]) == inf
    assert difference_seeds([0.25, 0.25, 0.25]) == 2
    assert difference_seeds(differences(1e-12)) == inf
    assert isnan(difference_seeds([0.3]))
    with pytest.raises(ParameterError, match=r"power is 1\.0"):
        difference_seeds([1, 2], power=1.0)
