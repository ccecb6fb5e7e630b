"""Affiliation precision and recall: how near alarms and events lie, against chance.

Huet, Navarro and Rossi 2022, "Local evaluation of time series anomaly detection algorithms", KDD. Point i is the
interval [i, i + 1). The series is cut halfway between events, so that each event J = [a, b) has a zone E around it.
In a zone,

    precision = mean over flagged x of  P(dist(X, J) ≥ dist(x, J)),
    recall    = mean over y in J of     P(dist(X, y) ≥ dist(nearest flag in E, y)),   0 without a flag in E,

for X uniform in E. Precision is averaged over the zones that hold a flag, recall over all.

Over all thresholds: a flagged point always adds the same to the precision of its zone, so a running sum in the order of
scores gives it. For recall, a new flag splits the gap between its two flagged neighbours in two, and a gap's share of
the event has a closed form.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from benchmark.metrics.checks import Marks
from benchmark.metrics.evaluated import Evaluated, require_event, require_flag
from benchmark.metrics.segments import Positions, nearest_smaller, outward_minima
from benchmark.metrics.sweep import NOTHING_FLAGGED, UNDEFINED, Curve, Numbers, PrecisionRecall, ThresholdSweep


def affiliation(labels: ArrayLike, flags: ArrayLike) -> PrecisionRecall:
    """Affiliation precision and recall of flags, each in [0, 1].

    Parameters
    ----------
    labels, flags : array_like of bool, shape (T,)
        True where a point is anomalous, and where it is flagged.

    Returns
    -------
    PrecisionRecall
        0 and 0 without a flag (the authors leave that precision undefined); NaN without an event.

    Notes
    -----
    Known flaws: chance is 0.5, not 0, and flagging every point gives F1 near 0.7. Each event has the same weight, long
    or short. A false alarm in a zone without a flag *raises* recall, and also precision where the other zones have a
    lower one, so scattered alarms raise the value.
    """
    return affiliation_of(Evaluated(labels, flags=flags))


@require_event(UNDEFINED)
@require_flag(NOTHING_FLAGGED)
def affiliation_of(case: Evaluated) -> PrecisionRecall:
    """`affiliation` of a case with flags."""
    return _curve(case, case.flag_sweep).first


def affiliation_f1_oracle(labels: ArrayLike, scores: ArrayLike) -> float:
    """Best affiliation F1 over all thresholds, in [0, 1]; NaN without an event. Flaws as for `affiliation`."""
    return affiliation_f1_oracle_of(Evaluated(labels, scores))


@require_event(nan)
def affiliation_f1_oracle_of(case: Evaluated) -> float:
    """`affiliation_f1_oracle` of a case with scores."""
    return float(np.max(_curve(case, case.sweep).f1))


class _Zone(NamedTuple):
    """Borders of events and of their zones; or, for pieces of the series, of the event and zone of each piece."""

    begin: Numbers
    end: Numbers
    low: Numbers
    high: Numbers

    def of(self, index: Positions) -> _Zone:
        return _Zone(*(column[index] for column in self))


@dataclass(frozen=True)
class _Pieces:
    """Points as intervals; a point that a zone border cuts is two.

    Parameters
    ----------
    left, right : ndarray of float64, shape (M,)
        Borders of each piece, in order of position.
    zone : ndarray of int64, shape (M,)
        Zone of each piece.
    rank : ndarray of int64, shape (M,)
        Rank of its point in the order in which points are flagged.
    """

    left: Numbers
    right: Numbers
    zone: Positions
    rank: Positions

    def take(self, rows: Marks) -> _Pieces:
        return _Pieces(self.left[rows], self.right[rows], self.zone[rows], self.rank[rows])


def _curve(case: Evaluated, sweep: ThresholdSweep) -> Curve:
    starts, stops = case.events
    borders = (stops[:-1] + starts[1:]) / 2
    low, high = np.append(0.0, borders), np.append(borders, float(len(case.labels)))
    zones = _Zone(starts.astype(np.float64), stops.astype(np.float64), low, high)
    rank = sweep.rank
    pieces = _cut(rank, borders)
    pieces = pieces.take(pieces.rank <= sweep.ends[-1])
    near = outward_minima(rank, case.labels, case.events)
    recall = sweep.total(*_recall_changes(zones, pieces.take(near[pieces.left.astype(np.int64)])))
    rank_of_sum, sums, opened = _precision_changes(zones, pieces)
    precision = sweep.total(rank_of_sum, sums) / sweep.total(rank_of_sum, opened)
    return Curve(np.clip(precision, 0, 1), np.clip(recall, 0, 1))


def _cut(rank: Positions, borders: Numbers) -> _Pieces:
    """Cut the points at the borders of zones, about half of which lie in the middle of a point."""
    split = np.floor(borders[borders % 1 != 0]).astype(np.int64)
    point = np.insert(np.arange(len(rank)), split + 1, split)
    left, right = point.astype(np.float64), (point + 1).astype(np.float64)
    second = split + 1 + np.arange(len(split))
    left[second] += 0.5
    right[second - 1] -= 0.5
    return _Pieces(left, right, np.searchsorted(borders, left, side="right"), rank[point])


def _precision_changes(zones: _Zone, pieces: _Pieces) -> tuple[Positions, Numbers, Numbers]:
    """Change of the sum of all zones' precisions, and of the number of zones with a flag, by each piece."""
    gain, length = _closeness(zones.of(pieces.zone), pieces.left, pieces.right), pieces.right - pieces.left
    order = _by_zone_and_rank(pieces)
    zone = pieces.zone[order]
    first = np.append(True, zone[1:] != zone[:-1])
    mean = _running(gain[order], first) / _running(length[order], first)
    earlier = np.append(0.0, mean[:-1])
    earlier[first] = 0.0
    return pieces.rank[order], mean - earlier, first.astype(np.float64)


