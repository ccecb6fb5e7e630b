"""Random forest on labelled rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.labels import require_both_classes
from benchmark.toolkit.scaling import Scaler
from benchmark.toolkit.seeding import sklearn_seed
from benchmark.toolkit.windows import causal_windows


@dataclass(kw_only=True)
class RandomForest(Detector):
    """Score a point by the probability of the anomalous class, averaged over the trees of a random forest.

    scikit-learn's implementation with its default parameters (100 trees grown until leaves are pure, √D columns tried
    in each split, bootstrap samples, no class weights), one thread. The papers name random forest without parameters,
    hence the defaults. In exact arithmetic trees are invariant to scaling; scikit-learn, however, computes in float32
    and treats a column as constant in a node where it varies by at most 1e-7. So columns are standardised on training
    rows in float64 first, and the unit of a channel does not matter.

    Parameters
    ----------
    window : int
        Points in the causal window that ends with the scored point; 1 scores the point alone.
    trees : int
        Number of trees.

    References
    ----------
    .. [1] Breiman. Random forests. Machine Learning 45, 2001.
    """

    supervision: ClassVar[Supervision] = "supervised"

    window: Annotated[int, Field(ge=1)] = 1
    trees: Annotated[int, Field(ge=1)] = 100

    def fit(self, train: Recording, validation: Recording) -> None:
        """Grow the forest. Validation rows are not used.

        Raises
        ------
        DataError
            If the training part lacks labels or one of the classes.
        """
        from sklearn.ensemble import RandomForestClassifier

        labels = require_both_classes(train)
        forest = RandomForestClassifier(
            n_estimators=self.trees, random_state=sklearn_seed(self.seed, "trees"), n_jobs=1
        )
        self._scaler = Scaler.fit(train, "standard")
        self._forest = forest.fit(causal_windows(self._scaler.apply(train), self.window), labels)

    def score(self, recording: Recording) -> FloatArray:
        """Return the probabilities, shape (T,), in [0, 1]."""
        rows = causal_windows(self._scaler.apply(recording), self.window)
        return self._forest.predict_proba(rows)[:, 1].astype(np.float32)
