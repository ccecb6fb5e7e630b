"""The artifacts of the GAN-UQ paper, and its Table 1."""

from __future__ import annotations

from benchmark.artifacts.comparison import Comparison, TableRow, control_rows
from benchmark.drawing.table import Column
from benchmark.interfaces.artifact import Artifact, Paper, Setting
from benchmark.papers.gan_uq.ablation import Ablation
from benchmark.papers.gan_uq.architecture import Architecture
from benchmark.papers.gan_uq.cluster import SCENARIOS, OnCluster, table1_method
from benchmark.papers.gan_uq.confidence import Confidence
from benchmark.papers.gan_uq.public_datasets import PublicDatasets
from benchmark.papers.gan_uq.sweeps import AnomalyShare, LatentDimension, Load, Samples


class Table1(OnCluster, Comparison):
    """The paper's comparison of methods, in three scenarios, with controls that it lacks."""

    name = "gan-uq/table1"
    title = "GAN-UQ, Table 1: comparison of methods on the Google cluster trace of 2019"
    published_table = "table1"
    sections = SCENARIOS
    columns = (
        Column("Accuracy@val"),
        Column("Precision@val"),
        Column("Recall@val"),
        Column("F1@val"),
        Column("F1@oracle"),
        Column("AUC-ROC"),
        Column("AUC-PR"),
    )
    notes = (
        "Mean ± half of the 95 % t interval over seeds; all rows of a section have the same splits.",
        "@val: supervised detectors have the threshold with the best F1 on labelled validation rows (val-f1); all "
        "others have the 99 % quantile of the validation scores, without labels (val-q99). @oracle: the best threshold "
        "on the test labels, which no user has.",
        "Where validation rows are like test rows, a 99 % quantile flags about one row in a hundred. So the @val "
        "recall of an unsupervised row is low wherever validation has many anomalies too. AUC columns do not depend on "
        "the threshold.",
        "In the injected scenario supervised detectors are trained on the kinds of anomaly that they are tested on; "
        "unsupervised ones are trained on rows without injected anomalies.",
    )

    def table_rows(self, section: str) -> tuple[TableRow, ...]:
        """The paper's rows, with both presets of its own, then the controls."""
        return (
            TableRow("XGBoost", "xgboost"),
            TableRow("Random Forest", "random-forest"),
            TableRow("MLP", "mlp"),
            TableRow("GAT", "gat"),
            TableRow("GNN", "gnn"),
            TableRow("Ours (GAN-UQ), published", table1_method("published")),
            TableRow("Ours (GAN-UQ), corrected", table1_method("corrected")),
            *control_rows(),
        )

    def caption(self, setting: Setting) -> str:
        """Title, data, seeds and size of the sample."""
        rows = self.rows(setting)
        return f"{super().caption(setting)[:-1]}, {f'{rows:,} rows' if rows else 'all rows'}."


class GanUqPaper(Paper):
    """GAN-UQ: anomaly detection by a generative adversarial model with uncertainty, on the Google cluster trace."""

    name = "gan-uq"
    title = "AI-Augmented Anomaly Detection via Generative Distribution Modeling and Uncertainty Quantification"
    reference = "Feng Chen, Northeastern University, Seattle"

    def artifacts(self) -> list[Artifact]:
        """Table 1, Figures 1 to 5, and artifacts that the paper does not have."""
        return [
            Table1(),
            Architecture(),
            LatentDimension(),
            AnomalyShare(),
            Load(),
            Samples(),
            Confidence(),
            Ablation(),
            PublicDatasets(),
        ]
