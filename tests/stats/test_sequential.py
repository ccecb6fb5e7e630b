"""The levels of looks share the error rate, and a test repeated at them keeps it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.interfaces.errors import ParameterError
from benchmark.stats.sequential import look_levels

plans = st.lists(st.integers(2, 60), min_size=1, max_size=5, unique=True).map(sorted)


def test_levels_of_o_brien_and_fleming_at_half_of_the_seeds():
    """2·(1 − Φ(1.95996/√½)) = .00557; the last look has the rest."""
    assert look_levels((5, 10), 0.05) == pytest.approx([0.005575, 0.044425], abs=1e-6)
    assert look_levels((10,), 0.05) == [0.05]


@given(plans, st.floats(0.001, 0.2))
def test_levels_add_up_to_the_error_rate_and_none_is_negative(plan, alpha):
    levels = look_levels(plan, alpha)
    assert len(levels) == len(plan)
    assert min(levels) >= 0
    assert sum(levels) == pytest.approx(alpha)


def test_a_t_test_at_two_looks_keeps_its_error_rate():
    from scipy.stats import ttest_1samp

    draws = np.random.default_rng(0).standard_normal((20_000, 10))
    p_values = [ttest_1samp(draws[:, :count], 0, axis=1).pvalue for count in (5, 10)]
    plain = np.mean((p_values[0] < 0.05) | (p_values[1] < 0.05))
    levels = look_levels((5, 10), 0.05)
    spent = np.mean((p_values[0] < levels[0]) | (p_values[1] < levels[1]))
    assert plain > 0.07
    assert 0.04 < spent < 0.05


@pytest.mark.parametrize("plan", [(), (1, 5), (10, 5), (5, 5)])
def test_looks_must_rise(plan):
    with pytest.raises(ParameterError, match="rising numbers, the first at least 2"):
        look_levels(plan, 0.05)


@pytest.mark.parametrize("alpha", [0.0, 1.0, -0.1])
def test_an_error_rate_lies_between_0_and_1(alpha):
    with pytest.raises(ParameterError, match="alpha"):
        look_levels((5, 10), alpha)
