"""Threshold policies: where to cut a score. A point is flagged when its score is *greater* than the cut.

``val-q99``
    The 99 % quantile of the validation scores. Needs no label.
``pot``
    Peaks over threshold on the validation scores: an extreme-value tail, cut at a small probability. No label.
``val-f1``
    The cut with the best F1 on labelled validation scores. Supervised methods only.
``oracle``
    The cut with the best F1 on the *test* scores. Not attainable in use; always labelled ``@oracle``.

Which one is ``@val`` for a method follows from its supervision alone (`validation_policy`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.detector import Supervision
from benchmark.stats.tails import peaks_over_threshold

QUANTILE = 0.99


def validation_policy(supervision: Supervision) -> str:
    """Name the policy behind ``@val``: ``val-f1`` for detectors that see labels, ``val-q99`` for all others."""
    return "val-f1" if supervision in ("supervised", "weak") else "val-q99"


pot = peaks_over_threshold


def flag(scores: NDArray[Any], cut: float) -> NDArray[np.bool_]:
    """Flag every score above the cut, compared in double precision: in single, a cut between two scores rounds."""
    return scores.astype(np.float64) > cut


def quantile(scores: NDArray[Any], level: float = QUANTILE) -> float:
    """Return the quantile of validation scores at ``level`` in (0, 1)."""
    return float(np.quantile(scores.astype(np.float64), level))


def best_f1(scores: NDArray[Any], labels: NDArray[np.bool_]) -> float:
    """Return the cut with the best F1 on labelled scores, in one sort.

    Ties of score are never separated; of several cuts with the same F1 the highest is taken; the cut lies halfway to
    the next lower score. Without an anomalous point no cut is best: the largest score is returned, which flags none.
    """
    if not labels.any():
        return float(scores.max())
    order = np.argsort(-scores.astype(np.float64), kind="stable")
    ranked = scores.astype(np.float64)[order]
    hits = np.cumsum(labels[order])
    last = np.append(np.flatnonzero(np.diff(ranked)), len(ranked) - 1)
    f1 = 2 * hits[last] / (last + 1 + hits[-1])
    best = int(last[int(np.argmax(f1))])
    if best + 1 == len(ranked):
        return float(np.nextafter(ranked[best], -np.inf))
    return float(ranked[best + 1] + (ranked[best] - ranked[best + 1]) / 2)
