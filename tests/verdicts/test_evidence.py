"""The tests on arrays are those of benchmark.stats on samples, and the decision follows the rules in words."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmark.stats.equivalence import equivalence_test, refutation
from benchmark.stats.power import difference_power
from benchmark.verdicts.evidence import (
    Evidence,
    Sample,
    decide,
    equal_p,
    half_interval,
    outside_p,
    plateau_evidence,
    step_evidence,
    together_evidence,
)
from benchmark.verdicts.judge import ALPHA

samples = st.lists(st.floats(0, 1).map(lambda x: round(x, 3)), min_size=2, max_size=8).filter(lambda x: len(set(x)) > 1)


@settings(deadline=None, max_examples=40)
@given(samples, st.floats(0.05, 0.95))
def test_p_values_are_those_of_single_samples(values, printed):
    sample = Sample.of([values])
    reached = min(values) - 0.02 <= printed <= max(values) + 0.02
    expected = 1.0 if reached else refutation(values, printed, 0.02, (0, 1))
    assert outside_p(sample, printed, 0.02)[0] == pytest.approx(expected, abs=1e-9)
    assert equal_p(sample, printed, 0.05)[0] == pytest.approx(equivalence_test(values, printed, 0.05).p_value, abs=1e-9)


def test_a_number_that_a_run_reaches_is_not_refuted():
    """One run of ten collapses: the interval of one more run ends far above it."""
    sample = Sample.of([[0.80, 0.81, 0.79, 0.80, 0.82, 0.80, 0.81, 0.79, 0.80, 0.20]])
    assert outside_p(sample, 0.19, 0.02)[0] == 1.0
    assert outside_p(sample, 0.17, 0.02)[0] < 0.05


def test_half_of_the_interval_of_the_mean_decides_if_equality_is_possible():
    values = [0.50, 0.52, 0.54, 0.56, 0.58]
    interval = equivalence_test(values, 0.54, 0.05).interval
    assert half_interval(Sample.of([values]), ALPHA)[0] == pytest.approx((interval.high - interval.low) / 2)


def test_values_that_never_vary_are_a_fact_without_a_test():
    still = Sample.of([[0.8] * 5, [0.1 + 0.2] * 5])
    assert still.sd.tolist() == [0.0, 0.0]
    assert outside_p(still, 0.819, 0.02).tolist() == [1.0, 0.0]
    assert equal_p(still, 0.849, 0.05).tolist() == [0.0, 1.0]


def evidence(shown, refuted, decidable=None, as_claimed=None):
    count = len(shown)
    flags = [np.array(one if one is not None else [False] * count) for one in (decidable, as_claimed)]
    return Evidence(np.array(shown), np.array(refuted), *flags)


@pytest.mark.parametrize(
    ("given_evidence", "adjusted", "verdict"),
    [
        # Shown in one of two readings: .02 · 2 is below 5 %, .03 · 2 is not.
        (evidence([0.02, 1.0], [1.0, 0.0]), 1.0, "REPRODUCED"),
        (evidence([0.03, 1.0], [1.0, 0.0], [True, True]), 1.0, "WITHIN_NOISE"),
        # A reading that refutes the claim does not show it.
        (evidence([0.001, 1.0], [0.01, 0.9], [True, True]), 0.9, "WITHIN_NOISE"),
        # Refuted in both, corrected over the family or not.
        (evidence([1.0, 1.0], [0.03, 0.01]), 0.03, "NOT_REPRODUCED"),
        (evidence([1.0, 1.0], [0.03, 0.01], [True, True]), 0.3, "WITHIN_NOISE"),
        # Only readings that do not refute it count for the rest.
        (evidence([1.0, 1.0], [0.9, 0.0], [False, True]), 0.9, "UNDECIDABLE"),
        (evidence([1.0, 1.0], [0.9, 0.0], [True, False], [True, False]), 0.9, "DIRECTION_ONLY"),
        (evidence([1.0, 1.0], [0.9, 0.9], [True, False], [False, True]), 0.9, "WITHIN_NOISE"),
    ],
)
def test_the_decision(given_evidence, adjusted, verdict):
    assert str(decide(given_evidence, adjusted)) == verdict


def test_claims_are_decided_at_once():
    many = Evidence(np.array([[0.01], [1.0]]), np.array([[1.0], [0.001]]), *(np.ones((2, 1), bool) for _ in range(2)))
    assert decide(many, many.refuted_everywhere).tolist() == ["REPRODUCED", "NOT_REPRODUCED"]


def test_numbers_together_are_shown_if_each_is_and_refuted_if_one_is():
    values = Sample.of([[0.80, 0.81, 0.79, 0.80, 0.80], [0.50, 0.51, 0.49, 0.50, 0.50]])
    both = together_evidence(values, [0.80, 0.51], 0.0005, 1)
    assert both.shown < 0.05
    assert both.refuted == 1.0
    one = together_evidence(values, [0.80, 0.60], 0.0005, 1)
    assert one.shown > 0.05
    alone = together_evidence(Sample.of([[0.50, 0.51, 0.49, 0.50, 0.50]]), [0.60], 0.0005, 1)
    assert one.refuted == pytest.approx(2 * alone.refuted)


def steps(*gaps, claimed=0.02, readings=1):
    return step_evidence(Sample.of(list(gaps)), [claimed] * len(gaps), readings)


UP = (0.030, 0.031, 0.029, 0.032, 0.028)
MIXED = (0.05, -0.04, 0.03, -0.05, 0.02)


def test_every_step_must_be_shown_and_one_reversed_step_refutes():
    assert steps(UP, UP).shown < 0.001
    assert steps(UP, MIXED).shown > 0.05
    down = [-gap for gap in UP]
    assert steps(UP, down).refuted < 0.001
    assert steps(UP, down).refuted == pytest.approx(2 * steps(down).refuted)
    assert steps(UP, MIXED).refuted == pytest.approx(min(1, 2 * float(steps(MIXED).refuted)))


def test_no_correction_over_steps_is_made_where_all_must_be_shown():
    weak = (0.01, 0.02, 0.03, 0.04, 0.001)
    assert steps(weak).shown == steps(weak, weak, weak).shown < 0.05


def test_differences_that_never_vary_count_from_the_indifferent_on():
    assert (steps([0.0] * 5).shown, steps([0.0] * 5).refuted) == (1.0, 0.0)
    assert (steps([0.01] * 5).shown, steps([0.01] * 5).refuted) == (1.0, 1.0)
    assert (steps([-0.01] * 5).shown, steps([-0.01] * 5).refuted) == (1.0, 1.0)
    assert (steps([0.03] * 5).shown, steps([0.03] * 5).refuted) == (0.0, 1.0)
    assert (steps([-0.03] * 5).shown, steps([-0.03] * 5).refuted) == (1.0, 0.0)


@pytest.mark.parametrize("readings", [1, 24])
def test_a_comparison_is_decidable_where_the_power_is_one_half(readings):
    for sd in (0.005, 0.01, 0.02, 0.03, 0.06):
        gaps = np.array([-1, 1, -1, 1, -1, 1, 0, 0]) * sd
        power = difference_power(float(gaps.std(ddof=1)), len(gaps), 0.02, ALPHA / readings)
        assert bool(steps(gaps, readings=readings).decidable) == (power >= 0.5)


def test_a_plateau_is_a_family_of_small_changes():
    small, large = (0.001, -0.001, 0.002, 0.0, -0.002), (0.050, 0.051, 0.049, 0.052, 0.048)
    flat = plateau_evidence(Sample.of([small, small]), 1)
    assert flat.shown < 0.001
    assert flat.refuted == 1.0
    assert flat.decidable
    step = plateau_evidence(Sample.of([small, large]), 1)
    assert step.shown > 0.5
    assert step.refuted < 0.01
    unsteady = plateau_evidence(Sample.of([small, (0.1, -0.1, 0.1, -0.1, 0.0)]), 1)
    assert not unsteady.decidable
    assert unsteady.refuted > 0.05
