"""PATE: proximity-aware precision and recall, and the area under their curve.

Ghorbani, Reinders and Tax 2024, "PATE: Proximity-aware time series anomaly evaluation", KDD, as the authors' package
``PATE`` computes it. Around each event lie an early and a delay buffer, cut short where they would reach the buffer or
the event before or after. A flag counts

    in an event                 1,
    in a delay buffer at x      1 − (x − c)/(z − c)    (c the centre of the event, z the last point of the buffer),
    in an early buffer at x     1 − (c − x)/(c − a)    (a the first point of the buffer) if the event is hit, else 0,
    elsewhere                   0,

and the rest of 1 is a false positive. A missed event costs its length. Of an event [s, e] that is hit, a missed point x
costs 1 up to s + δ, where δ is the length of the first run of flags in it, and then
1 − Σ_{y=s..s+δ} (x − y) / Σ_{y=s..e} (e − y). PATE is the mean, over both buffers switched on and off, of the
trapezoidal area under precision and recall; places where recall falls are left out.

Over all thresholds the weights are fixed but for δ, which changes only when a flag joins the first run.
"""

from __future__ import annotations

from itertools import product
from math import nan

import numpy as np
from numpy.typing import ArrayLike

from benchmark.interfaces.errors import ParameterError
from benchmark.metrics.checks import Marks, flagged, scored
from benchmark.metrics.segments import Positions, event_offsets, nearest_smaller, segments
from benchmark.metrics.sweep import Curve, Numbers, Sweep

TOLERANCE = 1e-12
"""Recalls that differ by less are equal: sums in another order differ by as much."""


def pate(labels: ArrayLike, scores: ArrayLike, early: int, delay: int) -> float:
    """Area under proximity-aware precision and recall, averaged over buffers; all thresholds.

    Parameters
    ----------
    labels : array_like of bool, shape (T,)
        True where a point is anomalous.
    scores : array_like, shape (T,)
        Higher is more anomalous.
    early, delay : int
        Length of the buffer before and after an event, in points.

    Returns
    -------
    float
        In [0, 1]; NaN where labels hold one class only.

    Notes
    -----
    Known flaws: an alarm after an event counts although the event was missed; finding more of an event, but in another
    place, can lower recall, and those parts of the curve are left out; the trapezoidal rule is optimistic between far
    places.
    """
    anomalous, values = scored(labels, scores)
    if not anomalous.any() or anomalous.all():
        return nan
    curves = _curves(anomalous, Sweep.of_scores(values), early, delay)
    return float(np.mean([_area(curve) for curve in curves]))


def pate_f1(labels: ArrayLike, flags: ArrayLike, early: int, delay: int) -> float:
    """Proximity-aware F1 of flags, averaged over buffers; in [0, 1], 0 without a flag, NaN without an event.

    Parameters and flaws as for `pate`.
    """
    anomalous, alarms = flagged(labels, flags)
    if not anomalous.any():
        return nan
    if not alarms.any():
        return 0.0
    curves = _curves(anomalous, Sweep.of_flags(alarms), early, delay)
    return float(np.mean([curve.first.f1 for curve in curves]))


def _area(curve: Curve) -> float:
    precision, recall = np.append(1.0, curve.precision), np.append(0.0, curve.recall)
    kept = recall >= np.maximum.accumulate(recall) - TOLERANCE
    return float(np.trapezoid(precision[kept], recall[kept]))


def _curves(labels: Marks, sweep: Sweep, early: int, delay: int) -> list[Curve]:
    """One curve for each of four pairs of buffers: none, each alone, both."""
    if early < 0 or delay < 0:
        raise ParameterError(f"buffers of {early} and {delay} points: they have to be 0 or more")
    rank = sweep.rank
    missed = np.count_nonzero(labels) + sweep.total(*_missed_changes(labels, rank))
    curves = []
    for before, after in product((0, early), (0, delay)):
        tp = sweep.total(*_found_changes(labels, rank, before, after))
        curves.append(Curve(tp / sweep.taken, tp / np.maximum(tp + missed, TOLERANCE)))
    return curves


