"""Blame by occlusion: how far the score of a point falls when one of its columns takes a usual value.

It asks any detector, as a black box. Columns that belong together (those of one category) are replaced together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.recording import FloatArray, Recording

Score = Callable[[Recording], NDArray[Any]]

RESOLUTION = 1e-6
"""A fall counts from this share of the score on, or of the median size of all scores where that is more. Scores in
float32 that a row gets at two places of a recording may differ by rounding, and no order may come from that."""


def occlusion(
    score: Score, recording: Recording, usual: FloatArray, groups: Sequence[NDArray[np.int64]]
) -> NDArray[np.float64]:
    r"""Blame each group of columns by the fall of the score without it.

    .. math:: b_{t,g} = \max(0,\; s(x_t) - s(x_t \text{ with } x_{t,c} = u_c \text{ for all } c \in g))

    Where rows are in time order a detector may look back, so that a group is replaced in all rows at once, in one call
    of ``score`` for each group. Else the variants of all rows are scored in one call, those that differ from their row
    alone. In both forms a detector that looks at no other row gives the same blame.

    The raw form stays as it is. A detector that reads nothing else keeps its score and blames no column: it must say by
    itself what it blames.

    Parameters
    ----------
    score : callable
        Scores of a recording, shape (T,).
    recording : Recording
        T points of C channels.
    usual : ndarray, shape (C,)
        Usual value u of each channel.
    groups : sequence of ndarray of int64
        Columns of each group.

    Returns
    -------
    ndarray of float64, shape (T, len(groups))
        In the unit of the score.
    """
    points = len(recording)
    if recording.sequential:
        whole = np.asarray(score(recording), np.float64)
        fallen = [whole - np.asarray(score(_occluded(recording, usual, group)), np.float64) for group in groups]
        return _counted(np.stack(fallen, axis=1), whole)
    differs = np.stack([(recording.values[:, group] != usual[group]).any(axis=1) for group in groups])
    columns, rows = np.nonzero(differs)
    variants = recording.values[rows]
    for column, group in enumerate(groups):
        own = np.flatnonzero(columns == column)
        variants[own[:, None], group] = usual[group]
    asked = recording.take(np.concatenate([np.arange(points), rows]))
    scores = np.asarray(score(replace(asked, values=np.concatenate([recording.values, variants]))), np.float64)
    blame = np.zeros((points, len(groups)))
    blame[rows, columns] = scores[rows] - scores[points:]
    return _counted(blame, scores[:points])


def _counted(falls: NDArray[np.float64], scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Falls that are above rounding, the others 0."""
    sizes = np.abs(scores)
    least = RESOLUTION * np.maximum(sizes, np.median(sizes))
    return np.where(falls > least[:, None], falls, 0.0)


def _occluded(recording: Recording, usual: FloatArray, group: NDArray[np.int64]) -> Recording:
    values = recording.values.copy()
    values[:, group] = usual[group]
    return replace(recording, values=values)
