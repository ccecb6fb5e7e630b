"""Scores, shares of channels and the cut."""

import numpy as np
import pytest

from benchmark.detection.comparing import compared
from benchmark.detection.cut import cut_by
from benchmark.detection.division import divide
from benchmark.detection.labelled import metrics_of
from benchmark.detection.scoring import Scored, detect, shares_of, step_seconds
from benchmark.evaluation.thresholds import quantile
from benchmark.interfaces.errors import DataError, ParameterError
from benchmark.interfaces.recording import Recording
from benchmark.stats.intervals import mean_interval
from tests.detection.conftest import Sums

HERE = "tests.detection.conftest"
MINUTE = 60_000_000


def series(points=200, labels=False):
    values = np.random.default_rng(0).normal(size=(points, 2))
    values[-5:] += 20
    return Recording("host", values, ("a", "b"), np.arange(points) >= points - 5 if labels else None)


def test_a_row_is_scored_by_the_detector_and_the_cut_is_that_of_held_out_rows():
    division = divide(series())
    one = detect(f"{HERE}:Sums", division, cut_by("quantile=0.9"))
    np.testing.assert_allclose(one.scores, np.abs(series().values[100:]).sum(axis=1))
    assert one.cut == pytest.approx(quantile(np.abs(series().values[80:100]).sum(axis=1), 0.9))
    assert one.uncertainty is None
    assert one.source.values.tolist() == series().values[100:].tolist()
    assert one.flags.tolist() == (one.scores > one.cut).tolist()


def test_smoothing_is_of_scores_and_of_held_out_scores():
    plain, smooth = (
        detect(f"{HERE}:Sums{more}", divide(series()), cut_by("quantile=0.9")) for more in ("", "[smoothing=4]")
    )
    np.testing.assert_allclose(smooth.scores[10], plain.scores[7:11].mean())
    held_out = np.abs(series().values[80:100]).sum(axis=1)
    means = [held_out[max(0, row - 3) : row + 1].mean() for row in range(20)]
    assert smooth.cut == pytest.approx(quantile(np.array(means), 0.9))


def test_uncertainty_is_what_a_decision_lacks_in_confidence():
    found = detect(f"{HERE}:Sure", divide(series()), cut_by("pot")).uncertainty
    np.testing.assert_allclose(found, [0.1] * 95 + [0.4] * 5)


def test_the_share_of_a_channel_is_what_the_score_loses_without_it():
    rows = Recording("r", np.array([[1.0, -3], [0, 2], [0, 0], [4, 1]]), ("a", "b"))
    detector = Sums(seed=0)
    found = shares_of(detector, rows, ("a", "b"), np.zeros(2), detector.score(rows), "sums")
    np.testing.assert_allclose(found, [[0.25, 0.75], [0, 1], [0, 0], [0.8, 0.2]])
    found = shares_of(detector, rows, ("a", "b"), np.array([2.0, 0]), detector.score(rows), "sums")
    np.testing.assert_allclose(found, [[0, 1], [0, 1], [0, 0], [2 / 3, 1 / 3]])


def test_a_missing_value_counts_for_its_channel():
    rows = Recording("r", np.array([[0.0, 2, 6]]), ("a", "b", "missing:a"))
    detector = Sums(seed=0)
    found = shares_of(detector, rows, ("a", "b"), np.zeros(3), detector.score(rows), "sums")
    np.testing.assert_allclose(found, [[0.75, 0.25]])


def test_the_step_is_the_median_and_a_second_where_it_is_unknown():
    rows = series(4)
    timed = Recording("r", rows.values, rows.channels, time=np.array([0, 1, 3, 300]) * MINUTE)
    assert step_seconds(timed) == 120
    assert step_seconds(timed.take(slice(2))) == 60
    assert step_seconds(timed.take(slice(1))) == 1
    assert step_seconds(rows) == 1


@pytest.mark.parametrize(("kind", "words"), [("Diverges", "loss is NaN"), ("Constant", "have the same score")])
def test_no_usable_scores_are_one_error_that_names_method_and_recording(kind, words):
    with pytest.raises(DataError, match=rf"recording 'host'.*{kind}.*{words}"):
        detect(f"{HERE}:{kind}", divide(series()), cut_by("pot"))


