"""Where another package gives something else: a minimal example, and who is wrong."""

from __future__ import annotations

import numpy as np
import pytest

from benchmark.metrics import adjusted, affiliation, pate, ranges, volume


def test_tsb_ad_does_not_adjust_the_first_point():
    """The only event is hit, so all of it counts as found; TSB-AD's loop back to its start stops before point 0."""
    from TSB_AD.evaluation.basic_metrics import basic_metricor

    labels, flags = np.array([1, 1, 0, 0]), np.array([0, 1, 0, 0])
    assert adjusted.f1_pa(labels, flags) == 1
    assert basic_metricor().metric_PointF1PA(labels, flags, preds=flags) == pytest.approx(2 / 3)


def test_tsb_ad_drops_the_last_point_of_an_event_at_the_end():
    """The event is hit on the series' last point, which TSB-AD takes to lie outside."""
    from TSB_AD.evaluation.basic_metrics import basic_metricor

    labels, flags = np.array([0, 0, 1, 1]), np.array([0, 0, 0, 1])
    assert adjusted.f1_composite(labels, flags) == 1
    assert basic_metricor().metric_EventF1PA(labels, flags, preds=flags) == 0


def test_tsb_ad_range_auc_finds_no_event_in_soft_labels():
    """It looks for steps from 0 to 1, of which soft labels have none, and divides by the number of events found."""
    from TSB_AD.evaluation.basic_metrics import basic_metricor

    labels = (np.arange(40) >= 15) & (np.arange(40) < 20)
    with pytest.raises(ZeroDivisionError):
        basic_metricor().RangeAUC(labels.astype(int), labels.astype(float), window=6)
    assert volume.range_auc(labels, labels.astype(float), 6) == (1, 1)


def test_vus_range_auc_counts_soft_labels_as_wanted_before_they_are_found():
    """Two definitions in one package: RangeAUC of 2022, and RangeAUC_volume_opt, which replaced it there and in TSB-AD.

    The first adds all soft labels to the wanted positives, so that a perfect score is not 1, and its area under
    precision–recall is trapezoidal. We follow the second.
    """
    from vus.utils.metrics import metricor

    labels = (np.arange(40) >= 15) & (np.arange(40) < 20)
    old = metricor().RangeAUC(labels.astype(int), labels.astype(float), window=6, plot_ROC=True)[:2]
    assert old == pytest.approx((0.8484381265998046, 0.8766152759768104))
    assert volume.range_auc(labels, labels.astype(float), 6) == (1, 1)


def test_a_sample_of_thresholds_is_not_all_of_them():
    """250 thresholds by rank miss most of the curve's start, where precision is highest: VUS-PR comes out lower."""
    from TSB_AD.evaluation.basic_metrics import basic_metricor

    labels = np.arange(2000) % 200 < 20
    scores = np.random.default_rng(0).normal(size=2000) + labels
    sampled = basic_metricor().RangeAUC_volume_opt(labels.astype(int), scores, 20)[4:]
    exact = volume.vus(labels, scores, 20)
    assert sampled[0] == pytest.approx(exact.roc, abs=1e-3)
    assert 0.002 < exact.pr - sampled[1] < 0.02


def test_affiliation_without_a_flag():
    """The authors leave precision undefined; here every precision without a flag is 0."""
    from TSB_AD.evaluation.affiliation.metrics import pr_from_events

    theirs = pr_from_events([], [(2, 4)], (0, 10))
    assert np.isnan(theirs["Affiliation_Precision"])
    assert theirs["Affiliation_Recall"] == 0
    ours = affiliation.affiliation(np.isin(np.arange(10), [2, 3]), np.zeros(10))
    assert (ours.precision, ours.recall) == (0, 0)


def test_aeon_gives_0_where_everything_is_flagged():
    """By the definition the event is covered in one piece: recall is 1, and precision its share of the one alarm."""
    from aeon.benchmarking.metrics.anomaly_detection import range_precision, range_recall

    labels, flags = np.array([0, 1, 1, 0]), np.ones(4, dtype=int)
    with pytest.warns(UserWarning, match="constant value"):
        assert (range_precision(labels, flags), range_recall(labels, flags)) == (0, 0)
    ours = ranges.range_based(labels, flags)
    assert (ours.precision, ours.recall) == (0.5, 1)


def test_prts_refuses_what_is_defined():
    """Without a flag recall is 0; prts asserts that both classes are there."""
    from prts import ts_recall

    labels, flags = np.array([0, 1, 1, 0]), np.zeros(4, dtype=int)
    with pytest.raises((AssertionError, IndexError)):
        ts_recall(labels, flags)
    assert ranges.range_based(labels, flags).recall == 0


def test_pate_leaves_thresholds_out_unless_told_not_to():
    """By default the package drops thresholds in line with their neighbours, though its curve is not straight there."""
    from pate.PATE_metric import PATE

    labels = ((np.arange(40) >= 15) & (np.arange(40) < 20)).astype(int)
    scores = np.random.default_rng(0).normal(size=40)
    every = PATE(labels, scores, 3, 3, Big_Data=False, drop_intermediate=False)
    assert pate.pate(labels, scores, 3, 3) == pytest.approx(every, abs=1e-9)
    assert abs(PATE(labels, scores, 3, 3, Big_Data=False) - every) > 1e-3
