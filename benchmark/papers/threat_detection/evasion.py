"""Figure 3: how many of the attacks that a detector finds an attacker hides from it, by score queries alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple

import polars as pl

from benchmark.artifacts.comparison import TableRow
from benchmark.artifacts.points import Point
from benchmark.artifacts.sweep import Record, failures, summarised
from benchmark.drawing.figure import (
    FAINT,
    PAGE,
    Description,
    figure_style,
    new_figure,
    save,
    write_notes,
    write_title,
)
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.numbers import Number
from benchmark.papers.colours import COLOURS
from benchmark.papers.threat_detection.sections import DATASETS, GENERATIVE, TRADITIONAL, ThreatArtifact
from benchmark.protocols.threat import connections, mimicry

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PROBE = "evasion"

STIDE = TableRow("STIDE", "stide", "control")
"""Runs of calls: where points have sequences."""

OTHERS = (
    TableRow("XGBoost", "xgboost", "control"),
    STIDE,
    TableRow("nearest neighbours", "knn", "control"),
    TableRow("isolation forest", "iforest", "control"),
)
"""Detectors beside which the paper's models are shown: one with labels, and simple ones without."""

GROUPS = {"generative models": GENERATIVE, "rules, signatures, others": (*TRADITIONAL, *OTHERS)}
"""Rows of each line of panels."""


class Attacked(NamedTuple):
    """What the panels of one dataset show.

    Parameters
    ----------
    cut : str
        Share of held-out normal points above the cut.
    quantity : str
        Label of the horizontal axis.
    budgets : dict of str to str
        Name and tick label of each budget.
    """

    cut: str
    quantity: str
    budgets: dict[str, str]


PLACES = {
    "nsl-kdd": Attacked("1%", "columns changed", {name: f"{size:g}" for name, size in connections.BUDGETS.items()}),
    "adfa-ld": Attacked(
        "5%", "normal calls inserted, % of the trace", {name: f"{100 * s:g}" for name, s in mimicry.BUDGETS.items()}
    ),
}
"""The cut that is drawn: 1 %; 5 % for traces, since at 1 % few detectors find any."""

EVADED, RANDOM, GAINED, COUNT = "Evaded", "Random", "Gained", "Attacked"
"""Share that the attacker hides, share that one random change hides, their difference, number of attacked points."""

SHIFT = 0.05
"""Distance of two lines of a panel, as a share of that of two budgets."""

CONTROL = ", random change"
"""After a method's name: the line of the control."""


