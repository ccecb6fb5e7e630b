"""Reliability of GAN-UQ's confidence: risk-coverage curve and calibration plot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import polars as pl

from benchmark.artifacts.points import Point
from benchmark.artifacts.sweep import failures, summarised
from benchmark.drawing.figure import (
    FAINT,
    MUTED,
    PAGE,
    Description,
    figure_style,
    new_figure,
    save,
    write_notes,
    write_title,
)
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.numbers import Number
from benchmark.papers.colours import COLOURS
from benchmark.papers.gan_uq.cluster import PRESETS, SCENARIOS, OnCluster, table1_method

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Confidence(OnCluster):
    """Error of the most confident decisions by their share, and accuracy by stated confidence; from Table 1's cells."""

    name = "gan-uq/confidence"
    kind: ClassVar[Literal["table", "figure"]] = "figure"
    title = "GAN-UQ: reliability of its stated confidence"
    scenarios = tuple(reversed(SCENARIOS))
    quantity: ClassVar[tuple[str, str]] = ("most confident share", "stated confidence")

    def points(self, setting: Setting) -> Iterator[Point]:
        """The cells of Table 1 in this scenario."""
        for preset in PRESETS:
            yield from self.over_seeds(setting, preset, "", table1_method(preset))

    def numbers(self, results: Mapping[Cell, Result], setting: Setting) -> list[Number]:
        """Error of all decisions and of those that are kept, by preset (panel)."""
        numbers = []
        for (preset, _), runs in self.runs(results, setting).items():
            cells = tuple(cell for cell, _ in runs)
            for name in ("all", "kept"):
                values = {
                    cell.seed: result.rows[0]["confidence"][f"error {name}"] for cell, result in runs if result.rows
                }
                known = {seed: value for seed, value in values.items() if value is not None}
                whole = len(known) == len(runs)
                reason = "" if whole else f"{len(known)} of {len(runs)} seeds gave a number"
                status = "OK" if whole else "INCOMPLETE"
                seeds = known if whole else {}
                scenario = self.scenario(setting)
                numbers.append(Number(scenario, preset, name, name, "error", status, reason, seeds, cells))
        return numbers

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Draw and save both panels; a preset with a failed seed is left out, and counted below the figure."""
        summaries = {
            preset: [row["confidence"] for _, result in runs for row in result.rows]
            for (preset, _), runs in self.runs(results, setting).items()
            if all(result.ok for _, result in runs)
        }
        frame = summarised(_records(summaries), 1, limits=(0, 1))
        caption = f"{self.circumstances(setting)}, 95 % intervals"
        lacking = failures(results, self.cells(setting))
        notes = (
            "Right: the area of a disc is the share of decisions that state this confidence. Dotted: stated confidence "
            "is right as often as it says.",
            *(f"{preset}: {_in_words(members)}." for preset, members in summaries.items()),
            *lacking,
        )
        with figure_style():
            figure = new_figure(PAGE, 5.0)
            left, right = figure.subplots(1, 2, sharey=True)
            for preset, shift in zip(summaries, (-0.006, 0.006), strict=False):
                colour = COLOURS[preset]
                part = frame.filter(pl.col("panel") == preset)
                _curve(left, part.filter(pl.col("metric") == "risk").sort("x"), colour, preset)
                _bins(right, part.filter(pl.col("metric") == "accuracy").sort("x"), colour, shift)
            left.set(xlabel=self.quantity[0], ylabel="share of decisions", ylim=(0, 1), xlim=(0, 1))
            right.plot([0.5, 1], [0.5, 1], color=MUTED, linestyle=":", linewidth=1, zorder=1)
            right.text(0.52, 0.66, "as often right\nas stated", color=MUTED)
            right.set(xlabel=self.quantity[1], xlim=(0.48, 1.02))
            left.set_title("wrong decisions", loc="left")
            right.set_title("right decisions", loc="left")
            for axis in (left, right):
                axis.grid(color=FAINT, linewidth=0.5)
                axis.set_axisbelow(True)
            top = write_title(figure, self.title, caption)
            below = write_notes(figure, lacking, *left.get_legend_handles_labels())
            figure.tight_layout(rect=(0, below, 1, top))
            return save(figure, stem, frame, Description(self.title, caption, "; ".join(self.quantity), notes))


def _records(summaries: Mapping[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """One record per preset, curve point and seed; an empty bin has none.

    Records of a bin have its share of all decisions, which is averaged over the seeds that have it.
    """
    records = []
    for preset, members in summaries.items():
        for summary in members:
            for x, value in zip(summary["coverage"], summary["risk"], strict=True):
                records.append({"panel": preset, "x": x, "metric": "risk", "value": value, "share": None})
            bins, decisions = summary["bins"], sum(summary["bins"]["count"])
            for index, (value, count) in enumerate(zip(bins["accuracy"], bins["count"], strict=True)):
                if value is not None:
                    middle = round((index + 0.5) / len(bins["count"]), 4)
                    share = count / decisions
                    records.append({"panel": preset, "x": middle, "metric": "accuracy", "value": value, "share": share})
    return sorted(records, key=lambda record: (record["panel"], record["metric"], record["x"]))


def _curve(axis: Axes, line: pl.DataFrame, colour: str, label: str) -> None:
    """Draw error against coverage."""
    axis.plot(line["x"], line["mean"], color=colour, marker="o", markersize=5, label=label, clip_on=False)
    axis.fill_between(line["x"], line["low"], line["high"], color=colour, alpha=0.15, linewidth=0)


def _bins(axis: Axes, line: pl.DataFrame, colour: str, shift: float) -> None:
    """Draw a disc with its interval for each bin of stated confidence."""
    places = [x + shift for x in line["x"]]
    axis.vlines(places, line["low"], line["high"], color=colour, linewidth=1, alpha=0.6)
    axis.scatter(places, line["mean"], s=[8 + 160 * share for share in line["share"]], color=colour, linewidths=0)


def _in_words(summaries: list[dict[str, Any]]) -> str:
    """Calibration error, share of abstentions, and error with and without them; means over seeds."""

    def mean(name: str) -> float:
        values = [summary[name] for summary in summaries if summary[name] is not None]
        return sum(values) / len(values) if values else float("nan")

    return (
        f"calibration error {mean('ece'):.2f}; abstains on {mean('abstained'):.0%}; "
        f"error {mean('error all'):.2f} on all, {mean('error kept'):.2f} without abstentions"
    )
