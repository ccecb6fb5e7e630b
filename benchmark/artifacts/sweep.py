"""A figure of metrics against a swept quantity: the base of such figures of all papers, and the means that it shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import log2
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import polars as pl

from benchmark.artifacts.points import PointArtifact
from benchmark.drawing.figure import (
    FAINT,
    INK,
    PAGE,
    Description,
    figure_style,
    legend_height,
    new_figure,
    notes_height,
    palette,
    save,
    title_height,
    write_notes,
    write_title,
)
from benchmark.drawing.summary import limits_of
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Result, Row
from benchmark.interfaces.numbers import Number, curve_numbers
from benchmark.metrics.catalogue import DEFAULT
from benchmark.stats.intervals import mean_interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

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
        Ends of the vertical axis where they are not the range of a panel's one metric; None fits it to the numbers.
    colours : mapping of str to str
        Colour of a line by its label, where it has one in other figures too; else the next one of the palette.
    reference : str
        Row of `published_table` whose printed numbers are drawn as a line; empty for none.
    remark : str
        Sentence below the figure.
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
    value_limits: ClassVar[tuple[float, float] | None] = (0.0, 1.0)
    colours: ClassVar[Mapping[str, str]] = {}
    reference: ClassVar[str] = ""
    remark: ClassVar[str] = ""
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

    def label(self, line: str) -> str:
        """Name of a line in the legend."""
        return line

    def look(self, line: str) -> dict[str, Any]:
        """Settings of a line for matplotlib, over those that every line has."""
        return {}

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Draw and save. Failed cells are counted below the figure and left out of the lines."""
        frame = summarised(self.drawn(results, setting), self._seeds_needed(results, setting))
        caption, lacking = f"{self.circumstances(setting)}, 95 % band", failures(results, self.cells(setting))
        notes = tuple(filter(None, (self.remark, *lacking)))
        with figure_style():
            figure = self._figure(frame, caption, lacking)
            return save(figure, stem, frame, Description(self.title, caption, self.quantity, notes))

    def _figure(self, frame: pl.DataFrame, caption: str, lacking: Sequence[str]) -> Figure:
        """Draw a panel for each metric, or for each panel of the points, and a common legend."""
        facet = "metric" if self.panel_per_metric else "panel"
        panels = frame[facet].unique(maintain_order=True).to_list() or ["no cell gave a number"]
        across = min(len(panels), 2)
        down = -(-len(panels) // across)
        lines = frame["panel" if self.panel_per_metric else "metric"].unique().to_list()
        names = [self.label(line) for line in lines] + [f"printed, {self.published_table}"] * 2
        room = title_height(self.title, caption) + notes_height(lacking) + legend_height(names)
        figure = new_figure(PAGE, room + 2.3 * down + 0.8)
        axes = figure.subplots(down, across, sharey=True, squeeze=False).ravel()
        handles: dict[str, Any] = {}
        for axis, panel in zip(axes, panels, strict=False):
            self.draw(axis, frame.filter(pl.col(facet) == panel))
            axis.set_title(panel, loc="left")
            limits = (limits_of(panel) if self.panel_per_metric else None) or self.value_limits
            if limits is not None:
                axis.set_ylim(*limits)
            handles |= dict(zip(*reversed(axis.get_legend_handles_labels()), strict=True))
        for axis in axes[max(0, len(panels) - across) : len(panels)]:
            axis.set_xlabel(self.quantity)
        for axis in axes[len(panels) :]:
            axis.set_axis_off()
        if not self.panel_per_metric:
            axes[0].set_ylabel(self.value_label)
        top = write_title(figure, self.title, caption)
        shown = handles if len(handles) > 1 else {}
        below = write_notes(figure, lacking, list(shown.values()), list(shown))
        figure.tight_layout(rect=(0, below, 1, top))
        return figure

    def draw(self, axis: Axes, frame: pl.DataFrame) -> None:
        """Draw the lines of one panel, and the number that the paper prints for it."""
        places = self.places(frame["x"].unique().to_list())
        lines = "panel" if self.panel_per_metric else "metric"
        for colour, marker, name in zip(palette(), "osD^vPX*", frame[lines].unique(maintain_order=True), strict=False):
            line = frame.filter(pl.col(lines) == name).sort("x")
            along = [places[x] for x in line["x"]]
            look: dict[str, Any] = {
                "color": self.colours.get(name, colour),
                "marker": marker,
                "markersize": 6,
            } | self.look(name)
            axis.fill_between(along, line["low"], line["high"], color=look["color"], alpha=0.18, linewidth=0)
            axis.plot(along, line["mean"], label=self.label(name), clip_on=False, zorder=3, **look)
        ordered = sorted(places)
        labels = spaced([places[x] for x in ordered], self.ticks(frame)) if self.spacing != "steps" else None
        axis.set_xticks([places[x] for x in ordered], labels or self.ticks(frame))
        axis.grid(axis="y", color=FAINT, linewidth=0.8)
        axis.set_axisbelow(True)
        self._print(axis, frame["metric"].unique().to_list())

    def _print(self, axis: Axes, metrics: Sequence[str]) -> None:
        """Draw the printed number of a panel's one metric as a line, with the number at its end."""
        table = self.printed() if self.reference else None
        if table is None or len(metrics) != 1:
            return
        base = metrics[0].partition("@")[0]
        column = next((one for one, metric in table.metrics.items() if metric.partition("@")[0] == base), "")
        number = table.number(self.reference, column)
        if number is not None:
            value = float(number.value)
            axis.axhline(value, color=INK, linestyle=":", linewidth=1.6, label=f"printed, {table.place}")
            axis.annotate(number.text.removeprefix("0"), (1.01, value), xycoords=("axes fraction", "data"), va="center")

    def _seeds_needed(self, results: Mapping[Cell, Result], setting: Setting) -> int:
        """Seeds that a point needs: all of them, also in a partial figure once a cell of it has failed."""
        return 1 if self.partial and not failures(results, self.cells(setting)) else len(self.seeds(setting))


def spaced(places: Sequence[float], labels: Sequence[str], least: float = 0.13) -> list[str]:
    """Labels of an axis without those that would touch the one before: nearer than a share of the axis."""
    kept, last = [], -float("inf")
    wide = max(places) - min(places) if places else 0.0
    for place, label in zip(places, labels, strict=True):
        free = place - last >= least * wide
        kept.append(label if free else "")
        last = place if free else last
    return kept


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
