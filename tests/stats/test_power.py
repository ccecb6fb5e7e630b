from math import inf, isnan

import numpy as np
import pytest
from scipy.stats import nct, t

from benchmark.interfaces.errors import ParameterError
from benchmark.stats.equivalence import equivalence_test
from benchmark.stats.power import (
    difference_power,
    difference_seeds,
    equivalence_possible,
    equivalence_seeds,
    paired_power,
)


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


@pytest.mark.parametrize("effect", [-0.5, 0.0, 0.3, 1.3])
@pytest.mark.parametrize("count", [2, 5, 30])
def test_one_sided_power_agrees_with_noncentral_t_and_statsmodels(effect, count):
    from statsmodels.stats.power import TTestPower

    found = paired_power(effect, count, sides=1)
    assert found == pytest.approx(nct.sf(t.isf(0.05, count - 1), count - 1, effect * np.sqrt(count)), abs=1e-9)
    assert found == pytest.approx(TTestPower().power(effect, count, 0.05, alternative="larger"), abs=1e-9)


@pytest.mark.parametrize("effect", [8, 30, 400])
def test_power_of_strong_effects_is_a_number(effect):
    assert 0.05 < paired_power(effect, 2, sides=1) <= 1
    assert paired_power(effect, 2, sides=1) >= paired_power(effect, 2)
    assert paired_power(-effect, 2, sides=1) < 0.001


def test_fewer_seeds_are_needed_in_a_claimed_direction():
    assert difference_seeds(differences(0.5)) == 27  # G*Power 3.1, one-sided
    assert difference_seeds(differences(0.5), sides=2) == 34


def test_power_to_show_a_difference():
    assert difference_power(0.1, 10, 0.1) == pytest.approx(paired_power(1.0, 10, sides=1))
    assert difference_power(0.1, 10, 0.0) == pytest.approx(0.05)
    assert isnan(difference_power(0.1, 1, 0.1))
    assert (difference_power(0, 5, 0.1), difference_power(0, 5, -0.1), difference_power(0, 5, 0)) == (1, 0, 0)


def equivalent(sd, margin, count, runs=4000):
    """How often both one-sided tests are significant where the mean is the target."""
    sample = np.random.default_rng(0).normal(0, sd, size=(runs, count))
    half = t.isf(0.05, count - 1) * sample.std(axis=1, ddof=1) / np.sqrt(count)
    return np.mean(np.abs(sample.mean(axis=1)) + half < margin)


@pytest.mark.parametrize(("sd", "margin"), [(0.13, 0.05), (0.05, 0.05), (0.04, 0.02)])
def test_seeds_for_equivalence_reach_the_power_and_hardly_more_are_asked_for(sd, margin):
    count = int(equivalence_seeds(sd, margin))
    assert equivalent(sd, margin, count) > 0.78
    assert equivalent(sd, margin, count - 2) < 0.82


def test_seeds_for_equivalence_are_near_the_normal_approximation():
    for sd, margin, normal in ((0.13, 0.05, 57.9), (0.28, 0.02, 1678.6)):  # (1.6449 + 1.2816)²·(sd/margin)²
        assert normal < equivalence_seeds(sd, margin) < normal + 3
    assert equivalence_seeds(0, 0.05) == 2
    assert isnan(equivalence_seeds(float("nan"), 0.05))
    with pytest.raises(ParameterError, match="margin is 0"):
        equivalence_seeds(0.1, 0)


@pytest.mark.parametrize("margin", [0.02, 0.05, 0.3])
def test_equality_is_possible_where_a_mean_on_target_would_show_it(margin):
    values = np.array([0.5, 0.6, 0.55, 0.62])
    shown = equivalence_test(values, float(values.mean()), margin).verdict == "equivalent"
    assert equivalence_possible(values, margin) == shown
    assert not equivalence_possible([0.5], margin)
    assert equivalence_possible([0.5, 0.5], margin)
