"""Threshold policies: rules that choose the cut of a score. A point is flagged if its score is *greater* than the cut.

``val-q99``
    The 99 % quantile of the validation scores. Needs no label.
``pot``
    Peaks over threshold on the validation scores: an extreme-value tail, cut at a small probability. Needs no label.
``val-f1``
    The cut with the best F1 on labelled validation scores. For supervised methods only.
``oracle``
    The cut with the best F1 on the *test* scores. Not attainable in use; always labelled ``@oracle``.

The supervision of a method alone decides which policy ``@val`` is (`validation_policy`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.detector import Supervision
from benchmark.metrics import ranking
from benchmark.stats.tails import peaks_over_threshold

QUANTILE = 0.99


def validation_policy(supervision: Supervision) -> str:
    """Name the policy behind ``@val``: ``val-f1`` for detectors that see labels, ``val-q99`` for all others."""
    return "val-f1" if supervision in ("supervised", "weak") else "val-q99"


pot = peaks_over_threshold


def flag(scores: NDArray[Any], cut: float) -> NDArray[np.bool_]:
    """Flag every score above the cut. The comparison is in double precision: single precision would round the cut."""
    return scores.astype(np.float64) > cut


def quantile(scores: NDArray[Any], level: float = QUANTILE) -> float:
    """Return the quantile of validation scores at ``level`` in (0, 1)."""
    return float(np.quantile(scores.astype(np.float64), level))


def best_f1(scores: NDArray[Any], labels: NDArray[np.bool_]) -> float:
    """Return the cut with the best F1 on labelled scores (`benchmark.metrics.ranking.best_f1`).

    Without an anomalous point no cut is best: the largest score is returned, which flags nothing.
    """
    return ranking.best_f1(labels, scores).cut
