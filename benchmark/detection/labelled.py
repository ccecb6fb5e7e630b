"""Metrics of scores where labels are known, with intervals over blocks of time."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmark.detection.scoring import Scored
from benchmark.metrics.evaluated import Evaluated
from benchmark.metrics.point import point_metrics_of
from benchmark.metrics.ranking import auc_pr_of, auc_roc_of

BLOCKS = 20
"""Blocks of consecutive rows that are drawn with replacement: rows of one time resemble each other."""

DRAWS = 500
LEVELS = (0.025, 0.975)


def metrics_of(scored: Scored, seed: int = 0) -> dict[str, dict[str, float]]:
    """Measure scores against labels.

    Parameters
    ----------
    scored : Scored
        Of a recording with labels of both classes.
    seed : int
        Seed of the draws.

    Returns
    -------
    dict of dict
        ``AUC-ROC``, ``AUC-PR``, ``F1``, ``Precision`` and ``Recall`` at the cut, each with ``value`` and the limits
        ``low`` and ``high`` of the 95 % interval: `BLOCKS` blocks of equal length are drawn with replacement `DRAWS`
        times. Draws without both classes are left out.
    """
    labels = scored.source.labels
    assert labels is not None
    flags = scored.flags
    rows = np.array_split(np.arange(len(labels)), min(BLOCKS, len(labels)))
    generator = np.random.default_rng(seed)
    values = _measured(labels, scored.scores, flags)
    drawn: list[dict[str, float]] = []
    for _ in range(DRAWS):
        chosen = np.concatenate([rows[place] for place in generator.integers(len(rows), size=len(rows))])
        if labels[chosen].any() and not labels[chosen].all():
            drawn.append(_measured(labels[chosen], scored.scores[chosen], flags[chosen]))
    found = {}
    for name, value in values.items():
        low, high = np.nanquantile([one[name] for one in drawn], LEVELS) if drawn else (np.nan, np.nan)
        found[name] = {"value": value, "low": float(min(low, value)), "high": float(max(high, value))}
    return found


def _measured(labels: Any, scores: Any, flags: Any) -> dict[str, float]:
    case = Evaluated(labels, scores)
    points = point_metrics_of(case.at(flags))
    return {
        "AUC-ROC": auc_roc_of(case),
        "AUC-PR": auc_pr_of(case),
        "F1": points["f1"],
        "Precision": points["precision"],
        "Recall": points["recall"],
    }
