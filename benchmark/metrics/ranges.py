"""Range-based precision and recall: size, number and position of overlaps.

Tatbul et al. 2018, "Precision and recall for time series", NeurIPS. With γ(A) = 1/(number of ranges that overlap A) and
ω(A) the share of A that they cover, weighted by position,

    recall    = mean over events A of  α·[A is hit] + (1 − α)·γ(A)·ω(A),
    precision = mean over alarms A of  γ(A)·ω(A).

Over all thresholds: a new flag joins the alarms on its two sides to one, and only alarms that reach an event count.
"""

from __future__ import annotations

from math import nan
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from benchmark.metrics.checks import Marks, flagged, scored
from benchmark.metrics.segments import Positions, event_offsets, nearest_smaller, outward_minima, segments
from benchmark.metrics.sweep import Curve, Numbers, PrecisionRecall, Sweep

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
        Weight α in [0, 1] of an event being hit at all. Precision has none, as the authors advise.
    bias : {"flat", "front", "middle", "back"}
        Where in an event a hit counts most, for recall; in precision all points of an alarm weigh the same.

    Returns
    -------
    PrecisionRecall
        0 and 0 without a flag, NaN without an event.

    Notes
    -----
    Known flaws: each alarm weighs the same however long, so that bridging two false alarms by a third *raises*
    precision; an event that is found in two pieces counts half as much as with one of them alone; one long alarm over
    several events is punished twice, by ω and by γ.
    """
    anomalous, alarms = flagged(labels, flags)
    if not anomalous.any():
        return PrecisionRecall(nan, nan)
    if not alarms.any():
        return PrecisionRecall(0.0, 0.0)
    starts, stops = segments(anomalous)
    weight = _event_weights(starts, stops, bias)
    overlap = np.add.reduceat(weight * alarms[anomalous], event_offsets(starts, stops))
    pieces = _Ranges(alarms).within(starts, stops)
    reward = existence * (pieces > 0) + (1 - existence) * overlap / np.maximum(pieces, 1)
    first, last = segments(alarms)
    return PrecisionRecall(float(np.mean(_Ranges(anomalous).reward(first, last))), float(np.mean(reward)))


def range_f1_oracle(labels: ArrayLike, scores: ArrayLike, existence: float = EXISTENCE, bias: Bias = "flat") -> float:
    """Best range-based F1 over all thresholds, in [0, 1]; NaN without an event. Parameters as for `range_based`."""
    anomalous, values = scored(labels, scores)
    if not anomalous.any():
        return nan
    return float(np.max(_curve(anomalous, Sweep.of_scores(values), existence, bias).f1))


def _curve(labels: Marks, sweep: Sweep, existence: float, bias: Bias) -> Curve:
    rank = sweep.rank
    recall = sweep.total(*_recall_changes(labels, rank, existence, bias))
    rewards = sweep.total(*_reward_changes(labels, rank))
    joined = np.maximum(rank[1:], rank[:-1])
    alarms = sweep.taken - sweep.total(joined)
    return Curve(np.clip(rewards / alarms, 0, 1), np.clip(recall, 0, 1))


def _recall_changes(labels: Marks, rank: Positions, existence: float, bias: Bias) -> tuple[Positions, Numbers]:
    """Change of the mean recall by each point of an event."""
    starts, stops = segments(labels)
    lengths = stops - starts
    event = np.repeat(np.arange(len(starts)), lengths)
    point = np.flatnonzero(labels)
    weight = _event_weights(starts, stops, bias)
    # A hit opens a piece unless a neighbour in the event was hit before; between two such it joins their pieces.
    inner = point[1:] == point[:-1] + 1
    earlier = inner & (rank[point[:-1]] < rank[point[1:]])
    later = inner & ~earlier
    pieces = 1 - np.append(0, earlier) - np.append(later, 0)
    order = np.argsort(event * len(rank) + rank[point])
    overlap, number = _running(weight[order], starts, stops), _running(pieces[order], starts, stops)
    value = existence + (1 - existence) * overlap / number
    change = np.diff(value, prepend=0.0)
    first = event_offsets(starts, stops)
    change[first] = value[first]
    return rank[point][order], change / len(starts)


def _running(values: Numbers | Positions, starts: Positions, stops: Positions) -> Numbers:
    """Running sums that begin anew with each event."""
    total = np.cumsum(values)
    base = np.append(0, total)[event_offsets(starts, stops)]
    return np.asarray(total - np.repeat(base, stops - starts), dtype=np.float64)


def _event_weights(starts: Positions, stops: Positions, bias: Bias) -> Numbers:
    """Weight of each point of each event, laid end to end; they sum to 1 in every event."""
    lengths = stops - starts
    event = np.repeat(np.arange(len(starts)), lengths)
    length, place = lengths[event], np.arange(lengths.sum()) - event_offsets(starts, stops)[event]
    if bias == "front":
        weight = length - place
    elif bias == "back":
        weight = place + 1
    elif bias == "middle":
        weight = np.where(place + 1 <= length / 2, place + 1, length - place)
    else:
        weight = np.ones_like(place)
    return np.asarray(weight / np.bincount(event, weight)[event])


def _reward_changes(labels: Marks, rank: Positions) -> tuple[Positions, Numbers]:
    """Change of the sum of all alarms' rewards γ·ω by each point that can reach an event."""
    near = np.flatnonzero(outward_minima(-rank, labels))
    before, after = nearest_smaller(-rank[near])
    # The alarm around a point ends at the next points that are taken after it.
    edge = np.concatenate([near, [len(rank), -1]])
    left, right = edge[before] + 1, edge[after]
    reward = _Ranges(labels).reward
    return rank[near], reward(left, right) - reward(left, near) - reward(near + 1, right)


class _Ranges:
    """Counts of marked points and of runs of them, for any range of points at once."""

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
