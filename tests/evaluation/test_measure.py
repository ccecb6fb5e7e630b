import json
import re
from pathlib import Path

import numpy as np
import pytest

from benchmark.evaluation import thresholds
from benchmark.evaluation.measure import measure, measure_dependencies, measure_subgroups
from benchmark.interfaces.errors import UnknownNameError
from benchmark.metrics.catalogue import CATALOGUE, COLUMNS
from benchmark.metrics.evaluated import Evaluated
from benchmark.metrics.pate import pate
from benchmark.metrics.ranges import range_based
from tests.fixtures.series import measured_cases

GENERATOR = np.random.default_rng(0)
LABELS = np.arange(400) % 100 < 10
SCORES = (GENERATOR.normal(size=400) + 2 * LABELS).astype(np.float32)
VALIDATION = GENERATOR.normal(size=200).astype(np.float32)
IN_ORDER = {
    "VUS-ROC",
    "VUS-PR",
    "Affiliation-F1@val",
    "Event-F1@val",
    "ADR@val",
    "F1-PA@val",
    "F1-PA@oracle",
    "F1-PA-random@oracle",
}
RECORDED = json.loads(Path(__file__).with_name("rows.json").read_text("utf-8"))


@pytest.mark.parametrize("name", sorted(RECORDED))
def test_a_default_row_equals_the_recorded_one(name):
    # Recorded by a list of calls written by hand, before `measure` looped over the catalogue.
    row = measure(*measured_cases()[name])
    assert set(row) == set(RECORDED[name])
    for column, recorded in RECORDED[name].items():
        if isinstance(recorded, float):
            # The tail of ``pot`` is fitted by an iterative search.
            assert row[column] == pytest.approx(recorded, rel=1e-9 if column == "cut@pot" else 1e-12), column
        else:
            assert row[column] == recorded, column


def test_only_rows_in_time_order_have_metrics_of_events():
    rows = measure("unsupervised", VALIDATION, None, SCORES, LABELS)
    in_order = measure("unsupervised", VALIDATION, None, SCORES, LABELS, window=10)
    assert set(in_order) - set(rows) == IN_ORDER
    assert {name: in_order[name] for name in rows} == rows
    assert all(0 <= in_order[name] <= 1 for name in IN_ORDER)


def test_every_measured_column_is_in_the_catalogue():
    row = measure("unsupervised", VALIDATION, None, SCORES, LABELS, window=10)
    known = {metric.name for metric in CATALOGUE}
    for name in set(row) - {"policy", "points", "anomalous", "cut@val", "cut@pot", "cut@oracle"}:
        assert name in known or re.sub("@(val|pot|oracle)$", "@<cut>", name) in known


def test_other_metrics_are_measured_on_request_and_only_they():
    row = measure("unsupervised", VALIDATION, None, SCORES, LABELS, 10, ("PATE", "Range-F1@pot"))
    facts = {"policy", "points", "anomalous", "cut@val", "cut@pot", "cut@oracle"}
    assert set(row) == facts | {"PATE", "Range-F1@pot"}
    assert row["PATE"] == pate(LABELS, SCORES, 10, 10)
    assert row["Range-F1@pot"] == range_based(LABELS, thresholds.flag(SCORES, row["cut@pot"])).f1
    unordered = measure("unsupervised", VALIDATION, None, SCORES, LABELS, None, ("PATE", "MCC@pot"))
    assert set(unordered) == facts | {"MCC@pot"}
    with pytest.raises(UnknownNameError, match="unknown metric 'PATTE'"):
        measure("unsupervised", VALIDATION, None, SCORES, LABELS, 10, ("PATTE",))


def test_every_metric_of_the_catalogue_can_reach_a_row():
    row = measure("unsupervised", VALIDATION, None, SCORES, LABELS, 10, tuple(COLUMNS))
    assert set(COLUMNS) < set(row)


def test_undefined_metrics_are_null():
    row = measure("unsupervised", VALIDATION, None, SCORES, np.zeros(400, dtype=bool), window=10)
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


@pytest.mark.parametrize(
    ("supervision", "policy"), [("unsupervised", "val-q99"), ("supervised", "val-f1"), ("weak", "val-f1")]
)
def test_cuts_come_from_validation_alone(supervision, policy):
    validation_labels = None if policy == "val-q99" else np.arange(200) % 9 == 0
    one = measure(supervision, VALIDATION, validation_labels, SCORES, LABELS)
    two = measure(supervision, VALIDATION, validation_labels, 10 * SCORES + 3, np.roll(LABELS, 7))
    assert one["policy"] == policy
    assert (one["cut@val"], one["cut@pot"]) == (two["cut@val"], two["cut@pot"])
    if validation_labels is None:
        assert one["cut@val"] == thresholds.quantile(VALIDATION)
    else:
        assert one["cut@val"] == thresholds.best_f1(VALIDATION, validation_labels)


def test_each_column_holds_the_metric_of_its_name():
    row = measure("unsupervised", VALIDATION, None, SCORES, LABELS, window=10)
    compared, names = 0, {metric.name for metric in CATALOGUE}
    for cut in ("val", "pot", "oracle"):
        case = Evaluated(LABELS, SCORES, thresholds.flag(SCORES, row[f"cut@{cut}"]), 10)
        for metric in CATALOGUE:
            name = metric.name.replace("<cut>", cut)
            if name in row and (name == metric.name or name not in names):  # F1-PA@oracle has a cut of its own
                assert row[name] == pytest.approx(metric.compute(case)), name
                compared += 1
    assert compared > 30


def test_subgroups_share_the_cut_of_all_test_points():
    subgroups = np.array([0, 0, 1, 1, -1])
    scores, labels = np.float32([1, 2, 2, 1, 9]), np.array([0, 1, 0, 1, 1], dtype=bool)
    rows = measure_subgroups({"cut@val": 1.5}, subgroups, ("a", "b", "c"), scores, labels)
    assert (rows["a"]["F1@val"], rows["b"]["F1@val"]) == (1, 0)
    assert rows["c"] == {"points": 0, "anomalous": 0}
