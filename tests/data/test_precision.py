"""Readers keep float32 where it says the same, and float64 where it would not."""

from __future__ import annotations

import numpy as np
import pytest

from benchmark.data.precision import compact

SHARES = np.random.default_rng(0).random((2000, 3))


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        (SHARES, np.float32),
        (np.where(SHARES > 0.9, np.nan, SHARES), np.float32),
        (np.full((5, 2), np.nan), np.float32),
        (np.empty((0, 2)), np.float32),
        (np.full((5, 2), 0.1), np.float32),
        (SHARES + 1e7, np.float64),
        (1e10 + np.arange(2000.0)[:, None], np.float64),
        (np.where(np.arange(2000)[:, None] < 900, np.nan, 1e10 + np.arange(2000.0)[:, None]), np.float64),
        (np.array([[1e39]]), np.float64),
        (np.array([[-1e39, np.nan]]), np.float64),
    ],
)
def test_precision_follows_from_the_numbers(table: np.ndarray, kind: type) -> None:
    kept = compact(table)

    assert kept.dtype == np.dtype(kind)
    assert kept.flags.c_contiguous
    np.testing.assert_array_equal(kept, table.astype(kind))


def test_one_counter_among_shares_is_enough() -> None:
    assert compact(np.column_stack([SHARES, 1e10 + np.arange(2000.0)])).dtype == np.float64
