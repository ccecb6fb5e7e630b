"""The evaluation that papers with point adjustment use, changed step by step into the one of this package."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.evaluation import thresholds
from benchmark.interfaces.protocol import PublishedRules
from benchmark.metrics.adjusted import f1_pa
from benchmark.metrics.point import point_metrics

STEPS = ("paper", "no point adjustment", "validation threshold", "every test point")
"""Names of the steps. Each step keeps the changes of the steps before it."""


def evaluation_steps(
    rules: PublishedRules,
    train: NDArray[Any],
    validation: NDArray[Any],
    test: NDArray[Any],
    labels: NDArray[np.bool_],
) -> dict[str, dict[str, float]]:
    """F1 of the same scores at each of the `STEPS`.

    Parameters
    ----------
    rules : PublishedRules
        The published evaluation.
    train, validation : ndarray, shapes (N,), (V,)
        Scores of the two parts of the publisher's training data. The papers pool both with the test scores.
    test : ndarray, shape (T,)
        Scores of every test point.
    labels : ndarray of bool, shape (T,)
        Test labels.

    Returns
    -------
    dict of dict
        By step: ``F1``, point-adjusted in the first step alone; ``flagged``, the share of flagged points; ``points``.
    """
    count = rules.kept(len(test))
    pooled = np.concatenate([train, validation, test[:count]])
    cut = thresholds.quantile(pooled, 1 - rules.ratio / 100)
    own = thresholds.quantile(validation)
    flags, first_labels = thresholds.flag(test[:count], cut), labels[:count]
    own_flags = thresholds.flag(test, own)
    return {
        "paper": _counted(first_labels, flags, f1_pa(first_labels, flags)),
        "no point adjustment": _counted(first_labels, flags),
        "validation threshold": _counted(first_labels, own_flags[:count]),
        "every test point": _counted(labels, own_flags),
    }


def _counted(labels: NDArray[np.bool_], flags: NDArray[np.bool_], f1: float | None = None) -> dict[str, float]:
    plain = point_metrics(labels, flags)["f1"] if f1 is None else f1
    return {"F1": float(plain), "flagged": float(flags.mean()), "points": len(labels)}
