from math import isnan

import numpy as np
import pytest

from benchmark.stats.intervals import mean_interval


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