def test_an_event_that_is_half_found_is_half_found_in_every_draw():
    labels = np.zeros(600, bool)
    labels[310:320] = True
    flags = labels.copy()
    flags[315:] = False
    source = Recording("r", np.zeros((600, 1)), ("a",), labels)
    found = metrics_of(Scored("m", source, flags + 0.0, 0.5, np.zeros((600, 1))))
    assert found["Recall"] == {"value": 0.5, "low": 0.5, "high": 0.5}  # one block, and draws without it do not count
    assert found["Precision"] == {"value": 1.0, "low": 1.0, "high": 1.0}
    assert found["F1"]["value"] == pytest.approx(2 / 3)
    assert found["AUC-ROC"]["value"] == 0.75


def test_draws_are_those_of_their_seed():
    generator = np.random.default_rng(1)
    labels, scores = generator.random(300) < 0.3, generator.random(300)
    one = Scored("m", Recording("r", np.zeros((300, 1)), ("a",), labels), scores, 0.5, np.zeros((300, 1)))
    first, again, other = (metrics_of(one, seed)["AUC-PR"] for seed in (0, 0, 1))
    assert first == again
    assert first["value"] == other["value"]
    assert first["low"] != other["low"]
    assert metrics_of(one)["AUC-PR"] == first
    assert 0.02 < first["high"] - first["low"] < 0.3


def test_few_rows_have_metrics_too():
    labels = np.array([True, False, True])
    one = Scored("m", Recording("r", np.zeros((3, 1)), ("a",), labels), labels + 0.0, 0.5, np.zeros((3, 1)))
    assert metrics_of(one)["F1"] == {"value": 1.0, "low": 1.0, "high": 1.0}


def test_methods_are_compared_over_seeds_on_one_recording():
    found = compared(["random", f"{HERE}:Sums", "perfect"], [series(labels=True)], "AUC-ROC", 3)
    assert found.columns == ["method", "AUC-ROC", "low", "high", "recordings", "seeds"]
    assert found["method"][2] == "random"
    best, chance = found.row(0, named=True), found.row(2, named=True)
    assert (best["AUC-ROC"], best["low"], best["high"], best["recordings"], best["seeds"]) == (1, None, None, 1, 3)
    assert chance["low"] < chance["AUC-ROC"] < chance["high"]
    each = [compared(["random"], [series(labels=True)], "AUC-ROC", seeds)["AUC-ROC"][0] for seeds in (1, 2, 3)]
    assert each[2] == chance["AUC-ROC"]
    assert len(set(each)) == 3


def test_methods_are_compared_over_recordings_where_there_are_more():
    recordings = [series(points, labels=True) for points in (200, 260, 300)]
    names = [Recording(f"r{place}", one.values, one.channels, one.labels) for place, one in enumerate(recordings)]
    alone = [compared(["random"], [one], "AUC-PR", 2)["AUC-PR"][0] for one in names]
    found = compared(["random"], names, "AUC-PR", 2).row(0, named=True)
    assert found["recordings"] == 3
    limits = mean_interval(np.array(alone))  # recordings are the units, each the mean of its seeds
    expected = (limits.mean, limits.low, limits.high)
    assert (found["AUC-PR"], found["low"], found["high"]) == pytest.approx(expected)


def test_a_recording_of_one_class_has_no_number_and_comes_last():
    calm = Recording("calm", series().values, ("a", "b"), np.zeros(200, bool))
    assert compared(["norm"], [calm], "AUC-PR", 2)["AUC-PR"].to_list() == [None]
    both = compared(["norm"], [series(labels=True), calm], "AUC-PR", 1)
    assert both["AUC-PR"].to_list() == compared(["norm"], [series(labels=True)], "AUC-PR", 1)["AUC-PR"].to_list()
    assert both["low"].to_list() == [None]


def test_an_unknown_metric_and_no_method_are_errors():
    with pytest.raises(ParameterError, match=r"no result has the metric 'AUC'; known: .*AUC-PR"):
        compared(["norm"], [series(labels=True)], "AUC", 1)
    with pytest.raises(ParameterError, match="no method is named"):
        compared([], [series(labels=True)], "AUC-PR", 1)
