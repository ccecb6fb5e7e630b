from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from benchmark.toolkit.attribution import over_window, shares

BLAME = arrays(np.float64, (3, 4), elements=st.floats(-1e300, 1e300))


@given(BLAME)
def test_rows_sum_to_1_or_are_0(blame: np.ndarray) -> None:
    found = shares(blame)
    assert (found >= 0).all()
    assert (found[blame <= 0] == 0).all()
    np.testing.assert_allclose(found.sum(axis=1), (blame > 0).any(axis=1), atol=1e-12)


def test_blame_is_divided_in_proportion() -> None:
    np.testing.assert_allclose(shares(np.array([[3, -7, 1], [0, 0, 0]])), [[0.75, 0, 0.25], [0, 0, 0]])


def test_a_channel_has_the_blame_of_all_its_points_in_the_window() -> None:
    assert over_window(np.array([[1, 2, 10, 20, 100, 200]]), 3).tolist() == [[111, 222]]
