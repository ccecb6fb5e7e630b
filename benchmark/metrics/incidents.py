"""Metrics of incidents: attacks that are several points, not always next to each other, and need one alert."""

from __future__ import annotations

from math import inf, isinf, nan

import numpy as np
from numpy.typing import ArrayLike

from benchmark.metrics.evaluated import Evaluated

SECOND = 1_000_000
"""Microseconds."""


def incidents_found(incidents: ArrayLike, flags: ArrayLike) -> float:
    """Share of incidents with at least one flagged point.

    Parameters
    ----------
    incidents : array_like of int, shape (T,)
        Number of the incident of each point from 0; −1 for a point in none.
    flags : array_like of bool, shape (T,)
        True where a point is flagged.

    Returns
    -------
    float
        In [0, 1]; NaN without an incident.

    Notes
    -----
    Known flaws: flagging every point is perfect. A long incident is found by chance more easily than a short one: at a
    share q of flagged points, one of n points with probability 1 − (1 − q)ⁿ.
    """
    return incidents_found_of(_case(incidents, flags))


def incidents_found_of(case: Evaluated) -> float:
    """`incidents_found` of a case with flags and incidents."""
    numbers = np.unique(case.incidents[case.incidents >= 0])
    if not len(numbers):
        return nan
    return float(len(np.unique(case.incidents[case.flags & (case.incidents >= 0)])) / len(numbers))


def time_to_alert(incidents: ArrayLike, flags: ArrayLike, time: ArrayLike) -> float:
    """Median number of seconds from the first point of an incident to its first flagged point.

    An incident without a flagged point takes infinitely long, so that missing the slow ones does not help.

    Parameters
    ----------
    incidents, flags
        As for `incidents_found`.
    time : array_like of int, shape (T,)
        Time of each point in microseconds, in any order.

    Returns
    -------
    float
        At least 0, and 0 at best; NaN without an incident, and where half of the incidents or more are not found.
    """
    return time_to_alert_of(_case(incidents, flags, time))


def time_to_alert_of(case: Evaluated) -> float:
    """`time_to_alert` of a case with flags, incidents and times."""
    waits = []
    for number in np.unique(case.incidents[case.incidents >= 0]).tolist():
        inside = case.incidents == number
        alerts = case.time[inside & case.flags]
        waits.append(float(alerts.min() - case.time[inside].min()) / SECOND if len(alerts) else inf)
    if not waits:
        return nan
    middle = float(np.median(waits))
    return nan if isinf(middle) else middle


def _case(incidents: ArrayLike, flags: ArrayLike, time: ArrayLike | None = None) -> Evaluated:
    numbers = np.asarray(incidents)
    return Evaluated(numbers >= 0, flags=flags, incidents=numbers, time=time)
