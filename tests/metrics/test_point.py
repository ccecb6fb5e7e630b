import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from benchmark.metrics.point import confusion, point_metrics
from benchmark.metrics.ranking import auc_pr, auc_roc

marks = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=50).map(lambda rows: np.array(rows).T)


@given(marks)
def test_agrees_with_scikit_learn(pair):
    labels, flags = pair
    ours = point_metrics(labels, flags)
    assert ours["accuracy"] == pytest.approx(metrics.accuracy_score(labels, flags))
    for name, theirs in (
        ("precision", metrics.precision_score),
        ("recall", metrics.recall_score),
        ("f1", metrics.f1_score),
    ):
        assert ours[name] == pytest.approx(theirs(labels, flags, zero_division=0))
    assert sum(confusion(labels, flags)) == len(labels)


def test_length_mismatch_is_refused():
    with pytest.raises(ValueError, match="labels"):
        point_metrics(np.zeros(3, dtype=bool), np.zeros(4, dtype=bool))


def test_ranking_metrics_of_a_perfect_a_constant_and_a_reversed_score():
    labels = np.arange(10) >= 8
    assert auc_roc(labels, np.arange(10)) == 1
    assert auc_pr(labels, np.arange(10)) == 1
    assert auc_roc(labels, np.zeros(10)) == 0.5
    assert auc_pr(labels, np.zeros(10)) == pytest.approx(0.2)
    assert auc_roc(labels, -np.arange(10)) == 0


@pytest.mark.parametrize("labels", [np.zeros(4, dtype=bool), np.ones(4, dtype=bool)])
def test_one_class_leaves_ranking_metrics_undefined(labels):
    assert np.isnan(auc_roc(labels, np.arange(4)))
    assert np.isnan(auc_pr(labels, np.arange(4)))
