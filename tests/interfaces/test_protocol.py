"""Tasks and their groupings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmark.interfaces.errors import DataError
from benchmark.interfaces.protocol import Grouping, PublishedRules, Task
from benchmark.interfaces.recording import Recording

LABELS = np.array([False, True, False, True])


def part(labels=LABELS):
    count = 4 if labels is None else len(labels)
    return Recording("rows", np.zeros((count, 1), np.float32), ("x",), labels=labels)


def task(**changes):
    parts = {"train": part(), "validation": part(), "test": part()}
    unlabelled = {"train_unlabelled": part().unlabelled(), "validation_unlabelled": part().unlabelled()}
    return Task(name="rows", **{**parts, **unlabelled, **changes})


def test_only_validation_with_labels_of_both_classes_is_labelled():
    made = task()
    assert made.labelled_validation is made.validation
    assert task(validation=part(None)).labelled_validation is None
    for uniform in (False, True):
        assert task(validation=part(np.full(4, uniform))).labelled_validation is None


def test_no_supervision_but_that_of_labels_gets_them():
    for supervision in ("none", "unsupervised"):
        assert all(one.labels is None for one in task().for_fit(supervision))
    for supervision in ("weak", "supervised"):
        assert all(one.labels is LABELS for one in task().for_fit(supervision))


@pytest.mark.parametrize("name", ["train_unlabelled", "validation_unlabelled"])
def test_no_part_of_an_unsupervised_detector_carries_a_label(name):
    with pytest.raises(ValueError, match="an unlabelled part carries labels"):
        task(**{name: part()})


@pytest.mark.parametrize("name", ["train", "validation", "test"])
def test_every_part_has_a_row_and_the_test_part_has_labels(name):
    with pytest.raises(DataError, match=f"'rows' leaves 0 rows for {name}"):
        task(**{name: part(LABELS[:0])})
    with pytest.raises(DataError, match="'rows' has no labels"):
        task(test=part(None))


def test_rules_keep_whole_batches_of_whole_windows():
    rules = PublishedRules(window=10, batch=3, ratio=1.0)
    assert [rules.kept(points) for points in (29, 30, 59, 60, 65)] == [0, 30, 30, 60, 60]


def test_an_index_needs_a_name():
    assert Grouping(np.array([-1, 0, 1], np.int8), ("a", "b"), with_normal=False).names == ("a", "b")
    for wrong in (2, -2):
        with pytest.raises(ValueError, match="do not fit 2 names"):
            Grouping(np.array([0, wrong], np.int8), ("a", "b"), with_normal=False)


def test_points_are_listed_against_all_normal_ones_only():
    assert Grouping(np.array([-1, 0], np.int8), ("a",), with_normal=True, listed=True).listed
    with pytest.raises(ValueError, match="listed needs with_normal"):
        Grouping(np.array([-1, 0], np.int8), ("a",), with_normal=False, listed=True)


def test_groupings_and_hidden_labels_fit_the_rows_that_they_describe():
    kind = Grouping(np.array([-1, 0, -1, 0], np.int8), ("a",), with_normal=True)
    assert task(groupings={"kind": kind}, hidden_validation_labels=LABELS).groupings["kind"] is kind
    with pytest.raises(ValueError, match=r"'kind' .* does not fit 4 test points"):
        task(groupings={"kind": replace(kind, index=kind.index[:3])})
    with pytest.raises(ValueError, match="normal points are in them"):
        task(groupings={"kind": replace(kind, index=np.zeros(4, np.int8))})
    with pytest.raises(ValueError, match="do not fit 4 validation rows"):
        task(hidden_validation_labels=LABELS[:3])
