"""Under every registered protocol and policy: does a perfect score reach the best value, and is chance at its floor?"""

from dataclasses import replace

import numpy as np
import pytest

from baselines.perfect import Perfect
from baselines.random import Random
from benchmark.engine.detect import Inputs, run_detector
from benchmark.engine.evaluate import evaluate, oracle_output
from benchmark.evaluation import ceilings
from benchmark.evaluation.ceilings import above_floor, floor
from benchmark.interfaces.errors import UnknownNameError
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import DATASETS, PROTOCOLS
from benchmark.metrics.catalogue import BUDGETED, CATALOGUE, COLUMNS

GOOGLE = "google-2019[rows=4000,scenario="
OF_CHANCE = "F1-PA-random@oracle"
POINTS = 1500


def machine(events, part=None, labelled=True, points=POINTS):
    """A recording with events of 30 points at some places; like those of SMD, its training part may have no labels."""
    labels = np.zeros(points, np.bool_)
    for start in events:
        labels[start : start + 30] = True
    values = np.random.default_rng(points).normal(size=(points, 2)).astype(np.float32)
    return Recording("machine", values, ("a", "b"), labels if labelled else None, part=part)


def with_culprits(recording):
    """Its events with the channels that took part."""
    return replace(recording, covariates={"culprits": recording.labels.astype(np.int64)})


MADE = {
    # As SMD, SMAP and MSL: training without labels.
    "published split": [machine([], "train", labelled=False), machine([200, 700, 1200], "test")],
    "known channels": [machine([], "train", labelled=False), with_culprits(machine([200, 700, 1200], "test"))],
    # As Nezha, NAB and the Google trace of 2011: one recording, whose validation part has anomalies too.
    "split in time": [machine([100, 900, 1000, 1250, 1350])],
    "clean validation": [machine([100, 1250, 1400])],
}

CASES = {
    "row-split": (f"{GOOGLE}row-split]", "google-2019", {"labelled", "share", "oracle"}),
    "row-split, normal rows": (f"{GOOGLE}row-split,contamination=0.0]", "google-2019", None),
    "grouped": ("google-2019[scenario=grouped,rows=20000]", "google-2019", {"labelled", "share", "oracle"}),
    "grouped, normal rows": (f"{GOOGLE}grouped,contamination=0.0]", "google-2019", None),
    "injected": (f"{GOOGLE}injected]", "google-2019", None),
    "injected, contaminated": (f"{GOOGLE}injected,contamination=0.4]", "google-2019", {"labelled", "share", "oracle"}),
    "events": ("cloud-workload[scenario=injected]", "cloud-workload", None),
    "stress rule": ("cloud-workload[scenario=rule]", "cloud-workload", {"labelled", "share", "oracle"}),
    "published split": ("native", "published split", {"val", "pot", "oracle"}),
    "split in time": ("native", "split in time", {"labelled", "share", "oracle"}),
    "clean validation": ("native", "clean validation", {"val", "pot", "oracle"}),
    "alarms a day": ("alarms", "published split", {"val", "pot", "oracle"}),
    "synthetic anomalies": ("synthetic", "published split", {"val", "pot", "oracle"}),
    "known channels": ("attribution", "known channels", {"val", "pot", "oracle"}),
    "point adjustment": ("paper-pa", "published split", {"val", "pot", "oracle"}),
    "leaderboard, whole series": ("tsb-ad", "published split", {"val", "pot", "oracle"}),
    "connections, known kinds": ("threat[rows=3000]", "nsl-kdd", None),
    "connections, unseen kind": ("threat[rows=3000,scenario=unseen-kind,kind=satan]", "nsl-kdd", None),
    "traces, known kinds": ("threat[features=numbers]", "adfa-ld", None),
}
"""By name: the protocol, the data, and the policies whose F1 judges; None for all of them."""

POLICIES = {"val", "pot", "labelled", "share", "oracle"}
WINDOW = 20


@pytest.fixture(scope="module")
def rows():
    """Rows of a perfect and of a random score by name of the case, each made once."""
    known = {}

    def of(name):
        if name not in known:
            protocol, data, _ = CASES[name]
            recordings = MADE.get(data) or list(DATASETS.build(data).load("twin"))
            (task,) = PROTOCOLS.build(protocol).tasks(data, recordings, seed=0)
            chance = run_detector(Random(), Inputs.of(task, "none"), "random", 0.0)
            perfect = oracle_output(Perfect(), task, "perfect")
            known[name] = [evaluate(task, output, WINDOW, tuple(COLUMNS)) for output in (perfect, chance)]
        return known[name]

    return of


