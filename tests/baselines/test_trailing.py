"""Controls in the space of standardised trailing means."""

from __future__ import annotations

import numpy as np
import pytest

from baselines.knn import KNN
from baselines.norm import Norm
from baselines.trailing_knn import TrailingKNN
from baselines.trailing_norm import TrailingNorm
from benchmark.interfaces.detector import Detector
from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.recording import Recording
from benchmark.toolkit.trailing import TrailingFeatures

CONTROLS = (TrailingNorm, TrailingKNN)


def make(points: int, seed: int, *, sequential: bool = True) -> Recording:
    values = np.random.default_rng(seed).normal([3, 0, -50], [1, 0.1, 20], (points, 3))
    return Recording("r", values.astype(np.float32), ("a", "b", "c"), sequential=sequential)


def fitted(detector: Detector, *, sequential: bool = True) -> Detector:
    train = make(400, 0, sequential=sequential)
    detector.fit(train, train)
    return detector


def test_the_norm_of_features() -> None:
    test = make(50, 1)
    features = TrailingFeatures.fit(make(400, 0)).apply(test).astype(float)
    np.testing.assert_allclose(fitted(TrailingNorm()).score(test), np.linalg.norm(features, axis=1), rtol=1e-5)


def test_the_nearest_features() -> None:
    test, space = make(50, 1), TrailingFeatures.fit(make(400, 0))
    of_test, of_train = (space.apply(part).astype(float) for part in (test, make(400, 0)))
    distances = np.sort(np.linalg.norm(of_test[:, None] - of_train, axis=2), axis=1)
    np.testing.assert_allclose(fitted(TrailingKNN()).score(test), distances[:, 0], rtol=1e-4)
    np.testing.assert_allclose(fitted(TrailingKNN(k=3)).score(test), distances[:, :3].mean(axis=1), rtol=1e-4)


@pytest.mark.parametrize("control", CONTROLS)
def test_a_weak_shift_of_many_rows_scores_above_single_rows_of_the_same_size(control: type[Detector]) -> None:
    test = make(300, 1)
    test.values[100:140] += np.float32([1.5, 0.15, 30])
    scores = fitted(control()).score(test)
    assert np.median(scores[116:140]) > np.quantile(scores[:100], 0.99)


@pytest.mark.parametrize(("control", "single"), [(TrailingNorm, Norm), (TrailingKNN, KNN)])
def test_without_order_they_are_the_controls_of_one_row(control: type[Detector], single: type[Detector]) -> None:
    test = make(50, 1, sequential=False)
    expected = fitted(single(), sequential=False).score(test)
    np.testing.assert_allclose(fitted(control(), sequential=False).score(test), expected, rtol=1e-3)
    with pytest.raises(ParameterError, match=r"scales=\(1, 4\) needs rows in time order"):
        fitted(control(scales=(1, 4)), sequential=False)


def test_training_rows_are_drawn_by_the_seed() -> None:
    test = make(50, 1)
    scores = [fitted(TrailingKNN(train_rows=40, seed=seed)).score(test) for seed in (0, 0, 1)]
    np.testing.assert_array_equal(scores[0], scores[1])
    assert not np.array_equal(scores[0], scores[2])
    with pytest.raises(ParameterError, match="k=401 is larger than the number of training rows, 400"):
        fitted(TrailingKNN(k=401))
