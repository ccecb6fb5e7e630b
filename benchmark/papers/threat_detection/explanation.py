"""Figure 5: whether the columns that a method blames for an attack are those in which the attack really differs.

Made testable from "some of the problems with interpretability of the model … remain", before any result was seen: the
blame of a model is no explanation if an order of the columns without any model, by their own distance from the median
of normal training, names the true ones better. So for each model and each dataset the claim holds if the NDCG of that
simple order is shown to be above that of the model, and is refuted if it is shown to be below.

The cells are those of ``known-kind``: its test part holds attacks of every kind, and detectors without labels see the
same training data in both scenarios. CloudTrail is left out: nothing defines the culprits of an event without labels
of its fields. `benchmark.protocols.threat.explanation` has the definitions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import polars as pl

from benchmark.artifacts.points import Point
from benchmark.artifacts.sweep import failures, summarised
from benchmark.drawing.figure import (
    FAINT,
    INK,
    MUTED,
    PAGE,
    Description,
    figure_style,
    new_figure,
    save,
    write_notes,
    write_title,
)
from benchmark.drawing.summary import summarise
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.numbers import Number
from benchmark.metrics.explanation import BLAMED, MEASURES
from benchmark.papers.colours import COLOURS
from benchmark.papers.threat_detection.sections import (
    DATASETS,
    GENERATIVE,
    SECTIONS,
    SIMPLE,
    SUPERVISED,
    TRADITIONAL,
    ThreatArtifact,
)
from benchmark.protocols.threat.explanation import ABOVE, ORDERS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PROBE = "explanation"

PLACES = ("nsl-kdd known-kind", "adfa-ld known-kind")
"""Sections, one a panel."""

ROWS = (*GENERATIVE, *TRADITIONAL, *SUPERVISED, *SIMPLE)

DRAWN = "NDCG"

STYLES: Mapping[str, str] = dict(zip(ORDERS, (":", "--", "-"), strict=True))
"""Line of each order without a model."""

REMARK = (
    "Culprits are defined column by column from normal training data, so that an order by single columns has an "
    "advantage. Attacks without a culprit are left out. Methods that do not say what they blame are asked by occlusion."
)

Runs = list[tuple[Cell, Result]]


class Explanation(ThreatArtifact):
    """NDCG of each method's blame, with orders without a model as lines."""

    name = "threat-detection/figure5-explanation"
    kind: ClassVar[Literal["table", "figure"]] = "figure"
    title = "Threat detection: blamed columns against those in which attacks differ"
    quantity: ClassVar[str] = "NDCG of the columns by blame"

    def points(self, setting: Setting) -> Iterator[Point]:
        """Every method and seed on each dataset."""
        for section in PLACES:
            for row in ROWS:
                for seed in self.seeds(setting):
                    yield Point(section, row, self.threat_cell(setting, section, row.method, seed, probe=PROBE))

    def numbers(self, results: Mapping[Cell, Result], setting: Setting) -> list[Number]:
        """The measures of each method and of each order without a model, by section; and of methods `ABOVE`, `BLAMED`.

        The orders are the same in the cells of all methods, and are read from the first one that has no failed seed.
        """
        groups = self.runs(results, setting)
        numbers = [
            _number(section, row.label, name, name, runs)
            for (section, row), runs in groups.items()
            for name in (*MEASURES, ABOVE, BLAMED)
        ]
        for section in PLACES:
            own: list[Runs] = [runs for (place, _), runs in groups.items() if place == section]
            whole = [runs for runs in own if all(result.ok for _, result in runs)]
            for order in ORDERS:
                numbers += [_number(section, order, name, f"{name}, {order}", (whole or own)[0]) for name in MEASURES]
        return numbers

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Draw and save; a method with a failed seed has no mark, and is counted below the figure."""
        records: list[dict[str, Any]] = [
            {"panel": number.scenario, "x": number.row, "metric": number.metric, "value": value}
            for number in self.numbers(results, setting)
            for value in number.values.values()
        ]
        limits = (0.0, 1.0)
        shares = summarised([one for one in records if one["metric"] != ABOVE], len(self.seeds(setting)), limits)
        caption = f"{self.circumstances(setting)}, 95 % intervals"
        lacking = failures(results, self.cells(setting))
        notes = (REMARK, *lacking)
        with figure_style():
            figure = new_figure(PAGE, 6.4)
            axes = figure.subplots(1, len(PLACES), sharey=True, sharex=True)
            for axis, section in zip(axes, PLACES, strict=True):
                drawn = shares.filter((pl.col("panel") == section) & (pl.col("metric") == DRAWN))
                _draw(axis, {row["x"]: row for row in drawn.to_dicts()}, DATASETS[SECTIONS[section].dataset])
                axis.set_xlabel("NDCG")
            top = write_title(figure, self.title, caption)
            below = write_notes(figure, lacking, *axes[0].get_legend_handles_labels())
            figure.tight_layout(rect=(0, below, 1, top))
            return save(figure, stem, shares, Description(self.title, caption, self.quantity, notes))


def _draw(axis: Axes, found: Mapping[str, Mapping[str, Any]], heading: str) -> None:
    """Draw one panel: a mark with its interval for each method, the first one on top, and a line for each order."""
    for place, row in enumerate(ROWS):
        if row.label in found:
            one = found[row.label]
            colour = COLOURS.get(row.label, MUTED)
            axis.hlines(place, one["low"], one["high"], color=colour, linewidth=1.2)
            axis.plot(one["mean"], place, marker="o", markersize=7, color=colour, clip_on=False)
    for order, style in STYLES.items():
        if order in found:
            axis.axvline(found[order]["mean"], color=INK, linestyle=style, linewidth=0.9, label=order, zorder=0)
    axis.set_yticks(range(len(ROWS)), [row.label for row in ROWS])
    axis.set_ylim(len(ROWS) - 0.4, -0.6)
    axis.set_xlim(0, 1)
    axis.grid(axis="y", color=FAINT, linewidth=0.5)
    axis.set_axisbelow(True)
    axis.set_title(heading.partition(" (")[0], loc="left")


def _number(section: str, label: str, name: str, asked: str, runs: Runs) -> Number:
    """One number of the probe over seeds."""
    summary = summarise(runs, f"{PROBE}: {asked}")
    values = {cell.seed: value for cell, value in zip(summary.cells, summary.values, strict=False)}
    return Number(section, "", label, label, name, summary.status, summary.reason, values, summary.cells)
