"""Contribution of each part of CRL-BSAD, and collapse of its embedding."""

from __future__ import annotations

from typing import ClassVar

from benchmark.artifacts.comparison import Comparison, TableRow
from benchmark.drawing.summary import Summary
from benchmark.drawing.table import Column
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.papers.crl_bsad.workload import PRESETS, OnWorkload

VARIATIONS = {
    "as it is": "",
    "no graph": "graph=false",
    "one scale": "scales=(1,)",
    "no smoothness": "smoothness=0",
    "untrained": "untrained=true",
}


class Ablation(OnWorkload, Comparison):
    """The detector without one part at a time, and a norm without learning, with measures of a collapsed embedding."""

    name = "crl-bsad/ablation"
    title = "CRL-BSAD: contribution of each part, and collapse of the embedding"
    sections: ClassVar[dict[str, str]] = {preset: f"preset {preset}" for preset in PRESETS}
    columns = (
        Column("AUC-ROC"),
        Column("AUC-PR"),
        Column("F1@labelled"),
        Column("ADR@labelled"),
        Column("diagnostics/rank", better="neither"),
        Column("diagnostics/alignment", better="neither"),
        Column("diagnostics/uniformity", better="neither"),
    )
    notes = (
        "rank: effective rank of the embeddings of test rows. alignment: mean squared distance of positive pairs. "
        "uniformity: log mean Gaussian potential of embedding pairs, lower is more spread (Wang and Isola 2020). A "
        "collapsed embedding has rank 1 and uniformity 0.",
        "trailing-norm: norm of the standardised trailing means that the encoder gets too; it learns nothing but means "
        "and spreads.",
    )

    def table_rows(self, section: str) -> tuple[TableRow, ...]:
        """The preset, the preset without one part at a time, then the norm."""
        variations = (
            TableRow(label, f"crl-bsad[{','.join(filter(None, (f'preset={section}', change)))}]", "ablation")
            for label, change in VARIATIONS.items()
        )
        return (*variations, TableRow("trailing-norm", "trailing-norm", "control"))

    def summary(self, section: str, row: TableRow, runs: list[tuple[Cell, Result]], metric: str) -> Summary:
        """As of every table; a row without an embedding has no measure of it."""
        if metric.startswith("diagnostics/") and row.role != "ablation":
            return Summary("NOT_APPLICABLE", "it has no embedding", cells=tuple(cell for cell, _ in runs))
        return super().summary(section, row, runs, metric)

    def cell(self, setting: Setting, section: str, method: str, seed: int) -> Cell:
        """The cell of one row and seed, in the default scenario: the section is a preset."""
        return self.dataset_cell(setting, method, seed)

    def caption(self, setting: Setting) -> str:
        """Title, scenario, data, size and seeds."""
        return f"{self.title}; {self.circumstances(setting)}."