def _by_zone_and_rank(pieces: _Pieces) -> Positions:
    if len(pieces.zone) == 0 or pieces.zone[-1] == 0:
        return np.argsort(pieces.rank)
    return np.argsort(pieces.zone * (pieces.rank.max() + 1) + pieces.rank)


def _running(values: Numbers, first: Marks) -> Numbers:
    """Running sums that start anew at each True of ``first``."""
    total = np.cumsum(values)
    start = np.flatnonzero(first)
    base = np.append(0.0, total[start[1:] - 1])
    return np.asarray(total - np.repeat(base, np.diff(np.append(start, len(values)))))


def _closeness(zone: _Zone, left: Numbers, right: Numbers) -> Numbers:
    """Integral over [left, right) of P(dist(X, J) ≥ dist(x, J)); a piece lies within J or outside it."""
    near = np.maximum(np.maximum(zone.begin - right, left - zone.end), 0.0)
    length = right - left
    far = near + length
    short = np.minimum(zone.begin - zone.low, zone.high - zone.end)
    both_sides = (np.minimum(far, short) ** 2 - np.minimum(near, short) ** 2) / 2
    one_side = short * (np.maximum(far, short) - np.maximum(near, short))
    closer = both_sides + one_side + (far**2 - near**2) / 2 + (zone.end - zone.begin) * length
    within = (left >= zone.begin) & (right <= zone.end)
    return np.where(within, length, length - closer / (zone.high - zone.low))


def _recall_changes(zones: _Zone, pieces: _Pieces) -> tuple[Positions, Numbers]:
    """Change of the mean recall by each piece, from its neighbours among the pieces that were flagged before it."""
    # A mark between zones ranks before every piece, so that no neighbour lies in another zone.
    at_border = np.flatnonzero(pieces.zone[1:] != pieces.zone[:-1]) + 1
    marked = np.insert(pieces.rank, at_border, -1 - np.arange(len(at_border)))
    real = marked >= 0
    before, after = nearest_smaller(np.concatenate([[-len(marked) - 1], marked, [-len(marked) - 2]]))
    left_edge = _edges(pieces.right, real, -np.inf)[before[1:-1]][real]
    right_edge = _edges(pieces.left, real, np.inf)[after[1:-1]][real]
    zone = zones.of(pieces.zone)
    covered = np.clip(np.minimum(pieces.right, zone.end) - np.maximum(pieces.left, zone.begin), 0, None)
    change = (
        _gap(zone, left_edge, pieces.left)
        + covered
        + _gap(zone, pieces.right, right_edge)
        - _gap(zone, left_edge, right_edge)
    )
    return pieces.rank, change / (zone.end - zone.begin) / len(zones.begin)


def _edges(values: Numbers, real: Marks, none: float) -> Numbers:
    """Edges by index among pieces and marks, with one mark at either end; ``none`` at a mark."""
    edges = np.full(len(real) + 2, none)
    edges[1:-1][real] = values
    return edges


def _gap(zone: _Zone, left: Numbers, right: Numbers) -> Numbers:
    """Integral of P(dist(X, y) ≥ dist(nearest flag, y)) over the y of J between two flags; infinite where none is."""
    no_left, no_right = np.isinf(left), np.isinf(right)
    left_flag, right_flag = np.where(no_left, zone.low, left), np.where(no_right, zone.high, right)
    middle = (left_flag + right_flag) / 2
    until = np.where(no_right, zone.end, np.minimum(zone.end, middle))
    since = np.where(no_left, zone.begin, np.maximum(zone.begin, middle))
    first, last = np.maximum(zone.begin, left_flag), np.minimum(zone.end, right_flag)
    from_left = _one_side(first - left_flag, until - left_flag, zone.high - left_flag, zone)
    from_right = _one_side(right_flag - last, right_flag - since, right_flag - zone.low, zone)
    return np.where(no_left, 0.0, from_left) + np.where(no_right, 0.0, from_right)


def _one_side(near: Numbers, far: Numbers, border: Numbers, zone: _Zone) -> Numbers:
    """Integral over the y of J whose distance d from a flag lies between ``near`` and ``far``.

    The points of the zone that are nearer to y than the flag is: a length d on the flag's side, and on the other side
    min(d, border − d), where ``border`` is the distance of the flag from the zone's border on that side.
    """
    nearer = _nearer(far, border) - _nearer(near, border)
    return np.where(far > near, far - near - nearer / (zone.high - zone.low), 0.0)


def _nearer(distance: Numbers, border: Numbers) -> Numbers:
    """Integral from 0 to ``distance`` of min(2d, border)."""
    return np.where(distance <= border / 2, distance**2, border * distance - border**2 / 4)
