"""The waterfall: F1 of the same scores, step by step from the papers' evaluation to the one of this package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import polars as pl

from benchmark.artifacts.points import Point, PointArtifact
from benchmark.artifacts.sweep import failures
from benchmark.drawing.figure import (
    FAINT,
    MUTED,
    PAGE,
    Description,
    figure_style,
    new_figure,
    save,
    write_notes,
    write_title,
)
from benchmark.drawing.formats import plural
from benchmark.evaluation.published_rules import STEPS
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.dataset import Variant
from benchmark.papers.colours import COLOURS
from benchmark.stats.intervals import mean_interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LAST = "mean over seeds"
"""The step after `STEPS`. The others show one seed, the best under the paper's protocol: papers print one run."""

CONTROL = "random score"

MARKERS = ("o", "s", "D")

TICKS = ("paper's\nrules", "no point\nadjust-\nment", "vali-\ndation\ncut", "every\npoint", "mean\nover\nseeds")
"""Labels of `STEPS` and `LAST`."""


@dataclass(frozen=True)
class Case:
    """One detector under its own evaluation on one dataset.

    Parameters
    ----------
    detector, dataset : str
        Names for readers.
    source : str
        The dataset's registered name and layout.
    protocol : str
        ``paper-pa`` with the window, batch and ratio of the detector's public code for this dataset.
    methods : dict of str to str
        Label and method of each bar.
    published : float
        F1 that the detector's paper prints.
    """

    detector: str
    dataset: str
    source: str
    protocol: str
    methods: dict[str, str]
    published: float

    def __str__(self) -> str:
        return f"{self.detector}, {self.dataset}"


def _case(detector: str, dataset: str, parameters: str, protocol: str, published: float) -> Case:
    name = detector.lower()
    return Case(
        detector=detector,
        dataset=dataset,
        source=f"{dataset.lower()}[layout=concatenated]",
        protocol=protocol,
        methods={
            "trained": f"{name}[{parameters}]",
            "untrained": f"{name}[{parameters},untrained=true]",
            CONTROL: "random",
        },
        published=published,
    )


CASES = (
    _case(
        "DCdetector",
        "MSL",
        "batch_size=64,epochs=3,patches=(3,5),preset=published,train_windows=14400,window=90",
        "paper-pa[batch=64,ratio=1.0,window=90]",
        0.9660,
    ),
    _case(
        "DCdetector",
        "SMAP",
        "batch_size=256,epochs=3,patches=(3,5,7),preset=published,train_windows=16000,window=105",
        "paper-pa[batch=256,ratio=0.85,window=105]",
        0.9702,
    ),
    _case("DDMT", "MSL", "preset=published", "paper-pa[batch=256,ratio=1.0,window=100]", 0.9530),
    _case("DDMT", "SMAP", "preset=published", "paper-pa[batch=256,ratio=1.0,window=100]", 0.9651),
)
"""Settings of the public code by dataset, except the training windows of DCdetector: 14,400 of the 46,565 of MSL that
validation leaves, 16,000 of the 108,042 of SMAP. F1 as each detector's own paper prints it, point-adjusted."""


