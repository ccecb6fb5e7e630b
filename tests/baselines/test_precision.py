"""Values that float32 cannot hold reach every method with their digits."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import METHODS
from benchmark.metrics.ranking import auc_roc

FAST = (
    "iforest",
    "kmeans-ad",
    "knn",
    "mlp",
    "norm",
    "pca",
    "random-forest",
    "sensor-range",
    "trailing-knn",
    "trailing-norm",
    "xgboost",
)


def parts(values: np.ndarray) -> tuple[Recording, Recording]:
    labels = np.arange(len(values)) % 10 == 5
    cut = len(values) // 2
    whole = Recording("r", values, ("a", "b"), labels=labels)
    return whole.take(slice(cut)), whole.take(slice(cut, None))


def scores(method: str, values: np.ndarray) -> np.ndarray:
    train, test = parts(values)
    detector = METHODS.build(method, seed=0)
    labelled = detector.supervision == "supervised"
    normal = train if labelled else train.take(~train.labels).unlabelled()
    detector.fit(normal, normal)
    return detector.score(test.unlabelled())


@pytest.mark.parametrize("method", FAST)
def test_a_counter_with_a_large_offset_is_scored_like_one_without(method: str) -> None:
    whole = np.round(np.random.default_rng(0).normal(0, 100, size=(400, 2)))
    whole[np.arange(400) % 10 == 5] += 600
    offset, plain = scores(method, whole + 1e10), scores(method, whole.astype(np.float32))

    labels = parts(whole)[1].labels
    assert auc_roc(labels, offset) == pytest.approx(auc_roc(labels, plain), abs=0.01)
    assert spearmanr(offset, plain).statistic > 0.99


@pytest.mark.parametrize("method", FAST)
@pytest.mark.parametrize("scale", [1e-200, 1e39, 1e290])
def test_a_unit_beyond_float32_is_scored_like_another(method: str, scale: float) -> None:
    values = np.random.default_rng(1).normal(size=(400, 2))
    values[np.arange(400) % 10 == 5] += 6

    assert spearmanr(scores(method, values * scale), scores(method, values)).statistic > 0.99


@pytest.mark.parametrize("method", FAST)
def test_one_huge_test_value_is_finite_and_highest_where_distance_counts(method: str) -> None:
    values = np.random.default_rng(2).normal(size=(400, 2))
    values[300, 1] = 1e300
    found = scores(method, values)

    assert np.isfinite(found).all()
    if method in ("kmeans-ad", "knn", "norm", "sensor-range"):
        assert found[100] == found.max()
