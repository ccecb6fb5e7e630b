"""Range-based precision and recall: size, number and position of overlaps.

Tatbul et al. 2018, "Precision and recall for time series", NeurIPS. With γ(A) = 1/(number of ranges that overlap A) and
ω(A) the share of A that they cover, weighted by position,

    recall    = mean over events A of  α·[A is hit] + (1 − α)·γ(A)·ω(A),
    precision = mean over alarms A of  γ(A)·ω(A).

Over all thresholds: a new flag joins the alarms on its two sides into one. Only alarms that reach an event count.
"""

from __future__ import annotations

from math import nan
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from benchmark.metrics.checks import Marks
from benchmark.metrics.evaluated import Evaluated, require_event, require_flag
from benchmark.metrics.segments import Positions, Segments, nearest_smaller, outward_minima, segments
from benchmark.metrics.sweep import NOTHING_FLAGGED, UNDEFINED, Curve, Numbers, PrecisionRecall, ThresholdSweep

Bias = Literal["flat", "front", "middle", "back"]

EXISTENCE = 0.2
"""Weight α of an event being hit at all, as in TSB-AD's range-based F1."""


def range_based(
    labels: ArrayLike, flags: ArrayLike, existence: float = EXISTENCE, bias: Bias = "flat"
) -> PrecisionRecall:
    """Range-based precision and recall of flags, each in [0, 1].

    Parameters
    ----------
    labels, flags : array_like of bool, shape (T,)
        True where a point is anomalous, and where it is flagged.
    existence : float
        Weight α in [0, 1] of an event being hit at all. It applies to recall only, as the authors advise.
    bias : {"flat", "front", "middle", "back"}
        Part of an event where a hit counts most, for recall. In precision all points of an alarm have the same weight.

    Returns
    -------
    PrecisionRecall
        0 and 0 without a flag, NaN without an event.

    Notes
    -----
    Known flaws: each alarm has the same weight, long or short, so bridging two false alarms by a third *raises*
    precision. An event that is found in two pieces counts half as much as with one of them alone. One long alarm over
    several events is punished twice, by ω and by γ.
    """
    return range_based_of(Evaluated(labels, flags=flags), existence, bias)


@require_event(UNDEFINED)
@require_flag(NOTHING_FLAGGED)
def range_based_of(case: Evaluated, existence: float = EXISTENCE, bias: Bias = "flat") -> PrecisionRecall:
    """`range_based` of a case with flags."""
    events, alarms = case.events, segments(case.flags)
    overlap = np.add.reduceat(_event_weights(events, bias) * case.flags[case.labels], events.offsets)
    pieces = _Ranges(case.flags).within(*events)
    reward = existence * (pieces > 0) + (1 - existence) * overlap / np.maximum(pieces, 1)
    return PrecisionRecall(float(np.mean(_Ranges(case.labels).reward(*alarms))), float(np.mean(reward)))


def range_f1_oracle(labels: ArrayLike, scores: ArrayLike, existence: float = EXISTENCE, bias: Bias = "flat") -> float:
    """Best range-based F1 over all thresholds, in [0, 1]; NaN without an event. Parameters as for `range_based`."""
    return range_f1_oracle_of(Evaluated(labels, scores), existence, bias)


@require_event(nan)
def range_f1_oracle_of(case: Evaluated, existence: float = EXISTENCE, bias: Bias = "flat") -> float:
    """`range_f1_oracle` of a case with scores."""
    return float(np.max(_curve(case, case.sweep, existence, bias).f1))


def _curve(case: Evaluated, sweep: ThresholdSweep, existence: float, bias: Bias) -> Curve:
    rank = sweep.rank
    recall = sweep.total(*_recall_changes(case, rank, existence, bias))
    rewards = sweep.total(*_reward_changes(case, rank))
    joined = np.maximum(rank[1:], rank[:-1])
    alarms = sweep.taken - sweep.total(joined)
    return Curve(np.clip(rewards / alarms, 0, 1), np.clip(recall, 0, 1))


def _recall_changes(case: Evaluated, rank: Positions, existence: float, bias: Bias) -> tuple[Positions, Numbers]:
    """Change of the mean recall by each point of an event."""
    events, point = case.events, np.flatnonzero(case.labels)
    weight = _event_weights(events, bias)
    # A hit opens a piece, unless one neighbour in the event was hit before. Where both were, it joins their pieces.
    inner = point[1:] == point[:-1] + 1
    earlier = inner & (rank[point[:-1]] < rank[point[1:]])
    later = inner & ~earlier
    pieces = 1 - np.append(0, earlier) - np.append(later, 0)
    order = np.argsort(events.numbers * len(rank) + rank[point])
    overlap, number = _running(weight[order], events), _running(pieces[order], events)
    value = existence + (1 - existence) * overlap / number
    change = np.diff(value, prepend=0.0)
    first = events.offsets
    change[first] = value[first]
    return rank[point][order], change / len(events.starts)


def _running(values: Numbers | Positions, events: Segments) -> Numbers:
    """Running sums that start anew in each event."""
    total = np.cumsum(values)
    base = np.append(0, total)[events.offsets]
    return np.asarray(total - np.repeat(base, events.lengths), dtype=np.float64)


def _event_weights(events: Segments, bias: Bias) -> Numbers:
    """Weight of each point of each event, laid end to end; they sum to 1 in every event."""
    event = events.numbers
    length, index = events.lengths[event], np.arange(len(event)) - events.offsets[event]
    if bias == "front":
        weight = length - index
    elif bias == "back":
        weight = index + 1
    elif bias == "middle":
        weight = np.where(index + 1 <= length / 2, index + 1, length - index)
    else:
        weight = np.ones_like(index)
    return np.asarray(weight / np.bincount(event, weight)[event])


def _reward_changes(case: Evaluated, rank: Positions) -> tuple[Positions, Numbers]:
    """Change of the sum of all alarms' rewards γ·ω by each point that can reach an event."""
    near = np.flatnonzero(outward_minima(-rank, case.labels, case.events))
    before, after = nearest_smaller(-rank[near])
    # The alarm around a point ends on either side at the next point that is flagged later.
    edge = np.concatenate([near, [len(rank), -1]])
    left, right = edge[before] + 1, edge[after]
    reward = _Ranges(case.labels).reward
    return rank[near], reward(left, right) - reward(left, near) - reward(near + 1, right)


class _Ranges:
    """Counts of marked points and of their runs, for many ranges of points at once."""

    def __init__(self, marked: Marks) -> None:
        self.marked = np.append(marked, False)
        self.points = np.append(0, np.cumsum(marked))
        self.begun = np.append(0, np.cumsum(marked & ~np.append(False, marked[:-1])))

    def within(self, start: Positions, stop: Positions) -> Positions:
        """Number of runs that overlap each range; an empty range may give 1."""
        return np.asarray(self.begun[stop] - self.begun[np.minimum(start + 1, stop)] + self.marked[start])

    def reward(self, start: Positions, stop: Positions) -> Numbers:
        """γ·ω of each range, with flat weights; 0 for an empty one."""
        covered = self.points[stop] - self.points[start]
        return np.asarray(covered / np.maximum((stop - start) * self.within(start, stop), 1))
