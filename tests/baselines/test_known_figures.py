"""Published figures that the controls reach: point-wise oracle F1 without point adjustment, mean over traces.

Published by Sarfraz et al., Position: Quo vadis, unsupervised time series anomaly detection?, ICML 2024 (54 traces of
SMAP, 27 of MSL; min-max scaling on training points; errors of PCA averaged over nine points).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import precision_recall_curve

from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import DATASETS, METHODS
from benchmark.toolkit.trailing import trailing_mean

TOLERANCE = 0.03
PUBLISHED = {
    "msl": {
        "norm[scaling=minmax]": 0.395,
        "knn[scaling=minmax]": 0.404,
        "pca[scaling=minmax]": 0.426,
        "sensor-range[aggregation=any]": 0.328,
    },
    "smap": {
        "norm[scaling=minmax]": 0.351,
        "knn[scaling=minmax]": 0.352,
        "pca[scaling=minmax]": 0.387,
        "sensor-range[aggregation=any]": 0.273,
    },
}


@cache
def traces(dataset: str, root: Path) -> list[tuple[Recording, Recording]]:
    recordings = DATASETS.build(dataset).load("real", root)
    parts = {part: {r.name: r for r in recordings if r.part == part} for part in ("train", "test")}
    return [(parts["train"][name], parts["test"][name]) for name in sorted(parts["test"])]


def oracle_f1(labels: np.ndarray, scores: np.ndarray) -> float:
    precision, recall, _ = precision_recall_curve(labels, scores)
    total = precision + recall
    return float(np.max(2 * precision * recall / np.where(total > 0, total, 1)))


def mean_f1(spec: str, pairs: list[tuple[Recording, Recording]]) -> float:
    figures = []
    for train, test in pairs:
        detector = METHODS.build(spec, seed=0)
        detector.fit(train.unlabelled(), train.unlabelled())
        smoothing = 9 if spec.startswith("pca") else 1
        scores = trailing_mean(detector.score(test.unlabelled()), smoothing)
        figures.append(oracle_f1(test.labels, scores))
    return float(np.mean(figures))


@pytest.mark.parametrize(("dataset", "count"), [("msl", 27), ("smap", 54)])
def test_controls_reach_published_figures(real_data: Path, dataset: str, count: int) -> None:
    pairs = traces(dataset, real_data)
    assert len(pairs) == count
    figures = {spec: mean_f1(spec, pairs) for spec in PUBLISHED[dataset]}
    assert figures == pytest.approx(PUBLISHED[dataset], abs=TOLERANCE)
    if dataset == "msl":  # nothing that knows nothing comes near
        assert mean_f1("random", pairs) == pytest.approx(mean_f1("constant", pairs), abs=TOLERANCE)
        assert mean_f1("random", pairs) < min(figures.values()) - 2 * TOLERANCE
