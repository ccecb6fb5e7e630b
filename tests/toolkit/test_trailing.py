"""Trailing means."""

from __future__ import annotations

import numpy as np

from benchmark.toolkit.trailing import trailing_mean


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
