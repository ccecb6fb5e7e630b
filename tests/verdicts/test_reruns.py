"""Simulated reruns of recorded numbers: honest ones pass, moved ones are named."""

from dataclasses import replace

import numpy as np
import pytest

from benchmark.verdicts.number_pair import deviation, mean
from benchmark.verdicts.reruns import Reruns, failures, named, simulated
from tests.verdicts.synthetic import Benchmark


@pytest.fixture(scope="module")
def pairs():
    return Benchmark(0).rounded()


@pytest.mark.parametrize(
    "reruns",
    [Reruns(), Reruns(split=0.9), Reruns(two_valued=("gat", "gan-uq")), Reruns(collapsing=("gan-uq", "crl-bsad"))],
    ids=str,
)
def test_honest_reruns_pass(pairs, reruns):
    """Of 20 reruns that fail with a probability of 1 %, more than 2 fail in 1 of 1,000 cases."""
    assert failures(pairs, reruns, np.random.default_rng(0), 20) <= 2 / 20


def test_a_moved_method_is_named(pairs):
    found = named(
        pairs, Reruns(), np.random.default_rng(1), 3, lambda pair, spread: 3 * spread * (pair.method == "gan-uq")
    )
    assert all(("method", "gan-uq") in [(shift.kind, shift.name) for shift in one] for one in found)


def test_a_rerun_keeps_means_spreads_splits_and_copies(pairs):
    one = next(pair for pair in pairs if pair.method == "mlp")
    copies = replace(one, recorded=dict.fromkeys(range(5), 0.25))
    (same,) = simulated([copies], Reruns(), np.random.default_rng(0))
    assert same.recorded == same.found == copies.recorded
    fixed = simulated([one], Reruns(split=1.0), np.random.default_rng(0))[0]
    assert fixed.recorded == pytest.approx(fixed.found)
    many = simulated([one], Reruns(split=0.5, seeds=4000), np.random.default_rng(0))[0]
    values = list(one.recorded.values())
    assert mean(list(many.recorded.values())) == pytest.approx(mean(values), abs=0.01)
    assert deviation(list(many.found.values())) == pytest.approx(deviation(values), rel=0.1)
    both = np.corrcoef(list(many.recorded.values()), list(many.found.values()))[0, 1]
    assert both == pytest.approx(0.5, abs=0.05)
