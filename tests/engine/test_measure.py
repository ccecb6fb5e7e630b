import re

import numpy as np
import pytest

from benchmark.engine.measure import measure, measure_dependencies
from benchmark.metrics.catalogue import CATALOGUE

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
