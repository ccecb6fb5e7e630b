"""Figures 2 to 5 of the GAN-UQ paper: how the detector depends on a size, a share, a load, a number of samples.

Each figure is drawn for both presets. The text of the paper gives shapes and no numbers; they stand as claims in
``claims.toml``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import polars as pl

from benchmark.engine.cell import Cell, Result
from benchmark.papers.paper import Artifact, Setting
from benchmark.protocols.load import LEVELS, LIMITS
from benchmark.report.figure import MUTED, figure_style, new_figure, palette, save
from benchmark.stats.intervals import mean_interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DATASET = "google-2019"
PRESETS = ("published", "corrected")
METRICS = ("Accuracy@val", "Precision@val", "Recall@val", "F1@val")
LATENTS = (32, 64, 128, 256, 512)
SHARES = (0.01, 0.05, 0.10, 0.20, 0.30, 0.40)
SAMPLES = (1, 2, 5, 10, 20, 30, 50, 100)
DEFAULT_LATENT = 256


class Sweep(Artifact):
    """A figure whose panels show metrics against a swept quantity, mean and 95 % band over seeds."""

    kind: ClassVar[Literal["table", "figure"]] = "figure"
    scenarios = ("injected", "grouped", "row-split")
    quantity: ClassVar[str]
    remark: ClassVar[str] = ""
    """What a reader of the figure has to know, below it."""

    partial: ClassVar[bool] = False
    """Whether a point may stand on fewer seeds than there are; else one that lacks a seed is left out."""

    def values(self, results: Mapping[Cell, Result], setting: Setting) -> list[dict[str, Any]]:
        """One record a panel, position, metric and seed: ``panel``, ``x``, ``metric``, ``seed``, ``value``."""
        raise NotImplementedError

    def rows(self, setting: Setting) -> int:
        """Sample size of its cells."""
        return setting.profile.rows

    def ticks(self, frame: pl.DataFrame) -> list[str]:
        """Labels of the positions of the swept quantity."""
        return [f"{x:g}" for x in sorted(frame["x"].unique())]

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Draw and save; what failed is named in the figure and left out of the lines."""
        frame = summarised(self.values(results, setting), () if self.partial else seeds(setting))
        panels = frame["panel"].unique(maintain_order=True).to_list() or ["no cell gave a number"]
        failed = failures(results, self.cells(setting))
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
            figure.suptitle(f"{self.title}\n{circumstances(setting, self.rows(setting))}, 95 % band", fontsize=9)
            figure.text(0.01, 0.005, "; ".join(filter(None, (self.remark, failed))), fontsize=7, color=MUTED)
            figure.tight_layout(rect=(0, 0.07, 1, 0.99))
            return save(figure, stem, frame)

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


class LatentDimension(Sweep):
    """Fig. 2: latent dimension against the four metrics."""

    name = "gan-uq/fig2"
    title = "GAN-UQ, Fig. 2: latent dimension"
    quantity = "latent dimension"

    def rows(self, setting: Setting) -> int:
        """A detector is trained at every position, hence fewer rows."""
        return setting.profile.sweep_rows

    def cells(self, setting: Setting) -> list[Cell]:
        """Both presets at each dimension."""
        return [
            self._cell(setting, preset, latent, seed)
            for preset in PRESETS
            for latent in setting.profile.swept(LATENTS)
            for seed in seeds(setting)
        ]

    def values(self, results: Mapping[Cell, Result], setting: Setting) -> list[dict[str, Any]]:
        """See `Sweep.values`."""
        return [
            {"panel": preset, "x": latent, "metric": metric, "seed": seed, "value": row[metric]}
            for preset in PRESETS
            for latent in setting.profile.swept(LATENTS)
            for seed in seeds(setting)
            for row in results[self._cell(setting, preset, latent, seed)].rows
            for metric in METRICS
        ]

    @staticmethod
    def _cell(setting: Setting, preset: str, latent: int, seed: int) -> Cell:
        rows = {"rows": setting.profile.sweep_rows}
        return cell(setting, rows, f"gan-uq[latent={latent},preset={preset}]", seed)


