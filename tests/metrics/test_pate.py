import numpy as np
import pytest

from benchmark.interfaces.errors import ParameterError
from benchmark.metrics.pate import pate, pate_f1
from tests.fixtures.series import FLAGS, LABELS, SCORES

# PATE 0.1.1 (all thresholds: Big_Data=False, drop_intermediate=False): early, delay, PATE, PATE-F1.
GOLDEN = [
    (0, 0, 0.7676612657055293, 0.6543488057683642),
    (3, 5, 0.790579662785474, 0.675396372874079),
    (10, 20, 0.8304931485294563, 0.6936854906708678),
]


@pytest.mark.parametrize(("early", "delay", "area", "f1"), GOLDEN)
def test_values_of_the_authors_package(early, delay, area, f1):
    assert pate(LABELS, SCORES, early, delay) == pytest.approx(area, abs=1e-12)
    assert pate_f1(LABELS, FLAGS, early, delay) == pytest.approx(f1, abs=1e-12)


def test_precision_and_recall_by_hand():
    # Event 4..8, flags at 2 (early buffer 1..3), 5 and 6, 9 (delay buffer 9..10) and 14.
    labels = (np.arange(16) >= 4) & (np.arange(16) <= 8)
    flags = np.isin(np.arange(16), [2, 5, 6, 9, 14])
    f1 = []
    for early, delay in ((0, 0), (0, 2), (3, 0), (3, 2)):
        tp = 2.0
        if early:
            tp += 1 - (6 - 2) / (6 - 1)
        if delay:
            tp += 1 - (9 - 6) / (10 - 6)
        # The first run has two flags, so point 4 (δ ≥ 0) costs 1. Points 7 and 8 lie past 4 + 2 and cost less.
        worst = 4 + 3 + 2 + 1
        missed = 1 + (1 - (3 + 2 + 1) / worst) + (1 - (4 + 3 + 2) / worst)
        precision, recall = tp / 5, tp / (tp + missed)
        f1.append(2 * precision * recall / (precision + recall))
    assert pate_f1(labels, flags, 3, 2) == pytest.approx(np.mean(f1))


def test_flags_near_an_event_count_after_it_and_before_one_that_is_hit():
    labels = np.zeros(60, dtype=bool)
    labels[30:35] = True
    hit = labels & (np.arange(60) > 31)
    before, after, far = (hit | (np.arange(60) == point) for point in (28, 37, 5))
    assert pate_f1(labels, far, 8, 8) < pate_f1(labels, before, 8, 8)
    assert pate_f1(labels, far, 8, 8) < pate_f1(labels, after, 8, 8)
    missed_early, missed_late = np.arange(60) == 28, np.arange(60) == 37
    assert pate_f1(labels, missed_early, 8, 8) == 0
    # Known flaw: an alarm after an event that was missed counts.
    assert pate_f1(labels, missed_late, 8, 8) > 0


def test_a_negative_buffer_is_refused():
    with pytest.raises(ParameterError, match="-1"):
        pate(LABELS, SCORES, -1, 3)
