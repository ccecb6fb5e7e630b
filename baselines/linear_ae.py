"""A linear autoencoder of windows, trained in closed form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from baselines.forecast.errors import Errors, Usual, clipped
from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.attribution import Shares, over_window, shares
from benchmark.toolkit.scaling import Scaler, Scaling
from benchmark.toolkit.windows import causal_windows, evenly_spaced

WINDOW = 10
"""Default number of rows of a window, where rows are in time order."""

_BLOCK = 8_192


@dataclass(kw_only=True)
class LinearAE(Detector):
    r"""Score a point by the reconstruction error of its window under the best linear autoencoder.

    With encoder :math:`E \in \mathbb{R}^{k \times D}` and decoder :math:`F \in \mathbb{R}^{D \times k}` that minimise
    the squared error of training windows, the error of channel c at the point t is the root mean square of
    :math:`w_t - \mu - F E (\bar w_t - \mu)` over the rows of the window, with :math:`\bar w` clipped to ±5 scaled
    units. Channels become one score by the rule of the forecasters (`baselines.forecast.errors`), each in units of its
    own usual error.

    The honest rival of deep autoencoders: what they add is what is beyond it. By [1]_ the error of a linear autoencoder
    has no local minimum, and FE at its minimum is the projection on the leading k principal components. So it is
    solved, in float64, and not trained. [2]_ finds that simple linear models keep up with deep detectors; its code
    chooses how to scale the errors on test labels; here they are scaled by training and validation rows.

    It differs from `pca` in what is scored. There it is the largest error of a channel in the newest row, here the
    error of the whole window, so that a deviation counts for as long as it is in the window. Training windows are
    clipped to ±5, so that a few spikes do not decide the components, and the width k follows from the data.

    Parameters
    ----------
    window : int, optional
        Points in the causal window that ends with the scored point. By default 10, and 1 on rows without time order.
    scaling : {"standard", "minmax", "robust", "none"}
        Scaling of channels, fitted on training points.
    share : float
        Share of the variance of training windows that the code keeps: k is the least number that keeps as much.
    train_rows : int
        Largest number of training windows; evenly spaced where there are more.

    References
    ----------
    .. [1] P. Baldi, K. Hornik. Neural networks and principal component analysis: learning from examples without local
       minima. Neural Networks 2(1), 1989.
    .. [2] Sarfraz, Chen, Layer, Peng, Koulakis. Position: Quo vadis, unsupervised time series anomaly
       detection? ICML 2024.
    """

    supervision: ClassVar[Supervision] = "unsupervised"

    window: Annotated[int, Field(ge=1)] | None = None
    scaling: Scaling = "standard"
    share: Annotated[float, Field(gt=0, lt=1)] = 0.9
    train_rows: Annotated[int, Field(ge=2)] = 10_000

    def fit(self, train: Recording, validation: Recording) -> None:
        """Solve for encoder and decoder.

        Raises
        ------
        ParameterError
            If ``window`` is above 1 and the rows have no time order.
        """
        self._scaler = Scaler.fit(train, self.scaling)
        self._length = self.window or (WINDOW if train.sequential else 1)
        rows = clipped(causal_windows(self._scaler.apply(train), self._length))
        self._mean, spread, vectors = principal(rows[evenly_spaced(len(rows), self.train_rows)])
        kept = np.cumsum(spread) < self.share * spread.sum()
        self._code = vectors[:, : int(kept.sum()) + 1 if len(spread) > 1 else 0]
        self._usual = Usual.fit(self._errors(train), self._errors(validation))

    def score(self, recording: Recording) -> FloatArray:
        """Return the errors over channels in units of the usual ones, shape (T,), in [0, ∞)."""
        return self._usual.scores(self._errors(recording))

    def attribution(self, recording: Recording) -> Shares:
        """Return the share of each channel in the squared score, shape (T, C)."""
        return shares(self._usual.blame(self._errors(recording)))

    def _errors(self, recording: Recording) -> Errors:
        rows = causal_windows(self._scaler.apply(recording), self._length)
        errors = np.empty((len(rows), len(recording.channels)))
        for start in range(0, len(rows), _BLOCK):
            block = rows[start : start + _BLOCK]
            made = (clipped(block) - self._mean) @ self._code @ self._code.T
            squares = over_window(np.square(block - self._mean - made), self._length)
            errors[start : start + _BLOCK] = np.sqrt(squares / self._length)
        return errors


def principal(rows: FloatArray) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Find the principal components of rows, in float64.

    Parameters
    ----------
    rows : ndarray, shape (n, D)
        At least one row.

    Returns
    -------
    mean : ndarray, shape (D,)
    variances : ndarray, shape (D,)
        Variance along each component, descending, at least 0.
    components : ndarray, shape (D, D)
        Components as columns, of length 1. Their signs mean nothing.
    """
    values = rows.astype(np.float64)
    mean = values.mean(axis=0)
    values -= mean
    variances, vectors = np.linalg.eigh(values.T @ values / len(values))
    return mean, np.maximum(variances[::-1], 0), vectors[:, ::-1]
