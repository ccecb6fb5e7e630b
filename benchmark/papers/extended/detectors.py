"""Every unsupervised detector on the recordings that the field knows: a table, ranks, and cost."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np

from benchmark.artifacts.comparison import CONTROL_ENTRIES, Entry
from benchmark.artifacts.sweep import seeds
from benchmark.artifacts.time_series import Series
from benchmark.drawing.critical_difference import QUANTITY, draw_critical_difference
from benchmark.drawing.figure import Description, save
from benchmark.drawing.pareto import COST, draw_pareto
from benchmark.interfaces.artifact import Artifact, Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.dataset import Variant
from benchmark.stats.ranks import rank_methods

METRIC = "VUS-PR"


class Detectors(Series):
    """The corrected preset of each detector beside the controls."""

    name = "extended/detectors"
    title = "All detectors on SMD, MSL and SMAP"
    notes = (
        *Series.notes,
        "Of each training part, DCdetector takes 512 windows and MST-GAT 1,000, evenly spread; DDMT 128 windows and "
        "CRL-BSAD 4,096 rows and knn 20,000, drawn by the seed; GAN-UQ and the other controls all rows.",
        "What DDMT's network predicts was changed from the noise to the clean window after its test figure on SMD's "
        "machine-1-6 had been seen; its SMD row is flattered by that.",
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

    def frame(self, results: Mapping[Cell, Result], setting: Setting) -> list[dict[str, Any]]:
        """One record a method, recording and seed: ``value`` of `METRIC`, ``fit_seconds``, ``score_seconds``.

        A failed cell has a record without a value for each recording, so that its method is named as left out. The
        seconds of a cell are shared out equally over its recordings.
        """
        records: list[dict[str, Any]] = []
        for section in self.sections:
            tasks = self._tasks(results, setting, section)
            for entry in self.entries(section):
                for seed in seeds(setting):
                    result = results[self.cell(setting, section, entry.method, seed)]
                    head = {"method": entry.label, "seed": seed}
                    if not result.ok:
                        gap = {"value": None, "fit_seconds": None, "score_seconds": None}
                        records += [head | gap | {"dataset": f"{section}/{task}"} for task in tasks]
                        continue
                    cost = {f"{part}_seconds": result.seconds[part] / len(result.rows) for part in ("fit", "score")}
                    records += [
                        head | cost | {"dataset": f"{section}/{row['task']}", "value": row[METRIC]}
                        for row in result.rows
                    ]
        return records

    def _tasks(self, results: Mapping[Cell, Result], setting: Setting, section: str) -> list[str]:
        """Names of the recordings, from the first cell that gave a number; one that stands for all where none did."""
        for entry in self.entries(section):
            for seed in seeds(setting):
                result = results[self.cell(setting, section, entry.method, seed)]
                if result.ok:
                    return [row["task"] for row in result.rows]
        return ["all"]


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
        """Draw and save."""
        ranking = rank_methods(Detectors().frame(results, setting), np.random.default_rng(0))
        caveat = "Traces of one spacecraft are not independent draws, so that methods are told apart too easily here."
        drawing = draw_critical_difference(ranking, f"{self.title}, real data", caveat)
        description = Description(self.title, "real data", QUANTITY, drawing.notes)
        return save(drawing.figure, stem, drawing.frame, description)


class Cost(_OfDetectors):
    """Accuracy against seconds, with the Pareto front."""

    name = "extended/cost"
    timed = True
    title = f"{METRIC} against cost over the recordings of SMD, MSL and SMAP"

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Draw and save. Seconds are those of the machine and hour that the cells ran on, beside a second worker."""
        drawing = draw_pareto(Detectors().frame(results, setting), METRIC, f"{self.title}, real data")
        description = Description(self.title, "real data", COST, drawing.notes)
        return save(drawing.figure, stem, drawing.frame, description)
