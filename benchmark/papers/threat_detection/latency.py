"""Figure 4: recall at a budget of false alarms against latency and throughput, from the cells of the overhead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal

import polars as pl

from benchmark.artifacts.points import Point
from benchmark.artifacts.sweep import failures
from benchmark.drawing.figure import (
    PAGE,
    Description,
    figure_style,
    new_figure,
    notes_height,
    save,
    title_height,
    write_notes,
    write_title,
)
from benchmark.drawing.summary import summarise
from benchmark.drawing.tradeoff import Trade, draw_tradeoff, on_front
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.papers.threat_detection.overhead import CHANCE, P99, RATE, Overhead
from benchmark.papers.threat_detection.sections import DATASETS, SECTIONS, ThreatArtifact

RECALL = "Recall@1%"

AXES = {P99: ("p99 of one event, ms", True), RATE: ("events per second, one core", False)}
"""Label of each horizontal axis, and whether lower is better."""

PANEL, BETWEEN = 4.0, 1.05
"""Inches: height of a panel, space below it."""


class Latency(ThreatArtifact):
    """Fig. 4: a line of panels for each dataset, latency on the left and throughput on the right."""

    name = "threat-detection/figure4-latency"
    kind: ClassVar[Literal["table", "figure"]] = "figure"
    title = "Threat detection, Fig. 4: recall against latency and throughput"
    timed = True
    remarks = (
        "Recall of all attacks of the test part in the scenario known-kind, at a cut that 1 % of held-out normal "
        "points exceed; bars: 95 % interval over seeds. Better is up and left in every panel.",
        "Blue: Pareto front, no other method is at least as good on both axes and better on one. Times are of the "
        "machine that the receipt names, on one core, with another worker at the same time: compare orders of "
        "magnitude.",
    )

    def points(self, setting: Setting) -> Iterator[Point]:
        """The cells of the overhead, without chance."""
        for point in Overhead().points(setting):
            if point.x != CHANCE:
                yield point

    def frame(self, results: Mapping[Cell, Result], setting: Setting) -> pl.DataFrame:
        """One record for each dataset and method that has all three numbers.

        Returns
        -------
        polars DataFrame
            ``dataset``, ``method``, ``recall`` with ``low`` and ``high``, ``p99_ms``, ``events_per_second``, and
            ``latency_front``, ``throughput_front``: whether it lies on the front.
        """
        records: list[dict[str, Any]] = []
        for (section, row), runs in self.runs(results, setting).items():
            found = {metric: summarise(runs, metric) for metric in (RECALL, P99, RATE)}
            if all(summary.interval is not None for summary in found.values()):
                mean = {metric: one.interval.mean for metric, one in found.items() if one.interval is not None}
                low, high = found[RECALL].limits or (None, None)
                head = {"dataset": SECTIONS[section].dataset, "method": row.label, "recall": mean[RECALL]}
                records.append(head | {"low": low, "high": high, "p99_ms": mean[P99], "events_per_second": mean[RATE]})
        schema = {"dataset": pl.String, "method": pl.String} | dict.fromkeys(
            ("recall", "low", "high", "p99_ms", "events_per_second"), pl.Float64
        )
        frame = pl.DataFrame(records, schema=schema, orient="row")
        parts = [part.with_columns(_fronts(part)) for part in frame.partition_by("dataset", maintain_order=True)]
        return pl.concat(parts) if parts else frame

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Draw and save. A method without a number is left out, and failed cells are counted below the figure."""
        frame = self.frame(results, setting)
        datasets = frame["dataset"].unique(maintain_order=True).to_list()
        caption = self.circumstances(setting)
        lacking = failures(results, self.cells(setting))
        notes = (*self.remarks, *lacking)
        head = title_height(self.title, caption) + 0.35
        height = notes_height(lacking) + head + 2 * (PANEL + BETWEEN) * max(1, len(datasets))
        with figure_style():
            figure = new_figure(PAGE, height)
            write_title(figure, self.title, caption)
            for down, dataset in enumerate(datasets):
                for part, (metric, (label, lower)) in enumerate(AXES.items()):
                    bottom = height - head - (PANEL + BETWEEN) * (2 * down + part + 1) + BETWEEN
                    axes = figure.add_axes((0.12, bottom / height, 0.85, (PANEL - 0.15) / height))
                    draw_tradeoff(axes, trades(frame.filter(pl.col("dataset") == dataset), metric), lower=lower)
                    axes.set_xlabel(label)
                    axes.set_title(DATASETS[dataset], loc="left")
                    axes.set_ylabel("recall at 1 % false alarms")
            write_notes(figure, lacking)
        quantity = " and ".join(label for label, _ in AXES.values())
        return save(figure, stem, frame, Description(self.title, caption, quantity, notes))


def trades(frame: pl.DataFrame, metric: str) -> list[Trade]:
    """The points of one panel."""
    column = {P99: "p99_ms", RATE: "events_per_second"}[metric]
    return [
        Trade(row["method"], row[column], row["recall"], row["low"], row["high"]) for row in frame.iter_rows(named=True)
    ]


def _fronts(frame: pl.DataFrame) -> list[pl.Series]:
    columns = {"latency_front": P99, "throughput_front": RATE}
    return [pl.Series(name, on_front(trades(frame, metric), lower=AXES[metric][1])) for name, metric in columns.items()]
