"""The artifacts of the CRL-BSAD paper, and its Table 1."""

from __future__ import annotations

from typing import ClassVar

from benchmark.artifacts.comparison import Comparison, TableRow, control_rows
from benchmark.drawing.table import Column
from benchmark.interfaces.artifact import Artifact, Paper
from benchmark.papers.crl_bsad.ablation import Ablation
from benchmark.papers.crl_bsad.architecture import Architecture
from benchmark.papers.crl_bsad.dependencies import Dependencies
from benchmark.papers.crl_bsad.public_datasets import PublicDatasets
from benchmark.papers.crl_bsad.sweeps import Severity, WeakSupervision
from benchmark.papers.crl_bsad.workload import OnWorkload


class Table1(OnWorkload, Comparison):
    """The paper's comparison of methods, in two scenarios, with controls that it lacks."""

    name = "crl-bsad/table1"
    title = "CRL-BSAD, Table 1: comparison of methods on the cloud workload table"
    published_table = "table1"
    columns = (
        Column("Precision@val"),
        Column("Recall@val"),
        Column("F1@val"),
        Column("AUC-ROC"),
        Column("ADR@val"),
        Column("F1@oracle"),
        Column("AUC-PR"),
        Column("VUS-PR"),
    )
    sections: ClassVar[dict[str, str]] = {
        "injected": "injected: events of three kinds in 10 % of the rows, moderate; 2 % of training rows, unlabelled",
        "rule": "rule: a stress rule on the row's own columns (about 10 %); nothing is injected",
    }
    notes = (
        "Mean ± half of the 95 % t interval over seeds; all rows of a section have the same table rows and events.",
        "The published table is independent uniform noise without labels. So the measured numbers are about the events "
        "of the scenario, and the published numbers are there for comparison only.",
        "@val: the 99 % quantile of the validation scores, without labels (val-q99). @oracle: the best threshold on "
        "the test labels, which no user has.",
        "ADR, which the paper does not define: share of labelled events (runs of labelled rows) with at least one "
        "flagged row.",
    )

    def table_rows(self, section: str) -> tuple[TableRow, ...]:
        """The paper's rows in both presets, then the controls."""
        return (
            TableRow("DCdetector, published", "dcdetector[preset=published]"),
            TableRow("DCdetector, corrected", "dcdetector[preset=corrected]"),
            TableRow("MST-GAT, corrected", "mst-gat"),
            TableRow("DDMT, published", "ddmt[preset=published]"),
            TableRow("DDMT, corrected", "ddmt[preset=corrected]"),
            TableRow("Ours (CRL-BSAD), published", "crl-bsad[preset=published]"),
            TableRow("Ours (CRL-BSAD), corrected", "crl-bsad[preset=corrected]"),
            *control_rows(),
        )


class CrlBsadPaper(Paper):
    """CRL-BSAD: anomaly detection by contrastive representations, on the cloud workload table."""

    name = "crl-bsad"
    title = "Contrastive Representation Learning for Anomaly Detection in Cloud-Based Backend Services"
    reference = "Bruce Barlocker, Cornell University; Xu Yan, independent researcher"

    def artifacts(self) -> list[Artifact]:
        """Table 1, Figures 1 and 2, and artifacts that the paper does not have."""
        return [
            Table1(),
            Architecture(),
            WeakSupervision(),
            Severity(),
            Ablation(),
            Dependencies(),
            PublicDatasets(),
        ]
