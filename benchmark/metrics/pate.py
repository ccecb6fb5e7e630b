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
trapezoidal area under precision and recall. Parts of the curve where recall falls are left out.

Over all thresholds only δ changes, and only when a flag joins the first run; all weights are fixed.
"""

from __future__ import annotations

from itertools import product
from math import nan

import numpy as np
from numpy.typing import ArrayLike

from benchmark.interfaces.errors import ParameterError
from benchmark.metrics.evaluated import Evaluated, require_both_classes, require_event, require_flag
from benchmark.metrics.segments import Positions, Segments, nearest_smaller
from benchmark.metrics.sweep import Curve, Numbers, ThresholdSweep

TOLERANCE = 1e-12
"""Recalls that differ by less are equal, because sums in another order differ by as much."""


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
    Known flaws: an alarm after an event counts although the event was missed. Finding more of an event, but in another
    part of it, can lower recall; those parts of the curve are left out. The trapezoidal rule is optimistic between
    distant points of the curve.
    """
    return pate_of(Evaluated(labels, scores), early, delay)


@require_both_classes(nan)
def pate_of(case: Evaluated, early: int | None = None, delay: int | None = None) -> float:
    """`pate` of a case with scores; a buffer that is left out is as long as the window."""
    return _bounded_mean([_area(curve) for curve in _curves(case, case.sweep, early, delay)])


def pate_f1(labels: ArrayLike, flags: ArrayLike, early: int, delay: int) -> float:
    """Proximity-aware F1 of flags, averaged over buffers; in [0, 1], 0 without a flag, NaN without an event.

    Parameters and flaws as for `pate`.
    """
    return pate_f1_of(Evaluated(labels, flags=flags), early, delay)


@require_event(nan)
@require_flag(0.0)
def pate_f1_of(case: Evaluated, early: int | None = None, delay: int | None = None) -> float:
    """`pate_f1` of a case with flags; a buffer that is left out is as long as the window."""
    return _bounded_mean([curve.first.f1 for curve in _curves(case, case.flag_sweep, early, delay)])


def _bounded_mean(values: list[float]) -> float:
    """Mean of values in [0, 1], which rounded sums may leave by a last bit."""
    return min(max(float(np.mean(values)), 0.0), 1.0)


def _area(curve: Curve) -> float:
    precision, recall = np.append(1.0, curve.precision), np.append(0.0, curve.recall)
    rising = recall >= np.maximum.accumulate(recall) - TOLERANCE
    return float(np.trapezoid(precision[rising], recall[rising]))


def _curves(case: Evaluated, sweep: ThresholdSweep, early: int | None, delay: int | None) -> list[Curve]:
    """One curve for each of four pairs of buffers: none, each alone, both."""
    early, delay = case.window if early is None else early, case.window if delay is None else delay
    if early < 0 or delay < 0:
        raise ParameterError(f"buffers of {early} and {delay} points: they have to be 0 or more")
    rank = sweep.rank
    missed = case.anomalies + sweep.total(*_missed_changes(case, rank))
    curves = []
    for before, after in product((0, early), (0, delay)):
        tp = sweep.total(*_found_changes(case, rank, before, after))
        curves.append(Curve(tp / sweep.taken, tp / np.maximum(tp + missed, TOLERANCE)))
    return curves


def _found_changes(case: Evaluated, rank: Positions, early: int, delay: int) -> tuple[Positions, Numbers]:
    """Rank from which each point of an event or a buffer counts, and its credit. An early buffer needs a hit event."""
    starts, stops = case.events
    centre = (starts + stops - 1) / 2
    last = np.minimum(stops - 1 + delay, np.append(starts[1:], len(case.labels)) - 1)
    first = np.maximum(starts - early, np.append(0, last[:-1] + 1))
    hit = np.minimum.reduceat(rank[case.labels], case.events.offsets)
    after, before = Segments(stops, last + 1), Segments(first, starts)
    later, earlier = after.numbers, before.numbers
    credit_after = 1 - (after.points - centre[later]) / (last - centre)[later]
    credit_before = 1 - (centre[earlier] - before.points) / (centre - first)[earlier]
    return (
        np.concatenate([rank[case.labels], rank[after.points], np.maximum(rank[before.points], hit[earlier])]),
        np.concatenate([np.ones(case.anomalies), credit_after, credit_before]),
    )


def _missed_changes(case: Evaluated, rank: Positions) -> tuple[Positions, Numbers]:
    """Change of the cost of missed points by each point of an event."""
    lengths, offsets, event = case.events.lengths, case.events.offsets, case.events.numbers
    length = lengths[event]
    when = rank[case.labels]
    index = np.arange(len(when)) - offsets[event]  # of each point in its event
    order = np.argsort(event * len(rank) + when)
    # Indices lowered by a whole event for each event before: one running minimum then starts anew in each event.
    span = int(lengths.max())
    begin = np.minimum.accumulate(index[order] - event * span) + event * span
    run = _first_run(event, when, index, order, begin)
    number = np.arange(len(when)) - offsets[event] + 1
    sum_flagged = np.cumsum(index[order])
    sum_flagged -= np.append(0, sum_flagged)[offsets][event]
    missed, sum_missed = length - number, length * (length - 1) / 2 - sum_flagged
    # Late are the missed indices after ``run``. All points before the first run are missed. Past its end every missed
    # point is late, except index ``run`` itself where the run begins with the event.
    between = np.maximum(begin - run - 1, 0)
    next_to_run = (begin == 0) & (run < length)
    late = missed - begin + between - next_to_run
    sum_late = sum_missed - begin * (begin - 1) / 2 + between * (begin + run) / 2 - next_to_run * run
    worst = np.maximum(length * (length - 1) / 2, 1)
    cost = missed - (run + 1) * (sum_late - late * run / 2) / worst
    change = np.diff(cost, prepend=0.0)
    change[offsets] = cost[offsets] - lengths
    return when[order], change


def _first_run(event: Positions, when: Positions, index: Positions, order: Positions, begin: Positions) -> Positions:
    """Length of the first run of flags in its event after each point of ``order`` is flagged."""
    ends = np.append(event[1:] != event[:-1], True)
    # A mark between two events ranks after every point, so that no run crosses it.
    barrier = np.insert(
        -when, np.flatnonzero(ends) + 1, -len(when) - when.max() - np.arange(np.count_nonzero(ends)) - 1
    )
    position = np.arange(len(when)) + event
    before, after = nearest_smaller(barrier)
    before, after = before[position], after[position]
    left, right = before - position + index + 1, after - position + index
    joins = left[order] == begin
    length = np.where(joins, (right - left)[order], 0)
    # Where a point joins another run, the first run keeps its length.
    latest = np.maximum.accumulate(np.where(joins, np.arange(len(order)), 0))
    return length[latest]
