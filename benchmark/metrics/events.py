"""Metrics that count events and alarms, not points: event-wise precision, recall and F1, and detection delay."""

from __future__ import annotations

from math import nan

import numpy as np
from numpy.typing import ArrayLike

from benchmark.metrics.evaluated import Evaluated, require_event, require_flag
from benchmark.metrics.segments import segments
from benchmark.metrics.sweep import NOTHING_FLAGGED, UNDEFINED, PrecisionRecall


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
    Known flaws: flagging every point is perfect, because it is one alarm that touches an event. The best value over all
    thresholds is therefore 1 for any score, and there is no oracle version. Bridging two false alarms by a third
    *raises* precision. How much of an event is found does not count.
    """
    return event_wise_of(Evaluated(labels, flags=flags))


@require_event(UNDEFINED)
@require_flag(NOTHING_FLAGGED)
def event_wise_of(case: Evaluated) -> PrecisionRecall:
    """`event_wise` of a case with flags."""
    events, alarms = case.events, segments(case.flags)
    hit = int(np.count_nonzero(np.logical_or.reduceat(case.flags[case.labels], events.offsets)))
    anomalies = np.append(0, np.cumsum(case.labels))
    false = int(np.count_nonzero(anomalies[alarms.stops] == anomalies[alarms.starts]))
    return PrecisionRecall(hit / max(hit + false, 1), hit / len(events.starts))


def detection_delay(labels: ArrayLike, flags: ArrayLike) -> float:
    """Mean number of points from the start of an event to its first flag, over the events that are hit.

    In [0, longest event), 0 at best; NaN where no event is hit.

    Known flaw: a missed event has no delay, so read the value together with ADR.
    """
    return detection_delay_of(Evaluated(labels, flags=flags))


def detection_delay_of(case: Evaluated) -> float:
    """`detection_delay` of a case with flags."""
    events, flagged = case.events, np.flatnonzero(case.flags)
    first = np.searchsorted(flagged, events.starts)
    hit = first < np.searchsorted(flagged, events.stops)
    return float(np.mean(flagged[first[hit]] - events.starts[hit])) if hit.any() else nan
