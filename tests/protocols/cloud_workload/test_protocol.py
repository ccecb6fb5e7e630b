"""The protocol of the cloud workload table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier

from benchmark.interfaces.errors import DataError, ParameterError
from benchmark.interfaces.registry import DATASETS, PROTOCOLS
from benchmark.protocols.cloud_workload.events import KINDS
from benchmark.protocols.cloud_workload.protocol import stressed


@pytest.fixture(scope="module")
def recordings():
    return DATASETS.build("cloud-workload").load("twin")


def task(recordings, body="", seed=0):
    (only,) = PROTOCOLS.build(f"cloud-workload[{body}]").tasks("cloud-workload", recordings, seed)
    return only


def test_the_split_is_in_time_order(recordings):
    made = task(recordings)
    assert [len(part) for part in (made.train, made.validation, made.test)] == [3000, 500, 1500]
    time = np.concatenate([part.time for part in (made.train, made.validation, made.test)])
    assert np.array_equal(time, recordings[0].time)


def test_shares_of_anomalous_rows(recordings):
    made = task(recordings)
    assert [int(part.labels.sum()) for part in (made.train, made.validation, made.test)] == [60, 50, 150]
    more = task(recordings, "share=0.3,contamination=0.1")
    assert [int(part.labels.sum()) for part in (more.train, more.validation, more.test)] == [300, 150, 450]


def test_both_views_train_on_the_same_rows_and_only_one_validates_on_events(recordings):
    made = task(recordings)
    assert np.array_equal(made.train.values, made.train_unlabelled.values)
    original = recordings[0].values[3000:3500]
    assert np.array_equal(made.validation_unlabelled.values, original)
    assert not np.array_equal(made.validation.values, original)
    clean = task(recordings, "contamination=0")
    assert np.array_equal(clean.train_unlabelled.values, recordings[0].values[:3000])


def test_detectors_without_labels_get_none(recordings):
    made = task(recordings)
    for part in (*made.for_fit("unsupervised"), made.test_inputs):
        assert part.labels is None
        assert not part.covariates
    assert all(part.labels is not None for part in made.for_fit("weak"))


def test_event_numbers_of_the_test_part_are_its_runs_of_labels(recordings):
    test = task(recordings).test
    starts = np.flatnonzero(np.diff(np.r_[0, test.labels.astype(int)]) == 1)
    assert len(starts) == test.covariates["event"].max()
    assert test.covariates["event"][starts].tolist() == list(range(1, len(starts) + 1))


def test_severities_have_the_same_events_and_seeds_do_not(recordings):
    made, severe, other = task(recordings), task(recordings, "severity=severe"), task(recordings, seed=1)
    assert np.array_equal(made.test.labels, severe.test.labels)
    assert not np.array_equal(made.test.values, severe.test.values)
    assert not np.array_equal(made.test.labels, other.test.labels)
    assert np.array_equal(made.test.values, task(recordings).test.values)


def test_changing_test_rows_changes_no_data_of_the_fit(recordings):
    spoiled = recordings[0].values.copy()
    spoiled[3500:] *= 3
    made, again = task(recordings), task([replace(recordings[0], values=spoiled)])
    assert np.array_equal(made.train.values, again.train.values)
    assert np.array_equal(made.validation.values, again.validation.values)


def test_the_rule_labels_rows_and_changes_no_value(recordings):
    made = task(recordings, "scenario=rule")
    parts = (made.train, made.validation, made.test)
    assert np.array_equal(np.concatenate([part.values for part in parts]), recordings[0].values)
    labels = np.concatenate([part.labels for part in parts])
    assert 0.08 < labels.mean() < 0.12
    assert np.array_equal(made.validation_unlabelled.values, made.validation.values)


def test_the_rule_by_hand(recordings):
    calm = recordings[0].take(slice(5))
    values = np.tile(np.float32([50, 4000, 1000, 5, 300, 100, 500, 1]), (5, 1))
    values[1, [0, 4]] = 75, 800  # processor and waiting time
    values[2, [1, 7]] = 6500, 4.5  # memory and errors
    values[3, [0, 1]] = 90, 8000  # demand alone
    values[4, [4, 7]] = 1000, 5  # symptoms alone
    assert stressed(replace(calm, values=values)).tolist() == [False, True, True, False, False]


def test_rows_takes_the_first_ones(recordings):
    made = task(recordings, "rows=1000")
    assert [len(part) for part in (made.train, made.validation, made.test)] == [600, 100, 300]
    assert np.array_equal(made.validation_unlabelled.values, recordings[0].values[600:700])


def test_impossible_parameters_are_one_clear_error(recordings):
    with pytest.raises(ParameterError, match=r"use a smaller share or more rows"):
        task(recordings, "rows=60,share=0.4")
    with pytest.raises(DataError, match="0 rows for"):
        task(recordings, "rows=2")
    with pytest.raises(ParameterError, match="share"):
        PROTOCOLS.build("cloud-workload[share=0.5]")


def test_kinds_of_events_are_a_grouping_of_the_injected_scenario_alone(recordings):
    made = task(recordings)
    kind = made.groupings["kind"]
    assert kind.names == KINDS
    assert kind.with_normal
    assert np.array_equal(kind.index, made.test.covariates["kind"] - 1)
    assert not task(recordings, "scenario=rule").groupings


def test_hidden_validation_labels_are_those_of_the_rows_that_thresholds_see(recordings):
    assert not task(recordings).hidden_validation_labels.any()
    rule = task(recordings, "scenario=rule")
    assert np.array_equal(rule.hidden_validation_labels, rule.validation.labels)


def test_no_rule_on_one_or_two_channels_finds_a_kind_for_certain(recordings):
    """The best rule of labelled training rows: no leaf has a precision of .9 and half of a kind in test."""
    made = task(recordings, "share=0.3,contamination=0.3")
    train, test = (part.covariates["kind"] for part in (made.train, made.test))
    for code in range(1, 4):
        known, asked = (kinds[np.isin(kinds, (0, code))] > 0 for kinds in (train, test))
        rule = DecisionTreeClassifier(max_depth=2, criterion="entropy", random_state=0)
        leaves = rule.fit(made.train.values[np.isin(train, (0, code))], known).apply(
            made.test.values[np.isin(test, (0, code))]
        )
        for leaf in np.unique(leaves):
            inside = leaves == leaf
            assert not (asked[inside].mean() >= 0.9 and (asked & inside).sum() >= 0.5 * asked.sum()), KINDS[code - 1]
