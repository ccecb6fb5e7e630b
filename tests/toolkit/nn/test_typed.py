from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from benchmark.interfaces.errors import ParameterError
from benchmark.toolkit.nn.typed import TypedRows
from tests.fixtures.typed import rows


def test_columns_are_grouped_by_modality() -> None:
    train = rows(200, 0)
    typed = TypedRows.fit(train, "standard")
    assert (typed.layout.continuous, typed.layout.binary) == (2, 1)
    assert (typed.layout.categories, typed.layout.shares) == ((3,), (2,))
    assert (typed.layout.width, typed.layout.variables) == (8, 5)
    found = typed.apply(train).numpy()
    values = train.values.astype(np.float64)
    scaled = (values - values.mean(axis=0)) / values.std(axis=0)
    np.testing.assert_allclose(found[:, :2], np.arcsinh(scaled[:, [0, 5]]), rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(found[:, 2:], train.values[:, [1, 2, 3, 4, 6, 7]])


def test_a_window_repeats_every_variable_from_the_earliest_row_on() -> None:
    train = rows(50, 0, sequential=True)
    one, two = TypedRows.fit(train, "none"), TypedRows.fit(train, "none", window=2)
    assert two.layout.categories == (3, 3)
    assert two.layout.shares == (2, 2)
    assert two.layout.width == 16
    single, double = one.apply(train), two.apply(train)
    torch.testing.assert_close(double[1:, [0, 1, 4]], single[:-1, [0, 1, 2]], rtol=0, atol=0)
    torch.testing.assert_close(double[1:, 6:9], single[:-1, 3:6], rtol=0, atol=0)
    torch.testing.assert_close(double[:, 9:12], single[:, 3:6], rtol=0, atol=0)
    with pytest.raises(ParameterError, match="window=2"):
        two.apply(dataclasses.replace(train, sequential=False))


def test_flags_beyond_one_are_limited() -> None:
    train = rows(50, 0)
    test = rows(10, 1)
    test.values[:, 1] = 7
    assert (TypedRows.fit(train, "standard").apply(test)[:, 2] == 1).all()


def test_shares_enter_a_network_as_roots_with_a_mean_square_of_one() -> None:
    typed = TypedRows.fit(rows(50, 0), "standard")
    inputs = typed.layout.inputs(typed.apply(rows(20, 1)))
    np.testing.assert_allclose(inputs[:, -2:].square().mean(dim=1), 1, rtol=1e-5)


def test_without_modalities_every_column_is_continuous() -> None:
    train = dataclasses.replace(rows(50, 0), modalities=())
    assert TypedRows.fit(train, "standard").layout.continuous == 8
