import json
import re
from pathlib import Path

import numpy as np
import pytest

from benchmark.evaluation import thresholds
from benchmark.evaluation.measure import (
    FALSE_ALARMS,
    false_alarms,
    measure,
    measure_dependencies,
    measure_subgroups,
)
from benchmark.evaluation.thresholds import Labelled
from benchmark.interfaces.errors import UnknownNameError
from benchmark.interfaces.protocol import Grouping
from benchmark.metrics.catalogue import CATALOGUE, COLUMNS
from benchmark.metrics.evaluated import Evaluated
from benchmark.metrics.pate import pate
from benchmark.metrics.ranges import range_based
from tests.fixtures.series import measured_cases

GENERATOR = np.random.default_rng(0)
LABELS = np.arange(400) % 100 < 10
SCORES = (GENERATOR.normal(size=400) + 2 * LABELS).astype(np.float32)
VALIDATION = GENERATOR.normal(size=200).astype(np.float32)
LABELLED = Labelled(GENERATOR.normal(size=90).astype(np.float32), np.arange(90) % 9 == 0)
POLICIES = ("val", "pot", "labelled", "share", "oracle")
FACTS = {"points", "anomalous", *(f"cut@{name}" for name in POLICIES)}
IN_ORDER = {
    "VUS-ROC",
    "VUS-PR",
    "Affiliation-F1@val",
    "Event-F1@val",
    "F1-PA@oracle",
    "F1-PA-random@oracle",
} | {
    f"{name}@{cut}"
    for name in ("ADR", "Precision-PA", "Recall-PA", "F1-PA")
    for cut in ("val", "pot", "labelled", "share")
}
RECORDED = json.loads(Path(__file__).with_name("rows.json").read_text("utf-8"))


@pytest.mark.parametrize("name", sorted(RECORDED))
def test_a_default_row_equals_the_recorded_one(name):
    # Recorded by calls written by hand; counts, means over classes and adjusted flags by scikit-learn.
    row = measure(*measured_cases()[name])
    assert set(row) == set(RECORDED[name])
    for column, recorded in RECORDED[name].items():
        if isinstance(recorded, float):
            # The tail of ``pot`` is fitted by an iterative search.
            assert row[column] == pytest.approx(recorded, rel=1e-9 if column == "cut@pot" else 1e-12), column
        else:
            assert row[column] == recorded, column


def test_only_rows_in_time_order_have_metrics_of_events():
    rows = measure(VALIDATION, SCORES, LABELS, LABELLED)
    in_order = measure(VALIDATION, SCORES, LABELS, LABELLED, window=10)
    assert set(in_order) - set(rows) == IN_ORDER
    assert {name: in_order[name] for name in rows} == rows
    assert all(0 <= in_order[name] <= 1 for name in IN_ORDER)


def test_every_measured_column_is_in_the_catalogue():
    row = measure(VALIDATION, SCORES, LABELS, LABELLED, window=10)
    known = {metric.name for metric in CATALOGUE}
    for name in set(row) - FACTS:
        assert name in known or re.sub(f"@({'|'.join(POLICIES)})$", "@<cut>", name) in known


def test_other_metrics_are_measured_on_request_and_only_they():
    row = measure(VALIDATION, SCORES, LABELS, LABELLED, 10, ("PATE", "Range-F1@pot"))
    assert set(row) == FACTS | {"PATE", "Range-F1@pot"}
    assert row["PATE"] == pate(LABELS, SCORES, 10, 10)
    assert row["Range-F1@pot"] == range_based(LABELS, thresholds.flag(SCORES, row["cut@pot"])).f1
    unordered = measure(VALIDATION, SCORES, LABELS, LABELLED, None, ("PATE", "MCC@pot"))
    assert set(unordered) == FACTS | {"MCC@pot"}
    with pytest.raises(UnknownNameError, match="unknown metric 'PATTE'"):
        measure(VALIDATION, SCORES, LABELS, LABELLED, 10, ("PATTE",))


