"""Table 1: recall within budgets of false alarms, of known and of unseen kinds of attack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from benchmark.artifacts.comparison import Comparison, TableRow
from benchmark.artifacts.points import Point
from benchmark.drawing.summary import Summary
from benchmark.drawing.table import Column
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.numbers import Number
from benchmark.papers.threat_detection.account import EVENTS_A_DAY
from benchmark.papers.threat_detection.sections import SECTIONS, TOO_FEW, ThreatArtifact, rows_of
from benchmark.papers.threat_detection.units import summarise_units, without_data

BUDGETS = ("0.1%", "1%", "5%")

_FURTHER = tuple(
    Column(f"{metric}@{cut}")
    for cut in (*BUDGETS, *(f"{budget}-test" for budget in BUDGETS))
    for metric in ("Recall", "False-Alarm-Rate", "Incidents")
)
"""Numbers that the table does not show, for claims and explanations."""


class Table1(ThreatArtifact, Comparison):
    """Generative models, rules, signatures and simple detectors at the same budgets of false alarms."""

    name = "threat-detection/table1"
    title = "Threat detection, Table 1: attacks found within budgets of false alarms, known and unseen kinds"
    sections: ClassVar[dict[str, str]] = {
        key: section.heading for key, section in SECTIONS.items() if key not in TOO_FEW
    }
    columns = (
        Column("Recall@0.1%"),
        Column("Recall@1%"),
        Column("Recall@5%"),
        Column("False-Alarm-Rate@1%", better="neither"),
        Column("Alerts-A-Day@1%", better="neither"),
        Column("Recall@1%-test"),
        Column("Incidents@1%"),
        Column("Time-To-Alert@1%", better="lower"),
        Column("AUC-ROC"),
        Column("AUC-PR@prior"),
    )
    notes = (
        "Recall: mean over units, then over seeds. A unit is a kind of attack (NSL-KDD, those with at least ten test "
        "connections) or an incident (ADFA-LD; CloudTrail: one execution of a technique).",
        "@1%: the smallest cut that at most 1 % of held-out normal points are above; no attack and no test point sets "
        "it. Scores that are equal are never separated, so rules may use less of their budget. @1%-test: the same on "
        "the normal points of the test, which no user has: all rows at one realised false-alarm rate.",
        "False-Alarm-Rate@1%: share of normal test points above the cut @1%. It is above .01 where normal points of "
        f"the test differ from those of training. Alerts-A-Day: this rate of {EVENTS_A_DAY:,} normal events, as the "
        "account behind CloudTrail writes in a day.",
        "Incidents@1%: share of incidents with a flagged point. Time-To-Alert@1%: median seconds from the first event "
        "of an incident to the first flagged one; an incident that is not found takes infinitely long.",
        "AUC-PR@prior: as if 0.1 % of all points were attacks. AUC-ROC and AUC-PR@prior: mean over units, each against "
        "all normal test points.",
        "Detectors without labels are trained on normal points and do not know which kinds are left out, so their "
        "numbers of known and unseen kinds are of the same fits. signatures, XGBoost and Random Forest are trained "
        "anew without each kind.",
        "rules or …: points that a rule matches first, then by the detector, within one budget. perfect: the label as "
        "the score. chance: a random score.",
        "ADFA-LD and CloudTrail: the interval is of a bootstrap over incidents and their seeds. CloudTrail is 56 "
        "minutes of one account with 30 executions of 26 techniques, so that it has no section of known kinds.",
    )

    def table_rows(self, section: str) -> tuple[TableRow, ...]:
        """Generative models, rules and signatures, references with labels, simple detectors, combinations."""
        return rows_of(SECTIONS[section].dataset)

    def points(self, setting: Setting) -> Iterator[Point]:
        """Every row and seed of the sections that the variant has."""
        for section in self.sections_of(setting):
            for row in self.all_rows(section.key):
                yield from self.section_points(setting, section.key, row)

    def summary(self, section: str, row: TableRow, runs: list[tuple[Cell, Result]], metric: str) -> Summary:
        """One metric of one row over units and seeds."""
        return summarise_units(SECTIONS[section], runs, metric)

    def numbers(self, results: Mapping[Cell, Result], setting: Setting) -> list[Number]:
        """Every number of the table, and each budget's recall, false-alarm rate and share of incidents."""
        shown = {column.metric for column in self.columns}
        columns = self.columns + tuple(column for column in _FURTHER if column.metric not in shown)
        return [*self.table(results, setting, columns).numbers(), *without_data(self, setting, columns)]

    def caption(self, setting: Setting) -> str:
        """Title, data, seeds and size of the sample."""
        return f"{super().caption(setting)[:-1]}, {self.size(setting)}."
