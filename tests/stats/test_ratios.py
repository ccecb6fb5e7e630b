"""Interval of a ratio of sums over units that are drawn again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.interfaces.errors import ParameterError
from benchmark.stats.intervals import hierarchical_interval
from benchmark.stats.ratios import ratio_interval


def interval(parts, sizes, resamples=2_000):
    return ratio_interval(parts, sizes, np.random.default_rng(0), resamples=resamples)


def test_it_is_the_share_of_all_parts_and_not_the_mean_of_shares():
    found = interval([[1, 1], [0, 2]], [1, 9])
    assert found.mean == pytest.approx(2 / 10)
    assert found.count == 2


def test_units_of_one_size_have_the_interval_of_a_mean():
    parts = np.random.default_rng(1).integers(0, 2, (25, 1)).astype(float)
    mean = hierarchical_interval({str(i): row for i, row in enumerate(parts)}, None, np.random.default_rng(2))
    found = interval(parts, np.ones(25), 10_000)
    assert found.mean == mean.mean
    assert (found.low, found.high) == pytest.approx((mean.low, mean.high), abs=0.05)


def test_it_holds_the_true_share_about_as_often_as_it_says():
    generator, held = np.random.default_rng(3), 0
    for _ in range(200):
        sizes = generator.integers(1, 20, 30)
        shares = generator.beta(1, 1, 30)
        found = interval((shares * sizes)[:, None], sizes, 500)
        held += found.low <= 0.5 <= found.high
    assert 0.9 <= held / 200 <= 0.99


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 5)), min_size=1, max_size=6))
def test_limits_enclose_the_ratio_within_0_and_1(units):
    parts, sizes = [[min(part, size)] for part, size in units], [size for _, size in units]
    found = interval(parts, sizes, 50)
    assert 0 <= found.mean <= 1
    if len(units) > 1:
        assert 0 <= found.low <= found.high <= 1
    else:
        assert np.isnan(found.low)
        assert np.isnan(found.high)


def test_equal_shares_have_no_spread():
    found = interval([[2], [4]], [2, 4])
    assert (found.mean, found.low, found.high) == (1, 1, 1)


@pytest.mark.parametrize(
    ("parts", "sizes", "message"),
    [
        ([[1], [2]], [1], r"parts \(2, 1\) and sizes \(1,\)"),
        ([], [], "must be"),
        ([[2]], [1], "each part within 0 and the size"),
        ([[0]], [0], "above 0"),
    ],
)
def test_bad_input_is_named(parts, sizes, message):
    with pytest.raises(ParameterError, match=message):
        interval(parts, sizes)
    with pytest.raises(ParameterError, match="resamples is 0"):
        interval([[1]], [1], 0)
