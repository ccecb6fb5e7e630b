"""Figure 1: recall against the false-alarm rate, known and unseen kinds of attack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import polars as pl

from benchmark.artifacts.comparison import TableRow
from benchmark.artifacts.points import Point
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
from benchmark.evaluation.operating import RATES
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.papers.colours import COLOURS
from benchmark.papers.threat_detection.sections import (
    COMBINED,
    DATASETS,
    GENERATIVE,
    SECTIONS,
    SIMPLE,
    STIDE,
    SUPERVISED,
    TRADITIONAL,
    Section,
    ThreatArtifact,
    rows_of,
)
from benchmark.papers.threat_detection.units import Runs, own_runs, summarise_units, units
from benchmark.stats.intervals import MeanInterval, mean_interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHOWN = (*GENERATIVE, *TRADITIONAL, SUPERVISED[0], STIDE, SIMPLE[0], COMBINED[0])
"""Rows of Table 1 that are drawn: more lines would hide each other. The table has all."""

COLUMNS = {"known-kind": "known kinds", "unseen-kind": "unseen kinds"}
"""Scenario and title of each column of panels."""

ON_TEST, HELD_OUT = "rate on the test", "1% held out"
"""Which cut a number of the figure is at."""


class RecallCurve(ThreatArtifact):
    """Recall over false-alarm rates from .001 to .3, from the cells of Table 1."""

    name = "threat-detection/figure1-recall"
    kind: ClassVar[Literal["table", "figure"]] = "figure"
    title = "Threat detection: attacks found against false alarms"

    def panels(self, setting: Setting) -> list[Section]:
        """Sections with a panel: known and unseen kinds of each dataset."""
        return [one for one in self.sections_of(setting) if one.key.endswith(tuple(COLUMNS))]

    def points(self, setting: Setting) -> Iterator[Point]:
        """The shown rows of each panel."""
        for section in self.panels(setting):
            for row in rows_of(section.dataset):
                if row in SHOWN:
                    yield from self.section_points(setting, section.key, row)

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Draw and save. A row with a failed cell has no line."""
        frame = self.frame(results, setting)
        sections = {section.key: section for section in self.panels(setting)}
        datasets = dict.fromkeys(section.dataset for section in sections.values())
        lacking = failures(results, self.cells(setting))
        notes = (
            "Lines: recall at the cut that flags at most this share of normal test points; mean over kinds (NSL-KDD) "
            "or incidents, then over seeds. Rules use no more than the rate at which they match.",
            "Discs: the cut of a user, above 1 % of held-out normal points, at the rate that it has on the test. Right "
            "of .01 the normal points of the test differ from those of training. Thin grey line: chance.",
            *lacking,
        )
        caption = self.circumstances(setting)
        with figure_style():
            figure = new_figure(PAGE, 2.5 * len(datasets) + 3.2)
            axes = figure.subplots(len(datasets), len(COLUMNS), sharex=True, sharey="row", squeeze=False)
            places = [(dataset, scenario) for dataset in datasets for scenario in COLUMNS]
            for axis, (dataset, scenario) in zip(axes.ravel(), places, strict=True):
                if f"{dataset} {scenario}" in sections:
                    _draw(axis, frame.filter(pl.col("section") == f"{dataset} {scenario}"))
                else:
                    axis.text(
                        0.5,
                        0.5,
                        "only two of 30\nexecutions are of\na known technique",
                        transform=axis.transAxes,
                        ha="center",
                        color=MUTED,
                    )
                axis.set_title(f"{DATASETS[dataset].partition(' (')[0]}, {COLUMNS[scenario]}", loc="left")
            for axis in axes[-1]:
                axis.set_xlabel("false-alarm rate, at most")
            for axis in axes[:, 0]:
                axis.set_ylabel("recall")
            lines = {label: handle for axis in axes.ravel() for handle, label in zip(*_legend(axis), strict=True)}
            ordered = [row.label for row in SHOWN if row.label in lines]
            top = write_title(figure, self.title, caption)
            below = write_notes(figure, lacking, [lines[label] for label in ordered], ordered)
            figure.tight_layout(rect=(0, below, 1, top))
            return save(figure, stem, frame, Description(self.title, caption, "false-alarm rate, at most", notes))

    def frame(self, results: Mapping[Cell, Result], setting: Setting) -> pl.DataFrame:
        """One row per section, method and rate: recall with its 95 % interval over seeds."""
        records: list[dict[str, Any]] = []
        for (key, row), runs in self.runs(results, setting).items():
            section = SECTIONS[key]
            if all(result.ok for _, result in runs):
                records += _records(section, row, runs)
        kinds: dict[str, Any] = {"section": pl.String, "method": pl.String, "cut": pl.String}
        numbers = ("rate", "mean", "low", "high", "seeds")
        return pl.DataFrame(records, schema=kinds | dict.fromkeys(numbers, pl.Float64))


