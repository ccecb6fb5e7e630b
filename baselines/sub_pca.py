"""Distance of a window from the usual windows in all principal directions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from baselines.forecast.errors import clipped
from baselines.linear_ae import WINDOW, principal
from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.scaling import Scaler, Scaling
from benchmark.toolkit.windows import causal_windows, evenly_spaced

_BLOCK = 8_192


@dataclass(kw_only=True)
class SubPCA(Detector):
    r"""Score a point by the weighted distance of its window in all principal directions of training windows.

    With mean :math:`\mu`, principal components :math:`v_k` and their variances :math:`\lambda_k`,

    .. math:: s_t = \sqrt{\frac1D \sum_{k=1}^{D}
              \frac{\left(v_k^\top (w_t - \mu)\right)^2}{\lambda_k + \rho \bar\lambda}}

    with the mean variance :math:`\bar\lambda`. A deviation in a direction in which windows hardly vary counts most, as
    in [1]_, where two sums, over major and minor components, have thresholds of their own. The share ρ keeps
    directions without any variance finite. Without ρ this is the Mahalanobis distance of windows. Training windows are
    clipped to ±5 scaled units before their components are taken, so that a few spikes do not decide them; scored
    windows are not.

    The benchmark [2]_ ranks a method of this name first on recordings of one channel. Its code, and that of PyOD from
    which it comes, sums :math:`\lVert w - v_k \rVert / \lambda_k`: the distance of a window to the *end* of the unit
    vector :math:`v_k`, and not the length of its projection on it. So all terms are nearly the norm of the window, and
    the sign of a component, which means nothing, changes scores. That code also uses windows where there is one
    channel only, and gives a point the score of the window around it, which has later rows. Here a point has the
    score of the window that ends with it.

    Parameters
    ----------
    window : int, optional
        Points in the causal window that ends with the scored point. By default 10, and 1 on rows without time order.
    scaling : {"standard", "minmax", "robust", "none"}
        Scaling of channels, fitted on training points.
    shrinkage : float
        Share ρ of the mean variance that is added to each variance.
    train_rows : int
        Largest number of training windows; evenly spaced where there are more.

    References
    ----------
    .. [1] M.-L. Shyu, S.-C. Chen, K. Sarinnapakorn, L. Chang. A novel anomaly detection scheme based on principal
       component classifier. ICDM workshop on foundations and new directions of data mining, 2003.
    .. [2] Q. Liu, J. Paparrizos. The elephant in the room: towards a reliable time-series anomaly detection benchmark.
       NeurIPS 2024.
    """

    supervision: ClassVar[Supervision] = "unsupervised"

    window: Annotated[int, Field(ge=1)] | None = None
    scaling: Scaling = "standard"
    shrinkage: Annotated[float, Field(gt=0)] = 0.1
    train_rows: Annotated[int, Field(ge=2)] = 10_000

    def fit(self, train: Recording, validation: Recording) -> None:
        """Find mean, components and variances of the training windows.

        Raises
        ------
        ParameterError
            If ``window`` is above 1 and the rows have no time order.
        """
        self._scaler = Scaler.fit(train, self.scaling)
        self._length = self.window or (WINDOW if train.sequential else 1)
        rows = clipped(causal_windows(self._scaler.apply(train), self._length))
        self._mean, variances, components = principal(rows[evenly_spaced(len(rows), self.train_rows)])
        floor = self.shrinkage * (variances.mean() or 1.0)
        self._map = components / np.sqrt((variances + floor) * len(variances))

    def score(self, recording: Recording) -> FloatArray:
        """Return the distances, shape (T,), in [0, ∞); the root mean square over usual windows is about 1."""
        rows = causal_windows(self._scaler.apply(recording), self._length)
        scores = np.empty(len(rows), dtype=np.float32)
        for start in range(0, len(rows), _BLOCK):
            projected = (rows[start : start + _BLOCK] - self._mean) @ self._map
            scores[start : start + _BLOCK] = np.sqrt(np.einsum("td,td->t", projected, projected))
        return scores
