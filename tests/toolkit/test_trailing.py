"""Trailing means."""

from __future__ import annotations

import numpy as np
import pytest

from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.recording import Recording
from benchmark.toolkit.trailing import TrailingFeatures, trailing_mean, trailing_means


def test_the_mean_of_the_last_rows_and_of_fewer_at_the_start() -> None:
    terms = np.array([[1, 10], [3, 30], [5, 50], [7, 70]], dtype=np.float32)
    means = trailing_mean(terms, 3)
    np.testing.assert_allclose(means, [[1, 10], [2, 20], [3, 30], [5, 50]])
    assert means.dtype == np.float32
    np.testing.assert_array_equal(terms[:, 0], [1, 3, 5, 7])


def test_any_number_of_axes() -> None:
    terms = np.random.default_rng(0).normal(size=(10, 2, 3))
    np.testing.assert_allclose(trailing_mean(terms, 4)[9], terms[6:].mean(axis=0))
    np.testing.assert_allclose(trailing_mean(terms[:, 0, 0], 4)[9], terms[6:, 0, 0].mean())


def test_a_length_beyond_the_rows_averages_all_rows_so_far() -> None:
    np.testing.assert_allclose(trailing_mean(np.array([2.0, 4.0]), 9), [2, 3])


def test_a_large_value_has_no_effect_beyond_its_window() -> None:
    terms = np.ones(20, dtype=np.float32)
    terms[5] = 1e12
    np.testing.assert_array_equal(trailing_mean(terms, 3)[8:], np.ones(12))


def test_a_length_of_one_changes_nothing() -> None:
    terms = np.ones((3, 1))
    assert trailing_mean(terms, 1) is terms


def recording(values: np.ndarray, *, sequential: bool = True) -> Recording:
    names = tuple(f"c{number}" for number in range(values.shape[1]))
    return Recording("r", values.astype(np.float32), names, sequential=sequential)


def noise(points: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal([5, -1, 1e4], [2, 0.1, 30], (points, 3))


def test_means_at_several_scales_are_those_of_single_scales() -> None:
    values = noise(30).astype(np.float32)
    means = trailing_means(values, (1, 4, 16))
    for index, scale in enumerate((1, 4, 16)):
        np.testing.assert_allclose(means[:, :, index], trailing_mean(values, scale), rtol=1e-6)


def test_features_of_training_rows_are_standardised_at_every_scale() -> None:
    train = recording(noise(500))
    features = TrailingFeatures.fit(train).apply(train)
    assert features.shape == (500, 9)
    np.testing.assert_allclose(features.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(features.std(axis=0), 1, rtol=1e-5)


def test_features_follow_the_formula() -> None:
    train, test = noise(400), noise(20, 1)
    centre, spread = train.mean(axis=0), train.std(axis=0)
    means, seen = (trailing_mean((part - centre) / spread, 4) for part in (test, train))
    expected = (means - seen.mean(axis=0)) / seen.std(axis=0)
    found = TrailingFeatures.fit(recording(train), (4,)).apply(recording(test))
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-3)


def test_a_change_of_a_constant_channel_outweighs_the_others() -> None:
    train, test = noise(200), noise(50, 1)
    train[:, 1] = test[:, 1] = 0.1
    test[30, 1] += 0.01
    norms = np.linalg.norm(TrailingFeatures.fit(recording(train), (1, 4)).apply(recording(test)), axis=1)
    assert norms[:30].max() < 100
    assert norms[30:34].min() > 1_000
    assert norms[34:].max() < 100


def test_rows_without_order_have_one_scale() -> None:
    train = recording(noise(100), sequential=False)
    features = TrailingFeatures.fit(train)
    assert features.scales == (1,)
    assert features.apply(train).shape == (100, 3)
    problem = r"r: scales=\(1, 4\) needs rows in time order; these have none, leave scales out"
    with pytest.raises(ParameterError, match=problem):
        TrailingFeatures.fit(train, (1, 4))
    with pytest.raises(ParameterError, match="scales"):
        TrailingFeatures.fit(recording(noise(100))).apply(train)


def test_a_scale_given_twice_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"scales=\(4, 4\) names a number of rows twice"):
        TrailingFeatures.fit(recording(noise(100)), (4, 4))
