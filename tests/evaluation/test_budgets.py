"""Budgets of false alarms: the cut of a budget, and the columns that only tasks with budgets have."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmark.evaluation import operating, thresholds
from benchmark.evaluation.measure import measure, measure_subgroups
from benchmark.interfaces.protocol import Grouping
from benchmark.metrics.catalogue import DEFAULT

GENERATOR = np.random.default_rng(1)
LABELS = np.arange(400) % 8 == 0
SCORES = (GENERATOR.normal(size=400) + 2 * LABELS).astype(np.float32)
VALIDATION = GENERATOR.normal(size=300).astype(np.float32)
BUDGETS = (0.001, 0.01, 0.05)

normal = st.lists(st.integers(-3, 3), min_size=1, max_size=120).map(lambda values: np.array(values, np.float32))


@settings(deadline=None)
@given(normal, st.floats(1e-4, 0.999))
def test_the_cut_of_a_budget_is_the_smallest_that_keeps_it(scores, budget):
    cut = thresholds.budget_cut(scores, budget)
    assert np.count_nonzero(scores > cut) <= budget * len(scores) + 1e-6
    smaller = np.nextafter(np.float64(cut), -np.inf)
    assert np.count_nonzero(scores.astype(np.float64) > smaller) > budget * len(scores) - 1e-6


@settings(deadline=None)
@given(normal, st.integers(1, 40))
def test_a_larger_budget_never_has_a_higher_cut(scores, steps):
    cuts = [thresholds.budget_cut(scores, budget) for budget in np.linspace(0.01, 0.99, steps)]
    assert cuts == sorted(cuts, reverse=True)


def test_a_budget_that_is_a_whole_number_of_points_is_spent_whole():
    # 0.01 · 2900 is 28.999… in floating-point numbers.
    scores = np.arange(2900, dtype=np.float32)
    assert np.count_nonzero(scores > thresholds.budget_cut(scores, 0.01)) == 29
    assert thresholds.budget_name(0.001) == "0.1%"
    assert thresholds.budget_name(0.05) == "5%"


def test_rules_that_are_silent_on_normal_points_find_every_match_at_every_budget():
    validation, scores = np.zeros(200), np.where(LABELS, np.arange(400) % 16 == 0, 0).astype(np.float32)
    row = measure(validation, scores, LABELS, budgets=BUDGETS)
    for policy in ("0.1%", "1%", "5%", "1%-test"):
        assert row[f"cut@{policy}"] == 0
        assert row[f"Recall@{policy}"] == 0.5
        assert row[f"False-Alarm-Rate@{policy}"] == 0


def test_matches_of_one_score_that_exceed_a_budget_flag_nothing_within_it():
    validation = (np.arange(200) < 4).astype(np.float32)  # 2 % of normal points match
    row = measure(validation, LABELS.astype(np.float32), LABELS, budgets=BUDGETS)
    assert (row["Recall@1%"], row["Recall@5%"]) == (0, 1)
    graded = np.where(np.arange(200) < 1, 2, validation)
    assert measure(graded, 2 * LABELS, LABELS, budgets=BUDGETS)["Recall@1%"] == 1  # 0.5 % have the higher score


def test_cuts_of_validation_do_not_know_the_test_and_those_of_the_test_keep_its_rate():
    row = measure(VALIDATION, SCORES, LABELS, budgets=BUDGETS)
    other = measure(VALIDATION, SCORES + 1, LABELS, budgets=BUDGETS)
    for name in ("0.1%", "1%", "5%"):
        assert row[f"cut@{name}"] == other[f"cut@{name}"]
        assert row[f"Recall@{name}-test"] == other[f"Recall@{name}-test"]
        assert row[f"False-Alarm-Rate@{name}-test"] <= float(name[:-1]) / 100
    assert other["False-Alarm-Rate@1%"] > 0.05  # scores have moved, cuts have not


def test_without_budgets_a_row_is_as_before():
    before = measure(VALIDATION, SCORES, LABELS)
    with_budgets = measure(VALIDATION, SCORES, LABELS, budgets=BUDGETS)
    assert {name: with_budgets[name] for name in before} == before
    assert not [name for name in before if "%" in name or "prior" in name]
    added = {name.partition("@")[0] for name in set(with_budgets) - set(before)}
    assert added == {"cut", "Recall", "False-Alarm-Rate", "AUC-PR"}
    asked = measure(VALIDATION, SCORES, LABELS, metrics=("F1@1%", *DEFAULT), budgets=BUDGETS)
    assert "F1@1%" in asked
    assert "F1@1%" not in measure(VALIDATION, SCORES, LABELS, metrics=("F1@1%", *DEFAULT))


def test_incidents_are_found_by_one_flag_and_a_missed_one_takes_for_ever():
    incidents = np.array([0, 0, 1, 1, 2, -1, -1, -1])
    scores = np.array([0, 9, 9, 0, 0, 0, 0, 1], np.float32)
    time = np.array([0, 5, 2, 7, 4, 0, 1, 2]) * 1_000_000
    row = measure(np.zeros(99), scores, incidents >= 0, budgets=(0.01,), incidents=incidents, time=time)
    assert row["Incidents@1%"] == pytest.approx(2 / 3)
    assert row["Time-To-Alert@1%"] == 5  # the median of 5, 0 and infinity
    nothing = measure(np.zeros(99) + 9, scores, incidents >= 0, budgets=(0.01,), incidents=incidents, time=time)
    assert (nothing["Incidents@1%"], nothing["Time-To-Alert@1%"]) == (0, None)
    untimed = measure(np.zeros(99), scores, incidents >= 0, budgets=(0.01,), incidents=incidents)
    assert "Incidents@1%" in untimed
    assert "Time-To-Alert@1%" not in untimed


def test_each_subgroup_of_attacks_has_its_recall_at_every_budget_and_its_curve():
    index = np.where(LABELS, np.arange(400) % 16 // 8, -1).astype(np.int8)
    row = measure(VALIDATION, SCORES, LABELS, budgets=BUDGETS)
    found = measure_subgroups(row, Grouping(index, ("a", "b"), with_normal=True), SCORES, LABELS, BUDGETS)
    for policy in ("0.1%", "1%", "5%", "5%-test"):
        assert np.mean([found[name][f"Recall@{policy}"] for name in "ab"]) == pytest.approx(row[f"Recall@{policy}"])
    whole = operating.operating_points(SCORES, LABELS)
    assert np.allclose(np.mean([found[name]["curve"] for name in "ab"], axis=0), whole["recall"])
    assert found["a"]["curve"] == sorted(found["a"]["curve"])
    assert whole["recall"][operating.RATES.index(0.05)] == row["Recall@5%-test"]
    assert all(realised <= rate for realised, rate in zip(whole["false_alarm_rate"], operating.RATES, strict=True))
    load = measure_subgroups(
        row, Grouping(np.zeros(400, np.int8), ("all",), with_normal=False), SCORES, LABELS, BUDGETS
    )
    assert load["all"]["False-Alarm-Rate@1%"] == row["False-Alarm-Rate@1%"]


def test_one_class_alone_has_no_curve():
    everything = operating.operating_points(SCORES, np.ones(400, bool))
    assert everything == {"false_alarm_rate": [], "recall": []}
    assert operating.operating_points(SCORES, np.zeros(400, bool))["recall"] == []
