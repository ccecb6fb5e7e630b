"""A table that shows by kind how much of an injection a simple rule finds: the base of such tables of all papers.

An injection is only a test if no kind of anomaly gives itself away. So rules of one and two features are learnt on the
injected training rows and measured by kind, beside detectors that are trained with labels and without.
"""

from __future__ import annotations

from typing import ClassVar

from benchmark.artifacts.comparison import Comparison, TableRow
from benchmark.drawing.summary import Summary, summarise
from benchmark.drawing.table import Column
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Result

PROBES = (
    TableRow("rule of one feature", "rule[depth=1]", "control"),
    TableRow("rule of two features", "rule[depth=2]", "control"),
    TableRow("XGBoost, with labels", "xgboost", "control"),
)
"""What is learnt with the labels of the injected training rows."""

OF_ALL = ("Precision@labelled", "Recall@labelled", "False-Alarm-Rate@labelled", "AUC-ROC")
"""Metrics of all rows together."""

OF_KIND = ("AUC-ROC", "Recall@labelled")
"""Metrics of each kind against all normal rows."""

AT = " of "
"""Between metric and kind in the name of a column."""


def by_kind(kinds: tuple[str, ...]) -> tuple[Column, ...]:
    """Columns of such a table: the metrics of all rows, then those of each kind; no row is marked as the best."""
    names = (*OF_ALL, *(f"{metric}{AT}{kind}" for kind in kinds for metric in OF_KIND))
    return tuple(Column(name, better="neither") for name in names)


class ProbeTable(Comparison):
    """Rules and detectors on injected anomalies by kind. Its columns are made by `by_kind`."""

    sections: ClassVar[dict[str, str]] = {"injected": "injected, moderate"}
    notes = (
        "A rule is a decision tree of depth one or two, learnt with the labels of the injected training rows. A kind "
        "that it finds with high precision gives itself away. A kind that XGBoost does not find cannot be found.",
        "Where a detector ranks no better than chance, the cut with the best F1 flags nearly all rows, so recall and "
        "false alarms are both near 1.",
        "By kind: anomalous rows of the kind against all normal rows. @labelled: the cut with the best F1 on labelled "
        "validation rows of all kinds.",
        "perfect: the label as the score. chance: a random score.",
    )

    def unsupervised_rows(self) -> tuple[TableRow, ...]:
        """Detectors without labels, and controls."""
        raise NotImplementedError

    def table_rows(self, section: str) -> tuple[TableRow, ...]:
        """The probes, then detectors without labels."""
        return (*PROBES, *self.unsupervised_rows())

    def summary(self, section: str, row: TableRow, runs: list[tuple[Cell, Result]], metric: str) -> Summary:
        """One metric of one row over its seeds; of a kind where the column names one."""
        name, _, kind = metric.partition(AT)
        return summarise(runs, f"subgroups/kind/{kind}/{name}" if kind else name, row.extra_score)

    def caption(self, setting: Setting) -> str:
        """Title, data, size and seeds."""
        return f"{self.title}; {self.circumstances(setting)}."
