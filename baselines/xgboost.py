"""Gradient-boosted trees on labelled rows."""

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
class XGBoost(Detector):
    """Score a point by the probability of the anomalous class under gradient-boosted trees.

    The XGBoost library with its default parameters (100 trees of depth 6, learning rate 0.3, logistic loss, no class
    weights, no early stopping), one thread. Trees are invariant to scaling, so there is none, with one exception: the
    library computes in float32, so values that come in float64 are standardised on training rows first. The papers name
    XGBoost without parameters, hence the defaults.

    Parameters
    ----------
    window : int
        Points in the causal window that ends with the scored point; 1 scores the point alone.
    trees : int
        Number of boosting rounds.
    depth : int
        Largest depth of a tree.
    learning_rate : float
        Weight of each tree, in (0, 1].

    References
    ----------
    .. [1] Chen, Guestrin. XGBoost: a scalable tree boosting system. KDD 2016.
    """

    supervision: ClassVar[Supervision] = "supervised"

    window: Annotated[int, Field(ge=1)] = 1
    trees: Annotated[int, Field(ge=1)] = 100
    depth: Annotated[int, Field(ge=1)] = 6
    learning_rate: Annotated[float, Field(gt=0, le=1)] = 0.3

    def fit(self, train: Recording, validation: Recording) -> None:
        """Grow the trees. Validation rows are not used.

        Raises
        ------
        DataError
            If the training part lacks labels or one of the classes.
        """
        from xgboost import XGBClassifier

        labels = require_both_classes(train)
        model = XGBClassifier(
            n_estimators=self.trees,
            max_depth=self.depth,
            learning_rate=self.learning_rate,
            random_state=sklearn_seed(self.seed, "trees"),
            n_jobs=1,
        )
        self._scaler = Scaler.fit(train, "standard") if train.values.dtype == np.float64 else None
        self._model = model.fit(self._rows(train), labels)

    def score(self, recording: Recording) -> FloatArray:
        """Return the probabilities, shape (T,), in [0, 1]."""
        return self._model.predict_proba(self._rows(recording))[:, 1].astype(np.float32)

    def _rows(self, recording: Recording) -> FloatArray:
        scaled = recording if self._scaler is None else self._scaler.apply(recording)
        return causal_windows(scaled, self.window)
