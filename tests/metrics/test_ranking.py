import numpy as np
import pytest

from benchmark.metrics.point import point_metrics
from benchmark.metrics.ranking import auc_pr, auc_roc, best_f1, f1_oracle
from tests.fixtures.series import random_case


def test_a_perfect_a_constant_and_a_reversed_score():
    labels = np.arange(10) >= 8
    assert auc_roc(labels, np.arange(10)) == auc_pr(labels, np.arange(10)) == f1_oracle(labels, np.arange(10)) == 1
    assert auc_roc(labels, np.zeros(10)) == 0.5
    assert auc_pr(labels, np.zeros(10)) == pytest.approx(0.2)
    assert f1_oracle(labels, np.zeros(10)) == pytest.approx(2 * 0.2 / 1.2)
    assert auc_roc(labels, -np.arange(10)) == 0


@pytest.mark.parametrize("seed", range(30))
def test_the_best_f1_equals_the_best_of_all_thresholds(seed):
    labels, scores = random_case(seed)
    tried = [point_metrics(labels, scores >= cut)["f1"] for cut in np.unique(scores)]
    assert f1_oracle(labels, scores) == pytest.approx(max(tried), abs=1e-12)


@pytest.mark.parametrize("power", [-300, -30, 0, 30, 300])
def test_neighbouring_numbers_are_ranked_and_cut_apart_in_double_precision(power):
    # The two scores differ in the last bit only, and by nothing in single precision.
    low = 10.0**power
    labels = np.arange(12) % 4 == 0
    scores = np.where(labels, np.nextafter(low, np.inf), low)
    assert (auc_roc(labels, scores), auc_pr(labels, scores)) == (1, 1)
    best = best_f1(labels, scores)
    assert best.f1 == 1
    assert np.array_equal(scores > best.cut, labels)


def test_the_cut_between_very_large_numbers_is_finite():
    scores = np.array([-1.5e308, 1.5e308])
    assert best_f1([False, True], scores).cut == -1.5e308
