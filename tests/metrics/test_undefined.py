"""The table of `benchmark.metrics`, for every metric of the catalogue."""

import numpy as np
import pytest
from sklearn import metrics as sklearn_metrics

from benchmark.interfaces.errors import DataError
from benchmark.metrics.catalogue import CATALOGUE
from benchmark.metrics.evaluated import Evaluated


def each(metrics):
    return pytest.mark.parametrize("metric", list(metrics), ids=lambda metric: metric.name)


BY_NAME = each(CATALOGUE)
AT_CUT = each(metric for metric in CATALOGUE if metric.threshold == "cut")
OF_A_SCORE = each(m for m in CATALOGUE if m.threshold != "cut" and m.name != "F1-PA-random@oracle")
OF_TWO = each(metric for metric in CATALOGUE if metric.name != "F1-PA-random@oracle")
POINT_WISE = tuple(m.name for m in CATALOGUE if m.threshold == "cut" and not m.sequential)
POINTS = np.arange(30.0)


def value(metric, labels, scores=POINTS, flags=None, window=4):
    flags = np.asarray(scores) > 20 if flags is None else flags
    return metric.compute(Evaluated(np.asarray(labels), np.asarray(scores), np.asarray(flags), window))


def is_point_wise(metric):
    return metric.name.replace("oracle", "<cut>") in POINT_WISE


def mean_of_classes(metric, labels, flags):
    """Value of scikit-learn for a macro or weighted mean; None for any other metric."""
    average, _, name = metric.name.split("@")[0].lower().partition("-")
    if average not in ("macro", "weighted"):
        return None
    return getattr(sklearn_metrics, f"{name}_score")(labels, flags, average=average, zero_division=0)


@BY_NAME
def test_no_anomaly(metric):
    labels = np.zeros(30, dtype=bool)
    result, mean = value(metric, labels), mean_of_classes(metric, labels, POINTS > 20)
    if mean is not None:
        assert result == pytest.approx(mean)
    elif not is_point_wise(metric) or metric.name.startswith("Balanced"):
        assert np.isnan(result)
    elif metric.name.startswith("Accuracy"):
        assert result == 21 / 30
    elif metric.name.startswith("False-Alarm-Rate"):
        assert result == 9 / 30
    else:
        assert result == 0


@BY_NAME
def test_all_anomalies(metric):
    result = value(metric, np.ones(30, dtype=bool))
    areas = ("AUC-ROC", "AUC-PR", "R-AUC-ROC", "R-AUC-PR", "VUS-ROC", "VUS-PR", "PATE")
    of_normal_points = ("Balanced-Accuracy@<cut>", "False-Alarm-Rate@<cut>")
    assert np.isnan(result) == (metric.name in areas + of_normal_points)
    if metric.threshold == "oracle":
        assert result == 1


@AT_CUT
def test_no_flag(metric):
    none = np.zeros(30, dtype=bool)
    result, mean = value(metric, POINTS > 20, flags=none), mean_of_classes(metric, POINTS > 20, none)
    if mean is not None:
        assert result == pytest.approx(mean)
    elif metric.name.startswith("Delay"):
        assert np.isnan(result)
    else:
        assert result == {"Accuracy@<cut>": 21 / 30, "Balanced-Accuracy@<cut>": 0.5}.get(metric.name, 0)


@OF_A_SCORE
def test_a_constant_score_is_one_threshold_that_flags_everything(metric):
    labels = POINTS > 20
    constant = value(metric, labels, scores=np.full(30, 3.25))
    assert 0 < constant < 1
    if metric.name.startswith(("F1", "Range", "Affiliation")):
        at_cut = next(m for m in CATALOGUE if m.name == metric.name.replace("oracle", "<cut>"))
        assert constant == pytest.approx(value(at_cut, labels, flags=np.ones(30, dtype=bool)))


@BY_NAME
def test_one_point(metric):
    for label in (False, True):
        result = value(metric, [label], [0.5], [True])
        assert np.isnan(result) or 0 <= result <= 1


@OF_A_SCORE
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_score_that_is_not_finite_is_refused_by_position(metric, bad):
    scores = POINTS.copy()
    scores[[7, 9]] = bad
    with pytest.raises(DataError, match=f"score of point 7 is {bad}; 2 of 30 are not finite"):
        value(metric, POINTS > 20, scores, POINTS > 3)


@OF_TWO
def test_lengths_that_differ_are_refused(metric):
    with pytest.raises(DataError, match="30 labels and 29"):
        value(metric, POINTS > 20, POINTS[1:], POINTS[1:] > 3)


@BY_NAME
def test_labels_and_flags_other_than_0_and_1_are_refused_by_position(metric):
    labels = (POINTS > 20).astype(int)
    assert np.isfinite(value(metric, labels))
    labels[4] = 2
    with pytest.raises(DataError, match="label of point 4 is 2: it has to be 0 or 1"):
        value(metric, labels)
    if metric.threshold == "cut":
        with pytest.raises(DataError, match="flag of point 4 is 2"):
            value(metric, POINTS > 20, flags=labels)


@BY_NAME
def test_empty_and_two_dimensional_input_is_refused(metric):
    with pytest.raises(DataError, match="one point at least"):
        value(metric, [], [], [])
    with pytest.raises(DataError, match="one a point"):
        value(metric, np.zeros((3, 2), dtype=bool))
