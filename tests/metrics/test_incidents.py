"""Metrics of incidents, and AUC-PR at a stated share of anomalies."""

import numpy as np
import pytest
from hypothesis import given, settings
from sklearn.metrics import average_precision_score

from benchmark.interfaces.errors import DataError, ParameterError
from benchmark.metrics.evaluated import Evaluated
from benchmark.metrics.incidents import incidents_found, incidents_found_of, time_to_alert
from benchmark.metrics.ranking import PRIOR, auc_pr, auc_pr_at_prior
from tests.fixtures.series import cases

INCIDENTS = np.array([-1, 0, 0, 1, 1, 1, -1])
TIME = np.array([0, 1, 2, 3, 4, 5, 6]) * 1_000_000


def test_one_flag_finds_an_incident_and_flags_outside_find_none():
    assert incidents_found(INCIDENTS, [1, 0, 0, 0, 1, 0, 1]) == 0.5
    assert incidents_found(INCIDENTS, [1, 0, 0, 0, 0, 0, 1]) == 0
    assert incidents_found(INCIDENTS, [0, 0, 1, 0, 0, 1, 0]) == 1
    assert np.isnan(incidents_found([-1, -1], [1, 0]))


def test_time_runs_from_the_first_point_to_the_first_flag():
    assert time_to_alert(INCIDENTS, [0, 1, 0, 0, 0, 1, 0], TIME) == 1  # of 0 and 2 seconds
    assert np.isnan(time_to_alert(INCIDENTS, [0, 1, 0, 0, 0, 0, 0], TIME))  # half are missed
    assert np.isnan(time_to_alert([-1], [1], [0]))
    order = np.random.default_rng(0).permutation(7)
    flags = np.array([0, 0, 1, 0, 1, 0, 0])
    assert time_to_alert(INCIDENTS[order], flags[order], TIME[order]) == time_to_alert(INCIDENTS, flags, TIME)


def test_a_case_without_incidents_says_so():
    with pytest.raises(ParameterError, match="needs incidents"):
        incidents_found_of(Evaluated([0, 1], flags=[0, 1]))
    with pytest.raises(DataError, match="incidents"):
        Evaluated([0, 1], flags=[0, 1], incidents=[0])


@settings(deadline=None, max_examples=40)
@given(cases())
def test_auc_pr_at_the_share_of_the_data_is_auc_pr(case):
    labels, scores = case
    if 0 < labels.sum() < len(labels):
        assert auc_pr_at_prior(labels, scores, float(labels.mean())) == pytest.approx(auc_pr(labels, scores))
        assert auc_pr_at_prior(labels, labels) == pytest.approx(1)
        assert auc_pr_at_prior(labels, np.zeros(len(labels))) == pytest.approx(PRIOR)
    else:
        assert np.isnan(auc_pr_at_prior(labels, scores))


def test_the_prior_is_what_repeated_normal_points_would_give():
    labels = np.array([0, 0, 1, 0, 1])
    scores = np.array([0.1, 0.7, 0.6, 0.2, 0.9])
    repeated = np.concatenate([np.flatnonzero(labels), np.repeat(np.flatnonzero(labels == 0), 6)])
    expected = average_precision_score(labels[repeated], scores[repeated])
    assert auc_pr_at_prior(labels, scores, 2 / 20) == pytest.approx(expected)
