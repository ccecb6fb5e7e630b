from math import isnan

import numpy as np
import pytest

from benchmark.interfaces.errors import ParameterError
from benchmark.stats import intervals
from benchmark.stats.intervals import bootstrap_interval, mean_interval


def test_student_interval_of_a_textbook_sample():
    # t(0.975, 4) = 2.776445; s of 1..5 = sqrt(2.5); half width = 2.776445 * sqrt(2.5 / 5).
    interval = mean_interval([1, 2, 3, 4, 5])
    assert interval.mean == 3
    assert interval.high - interval.mean == pytest.approx(1.963243, abs=1e-6)
    assert interval.mean - interval.low == pytest.approx(1.963243, abs=1e-6)
    assert interval.count == 5


def test_the_interval_covers_the_mean_about_as_often_as_it_says():
    generator = np.random.default_rng(0)
    intervals = [mean_interval(generator.normal(2, 1, size=5)) for _ in range(2000)]
    assert np.mean([one.low <= 2 <= one.high for one in intervals]) == pytest.approx(0.95, abs=0.015)


def test_one_value_has_no_interval_and_none_has_no_mean():
    assert isnan(mean_interval([0.5]).low)
    assert isnan(mean_interval([]).mean)


def test_a_missing_value_is_never_dropped():
    assert isnan(mean_interval([0.5, float("nan")]).mean)


VALUES = np.random.default_rng(0).normal(size=30).tolist()


def test_bootstrap_depends_only_on_its_own_generator():
    np.random.seed(1)  # noqa: NPY002
    one = bootstrap_interval(VALUES, np.random.default_rng(7))
    np.random.seed(2)  # noqa: NPY002
    assert bootstrap_interval(VALUES, np.random.default_rng(7)) == one
    assert bootstrap_interval(VALUES, np.random.default_rng(8)) != one


def test_bootstrap_agrees_with_every_resample_of_a_small_sample():
    # All 3³ samples of {0, 0, 1} have means k/3 with k binomial(3, 1/3): P(0) = 8/27 and P(1) = 1/27 > 2.5 %.
    interval = bootstrap_interval([0, 0, 1], np.random.default_rng(0))
    assert (interval.low, interval.high, interval.count) == (0, 1, 3)
    assert bootstrap_interval([0, 0, 1], np.random.default_rng(0), level=0.9).high == pytest.approx(2 / 3)


def test_bootstrap_approaches_the_t_interval_for_many_values():
    values = np.random.default_rng(0).normal(size=400)
    one, two = mean_interval(values), bootstrap_interval(values, np.random.default_rng(1))
    assert two.low == pytest.approx(one.low, abs=0.01)
    assert two.high == pytest.approx(one.high, abs=0.01)


def test_bootstrap_is_too_short_for_five_values_as_its_docstring_says():
    generator = np.random.default_rng(0)
    intervals = [bootstrap_interval(generator.normal(size=5), generator, resamples=500) for _ in range(2000)]
    assert np.mean([one.low <= 0 <= one.high for one in intervals]) == pytest.approx(0.83, abs=0.03)


def test_bootstrap_in_blocks_is_a_bootstrap(monkeypatch):
    monkeypatch.setattr(intervals, "DRAWS_AT_ONCE", 700)
    values = np.random.default_rng(0).normal(size=100)
    interval = bootstrap_interval(values, np.random.default_rng(1), resamples=2000)
    assert interval.high - interval.low == pytest.approx(2 * 1.96 * values.std() / 10, rel=0.1)


def test_bootstrap_of_one_or_no_value():
    generator = np.random.default_rng(0)
    assert isnan(bootstrap_interval([0.5], generator).low)
    assert isnan(bootstrap_interval([], generator).mean)
    assert isnan(bootstrap_interval([0.5, float("nan")], generator).mean)
    with pytest.raises(ParameterError, match="resamples is 0"):
        bootstrap_interval([1, 2], generator, resamples=0)
