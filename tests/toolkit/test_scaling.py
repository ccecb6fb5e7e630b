"""Scaling of channels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import Recording
from benchmark.toolkit.scaling import LIMIT, Scaler

KINDS = ("standard", "minmax", "robust", "none")


def make(values: object, **fields: object) -> Recording:
    array = np.asarray(values, dtype=np.float32)
    return Recording("r", array, tuple(f"c{i}" for i in range(array.shape[1])), **fields)


TRAIN = make([[0, 10], [1, 20], [2, 30], [3, 40], [4, 100]])


@pytest.mark.parametrize(
    ("kind", "centre", "spread"),
    [
        ("minmax", [0, 10], [4, 90]),
        ("standard", [2, 40], [np.sqrt(2), np.sqrt(1000)]),
        ("robust", [2, 30], [2, 20]),
        ("none", [0, 0], [1, 1]),
    ],
)
def test_formula(kind: str, centre: list[float], spread: list[float]) -> None:
    scaled = Scaler.fit(TRAIN, kind).apply(TRAIN).values
    np.testing.assert_allclose(scaled, (TRAIN.values - centre) / spread, rtol=1e-6)


def test_test_values_are_not_clipped_to_the_training_range() -> None:
    scaler = Scaler.fit(TRAIN, "minmax")
    np.testing.assert_allclose(scaler.apply(make([[8, -80]])).values, [[2, -1]])


@pytest.mark.parametrize("kind", KINDS[:3])
def test_a_constant_channel_is_centred_and_keeps_its_unit(kind: str) -> None:
    train = make([[0.1, i] for i in range(7)])
    scaled = Scaler.fit(train, kind).apply(make([[0.1, 0], [2.1, 0]])).values
    np.testing.assert_allclose(scaled[:, 0], [0, 2], atol=1e-6)


def test_robust_falls_back_to_the_deviation_of_a_channel_that_is_mostly_one_value() -> None:
    train = make([[0]] * 9 + [[10]])
    assert Scaler.fit(train, "robust").apply(make([[3]])).values[0, 0] == pytest.approx(1)


@pytest.mark.parametrize("kind", KINDS)
def test_type_and_other_fields_stay(kind: str) -> None:
    train = replace(TRAIN, labels=np.array([0, 0, 0, 0, 1], dtype=bool))
    before = train.values.copy()
    scaled = Scaler.fit(train, kind).apply(train)
    assert scaled.values.dtype == np.float32
    assert scaled.labels is train.labels
    np.testing.assert_array_equal(train.values, before)


def test_a_large_offset_keeps_its_digits() -> None:
    train = make([[16_777_000], [16_777_001], [16_777_002]])
    np.testing.assert_array_equal(Scaler.fit(train, "minmax").apply(train).values, [[0], [0.5], [1]])


def test_squares_of_scaled_values_stay_finite() -> None:
    scaled = Scaler.fit(make([[0], [1e-30]]), "minmax").apply(make([[3e38], [-3e38]])).values
    np.testing.assert_array_equal(scaled, np.array([[LIMIT], [-LIMIT]], dtype=np.float32))


@pytest.mark.parametrize("kind", KINDS[:3])
@pytest.mark.parametrize("power", [-900, -600, -100, 100, 600, 900])
def test_a_power_of_two_as_unit_changes_no_byte(kind: str, power: int) -> None:
    values = np.random.default_rng(0).normal(size=(50, 2))
    plain, scaled = (Recording("r", array, ("a", "b")) for array in (values, np.ldexp(values, power)))
    expected = Scaler.fit(plain, kind).apply(plain).values

    np.testing.assert_array_equal(Scaler.fit(scaled, kind).apply(scaled).values, expected)


@pytest.mark.parametrize("kind", KINDS[:3])
def test_the_digits_of_a_counter_reach_the_scaled_values(kind: str) -> None:
    counter = 1e10 + np.arange(2000.0)[:, None]
    train = Recording("r", counter, ("a",))

    assert len(np.unique(Scaler.fit(train, kind).apply(train).values)) == 2000


def test_many_rows_are_scaled_as_few_are() -> None:
    values = np.random.default_rng(0).normal(size=(70_000, 2)).astype(np.float32)
    scaler = Scaler.fit(make(values), "standard")
    np.testing.assert_array_equal(scaler.apply(make(values)).values[-5:], scaler.apply(make(values[-5:])).values)


def test_other_channels_are_refused() -> None:
    with pytest.raises(DataError, match="fitted on 2 channels"):
        Scaler.fit(TRAIN, "minmax").apply(make([[1.0, 2.0, 3.0]]))


def test_a_missing_value_is_named() -> None:
    with pytest.raises(DataError, match="row 2, column 'c1'"):
        Scaler.fit(make([[1, 2], [1, np.nan]]), "none")
    with pytest.raises(DataError, match="row 1, column 'c0'"):
        Scaler.fit(TRAIN, "none").apply(make([[np.nan, 1]]))


def test_a_training_part_without_rows_is_refused() -> None:
    with pytest.raises(DataError, match="no row"):
        Scaler.fit(make(np.empty((0, 2))), "standard")
