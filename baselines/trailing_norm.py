"""Euclidean norm of standardised trailing means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.attribution import Shares, shares
from benchmark.toolkit.trailing import TrailingFeatures


@dataclass(kw_only=True)
class TrailingNorm(Detector):
    r"""Score a point by the Euclidean norm of standardised trailing means of its channels at several scales.

    .. math:: s_t = \sqrt{\sum_{c} \sum_{s \in S} f_{t,c,s}^2}

    with f the features of `benchmark.toolkit.trailing.TrailingFeatures`: each channel is standardised on training rows,
    averaged over the newest s rows, and each average is standardised by its training mean and spread. Any change of a
    channel that is constant in training outweighs all other channels (`benchmark.toolkit.trailing.UNSEEN`).

    A control that learns nothing but means and spreads. The averages are the inputs of CRL-BSAD: a detector that does
    no better with them adds nothing. On rows in time order it sees as many rows as its longest scale, unlike `norm`.

    Parameters
    ----------
    scales : tuple of int, optional
        Rows of each trailing mean, in the set S. By default (1, 4, 16). On rows without time order only the scale 1 is
        possible, so there the default is (1,) and a longer scale is a `ParameterError`.
    """

    supervision: ClassVar[Supervision] = "unsupervised"
    control: ClassVar[bool] = True

    scales: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)] | None = None

    def fit(self, train: Recording, validation: Recording) -> None:
        """Learn means and spreads."""
        self._features = TrailingFeatures.fit(train, self.scales)

    def score(self, recording: Recording) -> FloatArray:
        """Return the norms, shape (T,), in [0, ∞)."""
        features = self._features.apply(recording)
        return np.sqrt(np.einsum("td,td->t", features, features))

    def attribution(self, recording: Recording) -> Shares:
        """Return the share of each channel, over all scales, in the squared norm, shape (T, C)."""
        features = self._features.apply(recording).astype(np.float64)
        return shares((features * features).reshape(len(features), len(recording.channels), -1).sum(axis=2))
