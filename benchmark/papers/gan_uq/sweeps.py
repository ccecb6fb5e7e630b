"""Figures 2 to 5 of the GAN-UQ paper: the detector against latent dimension, share of anomalies, load, and samples.

Each figure is drawn for both presets. The text of the paper describes shapes and gives no numbers; ``claims.toml``
states them as claims.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar

import polars as pl

from benchmark.artifacts.points import Point
from benchmark.artifacts.sweep import Sweep
from benchmark.drawing.figure import MUTED
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Result, Row
from benchmark.papers.gan_uq.cluster import PRESETS, SCENARIOS, OnCluster, table1_method
from benchmark.protocols.google_2019.load import LEVELS, LIMITS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

METRICS = ("Accuracy@val", "Precision@val", "Recall@val", "F1@val")
LATENTS = (32, 64, 128, 256, 512)
SHARES = (0.01, 0.05, 0.10, 0.20, 0.30, 0.40)
SAMPLES = (1, 2, 5, 10, 20, 30, 50, 100)


class ClusterSweep(OnCluster, Sweep):
    """A figure on the cluster trace, in any of its scenarios."""

    scenarios = tuple(reversed(SCENARIOS))
    metrics: ClassVar[tuple[str, ...]] = METRICS


class TrainedSweep(ClusterSweep):
    """A figure that trains a detector at every position, and so takes fewer rows."""

    def rows(self, setting: Setting) -> int:
        """Sample size of sweeps."""
        return setting.profile.sweep_rows


class LatentDimension(TrainedSweep):
    """Fig. 2: latent dimension against the four metrics."""

    name = "gan-uq/fig2"
    title = "GAN-UQ, Fig. 2: latent dimension"
    quantity = "latent dimension"

    def points(self, setting: Setting) -> Iterator[Point]:
        """Both presets at each dimension."""
        for preset in PRESETS:
            for latent in setting.profile.swept(LATENTS):
                method = f"gan-uq[latent={latent},preset={preset}]"
                yield from self.over_seeds(setting, preset, latent, method, rows=self.rows(setting))


class AnomalyShare(TrainedSweep):
    """Fig. 3: share of anomalies against the four metrics, with the same share in training, and with clean training."""

    name = "gan-uq/fig3"
    title = "GAN-UQ, Fig. 3: share of anomalies"
    quantity = "share of anomalies, %"

    def points(self, setting: Setting) -> Iterator[Point]:
        """Both presets at each share, with contaminated and with clean training."""
        for preset in PRESETS:
            for contaminated in (True, False):
                for share in setting.profile.swept(SHARES):
                    yield from self.over_seeds(
                        setting,
                        f"{preset}, {'contaminated' if contaminated else 'clean'} training",
                        100 * share,
                        f"gan-uq[preset={preset}]",
                        rows=self.rows(setting),
                        share=share,
                        contamination=share if contaminated else 0.0,
                    )


class Load(ClusterSweep):
    """Fig. 4: F1 at six levels of load, from the models of Table 1 with their thresholds."""

    name = "gan-uq/fig4"
    title = "GAN-UQ, Fig. 4: load of the system"
    quantity = "composite load"
    metrics = ("F1@val",)
    partial = True

    def points(self, setting: Setting) -> Iterator[Point]:
        """Every level from each cell of Table 1 in this scenario."""
        for preset in PRESETS:
            for seed in setting.seeds:
                cell = self.dataset_cell(setting, table1_method(preset), seed)
                for level in range(len(LEVELS)):
                    yield Point(preset, level, cell)

    def measure(self, x: int, row: Row, result: Result) -> Mapping[str, float | None]:
        """F1 of the rows at a level; none without an anomalous row there."""
        subgroup = row["subgroups"]["load"][LEVELS[x]]
        return {"F1@val": subgroup["F1@val"]} if subgroup["anomalous"] else {}

    def counts(self, x: int, row: Row) -> dict[str, int]:
        """Rows and anomalous rows at a level."""
        subgroup = row["subgroups"]["load"][LEVELS[x]]
        return {"points": subgroup["points"], "anomalous": subgroup["anomalous"]}

    def position(self, x: Any) -> str:
        """Name of the level."""
        return LEVELS[x]

    def ticks(self, frame: pl.DataFrame) -> list[str]:
        """Level, its limits, and the mean number of rows and of anomalous rows in it."""
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
        """Draw the lines, with small labels because they hold counts too."""
        super().draw(axis, frame)
        axis.tick_params(axis="x", labelsize=5.5)


class Samples(ClusterSweep):
    """Fig. 5: number of Monte Carlo samples against accuracy and scoring time, from the models of Table 1."""

    name = "gan-uq/fig5"
    title = "GAN-UQ, Fig. 5: number of samples"
    quantity = "samples S"
    TIME: ClassVar[str] = "scoring time, s"
    metrics = ("Accuracy@val", TIME)
    wall_time = TIME
    remark = "Seconds are of the machine that the receipt names, and not in the CSV file"
    timed = True

    def points(self, setting: Setting) -> Iterator[Point]:
        """Every number of samples from each cell of Table 1 in this scenario."""
        for preset in PRESETS:
            for seed in setting.seeds:
                cell = self.dataset_cell(setting, table1_method(preset), seed)
                for samples in SAMPLES:
                    yield Point(preset, samples, cell)

    def measure(self, x: int, row: Row, result: Result) -> Mapping[str, float | None]:
        """Accuracy of the score with that many samples, and the seconds that it took."""
        name = f"samples={x}"
        return {
            "Accuracy@val": row["extra_scores"][name]["Accuracy@val"],
            self.TIME: result.seconds[f"score {name}"],
        }

    def draw(self, axis: Axes, frame: pl.DataFrame) -> None:
        """Draw accuracy on the left axis, seconds to score the test rows on the right."""
        super().draw(axis, frame.filter(pl.col("metric") == "Accuracy@val"))
        time = frame.filter(pl.col("metric") == self.TIME).sort("x")
        other = axis.twinx()
        other.plot(range(len(time)), time["mean"], color=MUTED, linestyle="--", marker="s", markersize=3)
        other.set_ylabel("time to score, s (dashed)", color=MUTED)
        other.set_ylim(bottom=0)
        other.spines["right"].set_visible(True)
