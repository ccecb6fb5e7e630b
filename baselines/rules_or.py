"""Rules and a detector together: what either of them finds, within one budget of false alarms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from baselines.rules.detector import Rules, rules_for
from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.recording import FloatArray, Recording

Beside = Literal["vae", "gan", "transformer", "knn", "iforest", "pca", "stide", "norm"]
"""Detectors that can stand beside the rules: each learns from normal points, with its default parameters."""

TIE = 2e-4
"""Largest part of a rule score that breaks ties: below the smallest gap between scores of different matches (3e-4)."""


@dataclass(kw_only=True)
class RulesOr(Detector):
    r"""Rank points that a rule matches above all others, and the others by a detector.

    With the score r of `rules`, 0 where nothing matches, and the score of the detector in units of held-out normal
    points, z = (s − median)/(interquartile range):

    .. math:: w = -\frac{1}{1 + z} \text{ for } z \ge 0, \quad z - 1 \text{ for } z < 0

    is below 0 and rises with s without an end. The score is w where r = 0, and r + τ/(1 − w) elsewhere, with τ = 2e-4:
    among points with one rule score, that of the detector decides. So a cut from a budget of false alarms spends what
    the rules leave of the budget on the detector; where the rules alone exceed it, the detector chooses among their
    matches. No weight between the two is tuned.

    Nobody published this form: practice joins both by OR with a budget each, which has no single ranking.

    Parameters
    ----------
    detector : {"vae", "gan", "transformer", "knn", "iforest", "pca", "stide", "norm"}
        Which detector, with its default parameters and the same seed. Its window is one point.
    """

    supervision: ClassVar[Supervision] = "unsupervised"
    reads_raw: ClassVar[bool] = True

    detector: Beside = "vae"

    def fit(self, train: Recording, validation: Recording) -> None:
        """Fit the detector; take the median and the spread of its scores from validation points.

        Raises
        ------
        DataError
            If there are no rules for the points.
        """
        rules_for(train)
        self._rules = Rules(seed=self.seed)
        self._rules.fit(train, validation)
        self._beside = _made(self.detector, self.seed)
        self._beside.fit(self._beside.view(train), self._beside.view(validation))
        low, self._middle, high = np.quantile(self._scores(validation), [0.25, 0.5, 0.75]).tolist()
        self._spread = high - low or 1.0

    def score(self, recording: Recording) -> FloatArray:
        """Return the scores, shape (T,): below 0 without a match, at least 1 with one.

        Raises
        ------
        DataError
            If there are no rules for the points.
        """
        matched = self._rules.score(recording).astype(np.float64)
        far = (self._scores(recording) - self._middle) / self._spread
        beside = np.where(far >= 0, -1 / (1 + np.maximum(far, 0)), far - 1)
        return np.where(matched > 0, matched + TIE / (1 - beside), beside).astype(np.float32)

    def _scores(self, recording: Recording) -> NDArray[np.float64]:
        return self._beside.score(self._beside.view(recording)).astype(np.float64)


def _made(name: Beside, seed: int) -> Detector:
    """Make a detector. Imports are written out, so that its source is a part of the key of a result."""
    if name == "vae":
        from methods.vae.detector import VAE

        return VAE(seed=seed)
    if name == "gan":
        from methods.gan.detector import GAN

        return GAN(seed=seed)
    if name == "transformer":
        from methods.transformer.detector import Transformer

        return Transformer(seed=seed)
    from baselines.iforest import IForest
    from baselines.knn import KNN
    from baselines.norm import Norm
    from baselines.pca import PCA
    from baselines.stide import Stide

    simple: dict[str, type[Detector]] = {"knn": KNN, "iforest": IForest, "pca": PCA, "stide": Stide, "norm": Norm}
    return simple[name](seed=seed)
