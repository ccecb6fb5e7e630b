"""Every unsupervised detector on the recordings that the field knows: a table, ranks, and cost."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np

from benchmark.data.dataset import Variant
from benchmark.engine.cell import Cell, Result
from benchmark.papers.comparison import CONTROL_ENTRIES, Comparison, Entry
from benchmark.papers.paper import Artifact, Setting
from benchmark.papers.sweep import seeds
from benchmark.report.critical_difference import draw_critical_difference
from benchmark.report.figure import save
from benchmark.report.pareto import draw_pareto
from benchmark.report.table import Column
from benchmark.stats.ranks import rank_methods

METRIC = "VUS-PR"


class Detectors(Comparison):
    """The corrected preset of each detector beside the controls."""

    name = "extended/detectors"
    title = "All detectors on SMD, MSL and SMAP"
    variants: ClassVar[tuple[Variant, ...]] = ("real",)
    in_all = False
    sections: ClassVar[dict[str, str]] = {
        "smd": "SMD, 8 machines",
        "msl": "MSL, 27 traces",
        "smap": "SMAP, 54 traces",
    }
    columns = (Column("AUC-PR"), Column("VUS-PR"), Column("F1@val"), Column("F1@oracle"), Column("AUC-ROC"))
    notes = (
        "Points one by one, no point adjustment; mean over recordings, then over seeds. Each recording is trained and "
        "thresholded (99 % quantile of the last fifth) on its own training part.",
        "Deep detectors train on evenly spread windows or rows of the training part, as many as their parameter "
        "train_windows or train_rows says; GAN-UQ on all rows.",
    )

    def entries(self, section: str) -> tuple[Entry, ...]:
        """One entry a detector, then controls."""
        return (
            Entry("DCdetector", "dcdetector[preset=corrected]"),
            Entry("MST-GAT", "mst-gat"),
            Entry("DDMT", "ddmt[preset=corrected]"),
            Entry("GAN-UQ", "gan-uq[preset=corrected]"),
            Entry("CRL-BSAD", "crl-bsad[preset=corrected]"),
            *CONTROL_ENTRIES,
        )

    def cell(self, setting: Setting, section: str, method: str, seed: int) -> Cell:
        """The publisher's split."""
        return Cell(section, setting.variant, "native", seed, method)

    def caption(self, setting: Setting) -> str:
        """Title, data and seeds."""
        return f"{self.title}. Real data, {setting.profile.seeds} seeds."

    def frame(self, results: Mapping[Cell, Result], setting: Setting) -> list[dict[str, Any]]:
        """One record a method, recording and seed: ``value`` of `METRIC`, ``fit_seconds``, ``score_seconds``.

        A failed cell has a record without a value for its dataset, so that its method is named as left out. The
        seconds of a cell are shared out equally over its recordings.
        """
        records: list[dict[str, Any]] = []
        for section in self.sections:
            for entry in self.entries(section):
                for seed in seeds(setting):
                    result = results[self.cell(setting, section, entry.method, seed)]
                    head = {"method": entry.label, "seed": seed}
                    if not result.ok:
                        records.append(head | {"dataset": section, "value": None, "fit_seconds": None,
                                               "score_seconds": None})  # fmt: skip
                        continue
                    cost = {f"{part}_seconds": result.seconds[part] / len(result.rows) for part in ("fit", "score")}
                    records += [
                        head | cost | {"dataset": f"{section}/{row['task']}", "value": row[METRIC]}
                        for row in result.rows
                    ]
        return records


class _OfDetectors(Artifact):
    """A figure from the cells of `Detectors`."""

    kind: ClassVar[Literal["table", "figure"]] = "figure"
    variants: ClassVar[tuple[Variant, ...]] = ("real",)
    in_all = False

    def cells(self, setting: Setting) -> list[Cell]:
        """Those of the table."""
        return Detectors().cells(setting)


class CriticalDifference(_OfDetectors):
    """Mean ranks over all recordings, and which of them differ."""

    name = "extended/critical-difference"
    title = f"Ranks by {METRIC} over the recordings of SMD, MSL and SMAP"

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Draw and save. Traces of one spacecraft are not independent, so that p-values are too small."""
        ranking = rank_methods(Detectors().frame(results, setting), np.random.default_rng(0))
        figure, frame = draw_critical_difference(ranking, f"{self.title}, real data")
        return save(figure, stem, frame)


class Cost(_OfDetectors):
    """Accuracy against seconds, with the Pareto front."""

    name = "extended/cost"
    timed = True
    title = f"{METRIC} against cost over the recordings of SMD, MSL and SMAP"

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Draw and save. Seconds are those of the machine and hour that the cells ran on, beside a second worker."""
        figure, table = draw_pareto(Detectors().frame(results, setting), METRIC, f"{self.title}, real data")
        return save(figure, stem, table)
