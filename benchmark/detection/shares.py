"""The share of each channel in the score of a row."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.detector import Detector
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.probe import Attributes
from benchmark.interfaces.recording import Recording
from benchmark.toolkit.attribution import Shares, shares
from benchmark.toolkit.occlusion import occlusion

MOST = 32
"""Channels that are asked by occlusion."""

HIGHEST = 0.05
"""Share of the rows, those of the highest scores, by which these channels are chosen."""


def shares_of(
    detector: Detector,
    recording: Recording,
    channels: tuple[str, ...],
    medians: NDArray[Any],
    scores: NDArray[Any],
    method: str,
) -> Shares:
    """Share of each channel in the score of each row.

    A detector with an ``attribution`` of its own is asked for it. Any other is asked by occlusion: a channel takes its
    training median, and what the score of a row loses by it is the part of the channel. A column that says where
    another one is missing counts for that one.

    Occlusion scores the rows once for each channel. Of more than `MOST` channels those are occluded that lie furthest
    from their medians in the rows of the highest scores, in units of their own mean distance; the others get 0. A
    channel at its median would lose nothing by occlusion anyway.

    Parameters
    ----------
    detector : Detector
        Fitted.
    recording : Recording
        Rows after imputation.
    channels : tuple of str, length C
        Channels before it.
    medians : ndarray
        Training median of each column of ``recording``.
    scores : ndarray, shape (T,)
        Scores of the rows.
    method : str
        Its name, for messages.

    Returns
    -------
    ndarray of float64, shape (T, C)
        Each row sums to 1, or to 0 where no channel has a part.

    Raises
    ------
    DataError
        If the detector's own shares have another shape, or are not finite.
    """
    further = recording.channels[len(channels) :]  # of the imputation: where a channel is missing
    owners = np.array([*range(len(channels)), *(channels.index(name.removeprefix("missing:")) for name in further)])
    groups = [np.flatnonzero(owners == place).astype(np.int64) for place in range(len(channels))]
    if not isinstance(detector, Attributes):
        blame = np.zeros((len(recording), len(channels)))
        asked = _furthest(recording, np.asarray(medians), scores, groups)
        blame[:, asked] = occlusion(detector.score, recording, np.asarray(medians), [groups[place] for place in asked])
        return shares(blame)
    own = np.asarray(detector.attribution(recording), np.float64)
    if own.shape != recording.values.shape:
        raise DataError(f"{method}: attribution has shape {own.shape}; expected {recording.values.shape}")
    if not np.isfinite(own).all():
        raise DataError(
            f"{method}: attribution of row {int(np.argmin(np.isfinite(own).all(axis=1))) + 1} is not finite"
        )
    positive = np.maximum(own, 0)
    return shares(np.stack([positive[:, group].sum(axis=1) for group in groups], axis=1))


def _furthest(
    recording: Recording, medians: NDArray[Any], scores: NDArray[Any], groups: list[NDArray[np.int64]]
) -> list[int]:
    if len(groups) <= MOST:
        return list(range(len(groups)))
    distances = np.abs(recording.values.astype(np.float64) - medians)
    means = distances.mean(axis=0)
    rows = np.argsort(-scores, kind="stable")[: max(1, round(HIGHEST * len(scores)))]
    columns = (distances[rows] / np.where(means > 0, means, 1)).max(axis=0)
    order = np.argsort([-columns[group].max() for group in groups], kind="stable")
    return sorted(int(place) for place in order[:MOST])
