"""Beyond the paper: what each part of the detector contributes, and how it does on data that others use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

from benchmark.data.dataset import Variant
from benchmark.engine.cell import Cell, Result
from benchmark.papers.gan_uq.sweeps import cell
from benchmark.papers.paper import Artifact, Setting
from benchmark.papers.sweep import circumstances, seeds
from benchmark.report.summary import summarise
from benchmark.report.table import Column, Line, Table


@dataclass(frozen=True)
class Variation:
    """One line of the ablation: a method, and one of its alternative scores or the first."""

    section: str
    label: str
    method: str
    alternative: str = ""


ABLATION = (
    Variation("published", "S(x) as printed", "gan-uq[preset=published,sweep=true]"),
    Variation("published", "1 − D(x) alone", "gan-uq[preset=published,sweep=true]", "part=discrimination"),
    Variation("published", "Var alone", "gan-uq[preset=published,sweep=true]", "part=variance"),
    Variation("published", "untrained", "gan-uq[preset=published,untrained=True]"),
    Variation("corrected", "all parts", "gan-uq[preset=corrected,sweep=true]"),
    Variation("corrected", "reconstruction alone", "gan-uq[preset=corrected,sweep=true]", "part=reconstruction"),
    Variation("corrected", "discriminator features alone", "gan-uq[preset=corrected,sweep=true]", "part=features"),
    Variation("corrected", "epistemic variance alone", "gan-uq[preset=corrected,sweep=true]", "part=epistemic"),
    Variation("corrected", "untrained", "gan-uq[preset=corrected,untrained=True]"),
)


class Ablation(Artifact):
    """Each part of the score alone, all together, and an untrained copy, in the scenario ``injected``."""

    name = "gan-uq/ablation"
    kind: ClassVar[Literal["table", "figure"]] = "table"
    title = "GAN-UQ: what each part of the score contributes"
    columns = (Column("F1@val"), Column("F1@oracle"), Column("AUC-ROC"), Column("AUC-PR"))

    def cells(self, setting: Setting) -> list[Cell]:
        """Both presets, with every part measured beside the whole, and both untrained."""
        return [cell(setting, {}, line.method, seed) for line in ABLATION for seed in seeds(setting)]

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Write the table in three formats."""
        return self.table(results, setting).write(stem)

    def table(self, results: Mapping[Cell, Result], setting: Setting) -> Table:
        """Put the results together."""
        lines = []
        for one in ABLATION:
            runs = [(found := cell(setting, {}, one.method, seed), results[found]) for seed in seeds(setting)]
            measured = {column.metric: summarise(runs, column.metric, one.alternative) for column in self.columns}
            lines.append(Line(one.section, one.label, one.method, "ablation", {}, measured))
        caption = f"{self.title}; {circumstances(setting, setting.profile.rows)}."
        return Table(caption, self.columns, tuple(lines))


SERIES = {"smd": "SMD, 8 machines", "msl": "MSL, 27 traces", "smap": "SMAP, 54 traces"}
SERIES_METHODS = (
    "gan-uq[preset=published]",
    "gan-uq[preset=corrected]",
    "random",
    "constant",
    "norm",
    "sensor-range",
    "pca",
    "knn",
    "iforest",
    "kmeans-ad",
)


class Series(Artifact):
    """GAN-UQ beside the controls on recordings with labels that the field knows; mean over recordings, then seeds."""

    name = "gan-uq/series"
    kind: ClassVar[Literal["table", "figure"]] = "table"
    title = "GAN-UQ beyond its paper's data"
    variants: ClassVar[tuple[Variant, ...]] = ("real",)
    in_all = False
    columns = (Column("AUC-PR"), Column("VUS-PR"), Column("F1@val"), Column("F1@oracle"), Column("AUC-ROC"))

    def cells(self, setting: Setting) -> list[Cell]:
        """Every method and seed on every dataset."""
        return [
            self._cell(setting, dataset, method, seed)
            for dataset in SERIES
            for method in SERIES_METHODS
            for seed in seeds(setting)
        ]

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Write the table in three formats."""
        return self.table(results, setting).write(stem)

    def table(self, results: Mapping[Cell, Result], setting: Setting) -> Table:
        """Put the results together."""
        lines = []
        for dataset, section in SERIES.items():
            for method in SERIES_METHODS:
                runs = [
                    (found := self._cell(setting, dataset, method, seed), results[found]) for seed in seeds(setting)
                ]
                measured = {column.metric: summarise(runs, column.metric) for column in self.columns}
                role = "paper" if method.startswith("gan-uq") else "control"
                lines.append(Line(section, method, method, role, {}, measured))
        notes = (
            "Points one by one, no point adjustment; mean over recordings, then over seeds. Each recording is trained "
            "and thresholded on its own training part, of which the last fifth in time is held out.",
        )
        caption = f"{self.title}. Real data, {setting.profile.seeds} seeds."
        return Table(caption, self.columns, tuple(lines), notes)

    @staticmethod
    def _cell(setting: Setting, dataset: str, method: str, seed: int) -> Cell:
        return Cell(dataset, setting.variant, "native", seed, method)
