"""Patterns of typed rows, learnt by separate and conquer with shallow trees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Rows = NDArray[np.float32]


@dataclass(frozen=True)
class Pattern:
    """A conjunction of comparisons.

    Parameters
    ----------
    conditions : tuple of (int, bool, float)
        Column, whether its value must be above the cut (else at most it), and the cut.
    attacks, normal : int
        Training rows of each class that match.
    """

    conditions: tuple[tuple[int, bool, float], ...]
    attacks: int
    normal: int

    @property
    def confidence(self) -> float:
        """Probability of an attack by Laplace's rule of succession."""
        return (self.attacks + 1) / (self.attacks + self.normal + 2)


def matches(conditions: tuple[tuple[int, bool, float], ...], rows: Rows) -> Mask:
    """Mask of the rows that meet all conditions, shape (T,)."""
    found = np.ones(len(rows), bool)
    for column, above, cut in conditions:
        found &= (rows[:, column] > cut) == above
    return found


def learn(rows: Rows, labels: Mask, depth: int, limit: int, support: int, precision: float, seed: int) -> list[Pattern]:
    """Learn patterns of attacks, one after the other.

    A tree of at most ``depth`` comparisons separates the attacks that no pattern matches yet from all normal rows. Of
    its leaves that have the precision and the support, the one with most of these attacks becomes a pattern. It ends
    where there is none, at ``limit`` patterns, or where fewer than ``support`` attacks are left.

    Parameters
    ----------
    rows : ndarray of float32, shape (T, C)
        Training rows.
    labels : ndarray of bool, shape (T,)
        True where a row is an attack.
    depth, limit, support : int
        Comparisons of a pattern, number of patterns, and attacks that a pattern must match, each at least 1.
    precision : float
        Share of attacks among the rows that a pattern matches, at least this.
    seed : int
        Seed of the order in which equal splits are tried.
    """
    from sklearn.tree import DecisionTreeClassifier

    patterns: list[Pattern] = []
    left = labels.copy()
    while len(patterns) < limit and left.sum() >= support:
        kept = left | ~labels
        tree = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=support, random_state=seed)
        tree.fit(rows[kept], left[kept])
        best: tuple[int, Pattern, Mask] | None = None
        for conditions in _leaves(tree.tree_):
            found = matches(conditions, rows)
            attacks, normal = int((found & labels).sum()), int((found & ~labels).sum())
            new = int((found & left).sum())
            if new >= support and new >= precision * (new + normal) and (best is None or new > best[0]):
                best = (new, Pattern(conditions, attacks, normal), found)
        if best is None:
            break
        patterns.append(best[1])
        left &= ~best[2]
    return patterns


def _leaves(tree: Any) -> list[tuple[tuple[int, bool, float], ...]]:
    """Conditions of each leaf of a fitted tree; none where it has no split."""
    leaves = []
    waiting: list[tuple[int, tuple[tuple[int, bool, float], ...]]] = [(0, ())]
    while waiting:
        node, conditions = waiting.pop()
        if tree.children_left[node] >= 0:
            column, cut = int(tree.feature[node]), float(tree.threshold[node])
            waiting.append((int(tree.children_left[node]), (*conditions, (column, False, cut))))
            waiting.append((int(tree.children_right[node]), (*conditions, (column, True, cut))))
        elif conditions:
            leaves.append(conditions)
    return leaves
