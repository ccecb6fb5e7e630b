"""Contribution of each part of CRL-BSAD, and collapse of its embedding."""

from __future__ import annotations

from typing import ClassVar

from benchmark.artifacts.comparison import Comparison, TableRow
from benchmark.drawing.table import Column
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell
from benchmark.papers.crl_bsad.workload import PRESETS, OnWorkload

VARIATIONS = {
    "as it is": "",
    "no graph": "graph=false",
    "one scale": "scales=(1,)",
    "no smoothness": "smoothness=0",
    "untrained": "untrained=true",
}


class Ablation(OnWorkload, Comparison):
    """The detector without its graph, scales, smoothness or training, with measures of a collapsed embedding."""

    name = "crl-bsad/ablation"
    title = "CRL-BSAD: contribution of each part, and collapse of the embedding"
    sections: ClassVar[dict[str, str]] = {preset: f"preset {preset}" for preset in PRESETS}
    columns = (
        Column("AUC-ROC"),
        Column("AUC-PR"),
        Column("F1@val"),
        Column("ADR@val"),
        Column("diagnostics/rank", better="neither"),
        Column("diagnostics/alignment", better="neither"),
        Column("diagnostics/uniformity", better="neither"),
    )
    notes = (
        "rank: effective rank of the embeddings of test rows. alignment: mean squared distance of positive pairs. "
        "uniformity: log mean Gaussian potential of embedding pairs, lower is more spread (Wang and Isola 2020). A "
        "collapsed embedding has rank 1 and uniformity 0.",
    )

    def table_rows(self, section: str) -> tuple[TableRow, ...]:
        """The preset, then the preset without one part at a time."""
        return tuple(
            TableRow(label, f"crl-bsad[{','.join(filter(None, (f'preset={section}', change)))}]", "ablation")
            for label, change in VARIATIONS.items()
        )

    def cell(self, setting: Setting, section: str, method: str, seed: int) -> Cell:
        """The cell of one row and seed, in the default scenario: the section is a preset."""
        return self.dataset_cell(setting, method, seed)

    def caption(self, setting: Setting) -> str:
        """Title, scenario, data, size and seeds."""
        return f"{self.title}; {self.circumstances(setting)}."
