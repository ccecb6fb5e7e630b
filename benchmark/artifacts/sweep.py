"""A figure of metrics against a swept quantity, and the sums behind it; what the figures of all papers share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import polars as pl

from benchmark.drawing.figure import MUTED, Description, figure_style, new_figure, palette, save
from benchmark.interfaces.artifact import Artifact, Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.numbers import Number, curve_numbers
from benchmark.stats.intervals import mean_interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Sweep(Artifact):
    """A figure whose panels show metrics against a swept quantity, mean and 95 % band over seeds."""

    kind: ClassVar[Literal["table", "figure"]] = "figure"
    quantity: ClassVar[str]
    remark: ClassVar[str] = ""
    """What a reader of the figure has to know, below it."""

    partial: ClassVar[bool] = False
    """Whether a point may lack seeds whose cell gave no value there; else one that lacks a seed is left out."""

    def values(self, results: Mapping[Cell, Result], setting: Setting) -> list[dict[str, Any]]:
        """One record a panel, position, metric and seed: `panel`, `x`, `metric`, `seed`, `value` and `cell`."""
        raise NotImplementedError

    def numbers(self, results: Mapping[Cell, Result], setting: Setting) -> list[Number]:
        """Every point; one that lacks a seed is `INCOMPLETE` unless it may stand on fewer."""
        found = curve_numbers(self.values(results, setting), setting.scenario or "injected", self.position)
        whole = self._whole(results, setting)
        return [one if len(one.values) >= whole else _incomplete(one, whole) for one in found]

    def position(self, x: Any) -> str:
        """What claims call a position of the swept quantity."""
        return f"{x:g}"

    def rows(self, setting: Setting) -> int:
        """Sample size of its cells."""
        return setting.profile.rows

    def ticks(self, frame: pl.DataFrame) -> list[str]:
        """Labels of the positions of the swept quantity."""
        return [f"{x:g}" for x in sorted(frame["x"].unique())]

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Draw and save; what failed is named in the figure and left out of the lines."""
        frame = summarised(self.values(results, setting), self._whole(results, setting))
        panels = frame["panel"].unique(maintain_order=True).to_list() or ["no cell gave a number"]
        caption = f"{circumstances(setting, self.rows(setting))}, 95 % band"
        notes = tuple(filter(None, (self.remark, *failures(results, self.cells(setting)))))
        with figure_style():
            figure = new_figure(7.2, 2.8 * ((len(panels) + 1) // 2) + 0.7)
            axes = figure.subplots((len(panels) + 1) // 2, 2, sharey=True, squeeze=False).ravel()
            for axis, panel in zip(axes, panels, strict=False):
                self.draw(axis, frame.filter(pl.col("panel") == panel))
                axis.set_title(panel)
                axis.set_xlabel(self.quantity)
            axes[0].set_ylabel("metric on test")
            axes[0].set_ylim(-0.02, 1.02)
            handles, labels = axes[0].get_legend_handles_labels()
            figure.legend(handles, labels, loc="lower center", ncols=len(labels))
            figure.suptitle(f"{self.title}\n{caption}", fontsize=9)
            figure.text(0.01, 0.005, "; ".join(notes), fontsize=7, color=MUTED)
            figure.tight_layout(rect=(0, 0.07, 1, 0.99))
            return save(figure, stem, frame, Description(self.title, caption, self.quantity, notes))

    def draw(self, axis: Axes, frame: pl.DataFrame) -> None:
        """Draw the lines of one panel at equal steps, for the swept values are spaced unevenly."""
        positions = {x: place for place, x in enumerate(sorted(frame["x"].unique()))}
        for colour, metric in zip(palette(), frame["metric"].unique(maintain_order=True), strict=False):
            line = frame.filter(pl.col("metric") == metric).sort("x")
            places = [positions[x] for x in line["x"]]
            axis.plot(places, line["mean"], marker="o", markersize=3.5, color=colour, label=metric)
            axis.fill_between(places, line["low"], line["high"], color=colour, alpha=0.15, linewidth=0)
        axis.set_xticks(range(len(positions)), self.ticks(frame))
        axis.grid(axis="y", alpha=0.3)

    def _whole(self, results: Mapping[Cell, Result], setting: Setting) -> int:
        """Seeds that a point needs: all of them, also in a partial figure once a cell of it has failed."""
        return 1 if self.partial and not failures(results, self.cells(setting)) else len(seeds(setting))


def seeds(setting: Setting) -> range:
    """Seeds of the profile."""
    return range(setting.profile.seeds)


def summarised(records: list[dict[str, Any]], wanted: int) -> pl.DataFrame:
    """Mean and 95 % interval over seeds of each panel, position and metric, in the order of the records.

    A point of fewer than ``wanted`` seeds is left out: the mean over the seeds that worked would flatter.
    """
    groups: dict[tuple[str, Any, str], list[dict[str, Any]]] = {}
    for record in records:
        groups.setdefault((record["panel"], record["x"], record["metric"]), []).append(record)
    rows = []
    for (panel, x, metric), found in groups.items():
        if len(found) < wanted:
            continue
        interval = mean_interval([record["value"] for record in found])
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
            if count in found[0]:
                row[count] = sum(record[count] for record in found) / len(found)
        rows.append(row)
    return pl.DataFrame(
        rows, schema=None if rows else dict.fromkeys(("panel", "x", "metric", "mean", "low", "high"), pl.String)
    )


def failures(results: Mapping[Cell, Result], cells: list[Cell]) -> list[str]:
    """How many cells gave no number, by status."""
    reasons: dict[str, int] = {}
    for one in set(cells):
        if not results[one].ok:
            reasons[results[one].status] = reasons.get(results[one].status, 0) + 1
    return [f"{count} cells without a number: {status}" for status, count in sorted(reasons.items())]


def circumstances(setting: Setting, rows: int) -> str:
    """Scenario, data variant and size, for captions."""
    size = f"{rows:,} rows" if rows else "all rows"
    data = "real data" if setting.variant == "real" else "embedded twin, not real data"
    return f"scenario {setting.scenario or 'injected'}, {data}, {size}, {setting.profile.seeds} seeds"


def _incomplete(number: Number, wanted: int) -> Number:
    reason = f"{len(number.values)} of {wanted} seeds gave a number"
    return replace(number, status="INCOMPLETE", reason=reason, values={})
