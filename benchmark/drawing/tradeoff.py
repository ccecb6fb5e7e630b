"""A score against a cost on a logarithmic axis, with the Pareto front: one panel of a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from benchmark.drawing.figure import FAINT, MUTED, palette
from benchmark.drawing.labels import label_points
from benchmark.interfaces.errors import DataError

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Trade:
    """One method.

    Parameters
    ----------
    name : str
        Its name.
    x : float
        Cost or speed, above 0.
    y : float
        Score; higher is better.
    low, high : float, optional
        95 % interval of the score.
    """

    name: str
    x: float
    y: float
    low: float | None = None
    high: float | None = None


def on_front(trades: Sequence[Trade], *, lower: bool) -> list[bool]:
    """Whether no other method is at least as good on both axes and better on one.

    Parameters
    ----------
    trades : sequence of Trade
        Methods.
    lower : bool
        Whether a lower x is better.
    """
    sign = -1.0 if lower else 1.0
    x = sign * np.array([trade.x for trade in trades])
    y = np.array([trade.y for trade in trades])
    return [not bool(np.any((x >= a) & (y >= b) & ((x > a) | (y > b)))) for a, b in zip(x, y, strict=True)]


def draw_tradeoff(axes: Axes, trades: Sequence[Trade], *, lower: bool) -> None:
    """Draw points with their names and intervals, and the front as a staircase. The best corner is at the upper left.

    Parameters
    ----------
    axes : matplotlib Axes
        With its final size.
    trades : sequence of Trade
        Methods, at least one.
    lower : bool
        Whether a lower x is better. If not, the axis is turned around, so that better is left all the same.

    Raises
    ------
    DataError
        For a position of 0 or below, which a logarithmic axis cannot show.
    """
    for trade in trades:
        if trade.x <= 0:
            raise DataError(f"{trade.name} is at {trade.x:g}; a logarithmic axis needs a position above 0")
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(lambda x, _: _short(x))
    axes.grid(color=FAINT, lw=0.5)
    axes.set_axisbelow(True)
    _set_limits(axes, trades, lower=lower)
    front = on_front(trades, lower=lower)
    best = sorted({(one.x, one.y) for one, on in zip(trades, front, strict=True) if on}, reverse=not lower)
    corners = _staircase(best, axes.get_xlim()[1])
    axes.plot(*zip(*corners, strict=True), color=palette()[0], lw=1.2)
    lines = list(pairwise(corners))
    colors = [palette()[0] if on else MUTED for on in front]
    for trade, color in zip(trades, colors, strict=True):
        if trade.low is not None and trade.high is not None:
            axes.plot([trade.x, trade.x], [trade.low, trade.high], color=color, lw=1.0, alpha=0.6, zorder=2.5)
        axes.plot([trade.x], [trade.y], marker="o", ms=4.5, color=color, mec="white", mew=0.7, ls="", zorder=3)
    label_points(axes, [(one.x, one.y) for one in trades], [one.name for one in trades], colors, lines)


def _short(number: float) -> str:
    """Write a round number with few letters: ``10 M``, ``100 k``, ``0.01``."""
    if number >= 1e6:
        return f"{number / 1e6:,g} M"
    return f"{number / 1e3:g} k" if number >= 1e4 else f"{number:,g}"


def _staircase(front: Sequence[tuple[float, float]], edge: float) -> list[tuple[float, float]]:
    """Corners of the front from its best position to the edge; every point below and behind it is dominated."""
    corners = [front[0]]
    for x, y in front[1:]:
        corners += [(x, corners[-1][1]), (x, y)]
    return [*corners, (edge, corners[-1][1])]


def _set_limits(axes: Axes, trades: Sequence[Trade], *, lower: bool) -> None:
    """Leave space for the names around the outer points."""
    places = np.log10([trade.x for trade in trades])
    wide = max(float(np.ptp(places)), 1.0)
    best, worst = (places.min(), places.max()) if lower else (places.max(), places.min())
    sign = 1.0 if lower else -1.0
    axes.set_xlim(10 ** (best - sign * 0.16 * wide), 10 ** (worst + sign * 0.28 * wide))
    ends = [end for one in trades for end in (one.y, one.low, one.high) if end is not None]
    tall = max(max(ends) - min(ends), 0.01)
    axes.set_ylim(min(ends) - 0.12 * tall, max(ends) + 0.14 * tall)
