"""Beyond the paper: what each part of the detector contributes, and how it does on data that others use."""

from __future__ import annotations

from typing import ClassVar

from benchmark.artifacts.comparison import CONTROL_ENTRIES, Comparison, Entry
from benchmark.artifacts.sweep import circumstances
from benchmark.artifacts.time_series import Series
from benchmark.drawing.table import Column
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell
from benchmark.papers.gan_uq.sweeps import cell

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
"""Scores of one fitted model by preset: label, and name of the alternative."""


class Ablation(Comparison):
    """Each part of the score alone, all together, and an untrained copy, in the scenario ``injected``."""

    name = "gan-uq/ablation"
    title = "GAN-UQ: what each part of the score contributes"
    columns = (Column("F1@val"), Column("F1@oracle"), Column("AUC-ROC"), Column("AUC-PR"))
    sections: ClassVar[dict[str, str]] = {preset: preset for preset in PARTS}

    def entries(self, section: str) -> tuple[Entry, ...]:
        """The whole and its parts from one model, then the untrained copy."""
        swept, untrained = f"gan-uq[preset={section},sweep=true]", f"gan-uq[preset={section},untrained=True]"
        return (
            *(Entry(label, swept, "ablation", alternative=part) for label, part in PARTS[section].items()),
            Entry("untrained", untrained, "ablation"),
        )

    def cell(self, setting: Setting, section: str, method: str, seed: int) -> Cell:
        """The scenario ``injected``."""
        return cell(setting, {}, method, seed)

    def caption(self, setting: Setting) -> str:
        """Title, scenario, data, size and seeds."""
        return f"{self.title}; {circumstances(setting, setting.profile.rows)}."


class OtherData(Series):
    """GAN-UQ beside the controls on recordings with labels that the field knows."""

    name = "gan-uq/series"
    title = "GAN-UQ beyond its paper's data"

    def entries(self, section: str) -> tuple[Entry, ...]:
        """Both presets, then controls."""
        return (
            Entry("GAN-UQ, published", "gan-uq[preset=published]"),
            Entry("GAN-UQ, corrected", "gan-uq[preset=corrected]"),
            *CONTROL_ENTRIES,
        )