class AnomalyShare(Sweep):
    """Fig. 3: share of anomalies against the four metrics, with training that holds the same share, and clean."""

    name = "gan-uq/fig3"
    title = "GAN-UQ, Fig. 3: share of anomalies"
    quantity = "share of anomalies, %"
    TRAINING: ClassVar[dict[str, bool]] = {"contaminated training": True, "clean training": False}

    def rows(self, setting: Setting) -> int:
        """A detector is trained at every position, hence fewer rows."""
        return setting.profile.sweep_rows

    def cells(self, setting: Setting) -> list[Cell]:
        """Both presets at each share, with contaminated and with clean training."""
        return [
            self._cell(setting, preset, share, dirty, seed)
            for preset in PRESETS
            for dirty in self.TRAINING.values()
            for share in setting.profile.swept(SHARES)
            for seed in seeds(setting)
        ]

    def values(self, results: Mapping[Cell, Result], setting: Setting) -> list[dict[str, Any]]:
        """See `Sweep.values`."""
        return [
            {"panel": f"{preset}, {training}", "x": 100 * share, "metric": metric, "seed": seed, "value": row[metric]}
            for preset in PRESETS
            for training, dirty in self.TRAINING.items()
            for share in setting.profile.swept(SHARES)
            for seed in seeds(setting)
            for row in results[self._cell(setting, preset, share, dirty, seed)].rows
            for metric in METRICS
        ]

    @staticmethod
    def _cell(setting: Setting, preset: str, share: float, dirty: bool, seed: int) -> Cell:
        params = {"share": share, "contamination": share if dirty else 0.0, "rows": setting.profile.sweep_rows}
        return cell(setting, params, f"gan-uq[preset={preset}]", seed)


class Load(Sweep):
    """Fig. 4: F1 at six levels of load, from the models of Table 1: nothing is trained again, no cut is moved."""

    name = "gan-uq/fig4"
    title = "GAN-UQ, Fig. 4: load of the system"
    quantity = "composite load"
    partial = True

    def cells(self, setting: Setting) -> list[Cell]:
        """The cells of Table 1 in this scenario."""
        return [cell(setting, {}, f"gan-uq[preset={preset}]", seed) for preset in PRESETS for seed in seeds(setting)]

    def values(self, results: Mapping[Cell, Result], setting: Setting) -> list[dict[str, Any]]:
        """See `Sweep.values`; a seed without an anomalous row at a level has no F1 there."""
        return [
            {"panel": preset, "x": level, "metric": "F1@val", "seed": seed, "value": stratum["F1@val"],
             "points": stratum["points"], "anomalous": stratum["anomalous"]}
            for preset in PRESETS
            for seed in seeds(setting)
            for row in results[cell(setting, {}, f"gan-uq[preset={preset}]", seed)].rows
            for level, stratum in enumerate(row["strata"][name] for name in LEVELS)
            if stratum["anomalous"]
        ]  # fmt: skip

    def ticks(self, frame: pl.DataFrame) -> list[str]:
        """Level, its limits, and the mean number of rows and anomalies that stand under its point."""
        limits = [
            f"< {LIMITS[0]:.0%}",
            *(f"{a:.0%}–{b:.0%}" for a, b in pairwise(LIMITS)),
            f"> {LIMITS[-1]:.0%}",
        ]
        counts = {
            row["x"]: f"{row['points']:.0f} rows\n{row['anomalous']:.0f} anom." for row in frame.iter_rows(named=True)
        }
        return [
            f"{LEVELS[level]}\n{limits[level]}\n{counts[level]}".replace("Medium-", "Med.-") for level in sorted(counts)
        ]

    def draw(self, axis: Axes, frame: pl.DataFrame) -> None:
        """As the others, with smaller labels for the counts."""
        super().draw(axis, frame)
        axis.tick_params(axis="x", labelsize=5.5)


