import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from benchmark.interfaces.errors import DataError
from benchmark.metrics.point import confusion, point_metrics

marks = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=50).map(lambda rows: np.array(rows).T)


@pytest.mark.filterwarnings("ignore:A single label was found")
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
        for average in ("macro", "weighted"):
            expected = theirs(labels, flags, average=average, zero_division=0)
            assert ours[f"{average}_{name}"] == pytest.approx(expected), (average, name)
    assert ours["mcc"] == pytest.approx(metrics.matthews_corrcoef(labels, flags), abs=1e-12)
    if labels.any() and not labels.all():
        assert ours["balanced_accuracy"] == pytest.approx(metrics.balanced_accuracy_score(labels, flags))
    else:
        assert np.isnan(ours["balanced_accuracy"])
    # The share of flagged normal points is one less the recall of the normal class.
    specificity = metrics.recall_score(labels, flags, pos_label=0, zero_division=np.nan)
    assert ours["false_alarm_rate"] == pytest.approx(1 - specificity, nan_ok=True)
    assert sum(confusion(labels, flags)) == len(labels)


def test_a_class_that_is_nowhere_does_not_enter_a_macro_mean():
    nothing = point_metrics(np.zeros(5, dtype=bool), np.zeros(5, dtype=bool))
    assert (nothing["macro_f1"], nothing["weighted_f1"]) == (1, 1)
    one_false_alarm = point_metrics(np.zeros(5, dtype=bool), np.arange(5) == 0)
    assert one_false_alarm["macro_recall"] == pytest.approx((0 + 4 / 5) / 2)
    assert one_false_alarm["false_alarm_rate"] == 1 / 5


def test_length_mismatch_is_refused():
    with pytest.raises(DataError, match="3 labels and 4 flags"):
        point_metrics(np.zeros(3, dtype=bool), np.zeros(4, dtype=bool))
