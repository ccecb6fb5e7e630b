"""Contribution of each part of GAN-UQ's score."""

from __future__ import annotations

from typing import ClassVar

from benchmark.artifacts.comparison import Comparison, TableRow
from benchmark.drawing.table import Column
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell
from benchmark.papers.gan_uq.cluster import OnCluster, table1_method

PARTS = {
    "published": {
        "S(x) as printed": "",
        "1 − D(x) alone": "part=discrimination",
        "Var alone": "part=variance",
    },
    "corrected": {
        "all parts": "",
        "reconstruction alone": "part=reconstruction",
        "discriminator features alone": "part=features",
        "epistemic variance alone": "part=epistemic",
    },
}
"""Scores of one fitted model by preset: label, and name of the extra score."""


class Ablation(OnCluster, Comparison):
    """The whole score, each part alone, an untrained copy, and a norm without learning, in ``injected``."""

    name = "gan-uq/ablation"
    title = "GAN-UQ: contribution of each part of the score"
    columns = (Column("F1@labelled"), Column("F1@oracle"), Column("AUC-ROC"), Column("AUC-PR"))
    sections: ClassVar[dict[str, str]] = {preset: f"preset {preset}" for preset in PARTS}
    notes = (
        "Parts and whole are scores of one fitted model. The norm of the standardised row shows what a detector finds "
        "that learns nothing but means and spreads.",
    )

    def table_rows(self, section: str) -> tuple[TableRow, ...]:
        """The whole and its parts from one model, the untrained copy, then the norm."""
        model, untrained = table1_method(section), f"gan-uq[preset={section},untrained=True]"
        return (
            *(TableRow(label, model, "ablation", extra_score=part) for label, part in PARTS[section].items()),
            TableRow("untrained", untrained, "ablation"),
            TableRow("norm, nothing learnt", "norm", "control"),
        )

    def cell(self, setting: Setting, section: str, method: str, seed: int) -> Cell:
        """The cell of one row and seed, in the default scenario: the section is a preset."""
        return self.dataset_cell(setting, method, seed)

    def caption(self, setting: Setting) -> str:
        """Title, scenario, data, size and seeds."""
        return f"{self.title}; {self.circumstances(setting)}."