def test_every_registered_protocol_is_among_the_cases():
    assert {protocol.partition("[")[0] for protocol, _, _ in CASES.values()} == set(PROTOCOLS.names())


@pytest.mark.parametrize("name", CASES)
def test_a_perfect_score_reaches_the_best_value_of_every_metric_under_policies_that_can_judge(name, rows):
    perfect, _ = rows(name)
    judging = CASES[name][2] or POLICIES
    assert {cut for cut in POLICIES if ceilings.testable(perfect, f"F1@{cut}") is None} == judging
    for name, column in COLUMNS.items():
        if name not in perfect or name == OF_CHANCE:
            assert ceilings.testable(perfect, name), name
        elif column.cut in judging | {""} or name.startswith("False-Alarm-Rate"):
            assert ceilings.testable(perfect, name) is None, name
        else:
            assert ceilings.testable(perfect, name), name


@pytest.mark.parametrize("name", CASES)
def test_a_random_score_is_at_its_stated_floor(name, rows):
    perfect, chance = rows(name)
    above = {column for column in chance if column in COLUMNS and above_floor(chance, column)}
    # Single anomalous points, widened by a window of 20, reach a third of all points.
    assert above == ({"R-AUC-ROC", "R-AUC-PR", "VUS-PR"} if name == "stress rule" else set())
    for column in above:
        assert ceilings.testable(perfect, column) is None
        assert ceilings.testable(perfect, column, chance).startswith("a random score gets")


@pytest.mark.parametrize("name", [name for name, (protocol, _, _) in CASES.items() if protocol.startswith("threat")])
def test_within_a_budget_a_perfect_score_finds_all_and_a_random_one_the_share_of_the_budget(name, rows):
    perfect, chance = rows(name)
    assert {"Recall@0.1%", "Recall@1%", "Recall@5%", "False-Alarm-Rate@1%-test", "AUC-PR@prior"} < set(perfect)
    for column in sorted(set(perfect) - set(COLUMNS)):
        if "@" not in column or column.startswith("cut@"):
            continue
        assert ceilings.testable(perfect, column) is None, column
        assert above_floor(chance, column) is None, column
    for budget in (0.001, 0.01, 0.05):
        error = 4 * 0.5 / np.sqrt(min(chance["anomalous"], chance["points"] - chance["anomalous"]))
        for policy in (f"{100 * budget:g}%", f"{100 * budget:g}%-test"):
            assert perfect[f"Recall@{policy}"] == 1
            assert perfect[f"False-Alarm-Rate@{policy}"] == 0
            assert abs(chance[f"Recall@{policy}"] - budget) < error
        assert chance[f"False-Alarm-Rate@{100 * budget:g}%-test"] <= budget
    assert perfect["operating"]["recall"] == [1.0] * len(perfect["operating"]["recall"])
    assert chance["operating"]["recall"][-1] == pytest.approx(chance["operating"]["false_alarm_rate"][-1], abs=error)


def test_a_column_of_a_budget_that_is_not_there_says_why(rows):
    perfect, _ = rows("row-split")
    reason = "the protocol has no budgets of false alarms, or its points have no incidents or times"
    for column in ("Recall@1%", "Incidents@1%-test", "AUC-PR@prior"):
        assert ceilings.testable(perfect, column) == f"there is no {column}: {reason}"


def test_where_validation_is_contaminated_the_quantile_judges_no_detector(rows):
    perfect, _ = rows("row-split")
    assert ceilings.testable(perfect, "F1@val") == "a perfect detector gets 0.000 in F1@val, and 1 is the best value"
    assert ceilings.testable(perfect, "Recall@val")
    assert ceilings.testable(perfect, "F1@labelled") is None


def test_a_column_that_is_not_there_says_why(rows):
    perfect, _ = rows("published split")
    assert ceilings.testable(perfect, "F1@labelled") == (
        "there is no F1@labelled: the protocol has no labelled validation points of both classes"
    )
    unordered, _ = rows("injected")
    assert ceilings.testable(unordered, "VUS-PR") == "there is no VUS-PR: the points are not in time order"
    assert ceilings.testable({"AUC-ROC": None}, "AUC-ROC") == "AUC-ROC is undefined here, for a perfect detector too"
    with pytest.raises(UnknownNameError, match="did you mean"):
        ceilings.testable(perfect, "F1@value")


