"""The best rule on one or two features, learnt from labelled rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field

from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.labels import require_both_classes
from benchmark.toolkit.scaling import Scaler
from benchmark.toolkit.seeding import sklearn_seed
from benchmark.toolkit.windows import causal_windows


@dataclass(frozen=True)
class Leaf:
    """One outcome of a rule.

    Parameters
    ----------
    conditions : tuple of str
        One comparison for each level, from the root on, e.g. ``cpu ≤ 0.25``, in the channel's own unit; empty if no
        split separates the classes.
    share : float
        Share of anomalies among the training rows that meet all conditions, in [0, 1].
    rows : int
        Number of these rows.
    """

    conditions: tuple[str, ...]
    share: float
    rows: int


@dataclass(kw_only=True)
class Rule(Detector):
    """Score a point by the share of anomalies in its leaf of a decision tree of depth one or two.

    A probe, not a detector to use: a labelled data set that one comparison solves is given away by one feature. Depth 1
    compares one feature with one threshold. Depth 2 then compares a second feature, which may differ between the two
    sides. The split is the one that lowers the Gini impurity most, which is searched over all features and thresholds;
    at depth 2, one level after the other. scikit-learn's implementation with its other parameters at their defaults (no
    class weights). Columns are standardised on training rows in float64 first, since scikit-learn computes in float32
    and treats a column as constant in a node where it varies by at most 1e-7. So the unit of a channel does not matter.

    Parameters
    ----------
    window : int
        Points in the causal window that ends with the scored point; 1 scores the point alone.
    depth : {1, 2}
        Number of comparisons.
    """

    supervision: ClassVar[Supervision] = "supervised"

    window: Annotated[int, Field(ge=1)] = 1
    depth: Annotated[int, Field(ge=1, le=2)] = 1

    def fit(self, train: Recording, validation: Recording) -> None:
        """Find the rule. Validation rows are not used.

        Raises
        ------
        DataError
            If the training part lacks labels or one of the classes.
        """
        from sklearn.tree import DecisionTreeClassifier

        labels = require_both_classes(train)
        self._scaler = Scaler.fit(train, "standard")
        rows = causal_windows(self._scaler.apply(train), self.window)
        tree = DecisionTreeClassifier(max_depth=self.depth, random_state=sklearn_seed(self.seed, "ties"))
        self._tree = tree.fit(rows, labels)

    def score(self, recording: Recording) -> FloatArray:
        """Return the shares, shape (T,), in [0, 1]."""
        rows = causal_windows(self._scaler.apply(recording), self.window)
        return self._tree.predict_proba(rows)[:, 1].astype(np.float32)

    def leaves(self) -> list[Leaf]:
        """Return every outcome of the fitted rule, that with the largest share of anomalies first."""
        return sorted(self._below(0, ()), key=lambda leaf: -leaf.share)

    def _below(self, node: int, conditions: tuple[str, ...]) -> list[Leaf]:
        tree: Any = self._tree.tree_
        if tree.children_left[node] < 0:
            share = tree.value[node, 0, 1] / tree.value[node, 0].sum()
            return [Leaf(conditions, float(share), int(tree.n_node_samples[node]))]
        lag, channel = divmod(int(tree.feature[node]), len(self._scaler.channels))
        lag = self.window - 1 - lag
        name = self._scaler.channels[channel] + (f" {lag} rows before" if lag else "")
        cut = tree.threshold[node] * self._scaler.spread[channel] + self._scaler.centre[channel]
        sides = ((tree.children_left[node], "≤"), (tree.children_right[node], ">"))
        return [leaf for child, sign in sides for leaf in self._below(child, (*conditions, f"{name} {sign} {cut:.6g}"))]
