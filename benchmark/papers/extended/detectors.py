"""Every unsupervised detector on public recordings: a table, ranks, and cost."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np

from benchmark.artifacts.comparison import TableRow, control_rows
from benchmark.artifacts.time_series import TimeSeriesTable, clusters
from benchmark.drawing.critical_difference import QUANTITY, draw_critical_difference
from benchmark.drawing.figure import Description, Drawing, save
from benchmark.drawing.pareto import COST, draw_pareto
from benchmark.drawing.summary import Summary
from benchmark.drawing.table import Column
from benchmark.evaluation.thresholds import budget_name
from benchmark.interfaces.artifact import Artifact, Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.dataset import Variant
from benchmark.interfaces.spec import Spec
from benchmark.metrics.catalogue import OF_TEST
from benchmark.stats.ranks import rank_methods

METRIC = "VUS-PR"

DEEP = (
    TableRow("DCdetector", "dcdetector[preset=corrected]"),
    TableRow("MST-GAT", "mst-gat"),
    TableRow("DDMT", "ddmt[preset=corrected]"),
    TableRow("GAN-UQ", "gan-uq[preset=corrected]"),
    TableRow("CRL-BSAD", "crl-bsad[preset=corrected]"),
)
"""The deep detectors, each in its corrected preset."""


LEARNED = (
    TableRow("DLinear", "dlinear"),
    TableRow("linear autoencoder", "linear-ae"),
    TableRow("sub-PCA", "sub-pca"),
    TableRow("panel of ranks", "panel"),
    TableRow("matrix profile", "matrix-profile"),
    TableRow("CNN", "cnn"),
    TableRow("LSTM", "lstm"),
    TableRow("USAD", "usad"),
    TableRow("GDN", "gdn"),
    TableRow("VAE", "vae"),
    TableRow("GAN", "gan"),
    TableRow("transformer", "transformer"),
)
"""Other detectors that learn, each at its one default setting."""

UNLEARNT = ("constant", "norm", "sensor-range", "trailing-norm", "random")
"""Methods that take nothing from training rows but means, spreads and ranges."""

RECALL, AFFILIATION = "Recall at one false alarm a day", "Affiliation-F1@val"
LEARNS, FIT, SCORE = "learns anything?", "fit s", "score s per million rows"

ROWS_PER_DAY = {"smd": 1_440, "msl": 1_440, "smap": 1_440, "nab-aws": 288}
"""Rows of a day. The publisher of MSL and SMAP does not state a period; their rows count as minutes."""


class Detectors(TimeSeriesTable):
    """Detectors at their one default setting, the corrected preset where they have one, and the controls."""

    name = "extended/detectors"
    title = "Detectors on SMD, MSL, SMAP and NAB-AWS"
    sections: ClassVar[dict[str, str]] = {**TimeSeriesTable.sections, "nab-aws": "NAB-AWS, 17 series"}
    protocols: ClassVar[dict[str, str]] = {
        section: f"alarms[rows_per_day={rows}]" for section, rows in ROWS_PER_DAY.items()
    }
    columns: ClassVar[tuple[Column, ...]] = (
        Column(METRIC),
        Column(AFFILIATION),
        Column(RECALL),
        Column("AUC-PR"),
        Column("F1@val"),
        Column(LEARNS, better="neither"),
        Column(FIT, better="neither", timed=True),
        Column(SCORE, better="neither", timed=True),
    )
    notes = (
        *TimeSeriesTable.notes,
        f"{RECALL}: anomalous points above the cut that flags at most one normal test point a day. A row is a minute, "
        "of NAB-AWS five; of MSL and SMAP nobody says, and a row counts as a minute.",
        f"{LEARNS} 0 where nothing but means, spreads and ranges is taken from training rows. Seconds are those of a "
        "recording, one core, of the machine and time of the run; scoring includes the validation rows.",
        "From each training part, DCdetector takes 512 windows and MST-GAT 1,000, evenly spaced. DDMT takes 128 "
        "windows, CRL-BSAD 4,096 rows and knn 20,000, drawn by the seed. GAN-UQ and the other controls take all rows.",
        "The target of DDMT's network was changed from the noise to the clean window after its test result on SMD's "
        "machine-1-6 had been seen; this favours its SMD row.",
    )

    def table_rows(self, section: str) -> tuple[TableRow, ...]:
        """One row per detector, then the controls."""
        return (*DEEP, *LEARNED, *control_rows())

    def summary(self, section: str, row: TableRow, runs: list[tuple[Cell, Result]], metric: str) -> Summary:
        """One metric of one row; those of `RECALL`, `LEARNS` and the seconds are made here."""
        if metric == RECALL:
            metric = f"Recall@{budget_name(1 / ROWS_PER_DAY[section])}{OF_TEST}"
        if metric not in (LEARNS, FIT, SCORE):
            return super().summary(section, row, runs, metric)
        cells = tuple(cell for cell, _ in runs)
        if any(not result.ok for _, result in runs):
            failed = next(result for _, result in runs if not result.ok)
            return Summary(failed.status, failed.reason, cells=cells)
        values = tuple(float(_of_run(row, result, metric)) for _, result in runs)
        return Summary("OK", "", values, cells)

    def frame(self, results: Mapping[Cell, Result], setting: Setting) -> list[dict[str, Any]]:
        """One record per method, recording and seed; the perfect score has none, since it is not ranked.

        Returns
        -------
        list of dict
            ``method``, ``dataset``, ``seed``, ``value`` of `METRIC`, ``fit_seconds``, ``score_seconds``. A failed cell
            has a record without a value for each recording, so that its method is named as left out. A recording whose
            test labels hold one class has no record. The seconds of a cell are divided equally among its recordings.
        """
        names = self._recordings(results, setting)
        records: list[dict[str, Any]] = []
        for section, row, cell in self.points(setting):
            if row.role == "bound":
                continue
            result = results[cell]
            head = {"method": row.label, "seed": cell.seed}
            if not result.ok:
                gap = {"value": None, "fit_seconds": None, "score_seconds": None}
                records += [head | gap | {"dataset": f"{section}/{name}"} for name in names[section]]
                continue
            cost = {f"{part}_seconds": result.seconds[part] / len(result.rows) for part in ("fit", "score")}
            records += [
                head | cost | {"dataset": f"{section}/{task['task']}", "value": task[METRIC]}
                for task in result.rows
                if task["task"] in names[section]
            ]
        return records

    def _recordings(self, results: Mapping[Cell, Result], setting: Setting) -> dict[str, list[str]]:
        """Recordings of each section with both classes, by its first successful cell; ``["all"]`` if each failed."""
        names: dict[str, list[str]] = {}
        for section, _, cell in self.points(setting):
            if results[cell].ok and section not in names:
                names[section] = [task["task"] for task in results[cell].rows if task[METRIC] is not None]
        return {section: names.get(section, ["all"]) for section in self.sections}


def _of_run(row: TableRow, result: Result, metric: str) -> float:
    """Whether a row learns, or its seconds of fit for a recording or of score for a million rows."""
    if metric == LEARNS:
        return float(learns(row.method, row.role))
    if metric == FIT:
        return result.seconds["fit"] / len(result.rows)
    return result.seconds["score"] * 1e6 / float(sum(task["points"] for task in result.rows))


def learns(method: str, role: str) -> bool:
    """Whether a row takes more from training rows than means, spreads and ranges.

    Parameters
    ----------
    method : str
        ``name[param=value,…]``.
    role : str
        Role of the row; a bound is no detector.
    """
    return Spec.parse(method).name not in UNLEARNT and role != "bound"


class _DetectorFigure(Artifact):
    """A figure from the cells of `Detectors`."""

    kind: ClassVar[Literal["table", "figure"]] = "figure"
    variants: ClassVar[tuple[Variant, ...]] = ("real",)
    in_all = False
    repetitions = Detectors.repetitions

    def cells(self, setting: Setting) -> list[Cell]:
        """The cells of the table."""
        return Detectors().cells(setting)

    def _save(self, drawing: Drawing, quantity: str, stem: Path) -> list[Path]:
        return save(drawing.figure, stem, drawing.frame, Description(self.title, "real data", quantity, drawing.notes))


class CriticalDifference(_DetectorFigure):
    """Mean ranks over all recordings, and the groups without a difference."""

    name = "extended/critical-difference"
    title = f"Ranks by {METRIC} over the recordings of SMD, MSL, SMAP and NAB-AWS"

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Draw and save."""
        frame = Detectors().frame(results, setting)
        ranking = rank_methods(frame, np.random.default_rng(0), clusters=_clusters(frame))
        caveat = "A cluster is a machine of SMD, or the traces of one subsystem (the letter of their name)."
        return self._save(draw_critical_difference(ranking, f"{self.title}, real data", caveat), QUANTITY, stem)


class Cost(_DetectorFigure):
    """Accuracy against seconds, with the Pareto front."""

    name = "extended/cost"
    timed = True
    title = f"{METRIC} against cost over the recordings of SMD, MSL, SMAP and NAB-AWS"

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Draw and save. The seconds are of the machine and time of the run, with another worker at the same time."""
        frame = Detectors().frame(results, setting)
        drawing = draw_pareto(frame, METRIC, f"{self.title}, real data", "recording", _clusters(frame))
        return self._save(drawing, COST.format(unit="recording"), stem)


def _clusters(frame: list[dict[str, Any]]) -> dict[str, str | None]:
    """Cluster of each recording of a `Detectors.frame`, which names it ``<section>/<recording>``."""
    found: dict[str, str | None] = {}
    for whole in {record["dataset"] for record in frame}:
        section, _, name = whole.partition("/")
        cluster = clusters(section, [name])[name]
        found[whole] = cluster and f"{section}/{cluster}"
    return found
