"""The artifacts of the CRL-BSAD paper; Table 1 itself."""

from __future__ import annotations

from typing import ClassVar

from benchmark.artifacts.comparison import CONTROL_ENTRIES, Comparison, Entry
from benchmark.drawing.table import Column
from benchmark.interfaces.artifact import Artifact, Paper, Setting
from benchmark.interfaces.cell import Cell
from benchmark.papers.crl_bsad.ablation import Ablation, Dependencies, OtherData
from benchmark.papers.crl_bsad.architecture import Architecture
from benchmark.papers.crl_bsad.sweeps import Severity, WeakSupervision, cell

COLUMNS = (
    Column("Precision@val", "Precision"),
    Column("Recall@val", "Recall"),
    Column("F1@val", "F1-score"),
    Column("AUC-ROC", "AUC"),
    Column("ADR@val", "ADR"),
    Column("F1@oracle"),
    Column("AUC-PR"),
    Column("VUS-PR"),
)


class Table1(Comparison):
    """The paper's comparison of methods, in two scenarios, with controls that it lacks."""

    name = "crl-bsad/table1"
    title = "CRL-BSAD, Table 1: comparison of methods on the cloud workload table"
    columns = COLUMNS
    sections: ClassVar[dict[str, str]] = {
        "injected": "injected: events of three kinds in 10 % of the rows, moderate; 2 % of training rows, unlabelled",
        "rule": "rule: a stress rule on the row's own columns (about 10 %); nothing is injected",
    }
    notes = (
        "Mean ± half of the 95 % t interval over seeds; every row of a section stands on the same rows and events.",
        "The published table is independent uniform noise without labels: what is measured are the events that the "
        "scenario puts there, and published numbers stand beside them for comparison only.",
        "@val: the 99 % quantile of the validation scores, without labels (val-q99). @oracle: the best cut on the test "
        "labels, out of reach in use.",
        "ADR, which the paper does not define: share of labelled events (runs of labelled rows) with at least one "
        "flagged row.",
    )

    def entries(self, section: str) -> tuple[Entry, ...]:
        """The paper's rows in both presets, then controls."""
        return (
            Entry("DCdetector, published", "dcdetector[preset=published]", published="DCdetector"),
            Entry("DCdetector, corrected", "dcdetector[preset=corrected]", published="DCdetector"),
            Entry("MST-GAT, corrected", "mst-gat", published="MST-GAT"),
            Entry("DDMT, published", "ddmt[preset=published]", published="DDMT"),
            Entry("DDMT, corrected", "ddmt[preset=corrected]", published="DDMT"),
            Entry("Ours (CRL-BSAD), published", "crl-bsad[preset=published]", published="Ours"),
            Entry("Ours (CRL-BSAD), corrected", "crl-bsad[preset=corrected]", published="Ours"),
            *CONTROL_ENTRIES,
        )

    def cell(self, setting: Setting, section: str, method: str, seed: int) -> Cell:
        """The scenario is the section."""
        return cell(setting, {"scenario": section}, method, seed)


class CrlBsadPaper(Paper):
    """CRL-BSAD: anomaly detection by contrastive representations, on the cloud workload table."""

    name = "crl-bsad"
    title = "Contrastive Representation Learning for Anomaly Detection in Cloud-Based Backend Services"
    reference = "Bruce Barlocker, Cornell University; Xu Yan, independent researcher"

    def artifacts(self) -> list[Artifact]:
        """Table 1, Figures 1 and 2, and what goes beyond the paper."""
        return [
            Table1(),
            Architecture(),
            WeakSupervision(),
            Severity(),
            Ablation(),
            Dependencies(),
            OtherData(),
        ]
