"""Reliability of GAN-UQ's confidence: risk-coverage curve and calibration plot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import polars as pl

from benchmark.artifacts.points import Point
from benchmark.artifacts.sweep import failures, summarised
from benchmark.drawing.figure import MUTED, Description, figure_style, new_figure, palette, save
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.papers.gan_uq.cluster import PRESETS, SCENARIOS, OnCluster, table1_method

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Confidence(OnCluster):
    """Error of the most confident decisions by their share, and accuracy by stated confidence; from Table 1's cells."""

    name = "gan-uq/confidence"
    kind: ClassVar[Literal["table", "figure"]] = "figure"
    title = "GAN-UQ: reliability of its stated confidence"
    scenarios = tuple(reversed(SCENARIOS))
    quantity: ClassVar[tuple[str, str]] = ("share of decisions, most confident first", "stated confidence")

    def points(self, setting: Setting) -> Iterator[Point]:
        """The cells of Table 1 in this scenario."""
        for preset in PRESETS:
            yield from self.over_seeds(setting, preset, "", table1_method(preset))

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Draw and save both panels; a preset with a failed seed is left out, and counted below the figure."""
        summaries = {
            preset: [row["confidence"] for _, result in runs for row in result.rows]
            for (preset, _), runs in self.runs(results, setting).items()
            if all(result.ok for _, result in runs)
        }
        frame = summarised(_records(summaries), 1)
        legend = {preset: _legend(preset, members) for preset, members in summaries.items()}
        caption = f"{self.circumstances(setting)}, 95 % band"
        failed = failures(results, self.cells(setting))
        with figure_style():
            figure = new_figure(7.2, 3.8)
            left, right = figure.subplots(1, 2)
            for preset, colour in zip(summaries, palette(), strict=False):
                _line(left, frame, preset, "risk", colour, legend[preset])
                _line(right, frame, preset, "accuracy", colour, "")
            left.set(xlabel=self.quantity[0], ylabel="share of wrong decisions", ylim=(0, 1))
            right.plot([0.5, 1], [0.5, 1], color=MUTED, linestyle=":", linewidth=1)
            right.set(xlabel=self.quantity[1], ylabel="share of right decisions")
            right.set(xlim=(0.48, 1.02), ylim=(0, 1.02))
            left.set_title("risk and coverage")
            right.set_title("reliability")
            if summaries:
                figure.legend(loc="lower center", ncols=1)
            figure.suptitle(f"{self.title}\n{caption}", fontsize=9)
            figure.text(0.01, 0.005, "; ".join(failed), fontsize=7, color=MUTED)
            figure.tight_layout(rect=(0, 0.14, 1, 1))
            notes = (*legend.values(), *failed)
            return save(figure, stem, frame, Description(self.title, caption, "; ".join(self.quantity), notes))


def _records(summaries: Mapping[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """One record per preset, curve point and seed; an empty bin has none."""
    records = []
    for preset, members in summaries.items():
        for summary in members:
            for x, value in zip(summary["coverage"], summary["risk"], strict=True):
                records.append({"panel": preset, "x": x, "metric": "risk", "value": value})
            accuracies = summary["bins"]["accuracy"]
            for index, value in enumerate(accuracies):
                if value is not None:
                    middle = round((index + 0.5) / len(accuracies), 4)
                    records.append({"panel": preset, "x": middle, "metric": "accuracy", "value": value})
    return sorted(records, key=lambda record: (record["panel"], record["metric"], record["x"]))


def _line(axis: Axes, frame: pl.DataFrame, preset: str, metric: str, colour: str, label: str) -> None:
    line = frame.filter((pl.col("panel") == preset) & (pl.col("metric") == metric)).sort("x")
    axis.plot(line["x"], line["mean"], color=colour, marker="o", markersize=3, label=label or None)
    axis.fill_between(line["x"], line["low"], line["high"], color=colour, alpha=0.15, linewidth=0)
    axis.grid(alpha=0.3)


def _legend(preset: str, summaries: list[dict[str, Any]]) -> str:
    """Preset, calibration error, share of abstentions, and error with and without them; means over seeds."""

    def mean(name: str) -> float:
        values = [summary[name] for summary in summaries if summary[name] is not None]
        return sum(values) / len(values) if values else float("nan")

    return (
        f"{preset}: calibration error {mean('ece'):.2f}; abstains on {mean('abstained'):.0%}; "
        f"error {mean('error all'):.2f} on all, {mean('error kept'):.2f} without abstentions"
    )
