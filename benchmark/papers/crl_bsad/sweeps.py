"""Figure 2 of the CRL-BSAD paper, and the dependence of all metrics on the severity of the injected events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from benchmark.artifacts.points import Point
from benchmark.artifacts.sweep import Record, Sweep, summarised
from benchmark.drawing.figure import INK, PAGE, Description, figure_style, new_figure, save, write_title
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.numbers import Number
from benchmark.interfaces.spec import Spec
from benchmark.papers.colours import COLOURS
from benchmark.papers.crl_bsad.workload import PRESETS, OnWorkload

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RATIOS = (0.1, 0.2, 0.3, 0.5)
"""Share of training rows that carry a pseudo-label. The paper names none of its settings."""

NOISES = (0.0, 0.1, 0.2, 0.4)
"""Share of pseudo-labels that are flipped."""

DIAGONAL = tuple(zip(RATIOS, NOISES, strict=True))
OFF_DIAGONAL = -1

SEVERITIES = {"mild": "half", "moderate": "quarter", "severe": "eighth"}
"""Name and tick label of each severity: outer part of its range that a channel is in at the height of an event."""

SEVERITY_METHODS = {
    "CRL-BSAD, published": "crl-bsad[preset=published]",
    "CRL-BSAD, corrected": "crl-bsad[preset=corrected]",
    "trailing-norm": "trailing-norm",
    "knn": "knn",
    "chance": "random",
}
"""Label and method of each line."""


class WeakSupervision(OnWorkload, Sweep):
    """Fig. 2: five metrics as the share of pseudo-labels and the share of wrong ones among them grow.

    The four points go along the diagonal of `RATIOS` and `NOISES`, because in the paper's text both grow together.
    Under the profile ``full`` all sixteen pairs are run and drawn as heat maps.
    """

    name = "crl-bsad/fig2"
    title = "CRL-BSAD, Fig. 2: pseudo-label noise and weak supervision"
    quantity = "pseudo-labelled rows,\nwrong ones among them"
    spacing = "linear"
    metrics = ("AUC-ROC", "F1@labelled", "Precision@labelled", "Recall@labelled", "ADR@labelled")
    panel_per_metric = True
    remark = (
        "Stars: numbers that the paper's text prints; grey: between the least and the greatest that it prints. It "
        "names none of the four settings."
    )
    published_table = "fig2"
    colours = COLOURS

    def points(self, setting: Setting) -> Iterator[Point]:
        """Both presets at each pair; the position is the one on the diagonal, `OFF_DIAGONAL` off it."""
        for preset in PRESETS:
            for pair in self.pairs(setting):
                ratio, noise = pair
                position = DIAGONAL.index(pair) if pair in DIAGONAL else OFF_DIAGONAL
                method = f"crl-bsad[label_noise={noise},preset={preset},weak_ratio={ratio}]"
                yield from self.over_seeds(setting, preset, position, method)

    @staticmethod
    def pairs(setting: Setting) -> list[tuple[float, float]]:
        """Pairs of ratio and noise under a profile."""
        if setting.profile.name == "full":
            return [(ratio, noise) for ratio in RATIOS for noise in NOISES]
        return list(setting.profile.swept(DIAGONAL))

    def numbers(self, results: Mapping[Cell, Result], setting: Setting) -> list[Number]:
        """The points of the line, ``0`` to ``3``."""
        return [number for number in super().numbers(results, setting) if number.row != str(OFF_DIAGONAL)]

    def printed_points(self) -> dict[str, dict[int, float]]:
        """Numbers that the paper's text prints for the figure, by metric and position."""
        table = self.printed()
        assert table is not None
        return {
            metric: {int(row): float(number.value) for row, number in table.column(column).items()}
            for column, metric in table.metrics.items()
        }

    def draw(self, axis: Axes, frame: pl.DataFrame) -> None:
        """Draw the measured lines, and a cross where the paper prints a number."""
        super().draw(axis, frame)
        places, printed = self.places(frame["x"].unique().to_list()), self.printed_points()
        table = self.printed()
        assert table is not None
        ends = {table.names.columns[column]: ends for column, ends in table.ranges.items()}
        for metric in frame["metric"].unique():
            if metric in ends:
                low, high = map(float, ends[metric])
                axis.axhspan(low, high, color=INK, alpha=0.35, lw=0, label="printed range", zorder=1)
            if values := {x: value for x, value in printed.get(metric, {}).items() if x in places}:
                along = [places[x] for x in values]
                axis.plot(along, list(values.values()), "*", color=INK, ms=10, label="printed", zorder=4)

    def places(self, positions: Sequence[Any]) -> dict[Any, float]:
        """Each position at its share of rows with a pseudo-label; the share of wrong ones is as far from the next."""
        return {x: RATIOS[x] for x in positions}

    def ticks(self, frame: pl.DataFrame) -> list[str]:
        """Ratio and noise of each point."""
        return [f"{RATIOS[x]:.0%}\n{NOISES[x]:.0%}" for x in sorted(frame["x"].unique())]

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Write the lines; under the profile ``full`` the heat maps."""
        if setting.profile.name != "full":
            return super().write(results, setting, stem)
        frame = _grid(self.drawn(results, setting), len(self.seeds(setting)))
        caption = f"{self.circumstances(setting)}, mean over seeds"
        with figure_style():
            figure = new_figure(PAGE, 2.6 * len(self.metrics) + 1.2)
            axes = figure.subplots(len(self.metrics), len(PRESETS), sharex=True, sharey=True)
            for preset, row in zip(PRESETS, axes.T, strict=True):
                for metric, axis in zip(self.metrics, row, strict=True):
                    part = frame.filter((pl.col("panel") == preset) & (pl.col("metric") == metric))
                    _heat(axis, part)
                    axis.set_title(f"{preset}: {metric}")
            for axis in axes[-1]:
                axis.set_xlabel("pseudo-labels that are wrong")
            for row in axes:
                row[0].set_ylabel("rows with a pseudo-label")
            top = write_title(figure, self.title, caption)
            figure.tight_layout(rect=(0, 0, 1, top))
            return save(figure, stem, frame, Description(self.title, caption, self.quantity))


class Severity(OnWorkload, Sweep):
    """All metrics against the severity of the injected events, which only the protocol sets."""

    name = "crl-bsad/severity"
    title = "CRL-BSAD: severity of the injected events"
    quantity = "outer part of the range"
    remark = (
        "Severity: the outer part of its range that a channel is in at the height of an event (mild: half, moderate: a "
        "quarter, severe: an eighth), on a logarithmic axis. Dotted: what Table 1 prints for CRL-BSAD."
    )
    colours = COLOURS
    published_table = "table1"
    reference = "Ours"
    metrics = ("AUC-ROC", "AUC-PR", "F1@labelled", "ADR@labelled")
    panel_per_metric = True

    def points(self, setting: Setting) -> Iterator[Point]:
        """Both presets and controls at each severity."""
        for label, method in SEVERITY_METHODS.items():
            for index, severity in setting.profile.swept(tuple(enumerate(SEVERITIES))):
                yield from self.over_seeds(setting, label, index, method, severity=severity)

    def position(self, x: int) -> str:
        """Name of the severity."""
        return list(SEVERITIES)[x]

    def ticks(self, frame: pl.DataFrame) -> list[str]:
        """Name and size of each severity."""
        return [list(SEVERITIES.values())[x] for x in sorted(frame["x"].unique())]


def _grid(records: list[Record], wanted: int) -> pl.DataFrame:
    """Mean and interval at each pair of ratio and noise."""
    at_pairs = []
    for record in records:
        parameters = Spec.parse(record["cell"].method).params
        at_pairs.append(record | {"x": (float(parameters["weak_ratio"]), float(parameters["label_noise"]))})
    frame = summarised(at_pairs, wanted)
    pairs = {"ratio": [x[0] for x in frame["x"]], "noise": [x[1] for x in frame["x"]]}
    return frame.drop("x").with_columns(**{name: pl.Series(values) for name, values in pairs.items()})


def _heat(axis: Axes, frame: pl.DataFrame) -> None:
    """Draw one metric over the grid, with its numbers; colour runs from 0 to 1 in every panel."""
    import numpy as np

    grid = np.full((len(RATIOS), len(NOISES)), np.nan)
    for row in frame.iter_rows(named=True):
        grid[RATIOS.index(row["ratio"]), NOISES.index(row["noise"])] = row["mean"]
    axis.imshow(grid, vmin=0, vmax=1, cmap="cividis", origin="lower", aspect="auto")
    for (i, j), value in np.ndenumerate(grid):
        text = "–" if np.isnan(value) else f"{value:.3f}"
        axis.text(j, i, text, ha="center", va="center", color="white" if value < 0.6 else "black")
    axis.set_xticks(range(len(NOISES)), [f"{noise:.0%}" for noise in NOISES])
    axis.set_yticks(range(len(RATIOS)), [f"{ratio:.0%}" for ratio in RATIOS])
