"""VUS at sampled thresholds against a literal loop over the rule, and against the exact volume."""

import numpy as np
import pytest

from benchmark.interfaces.errors import ParameterError
from benchmark.metrics.sampled import sampled_vus
from benchmark.metrics.volume import vus


def literal(labels, scores, window, thresholds):
    """The rule of the module, point by point."""
    points, positives = len(labels), labels.sum()
    starts = np.flatnonzero(np.diff(np.concatenate([[0], labels.astype(int)])) == 1)
    stops = np.flatnonzero(np.diff(np.concatenate([labels.astype(int), [0]])) == -1) + 1
    cuts = np.sort(scores)[::-1][[k * (points - 1) // (thresholds - 1) for k in range(thresholds)]]
    areas = []
    for length in range(window + 1):
        half = length // 2
        soft = labels.astype(float)
        near = np.zeros(points, bool)
        for start, stop in zip(starts, stops, strict=True):
            near[max(start - half, 0) : stop + half] = True
            for place in range(points):
                distance = start - place if place < start else place - stop + 1
                if 1 <= distance <= half:
                    soft[place] += np.sqrt(1 - distance / length)
        soft = np.minimum(soft, 1)
        edges = np.flatnonzero(np.diff(np.concatenate([[0], near.astype(int), [0]])))
        before, rate_before, pr, roc = 0.0, 0.0, 0.0, 0.0
        for cut in cuts:
            flags = scores >= cut
            found = soft[flags].sum()
            wanted = positives + soft[flags & ~labels].sum() / 2
            share = np.mean([flags[a:b].any() for a, b in edges.reshape(-1, 2)])
            recall = min(found / wanted, 1) * share
            rate = (flags.sum() - found) / (points - wanted)
            pr += (recall - before) * found / flags.sum()
            roc += (rate - rate_before) * (recall + before) / 2
            before, rate_before = recall, rate
        areas.append((roc + (1 - rate_before) * (1 + before) / 2, pr))
    return np.mean(areas, axis=0)


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize(("window", "thresholds"), [(0, 5), (7, 12), (12, 2)])
def test_it_is_the_rule_point_by_point(window, thresholds, ties):
    generator = np.random.default_rng(window + thresholds)
    labels = np.zeros(80, bool)
    labels[[0, 1, 20, 21, 22, 26, 60, 79]] = True
    scores = generator.normal(size=80) + labels
    scores = np.round(scores) if ties else scores
    assert sampled_vus(labels, scores, window, thresholds) == pytest.approx(literal(labels, scores, window, thresholds))


def test_as_many_thresholds_as_points_are_every_threshold():
    generator = np.random.default_rng(3)
    labels = np.zeros(120, bool)
    labels[40:50] = labels[90:95] = True
    scores = generator.normal(size=120) + labels
    assert sampled_vus(labels, scores, 10, 120) == pytest.approx(vus(labels, scores, 10))


def test_few_tied_points_can_be_skipped():
    labels = np.zeros(1000, bool)
    labels[500:505] = True
    scores = np.zeros(1000)
    scores[500:502] = 3  # one rank of 3 thresholds falls on the top, the next in the middle of the rest
    scores[502:505] = 2
    assert sampled_vus(labels, scores, 0, 3).pr < vus(labels, scores, 0).pr == pytest.approx(1)


def test_a_perfect_score_is_one_and_one_class_has_no_value():
    labels = np.zeros(50, bool)
    labels[10:15] = True
    assert sampled_vus(labels, labels.astype(float), 6, 4).pr == pytest.approx(1)
    assert np.isnan(sampled_vus(np.zeros(50, bool), np.arange(50.0), 6).pr)


def test_one_threshold_is_no_curve():
    with pytest.raises(ParameterError, match="1 thresholds"):
        sampled_vus([0, 1], [0.0, 1.0], 0, 1)