def _found_changes(labels: Marks, rank: Positions, early: int, delay: int) -> tuple[Positions, Numbers]:
    """When the points of events and buffers count, and how much."""
    starts, stops = segments(labels)
    centre = (starts + stops - 1) / 2
    last = np.minimum(stops - 1 + delay, np.append(starts[1:], len(labels)) - 1)
    first = np.maximum(starts - early, np.append(0, last[:-1] + 1))
    hit = np.minimum.reduceat(rank[labels], event_offsets(starts, stops))
    point_after, event_after = _laid_out(stops, last + 1)
    point_before, event_before = _laid_out(first, starts)
    after = 1 - (point_after - centre[event_after]) / (last - centre)[event_after]
    before = 1 - (centre[event_before] - point_before) / (centre - first)[event_before]
    return (
        np.concatenate([rank[labels], rank[point_after], np.maximum(rank[point_before], hit[event_before])]),
        np.concatenate([np.ones(np.count_nonzero(labels)), after, before]),
    )


def _laid_out(starts: Positions, stops: Positions) -> tuple[Positions, Positions]:
    """All points of some ranges end to end, and the number of the range that each is from."""
    lengths = stops - starts
    number = np.repeat(np.arange(len(starts)), lengths)
    return np.arange(lengths.sum()) - event_offsets(starts, stops)[number] + starts[number], number


def _missed_changes(labels: Marks, rank: Positions) -> tuple[Positions, Numbers]:
    """Change of the cost of missed points by each point of an event."""
    starts, stops = segments(labels)
    lengths, offsets = stops - starts, event_offsets(starts, stops)
    event = np.repeat(np.arange(len(starts)), lengths)
    length = lengths[event]
    when = rank[labels]
    place = np.arange(len(when)) - offsets[event]
    order = np.argsort(event * len(rank) + when)
    # Places counted down by whole events: one running minimum then starts anew in each.
    span = int(lengths.max())
    begin = np.minimum.accumulate(place[order] - event * span) + event * span
    run = _first_run(event, when, place, order, begin)
    number = np.arange(len(when)) - offsets[event] + 1
    found = np.cumsum(place[order])
    found -= np.append(0, found)[offsets][event]
    missed, sum_missed = length - number, length * (length - 1) / 2 - found
    # Late are the missed places after ``run``. None before the first run is found; past its end all that is missed is
    # late, but for place ``run`` itself where the run begins with the event.
    between = np.maximum(begin - run - 1, 0)
    next_to_run = (begin == 0) & (run < length)
    late = missed - begin + between - next_to_run
    sum_late = sum_missed - begin * (begin - 1) / 2 + between * (begin + run) / 2 - next_to_run * run
    worst = np.maximum(length * (length - 1) / 2, 1)
    cost = missed - (run + 1) * (sum_late - late * run / 2) / worst
    change = np.diff(cost, prepend=0.0)
    change[offsets] = cost[offsets] - lengths
    return when[order], change


def _first_run(event: Positions, when: Positions, place: Positions, order: Positions, begin: Positions) -> Positions:
    """Length of the first run of flags in its event after each point of ``order`` is taken."""
    parted = np.append(event[1:] != event[:-1], True)
    # A point taken after all others parts the events.
    barrier = np.insert(
        -when, np.flatnonzero(parted) + 1, -len(when) - when.max() - np.arange(np.count_nonzero(parted)) - 1
    )
    index = np.arange(len(when)) + event
    before, after = nearest_smaller(barrier)
    before, after = before[index], after[index]
    left, right = before - index + place + 1, after - index + place
    joins = left[order] == begin
    length = np.where(joins, (right - left)[order], 0)
    # Where a point joins another run the first stays as it was.
    latest = np.maximum.accumulate(np.where(joins, np.arange(len(order)), 0))
    return length[latest]
