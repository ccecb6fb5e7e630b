import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.interfaces.errors import ParameterError
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
