from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from benchmark.interfaces.errors import ParameterError
from benchmark.stats.power import difference_seeds
from benchmark.verdicts.gate import judge_gate

NAMES = ("a", "b", "c", "d", "e")


def units(values):
    return dict(zip(NAMES, values, strict=False))


def test_equal_methods_pass_only_with_a_margin_that_their_spread_allows():
    own, other = units([0.5, 0.6, 0.7, 0.8, 0.9]), units([0.51, 0.59, 0.71, 0.79, 0.9])
    assert judge_gate(own, other, 0.0).outcome == "undecided"
    assert judge_gate(own, other, 0.05).outcome == "passed"


def test_a_clear_loss_is_worse_and_a_clear_gain_passes():
    own, other = units([0.3, 0.31, 0.3, 0.32]), units([0.6, 0.62, 0.6, 0.61])
    assert judge_gate(own, other, 0.02).outcome == "worse"
    assert judge_gate(other, own, 0.0).outcome == "passed"
    assert judge_gate(own, other, 0.02, lower=True).outcome == "passed"


def test_a_number_is_a_reference():
    assert judge_gate(units([0.8, 0.82, 0.81]), 0.7, 0.0).outcome == "passed"


def test_means_alone_never_decide():
    own, other = units([0.9, 0.1, 0.9, 0.1]), units([0.45, 0.45, 0.45, 0.45])  # a higher mean
    assert judge_gate(own, other, 0.0).outcome == "undecided"


def test_too_little_is_an_error_that_says_what_to_give():
    with pytest.raises(ParameterError, match="two recordings or more"):
        judge_gate({"seed 0": 0.5, "seed 1": 0.5}, {"seed 0": 0.4, "seed 1": 0.4}, 0.0)
    with pytest.raises(ParameterError, match="other units: c"):
        judge_gate(units([1, 1]), units([1, 1, 1]), 0.0)
    with pytest.raises(ParameterError, match="margin"):
        judge_gate(units([1, 1]), units([1, 1]), -0.1)


@given(st.floats(-0.5, 0.5), st.floats(0, 0.2), st.integers(0, 100))
def test_a_larger_margin_never_turns_a_pass_into_a_failure(shift, margin, seed):
    generator = np.random.default_rng(seed)
    own, other = units(generator.random(5) + shift), units(generator.random(5))
    if judge_gate(own, other, margin).outcome == "passed":
        assert judge_gate(own, other, margin + 0.1).outcome == "passed"


def test_at_the_edge_one_in_twenty_passes():
    generator = np.random.default_rng(0)
    passed = 0
    for _ in range(2000):
        gaps = generator.normal(-0.05, 0.1, 5)
        passed += judge_gate(units(gaps), units(np.zeros(5)), 0.05).outcome == "passed"
    assert 0.03 < passed / 2000 < 0.07


def test_limits_are_those_of_the_one_sided_t_test():
    own, other = units([0.5, 0.75, 0.25, 0.5]), {"d": 0.25, "c": 0.25, "b": 0.25, "a": 0.25}
    found = judge_gate(own, other, 0.1)
    gaps = np.array([0.25, 0.5, 0, 0.25])
    half = stats.t.ppf(0.95, 3) * gaps.std(ddof=1) / 2
    assert (found.difference, found.units, found.unit) == (0.25, 4, "recordings")
    assert (found.low, found.high) == (pytest.approx(0.25 - half), pytest.approx(0.25 + half))
    lower = judge_gate(own, other, 0.1, lower=True)
    assert (lower.difference, lower.low) == (-0.25, pytest.approx(-found.high))


def test_a_loss_of_just_the_margin_passes_and_recordings_may_all_agree():
    assert judge_gate(units([0.25, 0.25]), 0.5, 0.25).outcome == "passed"
    assert judge_gate(units([0.25, 0.25]), 0.5, 0.125).outcome == "worse"
    assert judge_gate(units([1, 1]), 1, 0).outcome == "passed"


def test_seeds_are_the_units_where_every_name_is_a_seed():
    own = {"seed 0": 0.5, "seed 1": 0.75}
    assert judge_gate(own, 0.5, 0.1).unit == "seeds"
    assert judge_gate({"seed 0": 0.5, "host": 0.75}, 0.5, 0.1).unit == "recordings"


def test_one_unit_is_too_few():
    with pytest.raises(ParameterError, match="1 recordings, and none changes the difference"):
        judge_gate(units([0.5]), 0.4, 0.0)


def test_the_units_that_would_decide_are_stated_where_any_would():
    gaps = [0.1, -0.1, 0.2, 0.0]
    found = judge_gate(units(gaps), 0, 0.05)
    assert found.outcome == "undecided"
    assert found.needed == difference_seeds(np.array(gaps) + 0.05)
    assert found.needed > 4
    assert judge_gate(units(gaps), 0, 0.5).needed < found.needed
    assert judge_gate(units([-0.25, -0.75]), 0, 0.5).needed == inf
    assert judge_gate(units([-1, -0.9]), 0, 0.0).needed == inf
