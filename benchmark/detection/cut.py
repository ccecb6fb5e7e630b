"""The cut of a score: above it a row is flagged. It is set on the scores of held-out rows, never on the scored ones."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.evaluation import thresholds
from benchmark.interfaces.errors import ParameterError

Cut = Callable[[NDArray[Any], float], float]
"""From the scores of held-out rows and the seconds between two rows to a cut."""

DAY = 86_400.0
_RATE = re.compile(r"(\d+(?:\.\d+)?)/(hour|day|week)")
_PER_DAY = {"hour": 24.0, "day": 1.0, "week": 1 / 7}


def cut_by(text: str) -> Cut:
    """Read the rule of a cut.

    Parameters
    ----------
    text : str
        ``quantile=0.99``: that quantile of the held-out scores. ``pot``: peaks over threshold on them. ``rate=1/day``:
        so many flagged rows an hour, a day or a week of such rows.

    Raises
    ------
    ParameterError
        For another text, or a quantile outside (0, 1).
    """
    name, _, value = text.partition("=")
    if name == "pot" and not value:
        return lambda scores, step: thresholds.pot(scores)
    if name == "quantile":
        level = _number(value)
        if level is not None and 0 < level < 1:
            return lambda scores, step: thresholds.quantile(scores, level)
        raise ParameterError(f"threshold {text!r}: the quantile is a number between 0 and 1, e.g. quantile=0.99")
    if name == "rate" and (match := _RATE.fullmatch(value)) and float(match[1]) > 0:
        per_day = float(match[1]) * _PER_DAY[match[2]]
        return lambda scores, step: _by_rate(scores, min(1.0, per_day * step / DAY))
    raise ParameterError(f"threshold {text!r}: write quantile=0.99, pot, or rate=1/day (hour, day, week)")


def _by_rate(scores: NDArray[Any], share: float) -> float:
    """Quantile that leaves a share of the scores above.

    Where the held-out rows are too few to show such a rate, the largest of their scores is the cut.
    """
    return thresholds.quantile(scores, 1 - share) if share * len(scores) >= 1 else float(np.max(scores))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
