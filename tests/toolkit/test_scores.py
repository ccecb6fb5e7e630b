"""Checks of scores."""

from __future__ import annotations

import numpy as np
import pytest

from benchmark.interfaces.errors import DivergedError
from benchmark.toolkit.scores import refuse_constant

VARYING = np.arange(8.0).reshape(4, 2)


def test_equal_scores_of_different_points_are_refused() -> None:
    with pytest.raises(DivergedError, match=r"all 4 points of the validation part have the same score, 0\.5"):
        refuse_constant(np.full(4, 0.5), VARYING)
    with pytest.raises(DivergedError, match="all 4 points"):
        refuse_constant(np.ones((4, 3)), VARYING)


def test_equal_scores_of_equal_points_pass() -> None:
    refuse_constant(np.full(4, 0.5), np.ones((4, 2)))
    refuse_constant(np.zeros(0), np.zeros((0, 2)))


def test_scores_that_differ_pass() -> None:
    refuse_constant(np.array([0.0, 0, 0, 1e-30]), VARYING)
    refuse_constant(np.array([[0.0, 1]] * 3 + [[1, 1]]), VARYING)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_scores_that_are_not_finite_are_refused(bad: float) -> None:
    with pytest.raises(DivergedError, match="1 of 4 scores of the validation part are not finite"):
        refuse_constant(np.array([0, 1, bad, 2]), VARYING)
