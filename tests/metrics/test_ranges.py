import numpy as np
import pytest

from benchmark.metrics.ranges import range_based, range_f1_oracle
from tests.fixtures.series import FLAGS, LABELS, random_case

# prts 1.0.0.3 and aeon 1.6.0, alpha 0.2 and cardinality "reciprocal".
RECALLS = {
    "flat": 0.6031746031746031,
    "front": 0.6083028083028084,
    "middle": 0.5873015873015873,
    "back": 0.598046398046398,
}


@pytest.mark.parametrize(("bias", "recall"), RECALLS.items())
def test_values_of_other_packages(bias, recall):
    result = range_based(LABELS, FLAGS, 0.2, bias)
    assert result.recall == pytest.approx(recall, abs=1e-12)
    assert result.precision == pytest.approx(0.65, abs=1e-12)
    if bias == "flat":
        # TSB-AD 1.5, metric_RF1.
        assert result.f1 == pytest.approx(0.6257124762507917, abs=1e-12)


@pytest.mark.parametrize("seed", range(40))
def test_the_best_f1_equals_the_best_of_all_thresholds(seed):
    labels, scores = random_case(seed)
    bias = ("flat", "front", "middle", "back")[seed % 4]
    tried = [range_based(labels, scores >= cut, 0.3, bias).f1 for cut in np.unique(scores)]
    assert range_f1_oracle(labels, scores, 0.3, bias) == pytest.approx(max(tried), abs=1e-12)


def test_a_front_bias_rewards_early_flags():
    labels = np.arange(30) // 10 == 1
    early, late = np.arange(30) == 11, np.arange(30) == 18
    assert range_based(labels, early).recall == range_based(labels, late).recall
    assert range_based(labels, early, bias="front").recall > range_based(labels, late, bias="front").recall


def test_known_flaws():
    labels = np.arange(40) // 10 == 1
    apart = np.isin(np.arange(40), [12, 30, 32])
    bridged = np.isin(np.arange(40), [12, 30, 31, 32])
    assert range_based(labels, bridged).precision > range_based(labels, apart).precision
    one_piece, two_pieces = np.isin(np.arange(40), [12, 13]), np.isin(np.arange(40), [12, 14])
    assert range_based(labels, two_pieces).recall < range_based(labels, one_piece).recall
