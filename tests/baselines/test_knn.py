"""Nearest training points."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from baselines.knn import KNN
from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.recording import Recording


def make(values: np.ndarray) -> Recording:
    return Recording("r", values.astype(np.float32), tuple(f"c{number}" for number in range(values.shape[1])))


def fitted(train: np.ndarray, **parameters: object) -> KNN:
    detector = KNN(**parameters)
    detector.fit(make(train), make(train))
    return detector


def normal(points: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(points, 5)).astype(np.float32)


@pytest.mark.parametrize("k", [1, 3, 50])
def test_agrees_with_an_independent_search_over_several_tiles(k: int) -> None:
    train, test = normal(4_100, 0), normal(600, 1)
    reference = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(train.astype(float)).kneighbors(test)[0]
    scores = fitted(train, k=k, scaling="none").score(make(test))
    np.testing.assert_allclose(scores, reference.mean(axis=1), rtol=1e-5)


def test_k_of_all_rows_of_the_last_tile_and_more() -> None:
    train, test = normal(2_053, 0), normal(10, 1)
    reference = NearestNeighbors(n_neighbors=2_053).fit(train).kneighbors(test)[0].mean(axis=1)
    np.testing.assert_allclose(fitted(train, k=2_053, scaling="none").score(make(test)), reference, rtol=1e-5)


def test_training_points_have_distance_zero_even_far_from_the_origin() -> None:
    train = normal(500, 0) + 1e4
    assert fitted(train, scaling="none").score(make(train)).max() == 0


def test_training_rows_are_drawn_by_the_seed() -> None:
    train, test = normal(500, 0), make(normal(50, 1))
    scores = [fitted(train, train_rows=50, seed=seed).score(test) for seed in (0, 0, 1)]
    np.testing.assert_array_equal(scores[0], scores[1])
    assert not np.array_equal(scores[0], scores[2])


def test_more_neighbours_than_rows() -> None:
    with pytest.raises(ParameterError, match="k=9 is larger than the number of training rows, 5"):
        fitted(normal(5, 0), k=9)
