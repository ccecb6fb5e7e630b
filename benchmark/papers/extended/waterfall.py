"""The inflation waterfall: what is left of a score's F1 on the way from the papers' protocol to this package's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import polars as pl

from benchmark.artifacts.sweep import failures, seeds
from benchmark.drawing.figure import INK, MUTED, Description, figure_style, new_figure, palette, save
from benchmark.evaluation.published_rules import STEPS
from benchmark.interfaces.artifact import Artifact, Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.dataset import Variant
from benchmark.stats.intervals import mean_interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LAST = "mean over seeds"
"""The step after `STEPS`: up to it one seed is shown, the best under the paper's protocol, for papers print one run."""

CONTROL = "random score"


@dataclass(frozen=True)
class Case:
    """One detector under its own evaluation on one dataset.

    Parameters
    ----------
    detector, dataset : str
        Names shown.
    protocol : str
        ``paper-pa`` with the window, batch and ratio of the detector's public code for this dataset.
    methods : dict of str to str
        Label and method of each bar.
    published : float
        F1 that the detector's paper prints.
    source : str
        The dataset's name and layout.
    """

    detector: str
    dataset: str
    source: str
    protocol: str
    methods: dict[str, str]
    published: float


def _case(detector: str, dataset: str, body: str, protocol: str, published: float) -> Case:
    name = detector.lower()
    return Case(
        detector,
        dataset,
        f"{dataset.lower()}[layout=concatenated]",
        protocol,
        {
            "trained": f"{name}[{body}]",
            "untrained": f"{name}[{body},untrained=true]",
            CONTROL: "random",
        },
        published,
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
"""Settings of the public code by dataset, but for the training windows of DCdetector: 14,400 of the 46,565 of MSL that
validation leaves, 16,000 of the 108,042 of SMAP. Printed F1 of each detector's own paper, point-adjusted."""


class Waterfall(Artifact):
    """The same scores, one step at a time from the papers' evaluation to this package's."""

    name = "extended/waterfall"
    kind: ClassVar[Literal["table", "figure"]] = "figure"
    title = "What is left of F1 from the papers' evaluation to ours, same scores"
    variants: ClassVar[tuple[Variant, ...]] = ("real",)
    in_all = False

    def cells(self, setting: Setting) -> list[Cell]:
        """Each detector as its code is, its untrained copy, and a random score."""
        return [
            self._cell(setting, case, method, seed)
            for case in CASES
            for method in case.methods.values()
            for seed in seeds(setting)
        ]

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Draw and save."""
        frame = self._frame(results, setting)
        caption = f"real data, {setting.profile.seeds} seeds"
        remark = (
            "Up to the last step one seed, the best under the paper's protocol, for papers print one run; last: "
            "mean and 95 % interval."
        )
        notes = (remark, *failures(results, self.cells(setting)))
        with figure_style():
            figure = new_figure(9.6, 6.6)
            for axis, case in zip(figure.subplots(2, 2, sharey=True).ravel(), CASES, strict=True):
                _draw(axis, case, frame.filter(pl.col("case") == f"{case.detector}, {case.dataset}"))
            handles, labels = figure.axes[0].get_legend_handles_labels()
            figure.legend(handles, labels, loc="lower center", ncols=len(labels), bbox_to_anchor=(0.5, 0.03))
            figure.suptitle(f"{self.title}; {caption}", fontsize=10)
            figure.text(0.01, 0.008, "; ".join(notes), fontsize=7, color=MUTED)
            figure.tight_layout(rect=(0, 0.075, 1, 0.98))
            return save(figure, stem, frame, Description(self.title, caption, "step of the evaluation", notes))

    def _frame(self, results: Mapping[Cell, Result], setting: Setting) -> pl.DataFrame:
        """One row a case, method and step: mean over seeds with interval and range, and the one seed that is shown."""
        rows = []
        for case in CASES:
            for label, method in case.methods.items():
                found = [results[self._cell(setting, case, method, seed)] for seed in seeds(setting)]
                if not all(result.ok for result in found):
                    continue
                first = [result.rows[0]["evaluation_steps"][STEPS[0]]["F1"] for result in found]
                shown = first.index(max(first))
                for step in STEPS:
                    values = [result.rows[0]["evaluation_steps"][step]["F1"] for result in found]
                    interval = mean_interval(values)
                    one = found[0].rows[0]["evaluation_steps"][step]
                    rows.append(
                        {"case": f"{case.detector}, {case.dataset}", "scores": label, "step": step,
                         "mean": interval.mean, "low": interval.low, "high": interval.high,
                         "lowest": min(values), "highest": max(values), "shown": values[shown],
                         "points": one["points"],
                         "flagged": sum(r.rows[0]["evaluation_steps"][step]["flagged"] for r in found) / len(found),
                         "AUC-ROC": sum(r.rows[0]["AUC-ROC"] for r in found) / len(found),
                         "seeds": len(found)}
                    )  # fmt: skip
        return pl.DataFrame(rows, schema=None if rows else {"case": pl.String, "scores": pl.String})

    @staticmethod
    def _cell(setting: Setting, case: Case, method: str, seed: int) -> Cell:
        return Cell(case.source, setting.variant, case.protocol, seed, method)


def _draw(axis: Axes, case: Case, frame: pl.DataFrame) -> None:
    """One group of bars a step, one bar a kind of score; the printed figure as a line."""
    names = (*STEPS, LAST)
    width = 0.8 / len(case.methods)
    for place, (label, colour) in enumerate(zip(case.methods, (*palette()[:2], "#b0b0b0"), strict=True)):
        found: dict[str, Any] = {row["step"]: row for row in frame.filter(pl.col("scores") == label).to_dicts()}
        if not found:
            continue
        final = found[STEPS[-1]]
        heights = [found[step]["shown"] for step in STEPS] + [final["mean"]]
        positions = [index + (place - 1) * width for index in range(len(names))]
        axis.bar(positions, heights, width * 0.92, color=colour, label=label)
        axis.errorbar(
            positions[-1], final["mean"], [[final["mean"] - final["low"]], [final["high"] - final["mean"]]],
            color=MUTED, linewidth=1, capsize=2,
        )  # fmt: skip
        for x, height in zip(positions, heights, strict=True):
            inside = height > 0.5  # above a high bar its number would stand on the line of the printed one
            axis.text(
                x, height - 0.02 if inside else height + 0.02, f"{height:.3f}".lstrip("0"), rotation=90, fontsize=6.5,
                ha="center", va="top" if inside else "bottom", color="white" if inside and label != CONTROL else INK,
            )  # fmt: skip
    axis.axhline(case.published, color=MUTED, linestyle=":", linewidth=1)
    axis.text(len(names) - 0.5, case.published + 0.02, f"printed: {case.published:.3f}", ha="right", fontsize=7)
    axis.set_xticks(range(len(names)), ["paper's\nprotocol", "no point\nadjustment", "validation\nthreshold",
                                        "every\ntest point", "mean over\nseeds"], fontsize=7)  # fmt: skip
    axis.set_ylim(0, 1.1)
    axis.set_ylabel("F1")
    axis.set_title(f"{case.detector} on {case.dataset}")
