import numpy as np
import pytest

from benchmark.interfaces.errors import ParameterError
from benchmark.stats.intervals import hierarchical_interval
from benchmark.stats.unequal import unequal_interval


def generator():
    return np.random.default_rng(0)


def test_with_equal_numbers_it_is_the_interval_over_recordings():
    draws = np.random.default_rng(1).uniform(size=(12, 4))
    values = {f"u{row}": tuple(draws[row]) for row in range(12)}
    ours, theirs = unequal_interval(values, generator()), hierarchical_interval(values, None, generator())
    assert ours.mean == pytest.approx(theirs.mean)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=0.01)
    assert ours.count == 12


def test_each_value_counts_once_and_limits_stay_within_the_values():
    values = {"often": (0.2, 0.2, 0.2), "once": (1.0,)}
    found = unequal_interval(values, generator())
    assert found.mean == pytest.approx(0.4)
    assert 0.2 <= found.low < found.mean < found.high <= 1


def test_it_holds_the_mean_of_the_population_about_as_often_as_it_says():
    source, held = np.random.default_rng(2), 0
    for _ in range(200):
        values = {f"u{unit}": source.normal(source.normal(), 0.3, source.integers(1, 5)) for unit in range(15)}
        found = unequal_interval(values, source, resamples=400)
        held += found.low <= 0 <= found.high
    assert 0.88 <= held / 200 <= 0.995


def test_one_unit_has_no_limits_and_equal_values_no_spread():
    assert np.isnan(unequal_interval({"u": (0.1, 0.2)}, generator()).low)
    same = unequal_interval({"u": (0.1, 0.1), "v": (0.1,)}, generator())
    assert (same.low, same.high) == (same.mean, same.mean)


@pytest.mark.parametrize("values", [{}, {"u": (0.1,), "v": ()}, {"u": (0.1,), "v": (float("nan"),)}])
def test_values_without_a_mean_are_refused(values):
    with pytest.raises(ParameterError):
        unequal_interval(values, generator())
