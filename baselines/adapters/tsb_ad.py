"""``baselines.adapters.tsb_ad:PCA``: two methods of TSB-AD that no library has as they are there.

Both are detectors of `baselines.adapters.in_sample`, with its parameters ``window``, ``rows`` and ``placed``.

`PCA` is that of PyOD (Shyu et al. 2003) with a choice of the sign of components. A row x of standardised columns has
the score Σ_j |x − v_j| / r_j over the kept components v_j, of length 1, with their shares r_j of the variance. It is a
distance to the *point* v_j, so it changes where v_j becomes −v_j, which is as good a component. scikit-learn up to 1.4
makes the largest absolute score of a component positive (``signs=scores``), since 1.5 its largest absolute entry
(``signs=components``).

`OCSVM` is the one-class SVM as TSB-AD runs it (``models/OCSVM.py``): rows that it is fitted on are scaled to 0 to 1,
each by its own least and largest value; rows that it scores are not.

References
----------
Q. Liu and J. Paparrizos, The elephant in the room: towards a reliable time-series anomaly detection benchmark, NeurIPS
2024; github.com/TheDatumOrg/TSB-AD.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from baselines.adapters.in_sample import InSample
from baselines.adapters.plain import adapted
from benchmark.interfaces.errors import ParameterError

Rows = NDArray[np.float64]
SIGNS = ("scores", "components")


class ComponentDistances:
    """Weighted distances to principal components as points; see the module.

    Parameters
    ----------
    components : float
        Share of the variance to keep, in (0, 1).
    signs : {"scores", "components"}
        What makes the sign of a component: its largest absolute score over the training rows, or its largest entry.

    Raises
    ------
    ParameterError
        For another sign, or a share outside (0, 1).
    """

    def __init__(self, components: float = 0.25, signs: str = "scores") -> None:
        if signs not in SIGNS:
            raise ParameterError(f"signs={signs} is unknown; it is one of {', '.join(SIGNS)}")
        if not 0 < components < 1:
            raise ParameterError(f"components={components:g} is no share of the variance in (0, 1)")
        self.components, self.signs = components, signs

    def fit(self, rows: Rows) -> ComponentDistances:
        """Standardise columns and find the components."""
        from sklearn.decomposition import PCA

        self._mean = rows.mean(axis=0)
        spread = rows.std(axis=0)
        self._spread = np.where(np.ptp(rows, axis=0) > 0, spread, 1.0)
        standard = self._standard(rows)
        model = PCA(n_components=self.components, svd_solver="full").fit(standard)
        vectors, shares = model.components_, model.explained_variance_ratio_
        decisive = standard @ vectors.T if self.signs == "scores" else vectors.T
        largest = decisive[np.abs(decisive).argmax(axis=0), np.arange(len(vectors))]
        self._vectors, self._shares = vectors * np.where(largest < 0, -1.0, 1.0)[:, None], shares
        return self

    def decision_function(self, rows: Rows) -> Rows:
        """Scores, shape (N,), higher is more anomalous."""
        from scipy.spatial.distance import cdist

        return np.asarray((cdist(self._standard(rows), self._vectors) / self._shares).sum(axis=1))

    def _standard(self, rows: Rows) -> Rows:
        return np.asarray((rows - self._mean) / self._spread)


class ScaledFitSVM:
    """One-class SVM with the radial kernel whose training rows alone are scaled; see the module.

    Parameters
    ----------
    nu : float
        Bound on the share of training rows outside, in (0, 1].
    scaled : bool
        Whether training rows are scaled to 0 to 1.
    """

    def __init__(self, nu: float = 0.5, scaled: bool = True) -> None:
        self.nu, self.scaled = nu, scaled

    def fit(self, rows: Rows) -> ScaledFitSVM:
        """Fit the SVM."""
        from sklearn.svm import OneClassSVM

        if self.scaled:
            low, span = rows.min(axis=1, keepdims=True), np.ptp(rows, axis=1, keepdims=True)
            rows = (rows - low) / np.where(span > 0, span, 1.0)
        self._model = OneClassSVM(kernel="rbf", gamma="auto", nu=self.nu).fit(rows)
        return self

    def decision_function(self, rows: Rows) -> Rows:
        """Scores, shape (N,), higher is more anomalous."""
        return np.asarray(-self._model.decision_function(rows))


PCA: Any = adapted(ComponentDistances, InSample)
OCSVM: Any = adapted(ScaledFitSVM, InSample)
