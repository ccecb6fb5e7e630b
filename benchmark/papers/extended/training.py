"""The gain by training: each deep detector against a copy of itself that keeps its initial weights."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import polars as pl

from benchmark.artifacts.comparison import TableRow, control_rows
from benchmark.artifacts.time_series import TimeSeriesTable, clusters
from benchmark.drawing.figure import (
    FAINT,
    MUTED,
    PAGE,
    Description,
    figure_style,
    new_figure,
    palette,
    save,
    write_notes,
    write_title,
)
from benchmark.drawing.formats import plural
from benchmark.drawing.summary import Summary
from benchmark.drawing.table import Column
from benchmark.interfaces.artifact import Artifact, Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.dataset import Variant
from benchmark.interfaces.spec import Spec
from benchmark.papers.extended.detectors import DEEP
from benchmark.stats.clusters import cluster_positions
from benchmark.stats.comparisons import holm
from benchmark.stats.ranks import difference_over_recordings

if TYPE_CHECKING:
    from matplotlib.axes import Axes

METRIC = "AUC-PR"
"""Metric of the comparison with the untrained copies, chosen before the copies were run."""

REFERENCE = "trailing-norm"


def untrained(method: str) -> str:
    """The same detector with its initial weights; everything else, calibration included, as usual."""
    spec = Spec.parse(method)
    return str(Spec(spec.name, spec.params | {"untrained": True}))


class Training(TimeSeriesTable):
    """The corrected preset of each deep detector, trained and untrained, and the controls."""

    name = "extended/training"
    title = "Deep detectors with and without their training on SMD, MSL and SMAP"
    notes = (
        *TimeSeriesTable.notes,
        "Untrained: initial weights and no step; scaling, calibration and threshold as usual. The trained rows are "
        "those of extended/detectors. Differences over recordings with their tests: extended/training-gain.",
        "The target of DDMT's network was changed after its test result on SMD's machine-1-6 had been seen; this "
        "concerns both of its rows.",
    )

    def table_rows(self, section: str) -> tuple[TableRow, ...]:
        """Two rows per detector, then the controls."""
        pairs = [(row, TableRow(f"{row.label}, untrained", untrained(row.method), "ablation")) for row in DEEP]
        return (*(row for pair in pairs for row in pair), *control_rows())


class TrainingGain(Artifact):
    """Each trained detector less its untrained copy and less a norm, with recordings as the unit; from the same cells.

    The metric was chosen before the untrained copies were run.
    """

    name = "extended/training-gain"
    kind: ClassVar[Literal["table", "figure"]] = "figure"
    variants: ClassVar[tuple[Variant, ...]] = ("real",)
    in_all = False
    repetitions = Training.repetitions
    title = "Gain by training"

    def cells(self, setting: Setting) -> list[Cell]:
        """The cells of the table."""
        return Training().cells(setting)

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Draw and save. A detector whose cells failed has no row."""
        lines = Training().table(results, setting, (Column(METRIC),)).lines
        frame = _frame({(line.section, line.label): line.measured[METRIC] for line in lines})
        caption = f"{METRIC}, real data, every point counted, every score smoothed over {Training.smoothing} points"
        seeds = len(self.seeds(setting))
        notes = (
            f"Mean over recordings of the difference, each over {plural(seeds, 'seed')}, with its 95 % interval over "
            "clusters, recordings and seeds (bootstrap). A cluster is a machine of SMD or the traces of one subsystem.",
            "*: signed-rank test over clusters rejects equality (Holm over the five detectors of a dataset, 5 %). Few "
            "clusters can show no difference after this correction: look at the interval.",
        )
        with figure_style():
            figure = new_figure(PAGE, 2.9 * len(Training.sections) + 2.3)
            axes = figure.subplots(len(Training.sections), 1, sharex=True, sharey=True)
            for axis, (section, heading) in zip(axes, Training.sections.items(), strict=True):
                _draw(axis, frame.filter(pl.col("section") == section))
                axis.set_title(heading, loc="left")
            axes[0].set_yticks(range(len(DEEP)), [row.label for row in reversed(DEEP)])
            axes[-1].set_xlabel(f"difference of {METRIC}; 0: no difference")
            top = write_title(figure, self.title, f"{METRIC}, real data; *: shown to differ from 0 (5 %, Holm)")
            below = write_notes(figure, (), *axes[0].get_legend_handles_labels())
            figure.tight_layout(rect=(0, below, 0.98, top))
            return save(figure, stem, frame, Description(self.title, caption, f"difference of {METRIC}", notes))


AGAINST = {"untrained": "less its untrained copy", REFERENCE: f"less {REFERENCE}, which learns nothing"}
"""Label of each difference."""


def _frame(measured: Mapping[tuple[str, str], Summary]) -> pl.DataFrame:
    """One row per dataset, detector and difference; null where a cell failed."""
    rows: list[dict[str, Any]] = []
    for section in Training.sections:
        for against in AGAINST:
            family = []
            for detector in DEEP:
                other = f"{detector.label}, untrained" if against == "untrained" else against
                both = _difference(section, measured[section, detector.label], measured[section, other])
                family.append({"section": section, "method": detector.label, "against": against} | both)
            adjusted = holm([float("nan") if row["p"] is None else row["p"] for row in family])
            rows += [row | {"p_holm": None if isnan(p) else float(p)} for row, p in zip(family, adjusted, strict=True)]
    return pl.DataFrame(rows, infer_schema_length=None)


def _difference(section: str, trained: Summary, other: Summary) -> dict[str, float | int | None]:
    """Difference over recordings with interval, numbers of recordings and clusters, and p."""
    if not (trained.recordings and other.recordings):
        return dict.fromkeys(("difference", "low", "high", "recordings", "clusters", "p"))
    groups = clusters(section, trained.recordings)
    found = difference_over_recordings(trained.recordings, other.recordings, groups, np.random.default_rng(0))
    return {
        "difference": found.interval.mean,
        "low": found.interval.low,
        "high": found.interval.high,
        "recordings": found.interval.count,
        "clusters": len(cluster_positions(list(trained.recordings), groups)),
        "p": found.p_value,
    }


def _draw(axis: Axes, frame: pl.DataFrame) -> None:
    """Draw one dataset: two differences for each detector, the first detector on top."""
    colour = palette()[0]
    axis.axvline(0, color=MUTED, lw=0.8)
    for against, shift, face in (("untrained", 0.2, "white"), (REFERENCE, -0.2, colour)):
        part = frame.filter((pl.col("against") == against) & pl.col("difference").is_not_null())
        names = [row.label for row in reversed(DEEP)]
        heights = [names.index(name) + shift for name in part["method"]]
        axis.hlines(heights, part["low"], part["high"], color=colour, lw=1.8, zorder=2)
        axis.plot(part["difference"], heights, "o", ms=7, mfc=face, mec=colour, label=AGAINST[against], zorder=3)
        for height, row in zip(heights, part.iter_rows(named=True), strict=True):
            star = " *" if row["p_holm"] is not None and row["p_holm"] < 0.05 else "  "
            text = f"{row['difference']:+.3f}{star}".replace("0.", ".").replace("-", "−")
            axis.text(1.01, height, text, transform=axis.get_yaxis_transform(), va="center", ha="left")
    axis.set_ylim(-0.6, len(DEEP) - 0.4)
    axis.grid(axis="x", color=FAINT, lw=0.5)
    axis.set_axisbelow(True)
    axis.tick_params(axis="y", length=0)
