"""Post-processing of scores, the same for every detector: a trailing mean.

Every detector has the parameter ``smoothing`` (`benchmark.interfaces.detector.Detector`). When the harness measures
scores, it averages those of every part over that many points, each point with the points before it. A fit and its
stored scores do not depend on it. A mean over points has a meaning only where rows are in time order.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.protocol import Task
from benchmark.toolkit.trailing import trailing_mean


def require_time_order(task: Task, length: int) -> None:
    """Refuse a mean over several points where the rows of a part have no time order.

    Raises
    ------
    ParameterError
        It names the task and the part.
    """
    parts = {"validation": task.validation_unlabelled, "labelled validation": task.validation, "test": task.test}
    for name, part in parts.items():
        if length > 1 and not part.sequential:
            raise ParameterError(
                f"smoothing={length} needs rows in time order, and the {name} rows of {task.name!r} have none: use "
                "smoothing=1"
            )


def smoothed(scores: NDArray[Any], length: int) -> NDArray[Any]:
    """Average each score with the scores before it.

    Parameters
    ----------
    scores : ndarray, shape (T,)
        Scores in time order.
    length : int
        Points of a mean, at least 1: the point itself and up to ``length`` − 1 before it; fewer at the start.

    Returns
    -------
    ndarray, shape (T,)
        The means, in double precision; for a length of 1 the scores as they are.
    """
    return scores if length == 1 else trailing_mean(scores.astype(np.float64), length)