class Evasion(ThreatArtifact):
    """Fig. 3: share of detected attacks that evade, against the budget of changes.

    `benchmark.protocols.threat.evasion` says what an attacker may change and how it searches. Attacks of known and of
    unseen kinds are pooled, in the scenario ``known-kind``. A seed in which a detector finds no attack has no value;
    the mean is over the others.
    """

    name = "threat-detection/figure3-evasion"
    kind: ClassVar[Literal["table", "figure"]] = "figure"
    title = "Threat detection, Fig. 3: attacks that evade by score queries"

    notes = (
        "@1%, @5%: the share of false alarms at the cut. Solid: the best of 100 changed attacks, by the score. Dashed: "
        "one random change of the same size. Bars: 95 % intervals over seeds. Each line is over the attacks that its "
        "detector finds at the cut, at most 100 connections or 20 traces of a seed. A detector that finds none has no "
        "line.",
    )

    def points(self, setting: Setting) -> Iterator[Point]:
        """Every dataset, row and seed."""
        for dataset in PLACES:
            for row in rows_of(dataset):
                for seed in self.seeds(setting):
                    cell = self.threat_cell(setting, f"{dataset} known-kind", row.method, seed, probe=PROBE)
                    yield Point(dataset, row, cell)

    def numbers(self, results: Mapping[Cell, Result], setting: Setting) -> list[Number]:
        """Every answer of each row at each seed, and by cut and budget what the queries gain over the control."""
        found = []
        for (dataset, row), runs in self.runs(results, setting).items():
            failed = [result for _, result in runs if not result.ok]
            answers = {cell.seed: answer(result) for cell, result in runs if result.ok}
            for metric in names(dataset):
                values = {seed: own[metric] for seed, own in answers.items() if own.get(metric) is not None}
                status, reason = "OK", ""
                if failed:
                    status, reason, values = failed[0].status, failed[0].reason, {}
                elif not values:
                    status, reason = "UNDEFINED", "it finds no attack at this cut"
                cells = tuple(cell for cell, _ in runs)
                found.append(Number(dataset, "", row.method, row.label, metric, status, reason, values, cells))
        return found

    def records(self, results: Mapping[Cell, Result], setting: Setting) -> list[Record]:
        """One record for each dataset, budget, line and seed with a value; rows with a failed cell have none."""
        found = []
        for (dataset, row), runs in self.runs(results, setting).items():
            place = PLACES[dataset]
            if not all(result.ok for _, result in runs):
                continue
            for cell, result in runs:
                own = answer(result)
                for x, budget in enumerate(place.budgets):
                    for line, kind in ((row.label, EVADED), (f"{row.label}{CONTROL}", RANDOM)):
                        value = own[f"{kind}@{place.cut}, {budget}"]
                        if value is not None:
                            facts = {"panel": dataset, "x": x, "metric": line, "seed": cell.seed, "value": value}
                            found.append(facts | {"points": own[f"{COUNT}@{place.cut}"]})
        return found

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Draw and save: a column of panels for each dataset, a line of panels for each group of rows."""
        frame = summarised(self.records(results, setting), 1, limits=(0.0, 1.0))
        caption = self.circumstances(setting)
        lacking = failures(results, self.cells(setting))
        notes = (*self.notes, *lacking)
        colours = colours_of()
        with figure_style():
            figure = new_figure(PAGE, 11.0)
            axes = figure.subplots(len(GROUPS), len(PLACES), sharey=True, squeeze=False)
            for across, (dataset, place) in enumerate(PLACES.items()):
                for down, rows in enumerate(GROUPS.values()):
                    part = frame.filter(pl.col("panel") == dataset)
                    draw(axes[down, across], part, {row.label: colours[row.label] for row in rows}, place)
                axes[0, across].set_title(f"{DATASETS[dataset]} @{place.cut}", loc="left")
                axes[-1, across].set_xlabel(place.quantity.replace(", ", ",\n").replace("calls ", "calls\n"))
            for down, name in enumerate(GROUPS):
                axes[down, 0].set_ylabel(f"share that evades\n{name}")
            top = write_title(figure, self.title, caption)
            handles = [_line(colour) for colour in colours.values()]
            below = write_notes(figure, lacking, handles, list(colours))
            figure.subplots_adjust(left=0.19, right=0.97, top=top - 0.03, bottom=below + 0.1, wspace=0.15, hspace=0.2)
            quantity = "; ".join(place.quantity for place in PLACES.values())
            return save(figure, stem, _named(frame), Description(self.title, caption, quantity, notes))


def rows_of(dataset: str) -> list[TableRow]:
    """Rows of a dataset, group by group."""
    return [row for rows in GROUPS.values() for row in rows if row != STIDE or dataset == "adfa-ld"]


def colours_of() -> dict[str, str]:
    """Colour of each label, as in all figures."""
    return {row.label: COLOURS[row.label] for rows in GROUPS.values() for row in rows}


def names(dataset: str) -> list[str]:
    """Names of the numbers of a dataset: each kind at each cut and budget, and the counts."""
    means = {"nsl-kdd": connections, "adfa-ld": mimicry}[dataset]
    policies = [f"{100 * share:g}%" for share in means.CUTS]
    kinds = [f"{kind}@{cut}, {name}" for cut in policies for name in means.BUDGETS for kind in (EVADED, RANDOM, GAINED)]
    return [*kinds, *(f"{COUNT}@{cut}" for cut in policies)]


def answer(result: Result) -> dict[str, Any]:
    """The answer to the probe, with the gain of each cut and budget."""
    found = dict(result.answers(0)[PROBE])
    for name, value in list(found.items()):
        kind, _, rest = name.partition("@")
        if kind == EVADED:
            by_chance = found[f"{RANDOM}@{rest}"]
            found[f"{GAINED}@{rest}"] = None if value is None or by_chance is None else value - by_chance
    return found


def draw(axis: Axes, frame: pl.DataFrame, colours: Mapping[str, str], place: Attacked) -> None:
    """Draw the lines of some rows of one dataset, each with its control, side by side so that bars do not overlap."""
    for number, (label, colour) in enumerate(colours.items()):
        shift = SHIFT * (number - (len(colours) - 1) / 2)
        for name, style in ((label, "-"), (f"{label}{CONTROL}", "--")):
            line = frame.filter(pl.col("metric") == name).sort("x")
            along = line["x"].cast(pl.Float64) + shift
            axis.plot(along, line["mean"], style, marker="o", markersize=5, color=colour, clip_on=False)
            if style == "-":
                axis.vlines(along, line["low"], line["high"], color=colour, linewidth=0.9, alpha=0.7)
    axis.set_xticks(range(len(place.budgets)), list(place.budgets.values()))
    axis.set_ylim(0, 1)
    axis.grid(axis="y", color=FAINT, linewidth=0.5)


def _named(frame: pl.DataFrame) -> pl.DataFrame:
    """The drawn numbers with the name of each budget in place of its position."""
    ticks = [[*PLACES[panel].budgets][x] for panel, x in zip(frame["panel"], frame["x"], strict=True)]
    return frame.with_columns(pl.Series("x", ticks, dtype=pl.String)).rename({"points": "attacked"}, strict=False)


def _line(colour: str) -> Any:
    from matplotlib.lines import Line2D

    return Line2D([], [], color=colour, marker="o", markersize=3)
