"""Made-up results of the paper's cells: recall of a unit depends on method, unit and seed as a test says."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from benchmark.evaluation.operating import RATES
from benchmark.interfaces.cell import Cell, Result, Row
from benchmark.interfaces.spec import Spec

POLICIES = ("0.1%", "1%", "5%", "0.1%-test", "1%-test", "5%-test")

UNITS = {
    ("nsl-kdd", "known-kind"): {"known: flood": 500, "known: scan": 20, "known: seldom": 4, "unseen: worm": 30},
    ("nsl-kdd", "unseen-kind"): {"unseen: flood": 500, "unseen: scan": 20},
    ("adfa-ld", "known-kind"): {"known: break_1": 9, "known: break_2": 5},
    ("adfa-ld", "unseen-kind"): {"unseen: break_1": 9, "unseen: break_2": 5, "unseen: break_3": 7},
    ("cloudtrail", "known-kind"): {"known: execution 1": 3, "unseen: execution 2": 6},
    ("cloudtrail", "unseen-kind"): {"unseen: execution 1": 3, "unseen: execution 2": 6},
}
"""Units of the test with their numbers of points, by dataset and scenario."""

Recall = Callable[[str, str, int], float]
"""Recall by method, unit and seed."""


def level(method: str, unit: str, seed: int) -> float:
    """The same recall for every unit, a little more at a later seed."""
    return 0.5 + seed / 1000


def scenario(cell: Cell) -> str:
    return str(Spec.parse(cell.protocol).params["scenario"])


def made_up_row(cell: Cell, recall: Recall = level) -> Row:
    """A row of one task with every unit of the cell."""
    name = Spec.parse(cell.method).name
    found = {
        unit: _subgroup(1.0 if name == "perfect" else recall(cell.method, unit.partition(": ")[2], cell.seed), size)
        for unit, size in UNITS[cell.dataset, scenario(cell)].items()
    }
    rates = {f"False-Alarm-Rate@{cut}": 0.0 if name == "perfect" else 0.02 + cell.seed / 1000 for cut in POLICIES}
    kinds = {unit.partition(": ")[2].partition("_")[0]: row for unit, row in found.items()}
    row: Row = {"task": "t", "points": 5000, "anomalous": 600, "subgroups": {"unit": found, "kind": kinds}} | rates
    row["operating"] = {"false_alarm_rate": list(RATES), "recall": list(RATES)}
    if cell.dataset != "nsl-kdd":
        waits = {f"Time-To-Alert@{cut}": 30.0 for cut in POLICIES} if cell.dataset == "cloudtrail" else {}
        row["subgroups"]["incident"] = {unit.partition(": ")[2]: one | waits for unit, one in found.items()}
    return row


def made_up(cells: Iterable[Cell], recall: Recall = level) -> dict[Cell, Result]:
    return {cell: Result("OK", rows=[made_up_row(cell, recall)], seconds={"fit": 1.0, "score": 1.0}) for cell in cells}


def _subgroup(recall: float, size: int) -> Row:
    numbers = {f"Recall@{cut}": recall for cut in POLICIES} | {"AUC-ROC": recall, "AUC-PR@prior": recall}
    return {"points": 4400 + size, "anomalous": size, "curve": [recall] * len(RATES)} | numbers