@pytest.mark.parametrize(
    ("column", "value", "judges"),
    [
        ("F1@val", 0.99, True),
        ("F1@val", 0.9899, False),
        ("MCC@val", 0.992, True),
        ("False-Alarm-Rate@val", 0.009, True),
        ("False-Alarm-Rate@val", 0.011, False),
        ("Delay@val", 0.0, True),
        ("Delay@val", 1.0, False),
    ],
)
def test_a_perfect_score_reaches_99_percent_of_the_best_value(column, value, judges):
    assert (ceilings.testable({column: value}, column) is None) == judges


def test_floors_follow_from_the_shares_of_anomalies_and_flags():
    row = {"points": 1000, "anomalous": 100, "Recall@val": 0.3, "False-Alarm-Rate@val": 0.2}
    flagged = 0.1 * 0.3 + 0.9 * 0.2
    assert floor(row, "Precision@val") == 0.1
    assert floor(row, "Recall@val") == pytest.approx(flagged)
    assert floor(row, "F1@val") == pytest.approx(2 * 0.1 * flagged / (0.1 + flagged))
    assert floor(row, "Weighted-Recall@val") == floor(row, "Accuracy@val")
    assert floor(row, "F1@oracle") == pytest.approx(0.2 / 1.1)
    assert floor(row, "F1-PA@val") is None  # the catalogue states no number
    assert floor(row | {"anomalous": 0}, "AUC-ROC") is None
    assert above_floor(row | {"AUC-ROC": 0.69}, "AUC-ROC") is None
    assert above_floor(row | {"AUC-ROC": 0.71}, "AUC-ROC") == (
        "a random score gets 0.710 in AUC-ROC, and its stated floor is 0.500"
    )


def test_floors_of_both_classes_by_hand():
    """Of 100 anomalous and 900 normal points, 40 % of each are flagged."""
    row = {"points": 1000, "anomalous": 100, "Recall@val": 0.4, "False-Alarm-Rate@val": 0.4}
    f1, f1_normal = 2 * 40 / (40 + 360 + 100), 2 * 540 / (540 + 60 + 900)
    expected = {
        "Accuracy@val": (40 + 540) / 1000,
        "F1@val": f1,
        "Macro-F1@val": (f1 + f1_normal) / 2,
        "Weighted-F1@val": 0.1 * f1 + 0.9 * f1_normal,
        "Weighted-Precision@val": 0.1 * 0.1 + 0.9 * 0.9,
        "MCC@val": 0,
        "Balanced-Accuracy@val": 0.5,
        "VUS-ROC": 0.8,
        "VUS-PR": 0.25,
    }
    assert {column: floor(row, column) for column in expected} == pytest.approx(expected)


@pytest.mark.parametrize(("anomalous", "stated"), [(0, False), (1, True), (999, True), (1000, False)])
def test_labels_of_one_class_have_no_floor(anomalous, stated):
    assert (floor({"points": 1000, "anomalous": anomalous}, "AUC-PR") is not None) == stated


def test_the_error_of_a_precision_is_that_of_the_flagged_points():
    row = {"points": 10_000, "anomalous": 5000, "Recall@val": 0.01, "False-Alarm-Rate@val": 0.01}
    error = ceilings.ERRORS * 0.5 / 10  # of 100 flagged points
    for column in ("Precision@val", "Macro-Precision@val"):
        assert above_floor(row | {column: 0.5 + error - 1e-9}, column) is None
        assert above_floor(row | {column: 0.5 + error + 1e-9}, column)
    most = row | {"Recall@val": 0.99, "False-Alarm-Rate@val": 0.99}  # 100 points are not flagged
    assert above_floor(most | {"Precision@val": 0.5 + error}, "Precision@val")
    assert above_floor(most | {"Macro-Precision@val": 0.5 + error - 1e-9}, "Macro-Precision@val") is None
    assert above_floor(most | {"Macro-Precision@val": 0.5 + error + 1e-9}, "Macro-Precision@val")
    nothing = row | {"Recall@val": 0.0, "False-Alarm-Rate@val": 0.0}
    assert above_floor(nothing | {"Precision@val": 1.0}, "Precision@val") is None


def test_every_stated_floor_is_of_a_metric_of_the_catalogue():
    assert set(ceilings._AREAS) | set(ceilings._AT_CUT) <= {metric.name for metric in (*CATALOGUE, *BUDGETED)}
