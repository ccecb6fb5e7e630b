"""The window of a volume by the rule of TSB-AD: the strongest period of a channel.

The autocorrelation of the first 20,000 points is taken at lags up to 400, in the biased form (mean and variance of all
these points, sums divided by their number). Of its local maxima from lag 3 on, each above both neighbours, the highest
gives the window. Where it lies 3 to 300 lags behind lag 3, so at lag 6 to 303, the window is its lag; otherwise, and
where there is no local maximum, it is 125. (``find_length_rank`` of TheDatumOrg/TSB-AD counts positions from lag 3 and
compares the position, not the lag, with 3 and 300.)
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

POINTS, LAGS, FIRST_LAG, OTHERWISE = 20_000, 400, 3, 125
NEAREST, FARTHEST = 3, 300
"""Least and largest position behind the first lag."""


def period_window(values: NDArray[np.floating[Any]]) -> int:
    """Window of one channel.

    Parameters
    ----------
    values : ndarray, shape (T,)
        Values in time order, finite.

    Returns
    -------
    int
        6 to 303 points, by the rule of the module; 125 where it finds none.
    """
    values = np.asarray(values, np.float64)[:POINTS]
    centred = values - values.mean()
    lags = range(FIRST_LAG, min(LAGS, len(values) - 1) + 1)
    total = (centred * centred).sum()
    if len(lags) < 3 or total == 0:
        return OTHERWISE
    curve = np.array([(centred[lag:] * centred[:-lag]).sum() for lag in lags]) / total
    peaks = np.flatnonzero((curve[1:-1] > curve[:-2]) & (curve[1:-1] > curve[2:])) + 1
    if not len(peaks):
        return OTHERWISE
    best = int(peaks[np.argmax(curve[peaks])])
    return best + FIRST_LAG if NEAREST <= best <= FARTHEST else OTHERWISE
