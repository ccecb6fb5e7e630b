from itertools import pairwise

import pytest

from benchmark.artifacts.published import Printed
from benchmark.verdicts.judge import Step, judge_plateau, judge_steps, judge_value

NEAR = (-0.002, -0.001, 0.0, 0.001, 0.002)
FAR = (-0.2, -0.1, 0.0, 0.1, 0.2)


def seeds(mean, scatter=NEAR):
    return {seed: mean + one for seed, one in enumerate(scatter)}


def value(values, text, others=("0.70", "0.80", "0.90"), neighbours=()):
    found = [(name, Printed(number), given) for name, number, given in neighbours]
    return judge_value(values, Printed(text), [Printed(one) for one in others], found).verdict


def test_a_number_within_digits_and_interval_is_reproduced():
    assert value(seeds(0.801), "0.80") == "REPRODUCED"


def test_half_a_digit_more_than_the_tolerance_is_not():
    # 95 % interval ± 0.00196, half a digit 0.005.
    assert value(seeds(0.8068), "0.80") == "REPRODUCED"
    assert value(seeds(0.8072), "0.80") == "NOT_REPRODUCED"


def test_seeds_that_spread_over_the_other_rows_agree_within_noise():
    assert value(seeds(0.80, FAR), "0.80") == "WITHIN_NOISE"


def test_noise_never_helps_a_number_to_be_reproduced():
    order = ["REPRODUCED", "WITHIN_NOISE", "NOT_REPRODUCED"]
    found = [value(seeds(0.80, [width * one for one in NEAR]), "0.80") for width in (0, 1, 10, 100)]
    assert found == sorted(found, key=order.index)


def test_a_number_without_others_in_its_column_has_only_its_own_digits():
    assert value(seeds(0.8000), "0.80", others=()) == "REPRODUCED"
    assert value(seeds(0.8045), "0.80", others=()) == "WITHIN_NOISE"
    assert value(seeds(0.8000), "0.8000", others=("0.8000",)) == "WITHIN_NOISE"


def test_values_that_never_vary_are_judged_by_the_digits():
    same = (0.0,) * 5
    assert value(seeds(0.8049, same), "0.80") == "REPRODUCED"
    assert value(seeds(0.8051, same), "0.80") == "NOT_REPRODUCED"


def test_a_missed_number_on_its_side_of_every_other_row_has_the_direction():
    neighbours = [("worse", "0.70", seeds(0.3)), ("better", "0.90", seeds(0.6))]
    assert value(seeds(0.5), "0.80", neighbours=neighbours) == "DIRECTION_ONLY"
    assert value(seeds(0.7), "0.80", neighbours=neighbours) == "NOT_REPRODUCED"
    assert value(seeds(0.5, FAR), "0.8000", neighbours=neighbours) != "DIRECTION_ONLY"


def test_a_row_with_the_same_printed_number_is_on_no_side():
    assert value(seeds(0.5), "0.80", neighbours=[("same", "0.80", seeds(0.3))]) == "NOT_REPRODUCED"


def test_one_seed_is_not_testable():
    assert value({0: 0.8}, "0.80") == "NOT_TESTABLE"
    assert judge_steps([Step("a above b", {0: 1.0}, {0: 0.0})]).verdict == "NOT_TESTABLE"
    assert judge_steps([Step("a above b", {0: 1.0, 1: 1.0}, {2: 0.0, 3: 0.0})]).verdict == "NOT_TESTABLE"


def steps(*means, scatter=NEAR):
    """Each mean above the next."""
    curve = [seeds(mean, [one * (place + 1) for one in scatter]) for place, mean in enumerate(means)]
    return [Step(f"{place} above {place + 1}", one, two) for place, (one, two) in enumerate(pairwise(curve))]


def test_steps_that_are_all_significant_are_reproduced():
    assert judge_steps(steps(0.9, 0.8, 0.7)).verdict == "REPRODUCED"


def test_one_significantly_reversed_step_refutes():
    found = judge_steps(steps(0.9, 0.8, 0.85))
    assert found.verdict == "NOT_REPRODUCED"
    assert "1 of 2" in found.reason
    assert "1 above 2: -0.0500" in found.reason


def test_means_in_order_without_significance_have_the_direction():
    assert judge_steps(steps(0.9, 0.8, 0.79, scatter=FAR)).verdict == "DIRECTION_ONLY"


def test_a_mean_against_the_claim_without_significance_is_noise():
    assert judge_steps(steps(0.9, 0.8, 0.81, scatter=FAR)).verdict == "WITHIN_NOISE"


def test_no_difference_at_any_seed_refutes_a_claimed_one():
    found = judge_steps([Step("a above b", seeds(0.5), seeds(0.5)), Step("a above c", seeds(0.5), seeds(0.4))])
    assert found.verdict == "NOT_REPRODUCED"
    assert "no difference at any seed" in found.reason


def test_holm_counts_all_steps_of_the_claim():
    weak = Step("a above b", seeds(0.5), {seed: 0.5 - one for seed, one in enumerate((0.01, 0.02, 0.03, 0.04, 0.001))})
    assert judge_steps([weak]).verdict == "REPRODUCED"
    assert judge_steps([weak, weak, weak]).verdict == "DIRECTION_ONLY"


def test_only_common_seeds_are_paired():
    upper = {0: 0.9, 1: 0.8, 2: 0.7, 7: 0.0}
    lower = {0: 0.5, 1: 0.401, 2: 0.3, 8: 1.0}
    assert judge_steps([Step("a above b", upper, lower)]).verdict == "REPRODUCED"


def plateau(first, start, *later, scatter=NEAR):
    wider = [seeds(mean, [one * (place + 2) / 2 for one in scatter]) for place, mean in enumerate(later)]
    return judge_plateau([str(one) for one in later], seeds(first), seeds(start), wider).verdict


def test_a_curve_that_stays_after_its_rise_is_a_plateau():
    scatter = (-0.02, -0.01, 0.0, 0.01, 0.02)
    assert plateau(0.3, 0.8, 0.8, 0.799, scatter=scatter) == "REPRODUCED"


@pytest.mark.parametrize(
    ("curve", "scatter", "verdict"),
    [
        ((0.3, 0.8, 0.8), (0.0,) * 5, "REPRODUCED"),
        ((0.3, 0.8, 0.9), (-0.004, 0.002, 0.0, 0.002, 0.004), "NOT_REPRODUCED"),  # goes on rising
        ((0.3, 0.8, 0.1), (-0.004, 0.002, 0.0, 0.002, 0.004), "NOT_REPRODUCED"),  # falls by more than it had risen
        ((0.79, 0.8, 0.795), FAR, "DIRECTION_ONLY"),
        ((0.79, 0.8, 0.82), FAR, "WITHIN_NOISE"),
        ((0.8, 0.8, 0.79), FAR, "WITHIN_NOISE"),  # nothing came before it
        ((0.3, 0.8), NEAR, "NOT_TESTABLE"),
    ],
)
def test_plateaus(curve, scatter, verdict):
    assert plateau(*curve, scatter=scatter) == verdict
