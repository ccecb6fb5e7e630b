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
from benchmark.artifacts.sweep import Sweep, default_columns
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Result, Row
from benchmark.papers.colours import COLOURS
from benchmark.papers.gan_uq.cluster import PRESETS, SCENARIOS, OnCluster, table1_method
from benchmark.protocols.google_2019.load import LEVELS, LIMITS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

METRICS = ("Accuracy@labelled", "Precision@labelled", "Recall@labelled", "F1@labelled")
"""Drawn; claims are judged at every policy of the threshold."""

LATENTS = (32, 64, 128, 256, 512)
SHARES = (0.01, 0.05, 0.10, 0.20, 0.30, 0.40)
SAMPLES = (1, 2, 5, 10, 20, 30, 50, 100)

SHAPES = (
    "The paper prints no number for this figure, only its shape. Dotted: what its Table 1 prints for the same method "
    "and metric."
)


class ClusterSweep(OnCluster, Sweep):
    """A figure on the cluster trace, in any of its scenarios."""

    scenarios = tuple(reversed(SCENARIOS))
    metrics: ClassVar[tuple[str, ...]] = METRICS
    remark: ClassVar[str] = SHAPES
    panel_per_metric: ClassVar[bool] = True
    colours = COLOURS
    published_table = "table1"
    reference = "Ours"


class TrainedSweep(ClusterSweep):
    """A figure that trains a detector at every position, and so takes fewer rows, five seeds and one look."""

    repetitions = 5
    looks = ()

    def sample(self, setting: Setting) -> dict[str, int]:
        """Rows of a sweep, drawn at random from the whole file."""
        return {"rows": setting.profile.sweep_sample(setting.variant)}


class LatentDimension(TrainedSweep):
    """Fig. 2: latent dimension against the four metrics."""

    name = "gan-uq/fig2"
    title = "GAN-UQ, Fig. 2: latent dimension"
    quantity = "latent dimension"
    spacing = "log"

    def points(self, setting: Setting) -> Iterator[Point]:
        """Both presets at each dimension."""
        for preset in PRESETS:
            for latent in setting.profile.swept(LATENTS):
                method = f"gan-uq[latent={latent},preset={preset}]"
                yield from self.over_seeds(setting, preset, latent, method)


class AnomalyShare(TrainedSweep):
    """Fig. 3: share of anomalies against the four metrics, with the same share in training, and with clean training."""

    name = "gan-uq/fig3"
    title = "GAN-UQ, Fig. 3: share of anomalies"
    quantity = "share of anomalies, %"
    spacing = "linear"

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
                        share=share,
                        contamination=share if contaminated else 0.0,
                    )

    def label(self, line: str) -> str:
        """Preset, and how many anomalies its unlabelled training holds."""
        preset, _, training = line.partition(", ")
        return f"{preset}: {'none' if training.startswith('clean') else 'as many'} in training"

    def look(self, line: str) -> dict[str, Any]:
        """The colour of the preset; hollow and dashed where training is clean."""
        preset, _, training = line.partition(", ")
        hollow = {"linestyle": "--", "markerfacecolor": "white"} if training.startswith("clean") else {}
        return {"color": COLOURS[preset]} | hollow


class Load(ClusterSweep):
    """Fig. 4: F1 at six levels of load, from the models of Table 1 with their thresholds."""

    name = "gan-uq/fig4"
    title = "GAN-UQ, Fig. 4: load of the system"
    quantity = "composite load; below it: test rows, anomalous rows"
    metrics = ("F1@labelled",)
    partial = True
    remark = f"{SHAPES} Below each level, low to overload: the mean numbers of its test rows and of the anomalous ones."

    def points(self, setting: Setting) -> Iterator[Point]:
        """Every level from each cell of Table 1 in this scenario."""
        for preset in PRESETS:
            for seed in self.seeds(setting):
                cell = self.dataset_cell(setting, table1_method(preset), seed)
                for level in range(len(LEVELS)):
                    yield Point(preset, level, cell)

    def measure(self, x: int, row: Row, result: Result) -> Mapping[str, float | None]:
        """Metrics of the rows at a level; none without an anomalous row there."""
        subgroup = row["subgroups"]["load"][LEVELS[x]]
        return default_columns(subgroup) if subgroup["anomalous"] else {}

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
            *(f"{100 * a:.0f}–{b:.0%}" for a, b in pairwise(LIMITS)),
            f"> {LIMITS[-1]:.0%}",
        ]
        counts = {row["x"]: f"{row['points']:,.0f}\n{row['anomalous']:,.0f}" for row in frame.iter_rows(named=True)}
        return [f"{limits[level]}\n{counts[level]}" for level in sorted(counts)]


class Samples(ClusterSweep):
    """Fig. 5: number of Monte Carlo samples against accuracy, from the models of Table 1."""

    name = "gan-uq/fig5"
    title = "GAN-UQ, Fig. 5: number of samples"
    quantity = "samples S"
    spacing = "log"
    metrics = ("Accuracy@labelled",)
    remark = f"{SHAPES} Hollow: at S = 1 the variance of the samples is 0 by definition, so no claim uses it."

    def points(self, setting: Setting) -> Iterator[Point]:
        """Every number of samples from each cell of Table 1 in this scenario."""
        for preset in PRESETS:
            for seed in self.seeds(setting):
                cell = self.dataset_cell(setting, table1_method(preset), seed)
                for samples in SAMPLES:
                    yield Point(preset, samples, cell)

    def measure(self, x: int, row: Row, result: Result) -> Mapping[str, float | None]:
        """Metrics of the score with that many samples."""
        return default_columns(row["extra_scores"][f"samples={x}"])

    def draw(self, axis: Axes, frame: pl.DataFrame) -> None:
        """Draw the lines of both presets, hollow at one sample."""
        super().draw(axis, frame)
        places = self.places(frame["x"].unique().to_list())
        for marker, preset in zip("os", frame["panel"].unique(maintain_order=True), strict=False):
            first = frame.filter(pl.col("panel") == preset).sort("x").row(0, named=True)
            if first["x"] == SAMPLES[0]:
                look: dict[str, Any] = {
                    "mfc": "white",
                    "mec": COLOURS[preset],
                    "mew": 1.5,
                    "zorder": 4,
                    "clip_on": False,
                }
                axis.plot([places[first["x"]]], [first["mean"]], marker, ms=6, **look)