def test_every_metric_of_the_catalogue_can_reach_a_row():
    row = measure(VALIDATION, SCORES, LABELS, LABELLED, 10, tuple(COLUMNS))
    assert set(COLUMNS) < set(row)


def test_undefined_metrics_are_null():
    row = measure(VALIDATION, SCORES, np.zeros(400, dtype=bool), LABELLED, window=10)
    assert {name for name in IN_ORDER if row[name] is None} == IN_ORDER
    assert row["Balanced-Accuracy@val"] is None
    assert row["F1@val"] == 0


def test_a_learned_graph_is_ranked_against_true_edges_without_the_diagonal():
    true = np.array([[False, True, False], [False, False, True], [False, False, False]])
    learned = np.array([[9.0, 0.9, 0.1], [0.8, 9.0, 0.7], [0.2, 0.1, 9.0]])
    row = measure_dependencies(learned, true)
    assert (row["pairs"], row["edges"]) == (6, 2)
    assert row["AUC-ROC"] == pytest.approx(7 / 8)
    assert row["AUC-ROC either way"] == 1.0
    against = np.array([[9.0, 0.1, 0.4], [0.9, 9.0, 0.4], [0.4, 0.4, 9.0]])
    edge = np.zeros((3, 3), dtype=bool)
    edge[1, 0] = True
    assert measure_dependencies(against, edge)["AUC-ROC either way"] == 1.0


def test_an_edge_in_either_direction_makes_a_pair_and_its_weight_is_the_mean_of_both():
    """Three pairs; the true edge 2 → 0 has the largest mean weight, though another direction has the largest weight."""
    learned = np.array([[0.0, 1.0, 0.6], [0.0, 0.0, 0.1], [0.6, 0.1, 0.0]])
    true = np.zeros((3, 3), dtype=bool)
    true[2, 0] = True
    row = measure_dependencies(learned, true)
    assert (row["pairs"], row["edges"]) == (6, 1)
    assert (row["AUC-ROC either way"], row["AUC-PR either way"]) == (1.0, 1.0)
    assert row["AUC-ROC"] == pytest.approx(3.5 / 5)
    assert measure_dependencies(learned, true.T) == row
    none = measure_dependencies(learned, np.zeros((3, 3), dtype=bool))
    assert (none["edges"], none["AUC-ROC"], none["AUC-PR either way"]) == (0, None, None)


def test_cuts_come_from_validation_alone():
    one = measure(VALIDATION, SCORES, LABELS, LABELLED)
    two = measure(VALIDATION, 10 * SCORES + 3, np.roll(LABELS, 7), LABELLED)
    cuts = [f"cut@{name}" for name in POLICIES if name != "oracle"]
    assert [one[cut] for cut in cuts] == [two[cut] for cut in cuts]
    assert one["cut@val"] == thresholds.quantile(VALIDATION)
    assert one["cut@pot"] == thresholds.pot(VALIDATION)
    assert one["cut@labelled"] == thresholds.best_f1(*LABELLED)
    assert one["cut@share"] == thresholds.known_share(*LABELLED)


def test_without_labelled_validation_only_columns_of_its_policies_are_missing():
    whole = measure(VALIDATION, SCORES, LABELS, LABELLED, window=10)
    without = measure(VALIDATION, SCORES, LABELS, None, window=10)
    assert {name: whole[name] for name in without} == without
    assert {name.partition("@")[2] for name in set(whole) - set(without)} == {"labelled", "share"}


def test_each_column_holds_the_metric_of_its_name():
    row = measure(VALIDATION, SCORES, LABELS, LABELLED, window=10)
    compared, names = 0, {metric.name for metric in CATALOGUE}
    for cut in POLICIES:
        case = Evaluated(LABELS, SCORES, thresholds.flag(SCORES, row[f"cut@{cut}"]), 10)
        for metric in CATALOGUE:
            name = metric.name.replace("<cut>", cut)
            if name in row and (name == metric.name or name not in names):  # F1-PA@oracle has a cut of its own
                assert row[name] == pytest.approx(metric.compute(case)), name
                compared += 1
    assert compared > 80


