"""Sequential synthesis: draw each quantity from a regression tree on the earlier ones, with a quantile table per leaf.

The joint distribution of the quantities is the product of the conditional ones (J. P. Reiter, "Using CART to generate
partially synthetic public use microdata", Journal of Official Statistics 21(3), 2005). A leaf holds quantiles of at
least `LEAF` records, never a record. Records of one group share a part of the normal score behind each draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.data.twins import exact
from benchmark.data.twins.quantiles import draw_from_table, make_table

LEAF = 40
"""Smallest number of records in a leaf."""

RECORDS_PER_LEAF = 112
"""Records of a stratum for each leaf that its tree may have."""

SCORE_BITS = 10
"""Binary places of the normal scores that a tree is fitted to."""

WEIGHT_BITS = 6
"""Binary places of the weights in that fit. Every sum of the fit is then exact, in whatever order it is taken, so that
two splits of equal gain stay equal and the split that is chosen does not depend on the processor."""

MISSING = -100.0
"""Value of a missing quantity where a tree splits on it; it is below every other value."""

Matrix = NDArray[np.float64]
Node = list[Any]


def fit_trees(
    values: Matrix,
    names: Sequence[str],
    known: Matrix,
    groups: NDArray[np.int64],
    strata: NDArray[Any],
    weights: Matrix,
) -> dict[str, Any]:
    """Fit one tree for each quantity and stratum.

    Parameters
    ----------
    values : ndarray, shape (n, p)
        Quantities in the order in which they will be drawn; NaN where missing.
    names : sequence of str, length p
        Their names.
    known : ndarray, shape (n, q)
        Columns that every tree may split on, besides the earlier quantities.
    groups : ndarray of int, shape (n,)
        Group of each record.
    strata : ndarray of str, shape (n,)
        Stratum of each record. Each stratum has its own trees, so that a stratum of few records keeps its character.
    weights : ndarray, shape (n,)
        Weight of each record for every quantity but the first, since weights may be computed from the first.

    Returns
    -------
    dict
        By name ``{"shared": r, "trees": {stratum: node}}``. r in [0, 1) is the share of the variance of the scores
        that the records of one group have in common. A node is a quantile table or
        ``["split", column, threshold, node up to the threshold, node beyond]``.
    """
    fitted: dict[str, Any] = {}
    for j, name in enumerate(names):
        rows = np.flatnonzero(~np.isnan(values[:, j]))
        inputs, target, stratum = _inputs(known, values[:, :j])[rows], values[rows, j], strata[rows]
        trees: dict[str, Node] = {}
        # Weights may be computed from the first quantity, so its own distribution counts every record once.
        effective = weights[rows] if j else np.ones(len(rows))
        leaves = np.zeros(len(rows), dtype=np.int64)
        for label in np.unique(strata):
            members = np.flatnonzero(stratum == label)
            trees[str(label)], leaf = _fit_tree(inputs[members], target[members], effective[members])
            leaves[members] = leaf + leaves.max() + 1
        fitted[name] = {"shared": round(_shared_variance(leaves, target, groups[rows]), 3), "trees": trees}
    return fitted


def _fit_tree(inputs: Matrix, target: Matrix, weights: Matrix) -> tuple[Node, NDArray[np.int64]]:
    """Fit one tree to the ranks of a target; return its root and the leaf of each record."""
    from scipy.stats import rankdata
    from sklearn.tree import DecisionTreeRegressor

    leaf = np.zeros(len(target), dtype=np.int64)
    if len(target) < 2 * LEAF:
        return list(make_table(target, weights)), leaf
    model = DecisionTreeRegressor(
        min_samples_leaf=LEAF,
        max_leaf_nodes=max(2, len(target) // RECORDS_PER_LEAF),
        min_impurity_decrease=1e-3,
        random_state=0,
    )
    scores = _fixed_point(exact.normal_quantile(rankdata(target) / (len(target) + 1)), SCORE_BITS)
    rounded = _fixed_point(weights, WEIGHT_BITS)
    if (rounded * scores * scores).sum() * 2.0 ** (2 * SCORE_BITS + WEIGHT_BITS) >= 2.0**53:
        raise ValueError("too many or too heavy records: the sums of a tree are no longer exact")
    tree = model.fit(inputs, scores, sample_weight=rounded).tree_
    thresholds = np.array([float(f"{value:.6g}") for value in tree.threshold])
    # Apply the thresholds as they are written, so that each table holds the records of the leaf that is read back.
    while len(inner := np.flatnonzero(tree.children_left[leaf] >= 0)):
        node = leaf[inner]
        below = inputs[inner, tree.feature[node]] <= thresholds[node]
        leaf[inner] = np.where(below, tree.children_left[node], tree.children_right[node])

    def build(node: int) -> Node:
        if tree.children_left[node] < 0:
            return list(make_table(target[leaf == node], weights[leaf == node]))
        low, high = (build(int(children[node])) for children in (tree.children_left, tree.children_right))
        return ["split", int(tree.feature[node]), float(thresholds[node]), low, high]

    return build(0), leaf


def draw_from_trees(
    fitted: dict[str, Any],
    known: Matrix,
    groups: NDArray[np.int64],
    strata: NDArray[Any],
    generator: np.random.Generator,
) -> Matrix:
    """Draw the quantities of n records, in the order of ``fitted``.

    Parameters
    ----------
    fitted : dict
        The return value of `fit_trees`.
    known : ndarray, shape (n, q)
        As in `fit_trees`.
    groups : ndarray of int, shape (n,)
        Group of each record, 0 to the number of groups − 1.
    strata : ndarray of str, shape (n,)
        As in `fit_trees`.
    generator : Generator
        Source of randomness.

    Returns
    -------
    ndarray, shape (n, p)
    """
    values = np.empty((len(known), len(fitted)))
    for j, entry in enumerate(fitted.values()):
        common = exact.standard_normal(generator, int(groups.max()) + 1)[groups]
        own = exact.standard_normal(generator, len(groups))
        scores = np.sqrt(entry["shared"]) * common + np.sqrt(1 - entry["shared"]) * own
        pending = [(tree, np.flatnonzero(strata == label)) for label, tree in entry["trees"].items()]
        inputs = _inputs(known, values[:, :j])
        while pending:
            node, rows = pending.pop()
            if node[0] != "split":
                # Ranks cover the whole table evenly, even where there are few records.
                order = scores[rows].argsort(kind="stable").argsort()
                chances = (order + generator.random(len(rows))) / max(len(rows), 1)
                values[rows, j] = draw_from_table(node, chances)
            else:
                _, column, threshold, low, high = node
                below = inputs[rows, column] <= threshold
                pending += [(high, rows[~below]), (low, rows[below])]
    return values


def _fixed_point(values: Matrix, bits: int) -> Matrix:
    """Round to multiples of 2^-bits."""
    return np.round(values * 2.0**bits) / 2.0**bits


def _inputs(known: Matrix, earlier: Matrix) -> Matrix:
    # A tree compares in single precision; the same rounding here puts each record into the same leaf.
    return np.nan_to_num(np.hstack([known, earlier]), nan=MISSING).astype(np.float32).astype(np.float64)


def _shared_variance(leaves: NDArray[np.int64], target: Matrix, groups: NDArray[np.int64]) -> float:
    """Mean product of the within-leaf normal scores of two records of one group, in [0, 0.99]."""
    from scipy.stats import rankdata

    scores = np.empty(len(target))
    for leaf in np.unique(leaves):
        members = leaves == leaf
        scores[members] = exact.normal_quantile((rankdata(target[members]) - 0.5) / members.sum())
    sums, squares, size = (
        np.bincount(groups, weights=part) for part in (scores, scores * scores, np.ones(len(scores)))
    )
    pairs = (size * (size - 1)).sum()
    spread = max(float(scores.var()), 1e-9)
    return float(np.clip((sums**2 - squares).sum() / max(pairs, 1) / spread, 0, 0.99))
