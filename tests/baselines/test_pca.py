"""PCA error."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import PCA as Reference

from baselines.pca import PCA
from benchmark.interfaces.recording import Recording


def make(values: np.ndarray, *, sequential: bool = True) -> Recording:
    channels = tuple(f"c{number}" for number in range(values.shape[1]))
    return Recording("r", values.astype(np.float32), channels, sequential=sequential)


def noise(points: int, channels: int, seed: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    return generator.normal(size=(points, channels)) @ generator.normal(size=(channels, channels))


def fitted(train: Recording, **parameters: object) -> PCA:
    detector = PCA(**parameters)
    detector.fit(train, train)
    return detector


def test_agrees_with_an_independent_implementation() -> None:
    train, test = noise(200, 6, 0), noise(50, 6, 1)
    reference = Reference(3).fit(train)
    residual = np.abs(test - reference.inverse_transform(reference.transform(test)))
    scores = fitted(make(train), components=3, scaling="none").score(make(test))
    np.testing.assert_allclose(scores, residual.max(axis=1), rtol=1e-4, atol=1e-5)


def test_a_score_depends_on_its_own_row_alone() -> None:
    train, test = make(noise(200, 6, 0)), make(noise(60, 6, 1))
    changed = test.values.copy()
    changed[10] = 1e12
    detector = fitted(train)
    kept = np.arange(60) != 10
    np.testing.assert_allclose(detector.score(make(changed))[kept], detector.score(test)[kept], rtol=1e-6)


@pytest.mark.parametrize(("channels", "expected"), [(1, 0), (4, 2), (20, 10), (50, 10), (60, 30)])
def test_usual_number_of_components(channels: int, expected: int) -> None:
    assert fitted(make(noise(300, channels, 0)))._components.shape == (channels, expected)


def test_one_channel_with_a_window_keeps_two() -> None:
    assert fitted(make(noise(300, 1, 0)), window=5)._components.shape == (5, 2)


@pytest.mark.parametrize("rows", [40, 300])
def test_one_varying_direction_is_left_out_and_null_directions_are_never_kept(rows: int) -> None:
    train = np.hstack([noise(rows, 5, 0), np.zeros((rows, 55))])  # rank 5 of 60 columns, 30 components asked for
    detector = fitted(make(train))
    assert detector._components.shape == (60, 4)
    np.testing.assert_allclose(detector._components[5:], 0, atol=1e-9)
    assert detector.score(make(train)).max() > 1e-3


def test_a_constant_training_part_scores_the_distance_from_it() -> None:
    detector = fitted(make(np.ones((20, 3))))
    np.testing.assert_allclose(detector.score(make(np.array([[1.0, 1, 1], [1, 3, 1]]))), [0, 2], atol=1e-6)


def test_its_graph_is_the_absolute_correlation_of_training_rows():
    generator = np.random.default_rng(0)
    base = generator.normal(size=(200, 1))
    noise = generator.normal(size=(200, 1))
    values = np.concatenate([base, -2 * base, noise, np.ones_like(base)], axis=1).astype(np.float32)
    rows = Recording("m", values, ("a", "b", "c", "constant"))
    detector = PCA()
    detector.fit(rows, rows)
    graph = detector.adjacency(rows)
    np.testing.assert_allclose(graph[:3, :3], np.abs(np.corrcoef(values[:, :3].T)), atol=1e-5)
    assert (graph[3] == 0).all()
