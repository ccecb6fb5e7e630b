"""The artifacts of the GAN-UQ paper; Table 1 itself."""

from __future__ import annotations

from benchmark.artifacts.comparison import CONTROL_ENTRIES, Comparison, Entry
from benchmark.drawing.table import Column
from benchmark.interfaces.artifact import Artifact, Paper, Setting
from benchmark.interfaces.cell import Cell
from benchmark.papers.gan_uq.ablation import Ablation, OtherData
from benchmark.papers.gan_uq.architecture import Architecture
from benchmark.papers.gan_uq.confidence import Confidence
from benchmark.papers.gan_uq.sweeps import AnomalyShare, LatentDimension, Load, Samples, cell

SCENARIOS = {
    "row-split": "row-split: the Kaggle label (ENABLE events, not failures), random rows; leaks",
    "grouped": "grouped: official FAIL, split by collection",
    "injected": "injected: labelled anomalies in 40 % of rows, moderate, split by collection",
}

ENTRIES = (
    Entry("XGBoost", "xgboost", published="XGBoost"),
    Entry("Random Forest", "random-forest", published="Random Forest"),
    Entry("MLP", "mlp", published="MLP"),
    Entry("GAT", "gat", published="GAT"),
    Entry("GNN", "gnn", published="GNN"),
    Entry("Ours (GAN-UQ), published", "gan-uq[preset=published,sweep=true]", published="Ours"),
    Entry("Ours (GAN-UQ), corrected", "gan-uq[preset=corrected,sweep=true]", published="Ours"),
    *CONTROL_ENTRIES,
)

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


class Table1(Comparison):
    """The paper's comparison of methods, in three scenarios, with controls that it lacks."""

    name = "gan-uq/table1"
    title = "GAN-UQ, Table 1: comparison of methods on the Google cluster trace of 2019"
    sections = SCENARIOS
    columns = COLUMNS
    notes = NOTES

    def entries(self, section: str) -> tuple[Entry, ...]:
        """The paper's rows, with both presets of its own, then controls."""
        return ENTRIES

    def cell(self, setting: Setting, section: str, method: str, seed: int) -> Cell:
        """The scenario is the section."""
        return cell(setting, {"scenario": section}, method, seed)

    def caption(self, setting: Setting) -> str:
        """With the size of the sample."""
        size = f"{setting.profile.rows:,} rows" if setting.profile.rows else "all rows"
        return f"{super().caption(setting)[:-1]}, {size}."


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
            OtherData(),
        ]
