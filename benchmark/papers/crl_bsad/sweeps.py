"""Figure 2 of the CRL-BSAD paper, and how all of it depends on how severe the injected events are."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import polars as pl

from benchmark.artifacts.sweep import Sweep, circumstances, seeds, summarised
from benchmark.drawing.figure import Description, figure_style, new_figure, palette, save
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.numbers import Number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DATASET = "cloud-workload"
PRESETS = ("published", "corrected")
METRICS = ("AUC-ROC", "F1@val", "Precision@val", "Recall@val", "ADR@val")
RATIOS = (0.1, 0.2, 0.3, 0.5)
"""Share of training rows that carry a pseudo-label. The paper names none of its settings."""

NOISES = (0.0, 0.1, 0.2, 0.4)
"""Share of pseudo-labels that are flipped."""

SEVERITIES = ("mild", "moderate", "severe")
SEVERITY_METHODS = ("crl-bsad[preset=published]", "crl-bsad[preset=corrected]", "pca", "knn", "norm", "random")
SEVERITY_METRICS = ("AUC-ROC", "AUC-PR", "F1@val", "ADR@val")


class WeakSupervision(Sweep):
    """Fig. 2: more pseudo-labels, of which more are wrong, against five metrics.

    The four points go along the diagonal of `RATIOS` and `NOISES`, for the text lets both grow together. Under the
    profile ``full`` all sixteen pairs are run and drawn as heat maps.
    """

    name = "crl-bsad/fig2"
    title = "CRL-BSAD, Fig. 2: pseudo-label noise and weak supervision"
    quantity = "rows with a pseudo-label / wrong ones"
    remark = "x: printed in the paper's text"

    def rows(self, setting: Setting) -> int:
        """All of its 5,000 rows under every profile that is not smaller."""
        return min(setting.profile.rows or 5_000, 5_000)

    def cells(self, setting: Setting) -> list[Cell]:
        """Both presets at each point."""
        return [
            self._cell(setting, preset, point, seed)
            for preset in PRESETS
            for point in self.points(setting)
            for seed in seeds(setting)
        ]

    @staticmethod
    def points(setting: Setting) -> list[tuple[float, float]]:
        """Pairs of ratio and noise that this profile visits."""
        if setting.profile.name == "full":
            return [(ratio, noise) for ratio in RATIOS for noise in NOISES]
        return list(setting.profile.swept(tuple(zip(RATIOS, NOISES, strict=True))))

    def values(self, results: Mapping[Cell, Result], setting: Setting) -> list[dict[str, Any]]:
        """See `Sweep.values`; the position is that on the diagonal, −1 off it."""
        diagonal = list(zip(RATIOS, NOISES, strict=True))
        return [
            {"panel": preset, "x": diagonal.index(point) if point in diagonal else -1, "metric": metric, "seed": seed,
             "value": row[metric], "cell": one, "ratio": point[0], "noise": point[1]}
            for preset in PRESETS
            for point in self.points(setting)
            for seed in seeds(setting)
            for one in [self._cell(setting, preset, point, seed)]
            for row in results[one].rows
            for metric in METRICS
            if row[metric] is not None
        ]  # fmt: skip

    def numbers(self, results: Mapping[Cell, Result], setting: Setting) -> list[Number]:
        """The points of the line, ``0`` to ``3``."""
        return [number for number in super().numbers(results, setting) if number.row != "-1"]

    def draw(self, axis: Axes, frame: pl.DataFrame) -> None:
        """The measured line, and a cross where the paper prints a number."""
        super().draw(axis, frame)
        places = {x: place for place, x in enumerate(sorted(frame["x"].unique()))}
        for colour, metric in zip(palette(), frame["metric"].unique(maintain_order=True), strict=False):
            printed = {x: value for x, value in published_points().get(metric, {}).items() if x in places}
            axis.plot([places[x] for x in printed], list(printed.values()), "x", color=colour, markersize=5)

    def ticks(self, frame: pl.DataFrame) -> list[str]:
        """Ratio and noise of each point."""
        return [f"{RATIOS[x]:.0%} / {NOISES[x]:.0%}" for x in sorted(frame["x"].unique())]

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """The line; under the profile ``full`` the grid."""
        if setting.profile.name != "full":
            return super().write(results, setting, stem)
        frame = _grid(self.values(results, setting), seeds(setting))
        caption = f"{circumstances(setting, self.rows(setting))}, mean over seeds"
        with figure_style():
            figure = new_figure(12, 5.4)
            axes = figure.subplots(len(PRESETS), len(METRICS), sharex=True, sharey=True)
            for preset, row in zip(PRESETS, axes, strict=True):
                for metric, axis in zip(METRICS, row, strict=True):
                    part = frame.filter((pl.col("panel") == preset) & (pl.col("metric") == metric))
                    _heat(axis, part)
                    axis.set_title(f"{preset}: {metric}")
            for axis in axes[-1]:
                axis.set_xlabel("pseudo-labels that are wrong")
            for row in axes:
                row[0].set_ylabel("rows with a pseudo-label")
            figure.suptitle(f"{self.title}\n{caption}", fontsize=9)
            figure.tight_layout()
            return save(figure, stem, frame, Description(self.title, caption, self.quantity))

    @staticmethod
    def _cell(setting: Setting, preset: str, point: tuple[float, float], seed: int) -> Cell:
        ratio, noise = point
        return cell(setting, {}, f"crl-bsad[label_noise={noise},preset={preset},weak_ratio={ratio}]", seed)


class Severity(Sweep):
    """How far every figure depends on the severity of the injected events, which nobody but the protocol sets."""

    name = "crl-bsad/severity"
    title = "CRL-BSAD beyond its paper: severity of the injected events"
    quantity = "severity: shift in ranges of a channel"
    SHIFT: ClassVar[dict[str, str]] = {"mild": "mild\n0.25", "moderate": "moderate\n0.5", "severe": "severe\n1"}

    def rows(self, setting: Setting) -> int:
        """All of its 5,000 rows under every profile that is not smaller."""
        return min(setting.profile.rows or 5_000, 5_000)

    def cells(self, setting: Setting) -> list[Cell]:
        """Both presets and controls at each severity."""
        return [
            cell(setting, {"severity": severity}, method, seed)
            for method in SEVERITY_METHODS
            for severity in setting.profile.swept(SEVERITIES)
            for seed in seeds(setting)
        ]

    def values(self, results: Mapping[Cell, Result], setting: Setting) -> list[dict[str, Any]]:
        """See `Sweep.values`; a panel is a metric, a line a method."""
        return [
            {"panel": metric, "x": SEVERITIES.index(severity), "metric": method, "seed": seed, "value": row[metric],
             "cell": one}
            for metric in SEVERITY_METRICS
            for method in SEVERITY_METHODS
            for severity in setting.profile.swept(SEVERITIES)
            for seed in seeds(setting)
            for one in [cell(setting, {"severity": severity}, method, seed)]
            for row in results[one].rows
            if row[metric] is not None
        ]  # fmt: skip

    def numbers(self, results: Mapping[Cell, Result], setting: Setting) -> list[Number]:
        """Every point; what the figure draws as a line is the method, what heads a panel the metric."""
        return [replace(one, panel=one.metric, metric=one.panel) for one in super().numbers(results, setting)]

    def position(self, x: Any) -> str:
        """Name of the severity."""
        return SEVERITIES[x]

    def ticks(self, frame: pl.DataFrame) -> list[str]:
        """Name and size."""
        return [self.SHIFT[SEVERITIES[x]] for x in sorted(frame["x"].unique())]


def published_points() -> dict[str, dict[int, float]]:
    """Numbers that the text prints for Fig. 2, by measured metric and point of the line."""
    text = files("benchmark.papers.crl_bsad").joinpath("published.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)["fig2"]
    names = {
        "AUC": "AUC-ROC",
        "F1-score": "F1@val",
        "Precision": "Precision@val",
        "Recall": "Recall@val",
        "ADR": "ADR@val",
    }
    return {
        names[column]: {int(x): float(values[place]) for x, values in table["rows"].items() if values[place]}
        for place, column in enumerate(table["columns"])
    }


def cell(setting: Setting, params: Mapping[str, Any], method: str, seed: int) -> Cell:
    """A cell on the cloud workload table: scenario ``injected`` unless another is given."""
    body = {"rows": setting.profile.rows, "scenario": setting.scenario or "injected", **params}
    protocol = f"{DATASET}[{','.join(f'{key}={value}' for key, value in sorted(body.items()))}]"
    return Cell(DATASET, setting.variant, protocol, seed, method)


def _grid(records: list[dict[str, Any]], wanted: range) -> pl.DataFrame:
    """Mean and interval of each pair of ratio and noise."""
    placed = [record | {"x": (record["ratio"], record["noise"])} for record in records]
    frame = summarised(placed, len(wanted))
    pairs = {"ratio": [x[0] for x in frame["x"]], "noise": [x[1] for x in frame["x"]]}
    return frame.drop("x").with_columns(**{name: pl.Series(values) for name, values in pairs.items()})


def _heat(axis: Axes, frame: pl.DataFrame) -> None:
    """Draw one metric over the grid, with its numbers: colour runs from 0 to 1 in every panel."""
    import numpy as np

    grid = np.full((len(RATIOS), len(NOISES)), np.nan)
    for row in frame.iter_rows(named=True):
        grid[RATIOS.index(row["ratio"]), NOISES.index(row["noise"])] = row["mean"]
    axis.imshow(grid, vmin=0, vmax=1, cmap="cividis", origin="lower", aspect="auto")
    for (i, j), value in np.ndenumerate(grid):
        text = "–" if np.isnan(value) else f"{value:.3f}"
        axis.text(j, i, text, ha="center", va="center", fontsize=7, color="white" if value < 0.6 else "black")
    axis.set_xticks(range(len(NOISES)), [f"{noise:.0%}" for noise in NOISES])
    axis.set_yticks(range(len(RATIOS)), [f"{ratio:.0%}" for ratio in RATIOS])
