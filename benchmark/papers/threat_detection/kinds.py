"""Figure 2: recall at a false-alarm rate of 1 % by kind of attack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import polars as pl

from benchmark.artifacts.points import Point
from benchmark.artifacts.sweep import failures
from benchmark.drawing.figure import (
    INK,
    MUTED,
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
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.papers.threat_detection.sections import DATASETS, ThreatArtifact, learns_attacks, rows_of
from benchmark.protocols.threat.division import LEAST

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

METRIC = "Recall@1%"

LEFT, ROW, HEAD, BETWEEN, SCALE = 3.5, 0.26, 0.35, 2.3, 0.6
"""Inches: space left of the maps; height of a row; space above a map, below it for names of methods, for the scale."""

LEFT_OUT = "left out"
"""Ending of the column of a method whose training lacks the kind that is tested."""

OMITTED = ("Random Forest", "norm")
"""Rows of Table 1 that are not drawn; they are near XGBoost and PCA."""


class Kinds(ThreatArtifact):
    """Recall by kind of attack and method, from the cells of Table 1."""

    name = "threat-detection/figure2-kinds"
    kind: ClassVar[Literal["table", "figure"]] = "figure"
    title = "Threat detection: share found of each kind of attack"

    def points(self, setting: Setting) -> Iterator[Point]:
        """Each method on known kinds, and detectors with labels again without the tested kind."""
        for dataset in dict.fromkeys(section.dataset for section in self.sections_of(setting)):
            for row in rows_of(dataset):
                if row.label in OMITTED:
                    continue
                for scenario in ("known-kind", "unseen-kind") if learns_attacks(row.method) else ("known-kind",):
                    label = row.label if scenario == "known-kind" else f"{row.label}, {LEFT_OUT}"
                    for seed in self.seeds(setting):
                        cell = self.threat_cell(setting, f"{dataset} {scenario}", row.method, seed)
                        yield Point(dataset, label, cell)

    def frame(self, results: Mapping[Cell, Result], setting: Setting) -> pl.DataFrame:
        """One row per dataset, kind and method: recall at the held-out cut, mean over seeds and its range.

        ``attacks`` is the number of test points of the kind, mean over seeds; ``in_turn`` says whether it is left out
        in turn. A kind with fewer than ten test connections of NSL-KDD is left out. A kind that no detector
        knows has the same number in the column ``left out``.
        """
        records: list[dict[str, Any]] = []
        for (dataset, label), runs in self.runs(results, setting).items():
            if not all(result.ok for _, result in runs):
                continue
            found: dict[str, list[tuple[float, int]]] = {}
            for _, result in runs:
                for name, recall, attacks in _by_kind(result):
                    found.setdefault(name, []).append((recall, attacks))
            for name, values in found.items():
                recalls = [recall for recall, _ in values]
                points = sum(count for _, count in values) / len(values)
                if dataset != "nsl-kdd" or points >= LEAST:
                    records.append(
                        {"dataset": dataset, "attack": name, "method": label, "recall": sum(recalls) / len(recalls)}
                        | {"low": min(recalls), "high": max(recalls), "attacks": points, "seeds": len(values)}
                    )
        return _with_new_kinds(records, self._left_out_in_turn(results, setting))

    def _left_out_in_turn(self, results: Mapping[Cell, Result], setting: Setting) -> set[tuple[str, str]]:
        """Datasets and kinds that are left out in turn at some seed."""
        known = set()
        for (dataset, label), runs in self.runs(results, setting).items():
            if label.endswith(LEFT_OUT):
                known |= {(dataset, name) for _, result in runs if result.ok for name, *_ in _by_kind(result)}
        return known

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Draw and save. A method with a failed cell has no column."""
        frame = self.frame(results, setting)
        lacking = failures(results, self.cells(setting))
        notes = (
            f"Recall at the cut above 1 % of held-out normal points, mean over seeds. In brackets: test points of the "
            f"kind. {LEFT_OUT}: trained without the kind. Below the line: kinds that the training part of NSL-KDD does "
            "not hold.",
            *lacking,
        )
        caption = self.circumstances(setting)
        with figure_style():
            figure = _draw_all(frame, self.title, caption, lacking)
            return save(figure, stem, frame, Description(self.title, caption, "method", notes))


def _by_kind(result: Result) -> Iterator[tuple[str, float, int]]:
    """Yield name, recall and number of test points of each kind, pooled over tasks."""
    totals: dict[str, tuple[float, int]] = {}
    for task in result.rows:
        for name, row in task["subgroups"]["kind"].items():
            if row["anomalous"]:
                hits, count = totals.get(name, (0.0, 0))
                totals[name] = hits + row[METRIC] * row["anomalous"], count + row["anomalous"]
    for name, (hits, count) in totals.items():
        yield name, hits / count, count


