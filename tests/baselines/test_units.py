"""The unit of a channel, or of all channels, changes no ranking."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.interfaces.registry import METHODS

METHODS_OF_A_SECOND = (
    "iforest",
    "kmeans-ad",
    "knn",
    "norm",
    "pca",
    "random-forest",
    "rule",
    "rule[depth=2]",
    "sensor-range",
    "signatures",
    "stide",
    "trailing-knn",
    "trailing-norm",
    "xgboost",
)
CHANNELS = ("a", "b", "c")

powers = st.lists(st.integers(-30, 30), min_size=3, max_size=3)


def made(points: int, seed: int) -> Recording:
    """Normal rows far from the origin; every tenth row is a labelled outlier in one channel."""
    values = np.random.default_rng(seed).normal(20, 1, (points, 3))
    labels = np.arange(points) % 10 == 7
    values[labels, np.arange(points)[labels] // 10 % 3] += 6
    return Recording("made", values.astype(np.float32), CHANNELS, labels)


def scores(method: str, units: tuple[int, ...]) -> FloatArray:
    """Scores of rows in units of 10 to the power of minus ``units``."""

    def converted(recording: Recording) -> Recording:
        return replace(recording, values=(recording.values * 10.0 ** np.array(units)).astype(np.float32))

    train, validation, test = (converted(made(points, points)) for points in (200, 60, 120))
    detector = METHODS.build(method, seed=0)
    if detector.supervision != "supervised":
        train, validation = train.take(~train.labels).unlabelled(), validation.take(~validation.labels).unlabelled()
    detector.fit(train, validation)
    return detector.score(test.unlabelled())


@cache
def usual(method: str) -> FloatArray:
    return scores(method, (0, 0, 0))


@pytest.mark.parametrize("method", METHODS_OF_A_SECOND)
@settings(max_examples=8, deadline=None)
@given(units=powers)
def test_each_channel_may_have_any_unit(method: str, units: list[int]) -> None:
    assert spearmanr(scores(method, tuple(units)), usual(method)).statistic > 0.999


@pytest.mark.parametrize("method", METHODS_OF_A_SECOND)
@pytest.mark.parametrize("power", [-30, -7, 7, 30])
def test_all_channels_may_have_another_unit(method: str, power: int) -> None:
    assert spearmanr(scores(method, (power,) * 3), usual(method)).statistic > 0.999