def test_subgroups_share_the_cuts_of_all_test_points():
    grouping = Grouping(np.array([0, 0, 1, 1, -1], np.int8), ("a", "b", "c"), with_normal=False)
    scores, labels = np.float32([1, 2, 2, 1, 9]), np.array([0, 1, 0, 1, 1], dtype=bool)
    rows = measure_subgroups({"cut@val": 1.5, "cut@oracle": 0.5}, grouping, scores, labels)
    assert (rows["a"]["F1@val"], rows["b"]["F1@val"]) == (1, 0)
    assert (rows["a"]["F1@oracle"], rows["b"]["F1@oracle"]) == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert (rows["a"]["AUC-ROC"], rows["b"]["AUC-ROC"]) == (1, 0)
    assert (rows["a"]["points"], rows["a"]["anomalous"]) == (2, 1)
    assert not [name for name in rows["a"] if name.endswith(("@pot", "@labelled"))]
    assert rows["c"] == {"points": 0, "anomalous": 0}


def test_a_kind_of_anomaly_is_measured_against_all_normal_points():
    labels = np.array([0, 0, 0, 1, 1, 1], dtype=bool)
    grouping = Grouping(np.array([-1, -1, -1, 0, 0, 1], np.int8), ("found", "missed", "none"), with_normal=True)
    scores = np.array([1.0, 2, 3, 9, 4, 0])
    rows = measure_subgroups({"cut@val": 5.0, "cut@pot": -1.0}, grouping, scores, labels)
    assert rows["found"] == {
        "points": 5,
        "anomalous": 2,
        "AUC-ROC": 1.0,
        "AUC-PR": 1.0,
        "Recall@val": 0.5,
        "Recall@pot": 1.0,
    }
    assert (rows["missed"]["AUC-ROC"], rows["missed"]["Recall@val"]) == (0, 0)
    assert (rows["missed"]["points"], rows["missed"]["anomalous"]) == (4, 1)
    assert rows["none"] == {"points": 0, "anomalous": 0}


@pytest.mark.parametrize("power", [-100, -10, 10, 100])
def test_the_unit_of_scores_moves_no_column(power):
    unit = 2.0**power  # scales numbers without rounding
    row = measure(VALIDATION, SCORES, LABELS, LABELLED, window=10)
    scaled = Labelled(unit * LABELLED.scores, LABELLED.labels)
    other = measure(unit * VALIDATION, unit * SCORES, LABELS, scaled, window=10)
    for name in row:
        assert other[name] == (unit * row[name] if name.startswith("cut") else row[name]), name


def test_listed_points_have_the_false_alarms_that_come_with_finding_them():
    labels = np.array([0, 0, 0, 1, 1, 1], dtype=bool)
    scores = np.array([1.0, 2, 3, 9, 2, 0])
    grouping = Grouping(np.array([-1, -1, -1, 0, 0, 1], np.int8), ("a", "b"), with_normal=True, listed=True)
    rows = measure_subgroups({"cut@val": 5.0}, grouping, scores, labels)
    # Above all; level with the middle one, so that it is flagged too; below all.
    assert (rows["a"][FALSE_ALARMS], rows["b"][FALSE_ALARMS]) == ([0, 2], [3])
    assert all(isinstance(count, int) for count in rows["a"][FALSE_ALARMS])


def test_a_cut_that_flags_a_listed_point_flags_so_many_normal_ones():
    for cost, score in zip(false_alarms(SCORES[~LABELS], SCORES[LABELS]), SCORES[LABELS], strict=True):
        assert cost == int((SCORES[~LABELS] >= score).sum())
