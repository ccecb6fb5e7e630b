"""Accuracy against cost, and the methods on the Pareto front."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmark.drawing.figure import (
    FAINT,
    MUTED,
    PAGE,
    Drawing,
    figure_style,
    new_figure,
    notes_height,
    palette,
    title_height,
    write_notes,
    write_title,
)
from benchmark.drawing.formats import plural
from benchmark.drawing.labels import label_points
from benchmark.interfaces.errors import DataError
from benchmark.stats.clusters import Clusters
from benchmark.stats.intervals import MeanInterval, hierarchical_interval, mean_interval
from benchmark.stats.result_array import ResultArray, Tidy, result_array

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PLOT_HEIGHT = 7.0
"""Inches."""

AXIS = "seconds to fit and score, all {unit}s"
"""Label of the axis."""

COST = "seconds to fit and score (sum over {unit}s, mean over seeds)"


def draw_pareto(
    frame: Tidy, metric: str, title: str, unit: str = "dataset", clusters: Clusters | None = None
) -> Drawing:
    """Draw mean metric against seconds of fit and score, with the Pareto front.

    Parameters
    ----------
    frame : tidy frame
        Columns ``method``, ``dataset``, ``seed``, ``value`` (of a metric where higher is better), ``fit_seconds`` and
        ``score_seconds``. A method with a gap is left out and named below the figure.
    metric : str
        Name of the metric with its threshold policy.
    title : str
        Content and data.
    unit : str
        Word for an entry of the column ``dataset``.
    clusters : mapping of str to str or None, optional
        Cluster of each dataset, where some resemble each other.

    Returns
    -------
    Figure
        Cost on a logarithmic horizontal axis, value on the vertical axis; the best corner is at the upper left.
    polars DataFrame
        The plotted numbers, by cost: ``method``; ``value``, ``low``, ``high`` (mean over datasets, with 95 % interval
        over them, or over seeds if there is one dataset); ``seconds`` (fit + score, sum over datasets, mean over
        seeds); ``on_front``: no other method is at least as good on both and better on one.
    tuple of str
        Remarks below the figure.

    Raises
    ------
    DataError
        As `benchmark.stats.result_array.result_array`, and for a cost of 0 or below.
    """
    values, costs, left_out = _result_arrays(frame)
    table = _table(values, costs, clusters)
    remarks = _remarks(values, left_out, unit)
    lacking = remarks[2:]
    below, above = 0.75 + notes_height(lacking), title_height(title) + 0.1
    height = below + PLOT_HEIGHT + above
    with figure_style():
        figure = new_figure(PAGE, height)
        axes = figure.add_axes((0.13, below / height, 0.84, PLOT_HEIGHT / height))
        _draw(axes, table)
        axes.set(xlabel=AXIS.format(unit=unit), ylabel=metric)
        write_title(figure, title)
        write_notes(figure, lacking)
    return Drawing(figure, table, tuple(remarks))


def _result_arrays(frame: Tidy) -> tuple[ResultArray, ResultArray, dict[str, str]]:
    """Values and costs of the methods that have both."""
    rows = frame if isinstance(frame, pl.DataFrame) else pl.DataFrame(frame, infer_schema_length=None)
    for name in ("fit_seconds", "score_seconds"):
        if name not in rows.columns:
            raise DataError("no such column; cost is fit_seconds + score_seconds", column=name)
    rows = rows.with_columns(seconds=pl.col("fit_seconds") + pl.col("score_seconds"))
    left_out = result_array(rows, "seconds").left_out | result_array(rows).left_out
    both = rows.filter(~pl.col("method").is_in(sorted(left_out)))
    return result_array(both), result_array(both, "seconds"), left_out


def _table(values: ResultArray, costs: ResultArray, clusters: Clusters | None) -> pl.DataFrame:
    """Value and cost of each method, and which lie on the front."""
    seconds = costs.values.sum(axis=1).mean(axis=1)
    if (seconds <= 0).any():
        name = costs.methods[int(np.argmin(seconds))]
        raise DataError(f"{name} costs {seconds.min():g} s; the cost must be above 0", column="fit_seconds")
    rows = []
    for method, value, cost in zip(values.methods, values.values, seconds, strict=True):
        interval = _interval(dict(zip(values.datasets, value, strict=True)), clusters)
        rows.append((method, interval.mean, interval.low, interval.high, float(cost)))
    table = pl.DataFrame(rows, schema=["method", "value", "low", "high", "seconds"], orient="row")
    means = table["value"].to_numpy()
    dominated = [
        bool(np.any((means >= value) & (seconds <= cost) & ((means > value) | (seconds < cost))))
        for value, cost in zip(means, seconds, strict=True)
    ]
    return table.with_columns(~pl.Series("on_front", dominated)).sort("seconds", "method")


def _interval(values: dict[str, NDArray[np.float64]], clusters: Clusters | None) -> MeanInterval:
    """Interval over datasets; over the seeds of a single one."""
    if len(values) == 1:
        return mean_interval(next(iter(values.values())))
    return hierarchical_interval(values, clusters, np.random.default_rng(0))


def _draw(axes: Axes, table: pl.DataFrame) -> None:
    """Front, intervals, points and names."""
    front_color = palette()[0]
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(lambda seconds, _: f"{seconds:,g}")
    axes.grid(color=FAINT, lw=0.5)
    axes.set_axisbelow(True)
    _set_limits(axes, table)
    points = list(zip(table["seconds"], table["value"], strict=True))
    colors = [front_color if on_front else MUTED for on_front in table["on_front"]]
    corners = _staircase([point for point, on in zip(points, table["on_front"], strict=True) if on], axes.get_xlim()[1])
    axes.plot(*zip(*corners, strict=True), color=front_color, lw=1.2)
    lines = list(pairwise(corners))
    for (x, y), color, low, high in zip(points, colors, table["low"], table["high"], strict=True):
        if np.isfinite(low):
            axes.plot([x, x], [low, high], color=color, lw=1.0, alpha=0.6, zorder=2.5)
            lines.append(((x, low), (x, high)))
        axes.plot([x], [y], marker="o", ms=8, color=color, mec="white", mew=0.7, ls="", zorder=3)
    label_points(axes, points, table["method"].to_list(), colors, lines)


def _staircase(front: list[tuple[float, float]], edge: float) -> list[tuple[float, float]]:
    """Corners of the Pareto front; every point below and to the right of it is dominated."""
    corners = [front[0]]
    for x, y in front[1:]:
        corners += [(x, corners[-1][1]), (x, y)]
    return [*corners, (edge, corners[-1][1])]


def _set_limits(axes: Axes, table: pl.DataFrame) -> None:
    """Leave space for the names around the outer points."""
    seconds = np.log10(table["seconds"].to_numpy())
    wide = max(float(np.ptp(seconds)), 1.0)
    axes.set_xlim(10 ** (seconds.min() - 0.1 * wide), 10 ** (seconds.max() + 0.14 * wide))
    ends = np.concatenate([table[name].to_numpy() for name in ("value", "low", "high")])
    ends = ends[np.isfinite(ends)]
    tall = max(float(np.ptp(ends)), 0.01)
    axes.set_ylim(min(0.0, ends.min()), ends.max() + 0.1 * tall)


def _remarks(values: ResultArray, left_out: dict[str, str], unit: str) -> list[str]:
    datasets, seeds = len(values.datasets), len(values.seeds)
    spread = f"{unit}s and their seeds (bootstrap)" if datasets > 1 else "seeds"
    remarks = [
        f"Mean over {plural(datasets, unit)} and {plural(seeds, 'seed')}; bars: 95 % interval over {spread}. "
        "Blue: Pareto front, not dominated by any other method.",
        "Cost is wall time on one machine, which the receipt names, with the other jobs that it had at that time: "
        "compare orders of magnitude only.",
    ]
    if left_out:
        remarks.append("Left out: " + "; ".join(f"{name} ({why})" for name, why in sorted(left_out.items())) + ".")
    return remarks
