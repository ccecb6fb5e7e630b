"""Table 1 of the GAN-UQ paper in six readings of its data, with controls that it lacks."""

from __future__ import annotations

from typing import Any, ClassVar

from benchmark.artifacts.comparison import Comparison, TableRow, control_rows
from benchmark.drawing.table import Column
from benchmark.interfaces.artifact import Setting
from benchmark.papers.gan_uq.cluster import HEADINGS, PRESETS, READINGS, OnCluster, table1_method

SUPERVISED = (
    TableRow("XGBoost", "xgboost"),
    TableRow("Random Forest", "random-forest"),
    TableRow("MLP", "mlp"),
    TableRow("GAT", "gat"),
    TableRow("GNN", "gnn"),
)
"""The paper's baselines as it names them."""

GDN = TableRow("GAT, as cited (GDN)", "gdn")
"""The method that the paper cites for GAT."""


def own_rows(section: str) -> tuple[TableRow, ...]:
    """Both presets of the paper's own method; with all extra scores where figures use the same cells."""
    method = table1_method if section == OnCluster.default_scenario else "gan-uq[preset={}]".format
    return tuple(TableRow(f"Ours (GAN-UQ), {preset}", method(preset)) for preset in PRESETS)


class Table1(OnCluster, Comparison):
    """The paper's comparison of methods in six readings of its data, with controls, a perfect score and chance."""

    name = "gan-uq/table1"
    title = "GAN-UQ, Table 1: comparison of methods on the Google cluster trace of 2019"
    published_table = "table1"
    sections = HEADINGS
    readings: ClassVar[dict[str, dict[str, Any]]] = READINGS
    columns = (
        Column("Accuracy@labelled"),
        Column("Precision@labelled"),
        Column("Recall@labelled"),
        Column("F1@labelled"),
        Column("F1@share"),
        Column("F1@val"),
        Column("False-Alarm-Rate@val", better="neither"),
        Column("F1@oracle"),
        Column("AUC-ROC"),
        Column("AUC-PR"),
    )
    notes = (
        "All rows of a section have the same splits. A column has one policy for the threshold of every row, whether "
        "the detector is trained with labels or without.",
        "@labelled: the cut with the best F1 on labelled validation rows. @share: the share of anomalies in validation "
        "is known, but not which rows they are. @val: the 99 % quantile of the scores of validation rows without "
        "labels. @oracle: the best cut on the test labels, which no user has: a bound, not a result.",
        "False-Alarm-Rate@val: share of normal test rows above that cut. It is far from .01 where normal test rows are "
        "unlike validation rows, or validation holds anomalies.",
        "perfect: the label as the score. Where it stays below 1, protocol and policy leave no room for a good "
        "detector, and no claim is judged there. chance: a random score.",
        "The two sections of a split differ in the rows without labels, which the other detectors are trained on and "
        "the cut @val comes from. XGBoost to GNN are trained with labels, on the same rows in both sections.",
        "The paper cites GDN for GAT, which has a row of its own, and TraceGra for GNN, which needs traces of requests "
        "and has none.",
        "In the injected scenario, detectors with labels are trained on the kinds of anomaly that they are tested on.",
    )

    def table_rows(self, section: str) -> tuple[TableRow, ...]:
        """The paper's rows, with both presets of its own, then the controls."""
        return (*SUPERVISED, GDN, *own_rows(section), *control_rows(sequential=False))

    def caption(self, setting: Setting) -> str:
        """Title, data, seeds and size of the sample."""
        return f"{super().caption(setting)[:-1]}, {self.size(setting)}."
