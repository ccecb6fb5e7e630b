import numpy as np
import pytest

from benchmark.metrics.point import point_metrics
from benchmark.metrics.ranking import auc_pr, auc_roc, f1_oracle
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
