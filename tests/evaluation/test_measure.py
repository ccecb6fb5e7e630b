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
def test_a_default_row_is_the_recorded_one(name):
    # Recorded by a list of calls written by hand, before `measure` looped over the catalogue.
    row = measure(*measured_cases()[name])
    assert set(row) == set(RECORDED[name])
    for column, recorded in RECORDED[name].items():
        if isinstance(recorded, float):
            # The tail of ``pot`` is fitted by an iterative search.
            assert row[column] == pytest.approx(recorded, rel=1e-9 if column == "cut@pot" else 1e-12), column
        else:
            assert row[column] == recorded, column


def test_rows_in_order_of_time_get_metrics_of_events_and_others_do_not():
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


def test_what_is_undefined_is_null():
    row = measure("unsupervised", VALIDATION, None, SCORES, np.zeros(400, dtype=bool), window=10)
    assert {name for name in IN_ORDER if row[name] is None} == IN_ORDER
    assert row["Balanced-Accuracy@val"] is None
    assert row["F1@val"] == 0


def test_a_learned_graph_is_ranked_against_true_edges_without_the_diagonal():
    true = np.array([[False, True, False], [False, False, True], [False, False, False]])
    learned = np.array([[9.0, 0.9, 0.1], [0.8, 9.0, 0.7], [0.2, 0.1, 9.0]])
    found = measure_dependencies(learned, true)
    assert (found["pairs"], found["edges"]) == (6, 2)
    assert found["AUC-ROC"] == pytest.approx(7 / 8)
    assert found["AUC-ROC either way"] == 1.0
    against = np.array([[9.0, 0.1, 0.4], [0.9, 9.0, 0.4], [0.4, 0.4, 9.0]])
    edge = np.zeros((3, 3), dtype=bool)
    edge[1, 0] = True
    assert measure_dependencies(against, edge)["AUC-ROC either way"] == 1.0


@pytest.mark.parametrize(
    ("supervision", "policy"), [("unsupervised", "val-q99"), ("supervised", "val-f1"), ("weak", "val-f1")]
)
def test_cuts_come_from_validation_alone(supervision, policy):
    told = None if policy == "val-q99" else np.arange(200) % 9 == 0
    one = measure(supervision, VALIDATION, told, SCORES, LABELS)
    two = measure(supervision, VALIDATION, told, 10 * SCORES + 3, np.roll(LABELS, 7))
    assert one["policy"] == policy
    assert (one["cut@val"], one["cut@pot"]) == (two["cut@val"], two["cut@pot"])
    expected = thresholds.quantile(VALIDATION) if told is None else thresholds.best_f1(VALIDATION, told)
    assert one["cut@val"] == expected


def test_columns_hold_what_they_are_named_after():
    row = measure("unsupervised", VALIDATION, None, SCORES, LABELS, window=10)
    compared, names = 0, {metric.name for metric in CATALOGUE}
    for place in ("val", "pot", "oracle"):
        case = Evaluated(LABELS, SCORES, thresholds.flag(SCORES, row[f"cut@{place}"]), 10)
        for metric in CATALOGUE:
            name = metric.name.replace("<cut>", place)
            if name in row and (name == metric.name or name not in names):  # F1-PA@oracle has a cut of its own
                assert row[name] == pytest.approx(metric.compute(case)), name
                compared += 1
    assert compared > 30


def test_strata_share_the_cut_of_the_whole():
    subgroups = np.array([0, 0, 1, 1, -1])
    scores, labels = np.float32([1, 2, 2, 1, 9]), np.array([0, 1, 0, 1, 1], dtype=bool)
    found = measure_subgroups({"cut@val": 1.5}, subgroups, ("a", "b", "c"), scores, labels)
    assert (found["a"]["F1@val"], found["b"]["F1@val"]) == (1, 0)
    assert found["c"] == {"points": 0, "anomalous": 0}
