"""Checks of the scores of a fitted model."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.errors import DivergedError


def refuse_constant(scores: NDArray[Any], inputs: NDArray[Any]) -> None:
    """Refuse a model that ranks nothing: scores that are not finite, or equal although the inputs differ.

    Parameters
    ----------
    scores : ndarray, shape (T,) or (T, ...)
        Scores of validation points.
    inputs : ndarray, shape (T, ...)
        The validation points.

    Raises
    ------
    DivergedError
        If a score is missing or infinite, or all scores are equal and the inputs are not.
    """
    bad = int(np.count_nonzero(~np.isfinite(scores)))
    if bad:
        raise DivergedError(f"{bad} of {scores.size} scores of the validation part are not finite")
    if len(scores) and (scores == scores[0]).all() and not (inputs == inputs[0]).all():
        raise DivergedError(f"all {len(scores)} points of the validation part have the same score, {scores.flat[0]:g}")