class Samples(Sweep):
    """Fig. 5: number of Monte-Carlo samples against accuracy and scoring time, from the same trained models."""

    name = "gan-uq/fig5"
    title = "GAN-UQ, Fig. 5: number of samples"
    quantity = "samples S"
    remark = "* corrected: calibrating for this S included, except for S = 30, which is calibrated in training"

    def cells(self, setting: Setting) -> list[Cell]:
        """One model a preset and seed, scored with every number of samples."""
        return [self._cell(setting, preset, seed) for preset in PRESETS for seed in seeds(setting)]

    def values(self, results: Mapping[Cell, Result], setting: Setting) -> list[dict[str, Any]]:
        """See `Sweep.values`."""
        records = []
        for preset in PRESETS:
            for seed in seeds(setting):
                result = results[self._cell(setting, preset, seed)]
                for row in result.rows:
                    for samples in SAMPLES:
                        found = row["alternatives"][f"samples={samples}"]
                        seconds = result.seconds[f"score samples={samples}"]
                        head = {"panel": preset, "x": samples, "seed": seed}
                        records.append(head | {"metric": "Accuracy@val", "value": found["Accuracy@val"]})
                        records.append(head | {"metric": "scoring time, s", "value": seconds})
        return records

    def draw(self, axis: Axes, frame: pl.DataFrame) -> None:
        """Accuracy on the left axis, seconds to score the test rows on the right.

        A number of samples that the detector was not fitted with is calibrated anew, and that is part of its time.
        """
        super().draw(axis, frame.filter(pl.col("metric") == "Accuracy@val"))
        time = frame.filter(pl.col("metric") != "Accuracy@val").sort("x")
        other = axis.twinx()
        other.plot(range(len(time)), time["mean"], color=MUTED, linestyle="--", marker="s", markersize=3)
        other.set_ylabel("time to score, s (dashed)*", color=MUTED)
        other.set_ylim(bottom=0)
        other.spines["right"].set_visible(True)

    @staticmethod
    def _cell(setting: Setting, preset: str, seed: int) -> Cell:
        return cell(setting, {}, f"gan-uq[preset={preset},sweep=samples]", seed)


def cell(setting: Setting, params: Mapping[str, Any], method: str, seed: int) -> Cell:
    """A cell of the figures: the scenario of the setting, ``injected`` unless it names another."""
    body = {"rows": setting.profile.rows, "scenario": setting.scenario or "injected", **params}
    protocol = f"{DATASET}[{','.join(f'{key}={value}' for key, value in sorted(body.items()))}]"
    return Cell(DATASET, setting.variant, protocol, seed, method)


def seeds(setting: Setting) -> range:
    """Seeds of the profile."""
    return range(setting.profile.seeds)


def summarised(records: list[dict[str, Any]], wanted: Sequence[int]) -> pl.DataFrame:
    """Mean and 95 % interval over seeds of each panel, position and metric, in the order of the records.

    A point that lacks a ``wanted`` seed is left out: the mean over the seeds that worked would flatter.
    """
    groups: dict[tuple[str, Any, str], list[dict[str, Any]]] = {}
    for record in records:
        groups.setdefault((record["panel"], record["x"], record["metric"]), []).append(record)
    rows = []
    for (panel, x, metric), found in groups.items():
        if len(found) < len(wanted):
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
    return pl.DataFrame(rows, schema=None if rows else dict.fromkeys(("panel", "x", "metric", "mean"), pl.String))


def failures(results: Mapping[Cell, Result], cells: list[Cell]) -> str:
    """Say how many cells gave no number and why, once a status."""
    reasons: dict[str, int] = {}
    for one in set(cells):
        if not results[one].ok:
            reasons[results[one].status] = reasons.get(results[one].status, 0) + 1
    return "; ".join(f"{count} cells without a number: {status}" for status, count in sorted(reasons.items()))


def circumstances(setting: Setting, rows: int) -> str:
    """Scenario, data variant and size, for captions."""
    size = f"{rows:,} rows" if rows else "all rows"
    data = "real data" if setting.variant == "real" else "embedded twin, not real data"
    return f"scenario {setting.scenario or 'injected'}, {data}, {size}, {setting.profile.seeds} seeds"
