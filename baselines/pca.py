"""Error of a reconstruction from principal components."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.attribution import Shares, over_window, shares
from benchmark.toolkit.scaling import Scaler, Scaling
from benchmark.toolkit.windows import causal_windows

_BLOCK = 8_192
_RANK_TOLERANCE = 1e-6  # float32 rows that depend on each other leave singular values of about 1e-7 of the largest


@dataclass(kw_only=True)
class PCA(Detector):
    r"""Score a point by the error of its reconstruction from the leading principal components of the training rows.

    With mean :math:`\mu` and the leading components :math:`V \in \mathbb{R}^{D \times k}` of the scaled training rows,

    .. math::

        e_t = \left| (x_t - \mu) - V V^\top (x_t - \mu) \right|, \qquad s_t = \max_c e_{t,c}.

    A control. It is the method of [1]_ without its uses of test data. There the errors of each channel are standardised
    with their own test statistics in one of three ways, the best way is chosen on test labels, and errors are averaged
    over nine points, three of them later ones. Here errors are neither standardised nor averaged.

    A PCA with every direction in which training rows vary has no error inside their span. Most channels of MSL and SMAP
    are constant in training, so that the 30 components of [1]_ exceed the rank (8 to 19) in every MSL recording, and
    its scores there depend on the rounding of null directions. So at most rank - 1 components are used, and directions
    without variance never are.

    Eigenvectors are computed in float64. Their sign does not matter.

    Parameters
    ----------
    window : int
        Points in the causal window that ends with the scored point; 1 scores the point alone. [1]_ uses 5 where there
        is one channel.
    scaling : {"standard", "minmax", "robust", "none"}
        Scaling of channels, fitted on training points. [1]_ uses min–max scaling.
    components : int, optional
        Components k, reduced to rank - 1. By default as in [1]_: 2 for one channel, 10 for at most 50 columns, 30
        above; where that exceeds the number of columns D = window × channels, a fifth of D and at least 2.

    References
    ----------
    .. [1] Sarfraz, Chen, Layer, Peng, Koulakis. Position: Quo vadis, unsupervised time series anomaly
       detection? ICML 2024.
    """

    supervision: ClassVar[Supervision] = "unsupervised"
    control: ClassVar[bool] = True

    window: Annotated[int, Field(ge=1)] = 1
    scaling: Scaling = "standard"
    components: Annotated[int, Field(ge=1)] | None = None

    def fit(self, train: Recording, validation: Recording) -> None:
        """Find mean and leading components of the training rows."""
        self._scaler = Scaler.fit(train, self.scaling)
        rows = causal_windows(self._scaler.apply(train), self.window).astype(np.float64)
        self._mean = rows.mean(axis=0)
        self._correlation = _absolute_correlation((rows - self._mean)[:, -len(train.channels) :])
        spread, vectors = _principal(rows - self._mean)
        rank = int((spread > _RANK_TOLERANCE * spread[0]).sum())
        wanted = self.components or _usual_components(rows.shape[1], univariate=len(train.channels) == 1)
        self._components = vectors[:, : max(min(wanted, rank - 1), 0)]

    def score(self, recording: Recording) -> FloatArray:
        """Return the error, shape (T,), in [0, ∞).

        Raises
        ------
        ParameterError
            If ``window`` is above 1 and the rows have no time order.
        """
        rows = causal_windows(self._scaler.apply(recording), self.window)
        scores = np.empty(len(rows), dtype=np.float32)
        for start in range(0, len(rows), _BLOCK):
            scores[start : start + _BLOCK] = self._errors(rows[start : start + _BLOCK]).max(axis=1)
        return scores

    def attribution(self, recording: Recording) -> Shares:
        """Return the share of each channel in the sum of the errors, shape (T, C). The score is the largest of them."""
        rows = causal_windows(self._scaler.apply(recording), self.window)
        return shares(over_window(self._errors(rows), self.window))

    def _errors(self, rows: FloatArray) -> NDArray[np.float64]:
        centred = rows - self._mean
        errors: NDArray[np.float64] = np.abs(centred - (centred @ self._components) @ self._components.T)
        return errors

    def adjacency(self, recording: Recording) -> FloatArray:
        """Return the absolute correlation of the training rows' channels, (C, C): the control for learned graphs.

        A channel that was constant in training has correlation 0 with all others. With ``window`` above 1, the
        correlation is of the last point of each window.
        """
        return self._correlation


def _usual_components(columns: int, *, univariate: bool) -> int:
    usual = 2 if univariate else 10 if columns <= 50 else 30
    return usual if usual <= columns else max(2, columns // 5)


def _absolute_correlation(centred: NDArray[np.float64]) -> FloatArray:
    length = np.linalg.norm(centred, axis=0)
    unit = centred / np.where(length > 0, length, 1)
    return np.abs(unit.T @ unit).astype(np.float32)


def _principal(centred: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Singular values, descending, and right singular vectors as columns, of centred rows."""
    if len(centred) < centred.shape[1]:
        _, values, transposed = np.linalg.svd(centred, full_matrices=False)
        return values, transposed.T
    squares, vectors = np.linalg.eigh(centred.T @ centred)
    return np.sqrt(np.maximum(squares[::-1], 0)), vectors[:, ::-1]
