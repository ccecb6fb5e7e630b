"""The artifacts of the GAN-UQ paper; Table 1 itself."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import ClassVar, Literal

from benchmark.engine.cell import Cell, Result
from benchmark.papers.gan_uq.architecture import Architecture
from benchmark.papers.gan_uq.beyond import Ablation, Series
from benchmark.papers.gan_uq.confidence import Confidence
from benchmark.papers.gan_uq.sweeps import AnomalyShare, LatentDimension, Load, Samples
from benchmark.papers.paper import Artifact, Paper, Setting
from benchmark.report.summary import summarise
from benchmark.report.table import Column, Line, Table

DATASET = "google-2019"

SCENARIOS = {
    "row-split": "row-split: the Kaggle label (ENABLE events, not failures), random rows; leaks",
    "grouped": "grouped: official FAIL, split by collection",
    "injected": "injected: labelled anomalies in 40 % of rows, moderate, split by collection",
}

PAPER_ROWS = (
    ("XGBoost", "XGBoost", "xgboost"),
    ("Random Forest", "Random Forest", "random-forest"),
    ("MLP", "MLP", "mlp"),
    ("GAT", "GAT", "gat"),
    ("GNN", "GNN", "gnn"),
    ("Ours", "Ours (GAN-UQ), published", "gan-uq[preset=published,sweep=true]"),
    ("Ours", "Ours (GAN-UQ), corrected", "gan-uq[preset=corrected,sweep=true]"),
)
"""The paper's name of a row, the name shown, and the method that is run for it."""

CONTROLS = ("random", "constant", "norm", "sensor-range", "pca", "knn", "iforest", "kmeans-ad")

COLUMNS = (
    Column("Accuracy@val", "Acc"),
    Column("Precision@val", "Precision"),
    Column("Recall@val", "Recall"),
    Column("F1@val", "F1-Score"),
    Column("F1@oracle"),
    Column("AUC-ROC"),
    Column("AUC-PR"),
)

NOTES = (
    "Mean ± half of the 95 % t interval over seeds; every row of a section stands on the same splits.",
    "@val: supervised detectors cut where F1 is best on labelled validation rows (val-f1); all others at the 99 % "
    "quantile of the validation scores, without labels (val-q99). @oracle: the best cut on the test labels, out of "
    "reach in use.",
    "A 99 % quantile flags about one row in a hundred where validation is like test, so an unsupervised row's @val "
    "recall is low wherever anomalies are common in validation too; AUC columns do not depend on the cut.",
    "In the injected scenario supervised detectors see in training the kinds of anomaly that they are tested on; "
    "unsupervised ones train on rows without any.",
)


class Table1(Artifact):
    """The paper's comparison of methods, in three scenarios, with controls that it lacks."""

    name = "gan-uq/table1"
    kind: ClassVar[Literal["table", "figure"]] = "table"
    title = "GAN-UQ, Table 1: comparison of methods on the Google cluster trace of 2019"

    def cells(self, setting: Setting) -> list[Cell]:
        """Every method and seed in every scenario."""
        return [
            cell for scenario in SCENARIOS for _, method in self._rows() for cell in _cells(scenario, method, setting)
        ]

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Write the table in three formats."""
        return self.table(results, setting).write(stem)

    def table(self, results: Mapping[Cell, Result], setting: Setting) -> Table:
        """Put the results together."""
        published = _published()
        labels = {method: label for _, label, method in PAPER_ROWS}
        lines = []
        for scenario, section in SCENARIOS.items():
            for row, method in self._rows():
                runs = [(cell, results[cell]) for cell in _cells(scenario, method, setting)]
                lines.append(
                    Line(
                        section=section,
                        label=labels.get(method, method),
                        method=method,
                        role="paper" if row else "control",
                        published=published.get(row, {}),
                        measured={column.metric: summarise(runs, column.metric) for column in COLUMNS},
                    )
                )
        profile = setting.profile
        size = f"{profile.rows:,} rows" if profile.rows else "all rows"
        data = "real data" if setting.variant == "real" else "embedded statistical twin, not real data"
        caption = f"{self.title}. {data.capitalize()}; {size}, {profile.seeds} seeds."
        return Table(caption, COLUMNS, tuple(lines), NOTES)

    @staticmethod
    def _rows() -> list[tuple[str, str]]:
        return [(row, method) for row, _, method in PAPER_ROWS] + [("", method) for method in CONTROLS]


class GanUqPaper(Paper):
    """GAN-UQ: anomaly detection by a generative adversarial model with uncertainty, on the Google cluster trace."""

    name = "gan-uq"
    title = "AI-Augmented Anomaly Detection via Generative Distribution Modeling and Uncertainty Quantification"
    reference = "Feng Chen, Northeastern University, Seattle"

    def artifacts(self) -> list[Artifact]:
        """Table 1, Figures 1 to 5, and what goes beyond the paper."""
        return [
            Table1(),
            Architecture(),
            LatentDimension(),
            AnomalyShare(),
            Load(),
            Samples(),
            Confidence(),
            Ablation(),
            Series(),
        ]


def _cells(scenario: str, method: str, setting: Setting) -> list[Cell]:
    protocol = f"{DATASET}[rows={setting.profile.rows},scenario={scenario}]"
    return [Cell(DATASET, setting.variant, protocol, seed, method) for seed in range(setting.profile.seeds)]


def _published() -> dict[str, dict[str, str]]:
    """Printed numbers of each row, by measured column."""
    text = files("benchmark.papers.gan_uq").joinpath("published.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)["table1"]
    metrics = {column.published: column.metric for column in COLUMNS if column.published}
    return {
        row: {metrics[name]: value for name, value in zip(table["columns"], values, strict=True)}
        for row, values in table["rows"].items()
    }
