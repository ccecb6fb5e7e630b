from __future__ import annotations

import numpy as np
import pytest

from methods.gan_uq.calibration import Calibration, corrupt


def test_the_part_that_responds_to_corruptions_gets_the_largest_weight():
    generator = np.random.default_rng(0)
    labels = np.arange(2000) % 2 == 0
    normal = generator.lognormal(size=(1000, 3)).astype(np.float32)
    corrupted = generator.lognormal(size=(2000, 3)).astype(np.float32)
    corrupted[labels, 1] *= 20
    calibration = Calibration.fit(normal, corrupted, labels, corruptions=1000, training=lambda: normal)
    assert calibration.weights.argmax() == 1
    assert calibration.weights.sum() == pytest.approx(1)
    np.testing.assert_allclose(calibration.standardise(normal).mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(calibration.standardise(normal).std(axis=0), 1, rtol=1e-6)


def test_without_evidence_weights_are_equal_and_a_constant_part_contributes_nothing():
    parts = np.random.default_rng(0).lognormal(size=(50, 3)).astype(np.float32)
    parts[:, 2] = 0
    calibration = Calibration.fit(
        parts, parts, np.zeros(50, dtype=bool), corruptions=0, training=lambda: np.zeros((9, 3), np.float32)
    )
    np.testing.assert_allclose(calibration.weights, 1 / 3)
    assert (calibration.standardise(parts + 1)[:, 2] == 0).all()


def test_parts_that_are_all_constant_are_centred():
    parts = np.full((50, 3), 2.0, np.float32)
    calibration = Calibration.fit(parts, parts, np.zeros(50, dtype=bool), corruptions=0, training=lambda: parts)
    np.testing.assert_allclose(calibration.standardise(parts), 0, atol=1e-6)
    np.testing.assert_allclose(calibration.standardise(2 * parts), np.log(2), rtol=1e-6)


def test_a_part_that_is_constant_on_validation_rows_is_standardised_on_training_rows():
    normal, training = np.random.default_rng(0).lognormal(size=(2, 500, 3)).astype(np.float32)
    training *= 5
    normal[:, 1] = 3 * (1 + 1e-5 * normal[:, 1])
    none = np.zeros(500, dtype=bool)
    calibration = Calibration.fit(normal, normal, none, corruptions=0, training=lambda: training)
    np.testing.assert_allclose(calibration.standardise(training)[:, 1].mean(), 0, atol=1e-6)
    np.testing.assert_allclose(calibration.standardise(training)[:, 1].std(), 1, rtol=1e-6)
    for part in (0, 2):
        np.testing.assert_allclose(calibration.standardise(normal)[:, part].mean(), 0, atol=1e-6)


@pytest.mark.parametrize("sequential", [True, False])
def test_half_of_the_rows_are_corrupted_and_only_in_varying_channels(sequential):
    values = np.random.default_rng(0).standard_normal((400, 6)).astype(np.float32)
    values[:, 2] = 1.5
    changed, labels = corrupt(values, sequential=sequential, generator=np.random.default_rng(1))
    assert labels.mean() == pytest.approx(0.5, abs=0.02)
    assert ((changed != values).any(axis=1) <= labels).all()
    assert (changed != values).any(axis=1)[labels].mean() > 0.9
    assert (changed[:, 2] == 1.5).all()
    again, _ = corrupt(values, sequential=sequential, generator=np.random.default_rng(1))
    assert again.tobytes() == changed.tobytes()
