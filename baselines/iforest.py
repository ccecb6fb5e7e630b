"""Isolation forest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.scaling import Scaler
from benchmark.toolkit.seeding import sklearn_seed
from benchmark.toolkit.windows import causal_windows


@dataclass(kw_only=True)
class IForest(Detector):
    r"""Score a point by how few random splits isolate it from training rows.

    .. math:: s_t = 2^{-E[h(x_t)] / c(n)}

    with h the depth of the point's leaf (plus the expected depth of the rows left in it), averaged over the trees, and
    c(n) the mean depth of an unsuccessful search among n rows. scikit-learn's implementation, one thread, with the
    sign reversed. A split is drawn uniformly between the least and the largest value of a column. In exact arithmetic
    no affine scaling changes it; scikit-learn, however, computes in float32 and treats a column as constant in a node
    where it varies by at most 1e-7. So columns are standardised on training rows in float64 first, and the unit of a
    channel does not matter.

    Parameters
    ----------
    window : int
        Points in the causal window that ends with the scored point; 1 scores the point alone.
    trees : int
        Number of trees; 100 as in [1]_.
    sample : int
        Largest number of training rows drawn for a tree; 256 as in [1]_.

    References
    ----------
    .. [1] Liu, Ting, Zhou. Isolation forest. ICDM 2008.
    """

    supervision: ClassVar[Supervision] = "unsupervised"
    control: ClassVar[bool] = True

    window: Annotated[int, Field(ge=1)] = 1
    trees: Annotated[int, Field(ge=1)] = 100
    sample: Annotated[int, Field(ge=2)] = 256

    def fit(self, train: Recording, validation: Recording) -> None:
        """Grow the trees."""
        from sklearn.ensemble import IsolationForest

        self._scaler = Scaler.fit(train, "standard")
        rows = causal_windows(self._scaler.apply(train), self.window)
        forest = IsolationForest(
            n_estimators=self.trees,
            max_samples=min(self.sample, len(rows)),
            random_state=sklearn_seed(self.seed, "trees"),
            n_jobs=1,
        )
        self._forest = forest.fit(rows)

    def score(self, recording: Recording) -> FloatArray:
        """Return the scores, shape (T,), in (0, 1]; about 0.5 where rows are isolated no faster than others."""
        rows = causal_windows(self._scaler.apply(recording), self.window)
        return (-self._forest.score_samples(rows)).astype(np.float32)
