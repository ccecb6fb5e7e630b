"""Figures 2 to 5 of the GAN-UQ paper: how the detector depends on a size, a share, a load, a number of samples.

Each figure is drawn for both presets. The text of the paper gives shapes and no numbers; they stand as claims in
``claims.toml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar

import polars as pl

from benchmark.artifacts.sweep import Sweep, seeds
from benchmark.drawing.figure import MUTED
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.protocols.google_2019.load import LEVELS, LIMITS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DATASET = "google-2019"
PRESETS = ("published", "corrected")
METRICS = ("Accuracy@val", "Precision@val", "Recall@val", "F1@val")
LATENTS = (32, 64, 128, 256, 512)
SHARES = (0.01, 0.05, 0.10, 0.20, 0.30, 0.40)
SAMPLES = (1, 2, 5, 10, 20, 30, 50, 100)
DEFAULT_LATENT = 256


class ClusterSweep(Sweep):
    """A figure on the cluster trace, in any of its scenarios."""

    scenarios = ("injected", "grouped", "row-split")


class LatentDimension(ClusterSweep):
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
            {"panel": preset, "x": latent, "metric": metric, "seed": seed, "value": row[metric], "cell": one}
            for preset in PRESETS
            for latent in setting.profile.swept(LATENTS)
            for seed in seeds(setting)
            for one in [self._cell(setting, preset, latent, seed)]
            for row in results[one].rows
            for metric in METRICS
        ]

    @staticmethod
    def _cell(setting: Setting, preset: str, latent: int, seed: int) -> Cell:
        rows = {"rows": setting.profile.sweep_rows}
        return cell(setting, rows, f"gan-uq[latent={latent},preset={preset}]", seed)


class AnomalyShare(ClusterSweep):
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
            {"panel": f"{preset}, {training}", "x": 100 * share, "metric": metric, "seed": seed, "value": row[metric],
             "cell": one}
            for preset in PRESETS
            for training, dirty in self.TRAINING.items()
            for share in setting.profile.swept(SHARES)
            for seed in seeds(setting)
            for one in [self._cell(setting, preset, share, dirty, seed)]
            for row in results[one].rows
            for metric in METRICS
        ]  # fmt: skip

    @staticmethod
    def _cell(setting: Setting, preset: str, share: float, dirty: bool, seed: int) -> Cell:
        params = {"share": share, "contamination": share if dirty else 0.0, "rows": setting.profile.sweep_rows}
        return cell(setting, params, f"gan-uq[preset={preset}]", seed)


class Load(ClusterSweep):
    """Fig. 4: F1 at six levels of load, from the models of Table 1: nothing is trained again, no cut is moved."""

    name = "gan-uq/fig4"
    title = "GAN-UQ, Fig. 4: load of the system"
    quantity = "composite load"
    partial = True

    def cells(self, setting: Setting) -> list[Cell]:
        """The cells of Table 1 in this scenario."""
        return [
            cell(setting, {}, f"gan-uq[preset={preset},sweep=true]", seed)
            for preset in PRESETS
            for seed in seeds(setting)
        ]

    def values(self, results: Mapping[Cell, Result], setting: Setting) -> list[dict[str, Any]]:
        """See `Sweep.values`; a seed without an anomalous row at a level has no F1 there."""
        return [
            {"panel": preset, "x": level, "metric": "F1@val", "seed": seed, "value": stratum["F1@val"],
             "points": stratum["points"], "anomalous": stratum["anomalous"], "cell": one}
            for preset in PRESETS
            for seed in seeds(setting)
            for one in [cell(setting, {}, f"gan-uq[preset={preset},sweep=true]", seed)]
            for row in results[one].rows
            for level, stratum in enumerate(row["strata"][name] for name in LEVELS)
            if stratum["anomalous"]
        ]  # fmt: skip

    def position(self, x: Any) -> str:
        """Name of the level."""
        return LEVELS[x]

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


class Samples(ClusterSweep):
    """Fig. 5: number of Monte-Carlo samples against accuracy and scoring time, from the same trained models."""

    name = "gan-uq/fig5"
    title = "GAN-UQ, Fig. 5: number of samples"
    quantity = "samples S"
    timed = True

    def cells(self, setting: Setting) -> list[Cell]:
        """One model a preset and seed, scored with every number of samples."""
        return [self._cell(setting, preset, seed) for preset in PRESETS for seed in seeds(setting)]

    def values(self, results: Mapping[Cell, Result], setting: Setting) -> list[dict[str, Any]]:
        """See `Sweep.values`."""
        records = []
        for preset in PRESETS:
            for seed in seeds(setting):
                one = self._cell(setting, preset, seed)
                result = results[one]
                for row in result.rows:
                    for samples in SAMPLES:
                        found = row["alternatives"][f"samples={samples}"]
                        seconds = result.seconds[f"score samples={samples}"]
                        head = {"panel": preset, "x": samples, "seed": seed, "cell": one}
                        records.append(head | {"metric": "Accuracy@val", "value": found["Accuracy@val"]})
                        records.append(head | {"metric": "scoring time, s", "value": seconds})
        return records

    def draw(self, axis: Axes, frame: pl.DataFrame) -> None:
        """Accuracy on the left axis, seconds to score the test rows on the right."""
        super().draw(axis, frame.filter(pl.col("metric") == "Accuracy@val"))
        time = frame.filter(pl.col("metric") != "Accuracy@val").sort("x")
        other = axis.twinx()
        other.plot(range(len(time)), time["mean"], color=MUTED, linestyle="--", marker="s", markersize=3)
        other.set_ylabel("time to score, s (dashed)", color=MUTED)
        other.set_ylim(bottom=0)
        other.spines["right"].set_visible(True)

    @staticmethod
    def _cell(setting: Setting, preset: str, seed: int) -> Cell:
        return cell(setting, {}, f"gan-uq[preset={preset},sweep=true]", seed)


def cell(setting: Setting, params: Mapping[str, Any], method: str, seed: int) -> Cell:
    """A cell of the figures: the scenario of the setting, ``injected`` unless it names another."""
    body = {"rows": setting.profile.rows, "scenario": setting.scenario or "injected", **params}
    protocol = f"{DATASET}[{','.join(f'{key}={value}' for key, value in sorted(body.items()))}]"
    return Cell(DATASET, setting.variant, protocol, seed, method)
