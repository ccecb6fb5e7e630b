"""Metrics of scores where labels are known, with intervals over blocks of time."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

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
    case = Evaluated(labels, scored.scores)
    points = point_metrics_of(case.at(scored.flags))
    values = {
        "AUC-ROC": auc_roc_of(case),
        "AUC-PR": auc_pr_of(case),
        "F1": points["f1"],
        "Precision": points["precision"],
        "Recall": points["recall"],
    }
    blocks = min(BLOCKS, len(labels))
    block = np.repeat(np.arange(blocks), [len(part) for part in np.array_split(labels, blocks)])
    ranked = _Ranked.of(labels, scored.scores, scored.flags)
    generator = np.random.default_rng(seed)
    drawn = []
    for _ in range(DRAWS):
        times = np.bincount(generator.integers(blocks, size=blocks), minlength=blocks)[block]
        if 0 < times[labels].sum() < times.sum():
            drawn.append(ranked.measured(times))
    found = {}
    for name, value in values.items():
        low, high = np.nanquantile([one[name] for one in drawn], LEVELS) if drawn else (np.nan, np.nan)
        found[name] = {"value": value, "low": float(min(low, value)), "high": float(max(high, value))}
    return found


class _Ranked(NamedTuple):
    """Labels and flags by falling score, sorted once: a draw counts each row so many times, and sorts nothing.

    ``ends`` are the last places of equal scores.
    """

    order: NDArray[np.intp]
    labels: NDArray[np.bool_]
    flags: NDArray[np.bool_]
    ends: NDArray[np.intp]

    @classmethod
    def of(cls, labels: NDArray[np.bool_], scores: NDArray[Any], flags: NDArray[np.bool_]) -> _Ranked:
        order = np.argsort(-scores, kind="stable")
        falls = np.flatnonzero(np.diff(scores[order]))
        return cls(order, labels[order], flags[order], np.append(falls, len(order) - 1))

    def measured(self, times: NDArray[np.int64]) -> dict[str, float]:
        """Metrics where each row counts ``times``, both classes among them."""
        count = times[self.order]
        hits = np.append(0, np.cumsum(count * self.labels)[self.ends])
        false = np.append(0, np.cumsum(count * ~self.labels)[self.ends])
        above = np.maximum(hits + false, 1)
        flagged = count * self.flags
        found, positive = int(flagged[self.labels].sum()), int(hits[-1])
        precision = found / flagged.sum() if flagged.sum() else 0.0
        recall = found / positive
        return {
            "AUC-ROC": float((np.diff(false) * (hits[1:] + hits[:-1])).sum() / (2 * positive * false[-1])),
            "AUC-PR": float((np.diff(hits) * hits[1:] / above[1:]).sum() / positive),
            "F1": 2 * precision * recall / (precision + recall) if found else 0.0,
            "Precision": float(precision),
            "Recall": recall,
        }
