from math import isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

from benchmark.interfaces.errors import ParameterError
from benchmark.stats.equivalence import equivalence_test, one_run_p, refutation
from benchmark.stats.intervals import mean_interval, prediction_interval


def test_equivalence_agrees_with_statsmodels():
    from statsmodels.stats.weightstats import DescrStatsW

    values = [0.91, 0.93, 0.92, 0.95, 0.90]
    for target in (0.90, 0.92, 0.94, 0.99):
        p_value = DescrStatsW(values).ttost_mean(target - 0.05, target + 0.05)[0]
        assert equivalence_test(values, target, 0.05).p_value == pytest.approx(p_value, rel=1e-9)


def test_verdicts_of_equivalence():
    values = [0.91, 0.93, 0.92, 0.95, 0.90]
    assert equivalence_test(values, 0.92, 0.05).verdict == "equivalent"
    assert equivalence_test(values, 0.50, 0.05).verdict == "different"
    assert equivalence_test(values, 0.97, 0.05).verdict == "undecided"
    assert equivalence_test([0.92], 0.92, 0.05).verdict == "undecided"
    assert equivalence_test([0.92, 0.92], 0.92, 0.05).verdict == "equivalent"
    assert equivalence_test([0.92, 0.92], 0.99, 0.05).verdict == "different"
    assert equivalence_test([0.92, float("nan")], 0.92, 0.05).verdict == "undecided"


@given(
    st.lists(st.floats(0, 1).map(lambda x: round(x, 3)), min_size=2, max_size=8), st.floats(0, 1), st.floats(0.01, 1)
)
def test_equivalent_means_that_the_interval_lies_within_the_margin(values, target, margin):
    result = equivalence_test(values, target, margin)
    slack = min(result.interval.low - (target - margin), target + margin - result.interval.high)
    if abs(slack) > 1e-9:
        assert (result.verdict == "equivalent") == (slack > 0)


@pytest.mark.parametrize("side", [-1, 1])
def test_an_interval_across_one_end_of_the_margin_decides_nothing(side):
    """The 90 % interval of the mean is 0.1 ± 0.08 on one side of the target."""
    values = side * np.array([0.0, 0.1, 0.2, 0.1])
    interval = mean_interval(values, 0.9)
    assert max(abs(interval.low), abs(interval.high)) == pytest.approx(0.196, abs=1e-3)
    assert min(abs(interval.low), abs(interval.high)) == pytest.approx(0.004, abs=1e-3)
    outcomes = [equivalence_test(values, 0.0, margin).verdict for margin in (0.003, 0.005, 0.15, 0.195, 0.2)]
    assert outcomes == ["different", "undecided", "undecided", "undecided", "equivalent"]
    moved = equivalence_test(values + 5, 5.0, 0.15)
    assert moved.verdict == "undecided"


def test_a_margin_of_zero_is_an_error():
    with pytest.raises(ParameterError, match="margin is 0"):
        equivalence_test([1, 2], 1, 0)


def test_values_that_never_vary_are_compared_without_a_test():
    assert equivalence_test([0.92, 0.92], 0.9, 0.05).p_value == 0
    assert equivalence_test([0.92, 0.92], 0.8, 0.05).p_value == 1


UNIT = (0.0, 1.0)
VALUES = [0.90, 0.93, 0.95, 0.89]


@pytest.mark.parametrize("limits", [None, UNIT])
@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.99])
def test_refutation_is_one_less_the_level_of_the_interval_that_touches(limits, level):
    interval = prediction_interval(VALUES, level, limits)
    assert refutation(VALUES, interval.low - 0.003, 0.003, limits) == pytest.approx(1 - level)
    assert refutation(VALUES, interval.high + 0.003, 0.003, limits) == pytest.approx(1 - level)


