"""The gain by training: each deep detector against a copy of itself that keeps its initial weights."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

import polars as pl

from benchmark.artifacts.comparison import TableRow, control_rows
from benchmark.artifacts.time_series import TimeSeriesTable
from benchmark.drawing.figure import INK, MUTED, Description, figure_style, new_figure, palette, save
from benchmark.drawing.summary import Summary
from benchmark.interfaces.artifact import Artifact, Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.dataset import Variant
from benchmark.interfaces.spec import Spec
from benchmark.papers.extended.detectors import DEEP
from benchmark.stats.comparisons import holm, paired_difference
from benchmark.stats.intervals import MeanInterval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

METRIC = "AUC-PR"
"""Metric of the comparison with the untrained copies, chosen before the copies were run."""

REFERENCE = "norm"


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
        "those of extended/detectors. Differences by seed with their tests: extended/training-gain.",
        "The target of DDMT's network was changed after its test result on SMD's machine-1-6 had been seen; this "
        "concerns both of its rows.",
    )

    def table_rows(self, section: str) -> tuple[TableRow, ...]:
        """Two rows per detector, then the controls."""
        pairs = [(row, TableRow(f"{row.label}, untrained", untrained(row.method), "ablation")) for row in DEEP]
        return (*(row for pair in pairs for row in pair), *control_rows())


class TrainingGain(Artifact):
    """Difference between each trained detector and its untrained copy, with a test over seeds; from the same cells."""

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
        """Draw and save."""
        measured = {
            (line.heading, line.label): line.measured[METRIC] for line in Training().table(results, setting).lines
        }
        frame = _frame(measured)
        caption = f"{METRIC}, real data, every point counted"
        notes = (
            f"Ring: untrained copy. Disc: trained. Bars: 95 % t interval over {len(self.seeds(setting))} seeds. "
            f"Dotted: {REFERENCE} of the scaled values.",
            "At the right: trained minus untrained; * if a paired t-test over seeds rejects equality "
            f"(Holm over all {len(frame)} pairs, 5 %).",
        )
        with figure_style():
            figure = new_figure(7.4, 3.3)
            for column, heading in enumerate(Training.sections.values()):
                axis = figure.add_axes((0.105 + 0.302 * column, 0.27, 0.275, 0.56))
                _draw(axis, frame.filter(pl.col("dataset") == heading), measured[heading, REFERENCE])
                axis.set_title(heading, loc="left")
                if column:
                    axis.set_yticklabels([])
            figure.text(0.012, 0.94, f"{self.title}: {caption}", weight="bold", size=10)
            figure.text(0.012, 0.03, "\n".join(notes), size=6.8, color=MUTED)
        return save(figure, stem, frame, Description(self.title, caption, METRIC, notes))


def _frame(measured: Mapping[tuple[str, str], Summary]) -> pl.DataFrame:
    """One row per dataset and detector: both means, their difference by seed and its p; null where a cell failed."""
    rows = []
    for heading in Training.sections.values():
        for detector in DEEP:
            trained, copy = measured[heading, detector.label], measured[heading, f"{detector.label}, untrained"]
            row: dict[str, str | float | None] = {"dataset": heading, "method": detector.label}
            for name, summary in (("trained", trained), ("untrained", copy)):
                row |= _limits(name, summary.interval)
            both = paired_difference(trained.values, copy.values) if trained.interval and copy.interval else None
            row |= _limits("difference", both.interval if both else None)
            rows.append(row | {"p": both.p_value if both else None})
    p = [float("nan") if row["p"] is None else float(row["p"]) for row in rows]
    adjusted = pl.Series("p_holm", holm(p)).fill_nan(None)
    return pl.DataFrame(rows, infer_schema_length=None).with_columns(adjusted)


def _limits(name: str, interval: MeanInterval | None) -> dict[str, float | None]:
    numbers = (interval.mean, interval.low, interval.high) if interval else (None, None, None)
    return dict(zip((name, f"{name}_low", f"{name}_high"), numbers, strict=True))


def _draw(axis: Axes, frame: pl.DataFrame, reference: Summary) -> None:
    """Draw one dataset: one line per detector, the first on top."""
    color = palette()[0]
    if reference.interval:
        axis.axvline(reference.interval.mean, color=MUTED, ls=":", lw=1)
    for row in frame.iter_rows(named=True):
        level = len(frame) - 1 - frame["method"].to_list().index(row["method"])
        for name, shift, face in (("untrained", -0.13, "white"), ("trained", 0.13, color)):
            if row[name] is None:
                continue
            height = level + shift
            axis.plot([row[f"{name}_low"], row[f"{name}_high"]], [height, height], color=color, lw=1.1)
            axis.plot([row[name]], [height], marker="o", ms=5, mfc=face, mec=color, ls="")
        if row["difference"] is not None:
            star = " *" if row["p_holm"] is not None and row["p_holm"] < 0.05 else ""
            text = f"{row['difference']:+.3f}{star}".replace("0.", ".")
            axis.text(
                1.0, level, text, transform=axis.get_yaxis_transform(), size=7, color=INK, va="center", ha="right"
            )
    axis.set_yticks(range(len(frame)), frame["method"].to_list()[::-1])
    axis.set_ylim(-0.6, len(frame) - 0.4)
    low, high = axis.get_xlim()
    axis.set_xlim(low, high + 0.32 * (high - low))  # space for the differences
    axis.set_xlabel(METRIC)
    axis.tick_params(axis="y", length=0)