class Waterfall(PointArtifact):
    """F1 of the same scores at each step from the papers' evaluation to ours."""

    name = "extended/waterfall"
    kind: ClassVar[Literal["table", "figure"]] = "figure"
    title = "F1 of the same scores, from the papers' evaluation to ours"
    variants: ClassVar[tuple[Variant, ...]] = ("real",)
    in_all = False
    repetitions = 1

    def points(self, setting: Setting) -> Iterator[Point]:
        """Each detector as in its public code, its untrained copy, and a random score."""
        for case in CASES:
            for label, method in case.methods.items():
                for seed in self.seeds(setting):
                    cell = Cell(
                        dataset=case.source,
                        variant=setting.variant,
                        protocol=case.protocol,
                        seed=seed,
                        method=method,
                    )
                    yield Point(str(case), label, cell)

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Draw and save."""
        frame = self._frame(results, setting)
        caption = f"real data, {plural(len(self.seeds(setting)), 'seed')}"
        remark = (
            "All steps except the last: one seed, the best under the paper's protocol, because papers print one run. "
            "Last step: mean, and its 95 % interval over several seeds. Dotted: printed by the detector's paper."
        )
        lacking = failures(results, self.cells(setting))
        notes = (remark, *lacking)
        with figure_style():
            figure = new_figure(PAGE, 2.1 * len(CASES) + 2.0)
            axes = figure.subplots(len(CASES), 1, sharey=True, sharex=True)
            for axis, case in zip(axes, CASES, strict=True):
                _draw(axis, case, frame.filter(pl.col("case") == str(case)))
            for axis in axes:
                axis.set_ylabel("F1 (log)")
            top = write_title(figure, self.title, caption)
            below = write_notes(figure, lacking, *axes[0].get_legend_handles_labels())
            figure.tight_layout(rect=(0, below, 1, top))
            return save(figure, stem, frame, Description(self.title, caption, "step of the evaluation", notes))

    def _frame(self, results: Mapping[Cell, Result], setting: Setting) -> pl.DataFrame:
        """One row per case, method and step: mean over seeds with interval and range, and of the drawn seed."""
        rows = []
        for (case, label), runs in self.runs(results, setting).items():
            if not all(result.ok for _, result in runs):
                continue
            tasks = [result.rows[0] for _, result in runs]
            first = [task["evaluation_steps"][STEPS[0]]["F1"] for task in tasks]
            best = first.index(max(first))
            for step in STEPS:
                at_step = [task["evaluation_steps"][step] for task in tasks]
                values = [numbers["F1"] for numbers in at_step]
                interval = mean_interval(values, limits=(0, 1))
                rows.append(
                    {"case": case, "scores": label, "step": step,
                     "mean": interval.mean, "low": interval.low, "high": interval.high,
                     "lowest": min(values), "highest": max(values), "shown": values[best],
                     "points": at_step[0]["points"],
                     "flagged": sum(numbers["flagged"] for numbers in at_step) / len(tasks),
                     "AUC-ROC": sum(task["AUC-ROC"] for task in tasks) / len(tasks),
                     "seeds": len(tasks)}
                )  # fmt: skip
        return pl.DataFrame(rows, schema=None if rows else {"case": pl.String, "scores": pl.String})


def _draw(axis: Axes, case: Case, frame: pl.DataFrame) -> None:
    """Draw one line per kind of score over the steps; on a linear axis all steps but the first would be one."""
    places = range(len(STEPS) + 1)
    axis.set_yscale("log")
    axis.axhline(case.published, color=MUTED, linestyle=":", linewidth=1)
    axis.text(len(STEPS), case.published * 0.85, f"printed: {case.published:.3f}", ha="right", va="top")
    for index, label in enumerate(case.methods):
        colour = COLOURS[label]
        by_step: dict[str, Any] = {row["step"]: row for row in frame.filter(pl.col("scores") == label).to_dicts()}
        if not by_step:
            continue
        final = by_step[STEPS[-1]]
        heights = [by_step[step]["shown"] for step in STEPS] + [final["mean"]]
        beside = [place + 0.07 * (index - 1) for place in places]
        axis.plot(beside, heights, color=colour, marker=MARKERS[index], markersize=7, linewidth=1.6, label=label)
        axis.vlines(beside[-1], final["low"], final["high"], color=colour, linewidth=1.6)
        first = f"{heights[0]:.3f}".lstrip("0")
        axis.text(0.95, (0.62, 0.25, 0.1)[index], f"{first} {label}", color=colour, va="center")
    axis.set_xticks(places, TICKS)
    axis.set_ylim(0.005, 1.4)
    axis.set_yticks([0.01, 0.1, 1], ["0.01", "0.1", "1"])
    axis.minorticks_off()
    axis.grid(axis="y", color=FAINT, linewidth=0.5)
    axis.set_title(f"{case.detector} on {case.dataset}", loc="left")
