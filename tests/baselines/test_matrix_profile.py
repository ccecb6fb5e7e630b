"""The matrix profile against figures of the library stumpy."""

from __future__ import annotations

import numpy as np
import pytest

from baselines.matrix_profile import MatrixProfile, shapes
from benchmark.interfaces.recording import Recording

STUMPY = [0.929877232912073, 0.6573850626204254, 1.3449828300324465, 1.10673746315647, 1.3134334677883652, 1.9524224484]
"""First distances of stumpy.stump(walk 2, 8, walk 1, ignore_trivial=False), version 1.14.1."""


def walks() -> tuple[Recording, Recording]:
    generator = np.random.default_rng(0)
    both = [np.cumsum(generator.normal(size=points))[:, None] for points in (60, 80)]
    first, second = (Recording("walk", values.astype(np.float32), ("a",)) for values in both)
    return first, second


def test_distances_are_those_of_stumpy() -> None:
    train, test = walks()
    detector = MatrixProfile(window=8)
    detector.fit(train, train)
    np.testing.assert_allclose(detector.score(test)[7:13], STUMPY, rtol=1e-4)


def test_all_distances_are_those_of_the_library_where_it_is_installed() -> None:
    stumpy = pytest.importorskip("stumpy")
    train, test = walks()
    detector = MatrixProfile(window=8)
    detector.fit(train, train)
    series = [part.values[:, 0].astype(np.float64) for part in (test, train)]
    profile = stumpy.stump(series[0], 8, series[1], ignore_trivial=False)[:, 0].astype(float)
    np.testing.assert_allclose(detector.score(test)[7:], profile, rtol=1e-3)


def test_level_and_size_of_a_shape_do_not_count_and_a_flat_one_is_far_from_any_other() -> None:
    train, _ = walks()
    detector = MatrixProfile(window=8)
    detector.fit(train, train)
    moved = Recording("walk", 3 * train.values + 50, ("a",))
    assert detector.score(moved)[8:].max() < 1e-2
    flat = Recording("flat", np.full((20, 1), 2, np.float32), ("a",))
    np.testing.assert_allclose(detector.score(flat)[7:], np.sqrt(8), rtol=1e-5)
    np.testing.assert_array_equal(detector.score(flat)[:7], 0)  # no whole window yet


def test_a_flat_window_has_the_shape_zero() -> None:
    np.testing.assert_array_equal(shapes(np.full((2, 5), 0.3, np.float32)), np.zeros((2, 5)))
    np.testing.assert_allclose(shapes(np.array([[0, 1, 0, 1]], np.float32)), [[-1, 1, -1, 1]])


def test_a_wave_that_stumbles_is_the_farthest_shape() -> None:
    def wave(points: int) -> np.ndarray:
        return np.sin(np.arange(points) * 2 * np.pi / 20).astype(np.float32)[:, None]

    detector = MatrixProfile(window=16)
    detector.fit(Recording("w", wave(400), ("a",)), Recording("w", wave(100), ("a",)))
    values = wave(200)
    values[120:130] = values[125:135]
    scores = detector.score(Recording("w", values, ("a",)))
    assert 120 <= scores.argmax() < 130 + 16
    assert scores[16:120].max() < 0.01 < 1 < scores.max()
