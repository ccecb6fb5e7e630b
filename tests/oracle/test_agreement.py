"""Values to 1e-9 on random cases: short and long events, ties, smooth scores, events at both ends.

What no package agrees with us on is in `test_disagreements`, each with a minimal example.
"""

from __future__ import annotations

import numpy as np
import pytest

from benchmark.metrics import adjusted, affiliation, pate, ranges, volume
from tests.fixtures.series import random_case

SEEDS = range(250)
CLOSE = 1e-9


def flags_of(seed: int, scores: np.ndarray) -> np.ndarray:
    """Flags with one alarm at least and one point without."""
    share = np.random.default_rng([seed, 1]).choice([0.3, 0.6, 0.9])
    flags = scores >= np.quantile(scores, share)
    return flags if not flags.all() else scores == scores.max()


def both(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    labels, scores = random_case(seed)
    return labels, scores, flags_of(seed, scores)


@pytest.mark.parametrize("package", ["TSB_AD", "vus"])
def test_volume_and_range_auc(package):
    if package == "TSB_AD":
        from TSB_AD.evaluation.basic_metrics import basic_metricor as metricor
    else:
        from vus.utils.metrics import metricor
    for seed in SEEDS:
        labels, scores = random_case(seed)
        window = seed % 14
        recall, rate, precision, _, roc, pr = metricor().RangeAUC_volume_opt(
            labels.astype(int), scores, window, thre=len(labels)
        )
        assert volume.vus(labels, scores, window) == pytest.approx((roc, pr), abs=CLOSE)
        last_roc = np.trapezoid(recall[-1], rate[-1])
        last_pr = np.dot(np.diff(recall[-1][:-1]), precision[-1][1:])
        assert volume.range_auc(labels, scores, window) == pytest.approx((last_roc, last_pr), abs=CLOSE)


def test_affiliation():
    from TSB_AD.evaluation.affiliation.generics import convert_vector_to_events
    from TSB_AD.evaluation.affiliation.metrics import pr_from_events

    for seed in SEEDS:
        labels, _, flags = both(seed)
        theirs = pr_from_events(convert_vector_to_events(flags), convert_vector_to_events(labels), (0, len(labels)))
        ours = affiliation.affiliation(labels, flags)
        assert ours.precision == pytest.approx(theirs["Affiliation_Precision"], abs=CLOSE)
        assert ours.recall == pytest.approx(theirs["Affiliation_Recall"], abs=CLOSE)


@pytest.mark.parametrize("bias", ["flat", "front", "middle", "back"])
@pytest.mark.parametrize("package", ["prts", "aeon"])
def test_range_based(package, bias):
    if package == "prts":
        from prts import ts_precision as range_precision
        from prts import ts_recall as range_recall
    else:
        from aeon.benchmarking.metrics.anomaly_detection import range_precision, range_recall
    for seed in SEEDS:
        labels, _, flags = both(seed)
        pair = labels.astype(int), flags.astype(int)
        ours = ranges.range_based(labels, flags, 0.3, bias)
        theirs = range_recall(*pair, alpha=0.3, cardinality="reciprocal", bias=bias)
        assert ours.recall == pytest.approx(theirs, abs=CLOSE)
        assert ours.precision == pytest.approx(range_precision(*pair, alpha=0.0, cardinality="reciprocal"), abs=CLOSE)


def test_range_f1_adjusted_and_composite_of_tsb_ad():
    from TSB_AD.evaluation.basic_metrics import basic_metricor

    theirs = basic_metricor()
    for seed in SEEDS:
        labels, scores, flags = both(seed)
        given = labels.astype(int), scores, flags.astype(int)
        assert ranges.range_based(labels, flags).f1 == pytest.approx(theirs.metric_RF1(*given), abs=CLOSE)
        if not labels[0]:
            assert adjusted.f1_pa(labels, flags) == pytest.approx(theirs.metric_PointF1PA(*given), abs=CLOSE)
        if not labels[-1]:
            assert adjusted.f1_composite(labels, flags) == pytest.approx(theirs.metric_EventF1PA(*given), abs=CLOSE)


def test_pate():
    from pate.PATE_metric import PATE

    for seed in SEEDS:
        labels, scores, flags = both(seed)
        early, delay = seed % 5, seed % 8
        area = PATE(labels.astype(int), scores, early, delay, Big_Data=False, drop_intermediate=False)
        assert pate.pate(labels, scores, early, delay) == pytest.approx(area, abs=CLOSE)
        f1 = PATE(labels.astype(int), flags.astype(int), early, delay, binary_scores=True)
        assert pate.pate_f1(labels, flags, early, delay) == pytest.approx(f1, abs=CLOSE)


def test_oracles_are_no_less_than_a_hundred_thresholds_of_tsb_ad():
    """TSB-AD tries 100 evenly spaced thresholds; all thresholds can only find more."""
    from TSB_AD.evaluation.basic_metrics import basic_metricor

    theirs = basic_metricor()
    for seed in range(40):
        labels, scores = random_case(seed)
        given = labels.astype(int), scores
        if labels[0] or labels[-1]:
            continue
        assert ranges.range_f1_oracle(labels, scores) >= theirs.metric_RF1(*given) - CLOSE
        assert adjusted.f1_pa_oracle(labels, scores) >= theirs.metric_PointF1PA(*given) - CLOSE
        assert adjusted.f1_composite_oracle(labels, scores) >= theirs.metric_EventF1PA(*given) - CLOSE
