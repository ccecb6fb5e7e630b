"""A figure of metrics against a swept quantity: the base of such figures of all papers, and the means that it shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import polars as pl

from benchmark.artifacts.points import PointArtifact
from benchmark.drawing.figure import MUTED, Description, figure_style, new_figure, palette, save
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Result, Row
from benchmark.interfaces.numbers import Number, curve_numbers
from benchmark.stats.intervals import mean_interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Record = dict[str, Any]


class Sweep(PointArtifact):
    """A figure whose panels show metrics against a swept quantity, with mean and 95 % band over seeds.

    Attributes
    ----------
    quantity : str
        Label of the horizontal axis.
    metrics : tuple of str
        Metrics, in order.
    value_label : str
        Label of the vertical axis.
    value_limits : (float, float), optional
        Ends of the vertical axis; None fits it to the numbers.
    remark : str
        Sentence below the figure.
    wall_time : str
        Metric of measured seconds, where there is one: drawn, but not in the CSV file, which is equal on every machine.
    partial : bool
        Whether a point may lack seeds whose cell gave no value there; else a point that lacks a seed is left out.
    panel_per_metric : bool
        Whether a panel of the drawing shows one metric, with a line for each panel of `points`. Else a panel shows the
        panel of `points`, with a line for each metric.
    """

    kind: ClassVar[Literal["table", "figure"]] = "figure"
    quantity: ClassVar[str]
    metrics: ClassVar[tuple[str, ...]]
    value_label: ClassVar[str] = "metric on test"
    value_limits: ClassVar[tuple[float, float] | None] = (-0.02, 1.02)
    remark: ClassVar[str] = ""
    wall_time: ClassVar[str] = ""
    partial: ClassVar[bool] = False
    panel_per_metric: ClassVar[bool] = False

    def measure(self, x: Any, row: Row, result: Result) -> Mapping[str, float | None]:
        """Values of a point by metric, from one row of a result; a metric without a value is None or absent."""
        return {metric: row[metric] for metric in self.metrics}

    def counts(self, x: Any, row: Row) -> dict[str, int]:
        """Numbers of points behind a value (``points``, ``anomalous``) where the figure shows them."""
        return {}

    def values(self, results: Mapping[Cell, Result], setting: Setting) -> list[Record]:
        """One record per panel, position, metric and seed.

        Returns
        -------
        list of dict
            ``panel``, ``x``, ``metric``, ``seed``, ``value``, ``cell`` and the `counts`, in the order of `points`.
        """
        records = [
            {"panel": panel, "x": x, "metric": metric, "seed": cell.seed, "value": value, "cell": cell}
            | self.counts(x, row)
            for panel, x, cell in self.points(setting)
            for row in results[cell].rows
            for metric, value in self.measure(x, row, results[cell]).items()
            if value is not None
        ]
        return sorted(records, key=lambda one: self.metrics.index(one["metric"])) if self.panel_per_metric else records

    def numbers(self, results: Mapping[Cell, Result], setting: Setting) -> list[Number]:
        """Every point; one that lacks a seed is ``INCOMPLETE``, unless the figure is partial."""
        whole = self._seeds_needed(results, setting)
        numbers = curve_numbers(self.values(results, setting), self.scenario(setting), self.position)
        return [one if len(one.values) >= whole else _incomplete(one, whole) for one in numbers]

    def position(self, x: Any) -> str:
        """Name of a position of the swept quantity in claims."""
        return f"{x:g}"

    def ticks(self, frame: pl.DataFrame) -> list[str]:
        """Labels of the positions of the swept quantity."""
        return [f"{x:g}" for x in sorted(frame["x"].unique())]

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Draw and save. Failed cells are counted below the figure and left out of the lines."""
        frame = summarised(self._drawn(self.values(results, setting)), self._seeds_needed(results, setting))
        panels = frame["panel"].unique(maintain_order=True).to_list() or ["no cell gave a number"]
        caption = f"{self.circumstances(setting)}, 95 % band"
        notes = tuple(filter(None, (self.remark, *failures(results, self.cells(setting)))))
        height = (len(panels) + 1) // 2
        with figure_style():
            figure = new_figure(7.2, 2.8 * height + 0.7)
            axes = figure.subplots(height, min(len(panels), 2), sharey=True, squeeze=False).ravel()
            for axis, panel in zip(axes, panels, strict=False):
                self.draw(axis, frame.filter(pl.col("panel") == panel))
                axis.set_title(panel)
                axis.set_xlabel(self.quantity)
            for axis in axes[len(panels) :]:
                axis.set_axis_off()
            axes[0].set_ylabel(self.value_label)
            if self.value_limits is not None:
                axes[0].set_ylim(*self.value_limits)
            handles, labels = axes[0].get_legend_handles_labels()
            figure.legend(handles, labels, loc="lower center", ncols=len(labels))
            figure.suptitle(f"{self.title}\n{caption}", fontsize=9)
            figure.text(0.01, 0.005, "; ".join(notes), fontsize=7, color=MUTED)
            figure.tight_layout(rect=(0, 0.07, 1, 0.99))
            numbers = frame.filter(pl.col("metric") != self.wall_time)
            return save(figure, stem, numbers, Description(self.title, caption, self.quantity, notes))

    def draw(self, axis: Axes, frame: pl.DataFrame) -> None:
        """Draw the lines of one panel at equal steps, because the swept values are spaced unevenly."""
        steps = {x: step for step, x in enumerate(sorted(frame["x"].unique()))}
        for colour, metric in zip(palette(), frame["metric"].unique(maintain_order=True), strict=False):
            line = frame.filter(pl.col("metric") == metric).sort("x")
            places = [steps[x] for x in line["x"]]
            axis.plot(places, line["mean"], marker="o", markersize=3.5, color=colour, label=metric)
            axis.fill_between(places, line["low"], line["high"], color=colour, alpha=0.15, linewidth=0)
        axis.set_xticks(range(len(steps)), self.ticks(frame))
        axis.grid(axis="y", alpha=0.3)

    def _drawn(self, records: list[Record]) -> list[Record]:
        """Records with the panel and the line (``metric``) of the drawing."""
        if not self.panel_per_metric:
            return records
        return [record | {"panel": record["metric"], "metric": record["panel"]} for record in records]

    def _seeds_needed(self, results: Mapping[Cell, Result], setting: Setting) -> int:
        """Seeds that a point needs: all of them, also in a partial figure once a cell of it has failed."""
        return 1 if self.partial and not failures(results, self.cells(setting)) else len(setting.seeds)


def summarised(records: list[Record], wanted: int) -> pl.DataFrame:
    """Mean and 95 % interval over seeds of each panel, position and metric, in the order of the records.

    Parameters
    ----------
    records : list of dict
        ``panel``, ``x``, ``metric``, ``value``, and where they are to be averaged ``points`` and ``anomalous``.
    wanted : int
        Number of records that a mean needs. A position with fewer is left out: a mean over only the seeds that gave a
        number would flatter the method.

    Returns
    -------
    polars DataFrame
        ``panel``, ``x``, ``metric``, ``mean``, ``low``, ``high``, ``seeds``, and the averaged counts.
    """
    groups: dict[tuple[str, Any, str], list[Record]] = {}
    for record in records:
        groups.setdefault((record["panel"], record["x"], record["metric"]), []).append(record)
    rows = []
    for (panel, x, metric), members in groups.items():
        if len(members) < wanted:
            continue
        interval = mean_interval([record["value"] for record in members])
        row = {
            "panel": panel,
            "x": x,
            "metric": metric,
            "mean": interval.mean,
            "low": interval.low,
            "high": interval.high,
            "seeds": interval.count,
        }
        for count in ("points", "anomalous"):
            if count in members[0]:
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
