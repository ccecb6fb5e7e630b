import tracemalloc

import numpy as np
import pytest

from benchmark.interfaces.errors import ParameterError
from benchmark.metrics.volume import range_auc, vus
from tests.fixtures.series import LABELS, SCORES, random_case

# TSB-AD 1.5 and vus 0.0.6, RangeAUC_volume_opt with as many thresholds as points: window, VUS-ROC, VUS-PR, and the
# areas of its last window.
GOLDEN = [
    (0, 0.804375, 0.745132534699436, 0.804375, 0.745132534699436),
    (6, 0.8518236921179941, 0.7948030826589801, 0.9168848626715986, 0.8640073187809085),
    (17, 0.9159337606251512, 0.8719421087696042, 0.9751796782032071, 0.9478242975801436),
]


@pytest.mark.parametrize(("window", "roc", "pr", "last_roc", "last_pr"), GOLDEN)
def test_values_of_the_authors_package(window, roc, pr, last_roc, last_pr):
    assert vus(LABELS, SCORES, window) == pytest.approx((roc, pr), abs=1e-12)
    assert range_auc(LABELS, SCORES, window) == pytest.approx((last_roc, last_pr), abs=1e-12)


def by_definition(labels, scores, window):
    """Range-AUC by the formulas of the module, one threshold after the other."""
    points, half = len(labels), window // 2
    events, start = [], None
    for point, label in enumerate([*labels, False]):
        if label and start is None:
            start = point
        if not label and start is not None:
            events.append((start, point - 1))
            start = None
    soft = np.zeros(points)
    for first, last in events:
        for point in range(points):
            distance = max(first - point, point - last)
            if 0 < distance <= half:
                soft[point] += np.sqrt(1 - distance / window)
    soft = np.where(labels, 0, np.minimum(soft, 1))
    zones = []
    for first, last in events:
        if zones and zones[-1][1] >= first - half:
            zones[-1][1] = last + half
        else:
            zones.append([first - half, last + half])
    tpr, fpr, precision = [0.0], [0.0], []
    for cut in np.unique(scores)[::-1]:
        flags = scores >= cut
        flagged = sum(flags[max(first, 0) : last + 1].any() for first, last in zones) / len(zones)
        tp = np.sum(flags & labels) + np.sum(soft[flags])
        wanted = labels.sum() + np.sum(soft[flags]) / 2
        tpr.append(min(tp / wanted, 1) * flagged)
        fpr.append((flags.sum() - tp) / (points - wanted))
        precision.append(tp / flags.sum())
    return np.trapezoid([*tpr, 1], [*fpr, 1]), np.dot(np.diff(tpr), precision)


@pytest.mark.parametrize("seed", range(40))
def test_agrees_with_the_definition_threshold_by_threshold(seed):
    labels, scores = random_case(seed)
    areas = [by_definition(labels, scores, window) for window in range(13)]
    assert vus(labels, scores, 12) == pytest.approx(np.mean(areas, axis=0), abs=1e-12)
    assert range_auc(labels, scores, 7) == pytest.approx(areas[7], abs=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_small_blocks_of_thresholds_lengths_and_events_give_the_same_value(monkeypatch, seed):
    labels, scores = random_case(seed, 200)
    whole = vus(labels, scores, 21)
    monkeypatch.setattr("benchmark.metrics.volume._BLOCK", 1 + 17 * (seed % 3))
    monkeypatch.setattr("benchmark.metrics.volume._LENGTHS", 2 + seed % 5)
    monkeypatch.setattr("benchmark.metrics.buffers._BLOCK", 1 + seed % 7)
    assert vus(labels, scores, 21) == pytest.approx(whole, abs=1e-14)


@pytest.mark.parametrize(
    "labels",
    [np.arange(90) % 2 == 0, np.arange(90) % 9 == 0, np.arange(90) == 4, np.arange(90) < 60, np.arange(90) % 40 >= 37],
    ids=["every second point", "every ninth point", "one point", "one long event", "events at the end"],
)
@pytest.mark.parametrize("levels", [1, 2, 3, 90])
def test_agrees_with_the_definition_for_windows_beyond_all_gaps_and_few_levels_of_score(labels, levels):
    scores = (29 * np.arange(90.0) ** 2 % 89) // (90 / levels)
    areas = [by_definition(labels, scores, window) for window in range(102)]
    assert vus(labels, scores, 101) == pytest.approx(np.mean(areas, axis=0), abs=1e-12)
    assert range_auc(labels, scores, 100) == pytest.approx(areas[100], abs=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_agrees_with_the_definition_for_windows_far_beyond_the_series(seed):
    labels, scores = random_case(seed, 30)
    windows = (2 * len(labels) - 1, 2 * len(labels), 2 * len(labels) + 7, 700)
    for window in windows:
        assert range_auc(labels, scores, window) == pytest.approx(by_definition(labels, scores, window), abs=1e-12)


def test_memory_does_not_grow_with_a_window_beyond_the_series():
    labels = np.arange(500) // 20 == 7
    scores = 29 * np.arange(500.0) ** 2 % 89
    peaks = []
    for window in (2_000, 20_000):
        tracemalloc.start()
        vus(labels, scores, window)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]


def test_a_negative_window_is_refused():
    with pytest.raises(ParameterError, match="-1 points"):
        vus(LABELS, SCORES, -1)


def test_known_flaw_flags_near_an_event_count():
    labels = np.arange(100) == 50
    near = np.exp(-((np.arange(100.0) - 47) ** 2))
    assert vus(labels, near, 0).pr < 0.2 < 0.5 < vus(labels, near, 20).pr
