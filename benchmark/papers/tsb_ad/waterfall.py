"""What moves a rerun: one setting at a time, from the rerun at the published settings.

Each step changes one thing of the first bar and nothing else, so steps do not add up. All are means over the 14 series
of MSL. The published mean is a line.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from statistics import fmean
from typing import ClassVar, Literal, NamedTuple

import polars as pl

from benchmark.artifacts.sweep import failures
from benchmark.drawing.figure import (
    INK,
    LARGE,
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
from benchmark.interfaces.artifact import Artifact, Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.dataset import Variant
from benchmark.interfaces.numbers import Number
from benchmark.papers.tsb_ad.agreement import has_pyod, published_values
from benchmark.papers.tsb_ad.boards import INPUTS, METRIC
from benchmark.papers.tsb_ad.settings import ADAPTER, ADAPTER_OWN, COMPONENTS, FOREST, dataset_of, series_of
from benchmark.protocols.tsb_ad.volume import EXACT, NAME, SAMPLED

SECTION = "MSL"
FIRST, THRESHOLDS, PREFIX = "published settings", "every threshold", "fit on the prefix"


class Step(NamedTuple):
    """One bar.

    Parameters
    ----------
    method : str
        Column of the published table.
    label : str
        What is changed.
    spec : str
        Method of the cell.
    protocol : str
        Protocol of the cell.
    column : str
        Number of the probe.
    """

    method: str
    label: str
    spec: str
    protocol: str = "tsb-ad"
    column: str = SAMPLED


def _steps(adapter: str, method: str, spec: str, *changes: tuple[str, str]) -> tuple[Step, ...]:
    own = f"{adapter}:{method}[{spec}]"
    return (
        Step(method, FIRST, own),
        *(Step(method, label, f"{adapter}:{method}[{other}]") for label, other in changes),
        Step(method, PREFIX, own, protocol="tsb-ad[fit=prefix]"),
        Step(method, THRESHOLDS, own, column=EXACT),
    )


STEPS = (
    *_steps(
        ADAPTER,
        "IForest",
        f"{FOREST},random_state=0,rows=standard",
        ("values as they are", f"{FOREST},random_state=0"),
        ("another seed", f"{FOREST},rows=standard"),
    ),
    *_steps(
        ADAPTER_OWN,
        "PCA",
        COMPONENTS,
        ("signs of scikit-learn 1.5", f"{COMPONENTS},signs=components"),
        ("points standardised, too", f"{COMPONENTS},rows=standard"),
        ("windows of 10 points", f"{COMPONENTS},window=10"),
    ),
)
"""Isolation forest and PCA: the rows that the publisher's package changed since. It now takes windows of 100 points.
So many columns (5,500) are slow: they were not run, and the windows of PCA have 10 points here."""


class RerunWaterfall(Artifact):
    """Means of reruns of isolation forest and PCA with one setting changed at a time."""

    name = "tsb-ad/reruns"
    kind: ClassVar[Literal["table", "figure"]] = "figure"
    title = "TSB-AD: what moves a rerun of isolation forest and PCA"
    variants: ClassVar[tuple[Variant, ...]] = ("real",)
    in_all = False
    repetitions = 1
    inputs: ClassVar[tuple[str, ...]] = INPUTS

    def cells(self, setting: Setting) -> list[Cell]:
        """One cell for each setting; none without PyOD."""
        return list(dict.fromkeys(_cell(setting, step) for step in STEPS)) if has_pyod() else []

    def numbers(self, results: Mapping[Cell, Result], setting: Setting) -> list[Number]:
        """The mean over series of each bar."""
        numbers = []
        for step in STEPS:
            cell = _cell(setting, step)
            result = results.get(cell)
            if result is not None:
                values = {cell.seed: _mean(result, step.column)} if result.ok else {}
                place = (SECTION, step.method, step.label, step.label, METRIC)
                numbers.append(Number(*place, result.status, result.reason, values, (cell,)))
        return numbers

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Draw and save."""
        published = _published()
        records = [
            {"method": one.panel, "step": one.label, "published": published[one.panel], "VUS-PR": one.values[0]}
            for one in self.numbers(results, setting)
            if one.status == "OK"
        ]
        schema = {"method": pl.String, "step": pl.String, "published": pl.Float64, "VUS-PR": pl.Float64}
        frame = pl.DataFrame(records, schema=schema)
        caption = f"mean VUS-PR over {len(series_of(SECTION))} series of {SECTION}, real data; line: published"
        remark = (
            "Each bar changes one thing of the first bar. Dashed: mean published for the method. The publisher's "
            "package now takes windows of 100 points, which were not run: those of PCA here have 10."
        )
        lacking = failures(results, self.cells(setting)) if has_pyod() else ("PyOD is not installed: no rerun.",)
        with figure_style():
            figure = new_figure(PAGE, 0.5 * len(STEPS) + 2.6)
            heights = [sum(step.method == method for step in STEPS) for method in published]
            axes = figure.subplots(len(published), 1, sharex=True, height_ratios=heights)
            for axis, (method, value) in zip(axes, published.items(), strict=True):
                rows = frame.filter(pl.col("method") == method).to_dicts()
                places = range(len(rows))
                axis.barh(places, [row["VUS-PR"] for row in rows], color=palette()[0], height=0.62)
                for place, row in zip(places, rows, strict=True):
                    axis.text(row["VUS-PR"] + 0.005, place, f"{row['VUS-PR']:.3f}".lstrip("0"), va="center", color=INK)
                axis.axvline(value, color=MUTED, linestyle="--", linewidth=1.5)
                axis.set_yticks(places, [row["step"] for row in rows])
                axis.invert_yaxis()
                axis.set_title(f"{method}, published {value:.3f}", loc="left", fontsize=LARGE)
                axis.margins(x=0.15)
            axes[-1].set_xlabel(METRIC)
            top, below = write_title(figure, self.title, caption), write_notes(figure, lacking)
            figure.tight_layout(rect=(0, below, 1, top))
            return save(figure, stem, frame, Description(self.title, caption, "setting", (remark, *lacking)))


def _cell(setting: Setting, step: Step) -> Cell:
    return Cell(dataset=dataset_of(SECTION), variant=setting.variant, protocol=step.protocol, seed=0, method=step.spec)


def _mean(result: Result, column: str) -> float:
    return fmean(row["probes"][NAME][column] for row in result.rows)


def _published() -> dict[str, float]:
    """Published mean over the series of each method of the figure."""
    values = published_values()
    methods = dict.fromkeys(step.method for step in STEPS)
    return {one: fmean(values[name, one] for name in series_of(SECTION)) for one in methods}
