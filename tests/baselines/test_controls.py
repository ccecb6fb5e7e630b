"""Formulas of the simplest controls."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from baselines.kmeans_ad import KMeansAD
from baselines.norm import Norm
from baselines.random import Random
from baselines.sensor_range import SensorRange
from benchmark.interfaces.recording import Recording


def make(values: list[list[float]]) -> Recording:
    return Recording("r", np.array(values, dtype=np.float32), tuple(f"c{number}" for number in range(len(values[0]))))


TRAIN = make([[0, 5, 7], [2, 5, 9], [4, 5, 11]])
TEST = make([[4, 5, 7], [6, 5, 7], [-4, 8, 13]])


@pytest.mark.parametrize(
    ("aggregation", "expected"), [("sum", [0, 0.5, 4.5]), ("max", [0, 0.5, 3]), ("any", [0, 1, 1])]
)
def test_sensor_range(aggregation: str, expected: list[float]) -> None:
    detector = SensorRange(aggregation=aggregation, scaling="minmax")
    detector.fit(TRAIN, TRAIN)
    np.testing.assert_allclose(detector.score(TEST), expected)
    np.testing.assert_array_equal(detector.score(TRAIN), 0)


def test_norm() -> None:
    detector = Norm(scaling="minmax")
    detector.fit(TRAIN, TRAIN)
    np.testing.assert_allclose(detector.score(TEST), np.sqrt([1, 1.5**2, 1 + 9 + 1.5**2]), rtol=1e-6)


def test_the_default_norm_counts_standard_deviations() -> None:
    detector = Norm()
    detector.fit(TRAIN, TRAIN)
    variance = 8 / 3  # of both channels that vary
    expected = np.sqrt([8 / variance, 20 / variance, (36 + 16) / variance + 9])
    np.testing.assert_allclose(detector.score(TEST), expected, rtol=1e-6)


def test_random_scores_are_uniform_and_follow_the_seed() -> None:
    many = Recording("r", np.zeros((20_000, 1), dtype=np.float32), ("c",))
    scores = Random(seed=3).score(many)
    np.testing.assert_allclose(np.quantile(scores, [0.1, 0.5, 0.9]), [0.1, 0.5, 0.9], atol=0.01)
    assert not np.array_equal(scores, Random(seed=4).score(many))


def test_kmeans_with_fewer_distinct_rows_than_clusters_is_quiet() -> None:
    detector = KMeansAD(scaling="none")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        detector.fit(TRAIN, TRAIN)
    np.testing.assert_allclose(detector.score(TRAIN), 0, atol=1e-6)
    np.testing.assert_allclose(detector.score(make([[4, 9, 14]])), [5], rtol=1e-6)