@pytest.mark.parametrize("limits", [(-1.0, 1.0), (2.0, 12.0), (-5.0, -4.5)])
def test_refutation_in_another_range_is_that_of_the_same_values_moved_and_scaled(limits):
    low, width = limits[0], limits[1] - limits[0]
    for printed in (0.7, 0.85, 0.99):
        moved = [low + width * value for value in VALUES]
        found = refutation(moved, low + width * printed, width * 0.003, limits)
        assert 0 < found < 1
        assert found == pytest.approx(refutation(VALUES, printed, 0.003, UNIT))


def test_refutation_without_limits_by_hand():
    # m = 3, s = √2.5, s√1.2 = √3; (8.5 − 3)/√3 = 3.175426, two tails of t with 4 degrees of freedom.
    assert refutation([1, 2, 3, 4, 5], 9, 0.5, None) == pytest.approx(2 * t.sf(5.5 / np.sqrt(3), 4))


def test_refutation_decreases_with_the_distance_and_not_with_the_digits():
    p_values = [refutation(VALUES, printed, 0.0005, UNIT) for printed in (0.91, 0.85, 0.8, 0.5, 0.1)]
    assert p_values == sorted(p_values, reverse=True)
    assert p_values[-1] < 0.001
    assert refutation(VALUES, 0.8, 0.05, UNIT) > refutation(VALUES, 0.8, 0.0005, UNIT)
    assert refutation(VALUES, 0.92, 0.005, UNIT) == 1


def test_a_print_at_the_end_of_the_range_can_be_refuted():
    assert refutation(VALUES, 1.0, 0.0005, UNIT) < 0.05
    assert refutation(VALUES, 0.0, 0.0005, UNIT) < 0.001
    assert refutation([0.9, 0.99, 1.0, 1.0], 1.0, 0.0005, UNIT) > 0.05


def test_one_more_run_is_rarely_refuted_and_a_distant_one_often():
    generator = np.random.default_rng(0)
    same, distant = [], []
    for _ in range(500):
        *values, one = generator.beta(40, 10, 11)
        same.append(refutation(values, one, 0.00005, UNIT) < 0.05)
        distant.append(refutation(values, one - 0.3, 0.00005, UNIT) < 0.05)
    assert np.mean(same) < 0.08
    assert np.mean(distant) > 0.9


def test_two_seeds_refute_little():
    assert refutation([0.5, 0.5001], 0.9, 0.0005, UNIT) > 1e-5
    assert refutation([0.5, 0.52], 0.7, 0.0005, UNIT) > 0.05


def test_refutation_without_spread_is_a_comparison_of_digits():
    assert refutation([0.8, 0.8], 0.801, 0.0005, UNIT) == 1
    assert refutation([0.8, 0.8], 0.802, 0.0005, UNIT) == 0
    assert refutation([0.0, 1.0], 0.3, 0.0005, UNIT) == 1
    assert isnan(refutation([0.8], 0.8, 0.0005, UNIT))
    assert isnan(refutation([0.8, float("nan")], 0.8, 0.0005, UNIT))
    with pytest.raises(ParameterError, match=r"the value 1\.1995 lies outside"):
        refutation(VALUES, 1.2, 0.0005, UNIT)


def test_p_values_on_arrays_are_those_of_single_numbers():
    generator = np.random.default_rng(0)
    values = generator.beta(4, 2, size=(30, 6))
    values[0] = 0.5
    printed = generator.random((30, 1)).round(3)
    for limits in (None, UNIT):
        sd = values.std(axis=1, ddof=1)
        found = one_run_p(values.mean(axis=1), sd, 6, printed[:, 0], 0.0005, limits)
        single = [refutation(row, one, 0.0005, limits) for row, one in zip(values, printed[:, 0], strict=True)]
        np.testing.assert_allclose(found, single, rtol=1e-9)
        grid = one_run_p(values.mean(axis=1), sd, 6, printed, 0.0005, limits)
        np.testing.assert_allclose(np.diag(grid), found)
