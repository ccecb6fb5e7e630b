"""Metrics that count events and alarms, not points: event-wise precision, recall and F1, and detection delay."""

from __future__ import annotations

from math import nan

import numpy as np
from numpy.typing import ArrayLike

from benchmark.metrics.checks import flagged
from benchmark.metrics.segments import event_offsets, segments
from benchmark.metrics.sweep import PrecisionRecall


def event_wise(labels: ArrayLike, flags: ArrayLike) -> PrecisionRecall:
    """Event-wise precision and recall (Hundman et al. 2018, KDD), each in [0, 1].

    recall = hit events / events; precision = hit events / (hit events + alarms that touch no event). An event is hit
    if one of its points is flagged; an alarm is a maximal run of flags. This recall is also known as ADR, anomaly
    detection rate.

    Parameters
    ----------
    labels, flags : array_like of bool, shape (T,)
        True where a point is anomalous, and where it is flagged.

    Returns
    -------
    PrecisionRecall
        0 and 0 without a flag, NaN without an event.

    Notes
    -----
    Known flaws: flagging everything is perfect, for it is one alarm that touches an event, so that the best value over
    all thresholds is 1 for any score and no oracle version is offered; bridging two false alarms by a third *raises*
    precision; how much of an event is found does not count.
    """
    anomalous, alarms = flagged(labels, flags)
    if not anomalous.any():
        return PrecisionRecall(nan, nan)
    if not alarms.any():
        return PrecisionRecall(0.0, 0.0)
    starts, stops = segments(anomalous)
    hit = int(np.count_nonzero(np.logical_or.reduceat(alarms[anomalous], event_offsets(starts, stops))))
    first, last = segments(alarms)
    anomalies = np.append(0, np.cumsum(anomalous))
    false = int(np.count_nonzero(anomalies[last] == anomalies[first]))
    return PrecisionRecall(hit / max(hit + false, 1), hit / len(starts))


def detection_delay(labels: ArrayLike, flags: ArrayLike) -> float:
    """Mean number of points from the start of an event to its first flag, over the events that are hit.

    In [0, longest event), 0 at best; NaN where no event is hit.

    Known flaw: an event that is missed has no delay, so that it has to be read beside ADR.
    """
    anomalous, alarms = flagged(labels, flags)
    starts, stops = segments(anomalous)
    found = np.flatnonzero(alarms)
    first = np.searchsorted(found, starts)
    hit = first < np.searchsorted(found, stops)
    return float(np.mean(found[first[hit]] - starts[hit])) if hit.any() else nan
