"""Properties that every metric of the catalogue has, and the recorded exceptions."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from benchmark.metrics.catalogue import CATALOGUE
from benchmark.metrics.evaluated import Evaluated
from tests.fixtures.series import cases

NEEDS_SCORE = [m for m in CATALOGUE if m.threshold != "cut" and m.name != "F1-PA-random@oracle"]
AT_CUT = [m for m in CATALOGUE if m.threshold == "cut"]
RANKED = [m for m in CATALOGUE if m.name in ("AUC-PR", "AUC-ROC", "PATE", "PATE-F1@<cut>")]
CHECKED = [m for m in CATALOGUE if m.name != "F1-PA-random@oracle"]

# A false alarm far from any other raises these: see the docstring of `benchmark.metrics.affiliation.affiliation`. Over
# thresholds it may bridge two other false alarms, which raises range-based precision: see `range_based`.
RAISED_BY_A_FAR_FALSE_ALARM = {
    "Affiliation-Precision@<cut>",
    "Affiliation-Recall@<cut>",
    "Affiliation-F1@<cut>",
    "Affiliation-F1@oracle",
    "Range-F1@oracle",
}


def names(metric):
    return metric.name


@settings(deadline=None, max_examples=40)
@given(cases(), st.sampled_from([lambda s: 3 * s - 7, lambda s: s**3, np.exp, np.arctan]))
def test_ranking_metrics_do_not_change_under_strictly_monotone_transforms(case, transform):
    labels, scores = case
    for metric in NEEDS_SCORE:
        before = metric.compute(Evaluated(labels, scores, scores > 0, 5))
        after = metric.compute(Evaluated(labels, transform(scores), scores > 0, 5))
        assert after == before, metric.name


@settings(deadline=None, max_examples=40)
@given(cases())
def test_values_lie_in_their_range(case):
    labels, scores = case
    for metric in CATALOGUE:
        value = metric.compute(Evaluated(labels, scores, scores > 0, 5))
        if metric.name.startswith("Delay"):
            assert np.isnan(value) or 0 <= value < len(labels)
        else:
            assert (-1 if metric.name.startswith("MCC") else 0) <= value <= 1, metric.name


def test_no_rounding_lifts_a_value_above_1():
    """Series for which sums of steps, as they come, end a last bit above 1."""
    generator = np.random.default_rng(0)
    for points in range(20, 120, 2):
        labels = generator.random(points) < 0.3
        labels[:2] = True, False
        scores = labels + 0.9 * generator.random(points)
        for metric in RANKED:
            assert metric.compute(Evaluated(labels, scores, labels, int(points % 9))) <= 1, metric.name


@pytest.mark.parametrize("metric", CHECKED, ids=names)
@settings(deadline=None, max_examples=25)
@given(case=cases())
def test_a_perfect_score_gets_the_best_value(metric, case):
    labels, _ = case
    value = metric.compute(Evaluated(labels, labels.astype(float), labels, 6))
    assert value == pytest.approx(metric.best, abs=1e-12)


def far_false_alarm(generator):
    """A series of 200 points with events and alarms before 120, and a far normal point that is not flagged yet."""
    labels = np.zeros(200, dtype=bool)
    for start in generator.choice(np.arange(5, 100, 12), size=3, replace=False):
        labels[start : start + generator.integers(1, 8)] = True
    scores = generator.normal(size=200) + labels
    return labels, scores, 160


@pytest.mark.parametrize("metric", [m for m in CHECKED if m.name not in RAISED_BY_A_FAR_FALSE_ALARM], ids=names)
def test_a_far_false_alarm_never_raises_a_metric(metric):
    generator = np.random.default_rng(0)
    for _ in range(40):
        labels, scores, point = far_false_alarm(generator)
        flags = scores > np.quantile(scores, generator.choice([0.5, 0.8, 0.95]))
        flags[150:171] = False
        before = metric.compute(Evaluated(labels, scores, flags, 10))
        scores[point] = scores.max() + 1
        flags[point] = True
        after = metric.compute(Evaluated(labels, scores, flags, 10))
        if metric.name.startswith("Delay"):
            assert after == pytest.approx(before, nan_ok=True)
        elif metric.best == 0:
            assert after >= before - 1e-12
        else:
            assert after <= before + 1e-12


@pytest.mark.parametrize("name", sorted(RAISED_BY_A_FAR_FALSE_ALARM))
def test_the_recorded_exceptions_are_exceptions(name):
    labels, scores = np.zeros(400, dtype=bool), np.zeros(400)
    if name.startswith("Range"):
        labels[10:20] = True
        scores[labels], scores[[300, 302]], point = 1, 2, 301
    else:
        # The zone of the first event has one flag, in the event or (for precision) outside. The false alarm lies in the
        # zone of the other event, which is not hit.
        labels[90:110] = labels[290:310] = True
        point = 330
        scores[170 if "Precision" in name else 95] = 1
    metric = next(m for m in CATALOGUE if m.name == name)
    before = metric.compute(Evaluated(labels, scores, scores > 0, 10))
    scores[point] = 3
    assert metric.compute(Evaluated(labels, scores, scores > 0, 10)) > before + 0.01


@pytest.mark.parametrize("metric", CHECKED, ids=names)
def test_the_order_of_events_does_not_matter(metric):
    generator = np.random.default_rng(1)
    for _ in range(10):
        blocks = []
        for _ in range(4):
            # Equal margins, wider than the window, with the lowest score of all at the seams.
            length = int(generator.integers(1, 9))
            labels = np.zeros(length + 40, dtype=bool)
            labels[20:-20] = True
            scores = np.round(generator.normal(size=length + 40) + labels, 1)
            scores[[0, -1]] = -9
            blocks.append((labels, scores))
        values = []
        for order in (range(4), generator.permutation(4)):
            labels, scores = (np.concatenate([blocks[index][part] for index in order]) for part in (0, 1))
            values.append(metric.compute(Evaluated(labels, scores, scores > 0.7, 12)))
        assert values[1] == pytest.approx(values[0], abs=1e-12, nan_ok=True)


@pytest.mark.parametrize(
    ("name", "expected", "tolerance"),
    [
        ("AUC-ROC", 0.5, 0.01),
        ("AUC-PR", 0.1, 0.01),
        ("MCC@<cut>", 0.0, 0.02),
        ("Balanced-Accuracy@<cut>", 0.5, 0.02),
        ("Precision@<cut>", 0.1, 0.02),
        ("Recall@<cut>", 0.2, 0.03),
        ("False-Alarm-Rate@<cut>", 0.2, 0.02),
        ("Macro-Precision@<cut>", 0.5, 0.02),
        ("Macro-Recall@<cut>", 0.5, 0.02),
        ("Weighted-Precision@<cut>", 0.1**2 + 0.9**2, 0.01),
        ("Weighted-Recall@<cut>", 0.1 * 0.2 + 0.9 * 0.8, 0.01),
        ("F1@oracle", 2 * 0.1 / 1.1, 0.01),
        ("Affiliation-Precision@<cut>", 0.5, 0.05),
    ],
)
def test_a_random_score_gets_the_share_of_anomalies_or_chance(name, expected, tolerance):
    metric = next(m for m in CATALOGUE if m.name == name)
    labels = np.arange(20_000) % 500 < 50
    scores = np.random.default_rng(0).random(20_000)
    assert metric.compute(Evaluated(labels, scores, scores > 0.8, 50)) == pytest.approx(expected, abs=tolerance)


@settings(deadline=None, max_examples=60)
@given(cases(), st.integers(-5, 5))
def test_a_cut_metric_is_never_above_its_oracle(case, cut):
    labels, scores = case
    flags = scores > cut
    assume(flags.any())
    by_name = {m.name: m for m in CATALOGUE}
    for name, metric in by_name.items():
        if name.endswith("@oracle") and (at_cut := by_name.get(name.replace("oracle", "<cut>"))):
            evaluated = Evaluated(labels, scores, flags, 5)
            assert at_cut.compute(evaluated) <= metric.compute(evaluated) + 1e-12, name
