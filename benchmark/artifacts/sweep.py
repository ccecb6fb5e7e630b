"""A figure of metrics against a swept quantity: the base of such figures of all papers, and the means that it shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import log2
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import polars as pl

from benchmark.artifacts.points import PointArtifact
from benchmark.drawing.figure import FAINT, Description, figure_style, new_figure, palette, save, write_notes
from benchmark.drawing.summary import limits_of
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Result, Row
from benchmark.interfaces.numbers import Number, curve_numbers
from benchmark.metrics.catalogue import DEFAULT
from benchmark.stats.intervals import mean_interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Record = dict[str, Any]

AVERAGED = ("points", "anomalous", "share")
"""Counts behind a value that are averaged over its seeds: rows, anomalous rows, share of all rows."""


class Sweep(PointArtifact):
    """A figure whose panels show metrics against a swept quantity, with mean and 95 % band over seeds.

    Attributes
    ----------
    quantity : str
        Label of the horizontal axis.
    metrics : tuple of str
        Metrics to draw, in order. Claims are judged on every default column of the same results besides.
    spacing : {"steps", "linear", "log"}
        Spacing of the horizontal axis; ``steps`` for positions that are no numbers.
    value_label : str
        Label of the vertical axis, where a panel shows several metrics.
    value_limits : (float, float), optional
        Ends of the vertical axis; None fits it to the numbers.
    remark : str
        Sentence below the figure.
    wall_time : str
        Metric of measured seconds, where there is one, which needs `panel_per_metric`: drawn, but not in the CSV file,
        which is equal on every machine.
    partial : bool
        Whether a point may lack seeds whose cell gave no value there; else a point that lacks a seed is left out.
    panel_per_metric : bool
        Whether a panel of the drawing shows one metric, with a line for each panel of `points`. Else a panel shows the
        panel of `points`, with a line for each metric.
    """

    kind: ClassVar[Literal["table", "figure"]] = "figure"
    quantity: ClassVar[str]
    metrics: ClassVar[tuple[str, ...]]
    spacing: ClassVar[Literal["steps", "linear", "log"]] = "steps"
    value_label: ClassVar[str] = "metric on test"
    value_limits: ClassVar[tuple[float, float] | None] = (-0.02, 1.02)
    remark: ClassVar[str] = ""
    wall_time: ClassVar[str] = ""
    partial: ClassVar[bool] = False
    panel_per_metric: ClassVar[bool] = False

    def measure(self, x: Any, row: Row, result: Result) -> Mapping[str, float | None]:
        """Values of a point by metric, from one row of a result; a metric without a value is None or absent."""
        return {metric: row[metric] for metric in self.metrics} | default_columns(row)

    def counts(self, x: Any, row: Row) -> dict[str, int]:
        """Numbers of points behind a value (``points``, ``anomalous``) where the figure shows them."""
        return {}

    def values(self, results: Mapping[Cell, Result], setting: Setting) -> list[Record]:
        """One record per panel, position, metric and seed; also for metrics that are not drawn.

        Returns
        -------
        list of dict
            ``panel``, ``x``, ``metric``, ``seed``, ``value``, ``cell`` and the `counts`, in the order of `points`.
        """
        return [
            {"panel": panel, "x": x, "metric": metric, "seed": cell.seed, "value": value, "cell": cell}
            | self.counts(x, row)
            for panel, x, cell in self.points(setting)
            for row in results[cell].rows
            for metric, value in self.measure(x, row, results[cell]).items()
            if value is not None
        ]

    def drawn(self, results: Mapping[Cell, Result], setting: Setting) -> list[Record]:
        """The values of the metrics that are drawn, metric by metric."""
        records = [record for record in self.values(results, setting) if record["metric"] in self.metrics]
        return sorted(records, key=lambda one: self.metrics.index(one["metric"]))

    def numbers(self, results: Mapping[Cell, Result], setting: Setting) -> list[Number]:
        """Every point in each default column. One that lacks a seed is ``INCOMPLETE``, unless the figure is partial."""
        whole = self._seeds_needed(results, setting)
        numbers = curve_numbers(self.values(results, setting), self.scenario(setting), self.position)
        return [one if len(one.values) >= whole else _incomplete(one, whole) for one in numbers]

    def position(self, x: Any) -> str:
        """Name of a position of the swept quantity in claims."""
        return f"{x:g}"

    def ticks(self, frame: pl.DataFrame) -> list[str]:
        """Labels of the positions of the swept quantity."""
        return [f"{x:g}" for x in sorted(frame["x"].unique())]

    def places(self, positions: Sequence[Any]) -> dict[Any, float]:
        """Place of each position on the horizontal axis, as `spacing` says."""
        if self.spacing == "steps":
            return {x: float(step) for step, x in enumerate(sorted(positions))}
        return {x: float(x) if self.spacing == "linear" else log2(x) for x in positions}

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Draw and save. Failed cells are counted below the figure and left out of the lines."""
        frame = summarised(self.drawn(results, setting), self._seeds_needed(results, setting))
        facet = "metric" if self.panel_per_metric else "panel"
        panels = frame[facet].unique(maintain_order=True).to_list() or ["no cell gave a number"]
        caption = f"{self.circumstances(setting)}, 95 % band"
        notes = tuple(filter(None, (self.remark, *failures(results, self.cells(setting)))))
        across = min(len(panels), 3 if len(panels) > 4 else 2)
        down = -(-len(panels) // across)
        with figure_style():
            figure = new_figure(7.2, (2.3 if down > 1 else 2.7) * down + 1.0)
            axes = figure.subplots(down, across, sharey=not self.wall_time, squeeze=False).ravel()
            for axis, panel in zip(axes, panels, strict=False):
                self.draw(axis, frame.filter(pl.col(facet) == panel))
                axis.set_title(panel)
                if panel == self.wall_time:
                    axis.set_ylim(bottom=0)
                elif self.value_limits is not None:
                    axis.set_ylim(*self.value_limits)
            for axis in axes[max(0, len(panels) - across) : len(panels)]:
                axis.set_xlabel(self.quantity)
            for axis in axes[len(panels) :]:
                axis.set_axis_off()
            for axis in axes[::across]:
                axis.set_ylabel("" if self.panel_per_metric else self.value_label)
            figure.suptitle(f"{self.title}\n{caption}", fontsize=9)
            handles, labels = axes[0].get_legend_handles_labels()
            below = write_notes(figure, notes, *((handles, labels) if len(labels) > 1 else ()))
            figure.tight_layout(rect=(0, below, 1, 0.99))
            numbers = frame.filter(pl.col("metric") != self.wall_time)
            return save(figure, stem, numbers, Description(self.title, caption, self.quantity, notes))

    def draw(self, axis: Axes, frame: pl.DataFrame) -> None:
        """Draw the lines of one panel."""
        places = self.places(frame["x"].unique().to_list())
        lines = "panel" if self.panel_per_metric else "metric"
        for colour, name in zip(palette(), frame[lines].unique(maintain_order=True), strict=False):
            line = frame.filter(pl.col(lines) == name).sort("x")
            along = [places[x] for x in line["x"]]
            axis.plot(along, line["mean"], marker="o", markersize=3.5, color=colour, label=name)
            axis.fill_between(along, line["low"], line["high"], color=colour, alpha=0.15, linewidth=0)
        axis.set_xticks([places[x] for x in sorted(places)], self.ticks(frame))
        axis.grid(axis="y", color=FAINT, linewidth=0.5)

    def _seeds_needed(self, results: Mapping[Cell, Result], setting: Setting) -> int:
        """Seeds that a point needs: all of them, also in a partial figure once a cell of it has failed."""
        return 1 if self.partial and not failures(results, self.cells(setting)) else len(self.seeds(setting))


def default_columns(row: Row) -> dict[str, float | None]:
    """The default columns of the catalogue that a row has, at every policy of the threshold."""
    return {name: row[name] for name in DEFAULT if name in row}


def summarised(records: list[Record], wanted: int, limits: tuple[float, float] | None = None) -> pl.DataFrame:
    """Mean and 95 % interval over seeds of each panel, position and metric, in the order of the records.

    Parameters
    ----------
    records : list of dict
        ``panel``, ``x``, ``metric``, ``value``, and where they are to be averaged the `AVERAGED` counts.
    wanted : int
        Number of records that a mean needs. A position with fewer is left out: a mean over only the seeds that gave a
        number would flatter the method.
    limits : (float, float), optional
        Range of the values where they are no metric of the catalogue.

    Returns
    -------
    polars DataFrame
        ``panel``, ``x``, ``metric``, ``mean``, ``low``, ``high``, ``seeds``, and the averaged counts. The interval does
        not leave the range of the metric.
    """
    groups: dict[tuple[str, Any, str], list[Record]] = {}
    for record in records:
        groups.setdefault((record["panel"], record["x"], record["metric"]), []).append(record)
    rows = []
    for (panel, x, metric), members in groups.items():
        if len(members) < wanted:
            continue
        interval = mean_interval([record["value"] for record in members], limits=limits or limits_of(metric))
        row = {
            "panel": panel,
            "x": x,
            "metric": metric,
            "mean": interval.mean,
            "low": interval.low,
            "high": interval.high,
            "seeds": interval.count,
        }
        for count in AVERAGED:
            if members[0].get(count) is not None:
                row[count] = sum(record[count] for record in members) / len(members)
        rows.append(row)
    return pl.DataFrame(
        rows, schema=None if rows else dict.fromkeys(("panel", "x", "metric", "mean", "low", "high"), pl.String)
    )


def failures(results: Mapping[Cell, Result], cells: Iterable[Cell]) -> list[str]:
    """Number of cells without a result, one sentence per status."""
    statuses: dict[str, int] = {}
    for cell in set(cells):
        if not results[cell].ok:
            statuses[results[cell].status] = statuses.get(results[cell].status, 0) + 1
    return [f"{count} cells without a number: {status}" for status, count in sorted(statuses.items())]


def _incomplete(number: Number, wanted: int) -> Number:
    reason = f"{len(number.values)} of {wanted} seeds gave a number"
    return replace(number, status="INCOMPLETE", reason=reason, values={})