def curves(section: Section, runs: Runs) -> list[list[float]]:
    """Recall at each of the `RATES`, averaged over units; one list per seed. No list for a seed without a unit."""
    return [
        np.mean([row["curve"] for row in found.values()], axis=0).tolist()
        for found in units(section, runs).values()
        if found
    ]


def _records(section: Section, row: TableRow, runs: Runs) -> list[dict[str, Any]]:
    head = {"section": section.key, "method": row.label}
    by_seed = curves(section, runs)
    if len(by_seed) < len(own_runs(section, runs)):
        return []
    records = []
    for place, rate in enumerate(RATES):
        found = mean_interval([curve[place] for curve in by_seed], limits=(0, 1))
        records.append(head | {"cut": ON_TEST, "rate": rate} | _limits(found))
    realised, recall = (
        mean_interval(summarise_units(section, runs, f"{metric}@1%").values, limits=(0, 1))
        for metric in ("False-Alarm-Rate", "Recall")
    )
    return [*records, head | {"cut": HELD_OUT, "rate": realised.mean} | _limits(recall)]


def _limits(found: MeanInterval) -> dict[str, float]:
    return {"mean": found.mean, "low": found.low, "high": found.high, "seeds": float(found.count)}


def _styles() -> dict[str, dict[str, Any]]:
    """Line of each method: thick for generative models, dark for rules and signatures, thin for the others."""
    styles: dict[str, dict[str, Any]] = {row.label: {"color": COLOURS[row.label], "lw": 2.2} for row in GENERATIVE}
    dashes = ("-", (0, (4, 1.5)), "-", (0, (4, 1.5)), (0, (1, 1)), (0, (1, 1)))
    others = (*TRADITIONAL, SUPERVISED[0], SIMPLE[0], STIDE, COMBINED[0])
    return styles | {
        row.label: {"color": COLOURS[row.label], "ls": dash, "lw": 1.8}
        for row, dash in zip(others, dashes, strict=True)
    }


def _draw(axis: Axes, frame: pl.DataFrame) -> None:
    """Draw the lines of one panel; a disc outside the axis lies on its edge."""
    styles = _styles()
    axis.set_xscale("log")
    axis.plot(RATES, RATES, color=FAINT, lw=1)
    for label in (row.label for row in SHOWN):
        line = frame.filter((pl.col("method") == label) & (pl.col("cut") == ON_TEST))
        if not len(line):
            continue
        style = styles[label]
        axis.plot(line["rate"], line["mean"], label=label, **style)
        disc = frame.filter((pl.col("method") == label) & (pl.col("cut") == HELD_OUT)).row(0, named=True)
        place = min(max(disc["rate"], RATES[0]), RATES[-1])
        axis.plot(
            [place], [disc["mean"]], "o", ms=5, color=style["color"], mec="white", mew=0.6, zorder=4, clip_on=False
        )
    axis.set_xlim(RATES[0], RATES[-1])
    axis.set_ylim(0, 1)
    axis.set_xticks([0.001, 0.01, 0.1], [".001", ".01", ".1"])
    axis.grid(color=FAINT, lw=0.5)
    axis.set_axisbelow(True)


def _legend(axis: Axes) -> tuple[list[Any], list[str]]:
    handles, labels = axis.get_legend_handles_labels()
    return list(handles), list(labels)
