import numpy as np
import pytest

from benchmark.metrics.confidence import area_under_risk_coverage, confidence_summary, reliability, risk_coverage


def test_risk_coverage_of_a_worked_example():
    labels = np.array([True, False, True, False])
    flags = np.array([True, False, False, True])
    coverage, risk = risk_coverage(labels, flags, np.array([0.9, 0.8, 0.7, 0.6]))
    np.testing.assert_allclose(coverage, [0.25, 0.5, 0.75, 1.0])
    np.testing.assert_allclose(risk, [0, 0, 1 / 3, 0.5])
    assert area_under_risk_coverage(labels, flags, np.array([0.9, 0.8, 0.7, 0.6])) == pytest.approx((1 / 3 + 0.5) / 4)


def test_decisions_of_equal_confidence_are_dropped_together():
    labels = np.array([True, True, False, False])
    flags = np.array([True, False, True, False])
    coverage, risk = risk_coverage(labels, flags, np.array([1.0, 0.5, 0.5, 0.2]))
    np.testing.assert_allclose(coverage, [0.25, 0.75, 1.0])
    np.testing.assert_allclose(risk, [0, 2 / 3, 0.5])
    constant = np.ones(4)
    assert area_under_risk_coverage(labels, flags, constant) == pytest.approx(0.5)


def test_reliability_of_a_worked_example():
    correct = np.array([True, True, False, True, False])
    confidence = np.array([1.0, 0.95, 0.9, 0.55, 0.55])
    diagram = reliability(correct, confidence, bins=10)
    assert diagram.count.tolist() == [0, 0, 0, 0, 0, 2, 0, 0, 0, 3]
    assert diagram.accuracy[5] == pytest.approx(0.5)
    assert diagram.accuracy[9] == pytest.approx(2 / 3)
    assert diagram.confidence[9] == pytest.approx(0.95)
    assert np.isnan(diagram.accuracy[0])
    assert diagram.expected_error == pytest.approx((2 * 0.05 + 3 * (0.95 - 2 / 3)) / 5)


def test_a_calibrated_probability_has_no_calibration_error():
    correct = np.arange(100) % 10 < 8
    assert reliability(correct, np.full(100, 0.8)).expected_error == pytest.approx(0)


@pytest.mark.parametrize(
    ("correct", "confidence", "problem"),
    [
        (np.ones(2, dtype=bool), np.ones(3), "confidences"),
        (np.ones(0, dtype=bool), np.ones(0), "no decision"),
        (np.ones(2, dtype=bool), np.array([0.5, np.nan]), "finite"),
        (np.ones(2, dtype=bool), np.array([0.5, 1.2]), r"\[0, 1\]"),
    ],
)
def test_impossible_input_is_refused(correct, confidence, problem):
    with pytest.raises(ValueError, match=problem):
        reliability(correct, confidence)


def test_summary_holds_the_curve_the_bins_and_the_errors_with_and_without_abstained_points():
    labels = np.array([True, False, False, True])
    flags = np.array([True, False, True, True])
    confidence = np.array([0.95, 0.85, 0.55, 0.75])
    summary = confidence_summary(labels, flags, confidence, np.array([False, False, True, False]))
    assert summary["error all"] == 0.25
    assert summary["error kept"] == 0.0
    assert summary["abstained"] == 0.25
    assert summary["risk"][-1] == 0.25
    assert summary["risk"][0] == 0.0
    assert sum(summary["bins"]["count"]) == 4
    assert summary["bins"]["accuracy"][0] is None
    assert len(summary["coverage"]) == len(summary["risk"]) == 20
    # Decisions of falling confidence: right, right, right, wrong.
    assert summary["risk"] == 15 * [0.0] + 5 * [0.25]
    assert summary["aurc"] == pytest.approx(0.25 * 0.25)
    assert [one for one in summary["bins"]["accuracy"] if one is not None] == [0.0, 1.0, 1.0, 1.0]
    assert summary["ece"] == pytest.approx((0.05 + 0.15 + 0.25 + 0.55) / 4)