def _with_new_kinds(records: list[dict[str, Any]], in_turn: set[tuple[str, str]]) -> pl.DataFrame:
    """Add whether each kind is left out in turn, and the numbers of the others to the columns ``left out``."""
    added = []
    ending = f", {LEFT_OUT}"
    columns = {(one["dataset"], one["method"]) for one in records}
    for record in records:
        record["in_turn"] = (record["dataset"], record["attack"]) in in_turn
        if not record["in_turn"] and (record["dataset"], record["method"] + ending) in columns:
            added.append(record | {"method": record["method"] + ending})
    schema = {"dataset": pl.String, "attack": pl.String, "method": pl.String, "recall": pl.Float64, "low": pl.Float64,
              "high": pl.Float64, "attacks": pl.Float64, "seeds": pl.Int64, "in_turn": pl.Boolean}  # fmt: skip
    return pl.DataFrame([*records, *added], schema=schema)


def _draw_all(frame: pl.DataFrame, title: str, caption: str, notes: Sequence[str]) -> Figure:
    """Draw a map for each dataset, one below the other, then the scale."""
    datasets = [name for name in DATASETS if name in set(frame["dataset"])]
    kinds = {name: frame.filter(pl.col("dataset") == name)["attack"].n_unique() for name in datasets}
    bottom, above = notes_height(notes) + SCALE, title_height(title, caption)
    height = above + bottom + sum(HEAD + kinds[name] * ROW + BETWEEN for name in datasets)
    figure = new_figure(PAGE, height)
    write_title(figure, title, caption)
    mesh, top = None, height - above
    for name in datasets:
        size = kinds[name] * ROW
        place = (LEFT / PAGE, (top - HEAD - size) / height, (PAGE - LEFT - 0.15) / PAGE, size / height)
        axis = figure.add_axes(place)
        mesh = _draw(axis, frame.filter(pl.col("dataset") == name))
        axis.set_title(DATASETS[name], loc="left")
        top -= HEAD + size + BETWEEN
    if mesh is not None:
        scale = figure.add_axes((LEFT / PAGE, (bottom - 0.2) / height, 2.5 / PAGE, 0.15 / height))
        figure.colorbar(mesh, cax=scale, orientation="horizontal", ticks=[0, 0.5, 1])
        scale.set_xticklabels(["0", ".5", "1"])
        figure.text((LEFT - 0.25) / PAGE, (bottom - 0.12) / height, "recall", color=INK, va="center", ha="right")
    write_notes(figure, notes)
    return figure


def _draw(axis: Axes, frame: pl.DataFrame) -> Any:
    """Draw the map of one dataset; return the drawn mesh."""
    import numpy as np

    methods = frame["method"].unique(maintain_order=True).to_list()
    methods = [name for row in methods if not row.endswith(LEFT_OUT) for name in (row, f"{row}, {LEFT_OUT}")]
    methods = [name for name in methods if name in set(frame["method"])]
    facts = frame.group_by("attack").agg(pl.col("in_turn").any(), pl.col("attacks").mean()).sort("attack")
    ordered = facts.sort("in_turn", descending=True, maintain_order=True)
    kinds = ordered["attack"].to_list()
    values = np.full((len(kinds), len(methods)), np.nan)
    for row in frame.iter_rows(named=True):
        values[kinds.index(row["attack"]), methods.index(row["method"])] = row["recall"]
    mesh = axis.pcolormesh(np.ma.masked_invalid(values), cmap="YlGnBu", vmin=0, vmax=1, edgecolor="white", lw=0.4)
    axis.set_facecolor("#eeeeee")
    axis.set_ylim(len(kinds), 0)
    labels = [f"{_short(name)} ({count:.0f})" for name, count in ordered.select("attack", "attacks").iter_rows()]
    axis.set_yticks([place + 0.5 for place in range(len(kinds))], labels)
    axis.set_xticks([place + 0.5 for place in range(len(methods))], methods, rotation=90)
    axis.tick_params(length=0, pad=1)
    for spine in axis.spines.values():
        spine.set_visible(False)
    known = int(ordered["in_turn"].sum())
    if 0 < known < len(kinds):
        axis.axhline(known, color=MUTED, lw=1.2)
    return mesh


def _short(name: str) -> str:
    """Last part of a technique's name (``aws.exfiltration.s3-backdoor-bucket-policy``), at most 24 letters."""
    last = name.rpartition(".")[2]
    return last if len(last) <= 24 else f"{last[:23]}…"
