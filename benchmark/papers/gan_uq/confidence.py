"""Whether GAN-UQ's confidence is worth something: risk against coverage, and stated against met probability."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import polars as pl

from benchmark.artifacts.sweep import circumstances, failures, seeds, summarised
from benchmark.drawing.figure import MUTED, Description, figure_style, new_figure, palette, save
from benchmark.interfaces.artifact import Artifact, Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.papers.gan_uq.sweeps import PRESETS, cell

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Confidence(Artifact):
    """Error among the decisions kept, and share of right ones by stated confidence; from Table 1's cells."""

    name = "gan-uq/confidence"
    kind: ClassVar[Literal["table", "figure"]] = "figure"
    title = "GAN-UQ: what its stated confidence is worth"
    scenarios = ("injected", "grouped", "row-split")

    def cells(self, setting: Setting) -> list[Cell]:
        """The cells of Table 1 in this scenario."""
        return [self._cell(setting, preset, seed) for preset in PRESETS for seed in seeds(setting)]

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Draw and save both panels; a preset with a failed seed is left out and named in the figure."""
        runs = {preset: [results[self._cell(setting, preset, seed)] for seed in seeds(setting)] for preset in PRESETS}
        found = {
            preset: [row["confidence"] for result in given for row in result.rows]
            for preset, given in runs.items()
            if all(result.ok for result in given)
        }
        frame = summarised(_records(found), 1)
        caption = f"{circumstances(setting, setting.profile.rows)}, 95 % band"
        failed = failures(results, self.cells(setting))
        with figure_style():
            figure = new_figure(7.2, 3.8)
            left, right = figure.subplots(1, 2)
            for preset, colour in zip(found, palette(), strict=False):
                _line(left, frame, preset, "risk", colour, _legend(preset, found[preset]))
                _line(right, frame, preset, "accuracy", colour, "")
            left.set(
                xlabel="share of decisions kept, most confident first", ylabel="share of wrong decisions", ylim=(0, 1)
            )
            right.plot([0.5, 1], [0.5, 1], color=MUTED, linestyle=":", linewidth=1)
            right.set(xlabel="stated confidence", ylabel="share of right decisions")
            right.set(xlim=(0.48, 1.02), ylim=(0, 1.02))
            left.set_title("risk and coverage")
            right.set_title("reliability")
            if found:
                figure.legend(loc="lower center", ncols=1)
            figure.suptitle(f"{self.title}\n{caption}", fontsize=9)
            figure.text(0.01, 0.005, "; ".join(failed), fontsize=7, color=MUTED)
            figure.tight_layout(rect=(0, 0.14, 1, 1))
            quantity = "share of decisions kept; stated confidence"
            notes = (*(_legend(preset, found[preset]) for preset in found), *failed)
            return save(figure, stem, frame, Description(self.title, caption, quantity, notes))

    @staticmethod
    def _cell(setting: Setting, preset: str, seed: int) -> Cell:
        return cell(setting, {}, f"gan-uq[preset={preset},sweep=true]", seed)


def _records(found: Mapping[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """One record a preset, curve point and seed; an empty bin has none."""
    records = []
    for preset, summaries in found.items():
        for summary in summaries:
            for x, value in zip(summary["coverage"], summary["risk"], strict=True):
                records.append({"panel": preset, "x": x, "metric": "risk", "value": value})
            for place, value in enumerate(summary["bins"]["accuracy"]):
                if value is not None:
                    middle = round((place + 0.5) / len(summary["bins"]["accuracy"]), 4)
                    records.append({"panel": preset, "x": middle, "metric": "accuracy", "value": value})
    return sorted(records, key=lambda record: (record["panel"], record["metric"], record["x"]))


def _line(axis: Axes, frame: pl.DataFrame, preset: str, metric: str, colour: str, label: str) -> None:
    line = frame.filter((pl.col("panel") == preset) & (pl.col("metric") == metric)).sort("x")
    axis.plot(line["x"], line["mean"], color=colour, marker="o", markersize=3, label=label or None)
    axis.fill_between(line["x"], line["low"], line["high"], color=colour, alpha=0.15, linewidth=0)
    axis.grid(alpha=0.3)


def _legend(preset: str, summaries: list[dict[str, Any]]) -> str:
    """Legend entry: preset, calibration error, and what abstaining saves."""

    def mean(name: str) -> float:
        values = [summary[name] for summary in summaries if summary[name] is not None]
        return sum(values) / len(values) if values else float("nan")

    return (
        f"{preset}: calibration error {mean('ece'):.2f}; abstains on {mean('abstained'):.0%}, "
        f"error {mean('error all'):.2f} on all, {mean('error kept'):.2f} on the rest"
    )
