"""Honest reruns pass, and changes are named: both on synthetic values of a whole benchmark."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmark.verdicts.agreement import GROUP_ALPHA, shifts
from benchmark.verdicts.number_pair import NumberPair
from tests.verdicts.synthetic import METRICS, Benchmark


def named(pairs):
    return [(shift.kind, shift.name) for shift in shifts(pairs)]


@pytest.mark.parametrize("seeds", [5, 3, 2])
def test_twenty_reruns_in_other_arithmetic_pass(seeds):
    assert [named(Benchmark(seed, seeds).rounded()) for seed in range(20)] == [[]] * 20


@pytest.mark.parametrize("seeds", [5, 3, 2])
def test_twenty_reruns_with_other_initial_draws_pass(seeds):
    assert [named(Benchmark(100 + seed, seeds).redrawn()) for seed in range(20)] == [[]] * 20


@pytest.mark.parametrize("method", ["mlp", "ddmt", "gan-uq"])
def test_a_changed_learning_rate_is_named_by_its_method(method):
    """Every metric of one method falls by twice its spread over seeds."""
    for seed in range(5):
        pairs = Benchmark(seed).shifted(lambda pair, width: -2.5 * width * (pair.method == method))
        assert named(pairs) == [("method", method)]


def test_shifted_labels_are_named_by_their_scenario():
    """Scores no longer match the labels of one scenario: every metric of every method falls, accuracy rises."""
    for seed in range(5):
        pairs = Benchmark(seed).shifted(
            lambda pair, width: (pair.scenario == "injected") * width * (2 if pair.metric == "Accuracy@val" else -3)
        )
        assert ("scenario", "injected") in named(pairs)
        assert not [kind for kind, _ in named(pairs) if kind == "method"]


def test_a_broken_metric_is_named():
    """F1 is a little too low for every method and in every scenario."""
    for seed in range(5):
        pairs = Benchmark(seed).shifted(lambda pair, _: -0.04 * (pair.metric == "F1@val"))
        assert ("metric", "F1@val") in named(pairs)


def test_a_swapped_threshold_is_named():
    """A lower threshold flags more points: precision falls, recall rises; AUC-ROC needs no threshold and stays."""
    moves = {"Accuracy@val": -0.03, "Precision@val": -0.08, "Recall@val": 0.12, "F1@val": 0.03, "AUC-ROC": 0.0}
    for seed in range(5):
        pairs = Benchmark(seed).shifted(lambda pair, _: moves[pair.metric])
        assert ("threshold", "val") in named(pairs)
        assert not any("AUC-ROC" in name for _, name in named(pairs))


def test_a_shift_names_its_metric_and_its_numbers():
    pairs = Benchmark(0).shifted(lambda pair, width: 4 * width * (pair.method == "mlp"))
    (shift,) = shifts(pairs)
    assert shift.metric in METRICS
    assert shift.found > shift.recorded
    assert shift.p_value < GROUP_ALPHA
    own = [pair.name for pair in pairs if pair.method == "mlp"]
    assert sorted(shift.numbers) == sorted(own)


def test_one_number_that_moves_far_is_named_by_itself():
    pairs = Benchmark(0).rounded()
    one = next(pair for pair in pairs if (pair.method, pair.scenario, pair.metric) == ("gat", "row-split", "AUC-ROC"))
    moved = replace(one, found={seed: value - 0.3 for seed, value in one.found.items()})
    assert named([moved if pair is one else pair for pair in pairs]) == [("mean", one.name)]


def test_numbers_on_other_data_are_compared_without_pairs():
    """Another sample of the same data passes, although no seed has its recorded split."""
    for seed in range(5):
        first, second = Benchmark(seed), Benchmark(seed)
        second.splits = {key: second._draw() for key in second.splits}
        other = second._values(second._draws())
        pairs = [
            replace(pair, found=values, paired=False)
            for pair, values in zip(first.rounded(), other.values(), strict=True)
        ]
        assert named(pairs) == []
        moved = replace(pairs[0], found={key: value - 0.5 for key, value in pairs[0].found.items()})
        assert named([moved, *pairs[1:]]) == [("mean", moved.name)]


def number(name, recorded, found, method="m", metric="F1@val"):
    return NumberPair(
        "p", name, method, metric, "s", name, dict(enumerate(recorded)), dict(enumerate(found)), paired=True
    )


def test_a_method_without_spread_may_differ_by_rounding_and_no_more():
    """No seed changes its values, so that its seeds are copies and count once."""
    same = [number(f"n{place}", [0.5] * 5, [0.5] * 5) for place in range(8)]
    assert named([number("n", [0.5] * 5, [0.5 + 1e-9] * 5), *same]) == []
    assert named([number("n", [0.5] * 5, [0.51] * 5), *same]) == []
    assert named([number("n", [0.5] * 5, [0.9] * 5), *same]) == [("mean", "n")]


def test_an_even_shift_of_rounding_size_is_no_change():
    pairs = [
        number(f"n{place}", [0.2, 0.3, 0.4, 0.5, 0.6], [0.2001, 0.3001, 0.4001, 0.5001, 0.6001]) for place in range(30)
    ]
    assert named(pairs) == []


def test_values_at_a_bound_pass_where_a_seed_leaves_it():
    zero = [0.0] * 5
    pairs = [number(f"n{place}", zero, [0.0, 0.3, 0.0, 0.0, 0.1]) for place in range(2)]
    assert named(pairs) == []
    still = [number(f"m{place}", zero, zero) for place in range(20)]
    assert named([number("n", zero, [1.0, 1.0, 0.98, 1.0, 1.0]), *still]) == [("mean", "n")]


def test_two_seeds_are_too_few_for_a_single_number():
    assert named([number("n", [0.9, 0.91], [0.1, 0.11])]) == []


def test_the_error_rate_holds_over_everything_compared():
    """At most 1 % may fail; of 150 reruns more than 5 would have a chance of less than 1 %."""
    failures = sum(bool(named(Benchmark(1000 + seed).redrawn())) for seed in range(150))
    assert failures <= 5
