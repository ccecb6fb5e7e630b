"""All metrics of this package: what each rewards, its flaws, its value at chance, and how it is computed.

``python -m benchmark metrics`` prints the `CATALOGUE`, ``python -m benchmark bench metrics`` measures its speed, and a
result holds its `COLUMNS`. The texts are in ``catalogue.toml``. A new metric needs a function, an entry in that file,
and one line here.

`BUDGETED` are metrics of tasks with budgets of false alarms. Their columns, and those of other metrics at a budget
(``Recall@1%``), are only where a task has budgets, and so not among `COLUMNS`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from benchmark.interfaces.errors import UnknownNameError
from benchmark.metrics.adjusted import (
    f1_composite_of,
    f1_composite_oracle_of,
    f1_pa_k_area_of,
    f1_pa_k_area_oracle_of,
    f1_pa_k_of,
    f1_pa_k_oracle_of,
    f1_pa_of,
    f1_pa_oracle,
    f1_pa_oracle_of,
    pa_of,
    random_control,
)
from benchmark.metrics.affiliation import affiliation_f1_oracle_of, affiliation_of
from benchmark.metrics.evaluated import Evaluated
from benchmark.metrics.events import detection_delay_of, event_wise_of
from benchmark.metrics.incidents import incidents_found_of, time_to_alert_of
from benchmark.metrics.pate import pate_f1_of, pate_of
from benchmark.metrics.point import point_metrics_of
from benchmark.metrics.ranges import range_based_of, range_f1_oracle_of
from benchmark.metrics.ranking import auc_pr_at_prior_of, auc_pr_of, auc_roc_of, best_f1_of
from benchmark.metrics.volume import range_auc_of, vus_of

Compute = Callable[[Evaluated], float]

_COMPUTE: dict[str, Compute] = {
    "Accuracy@<cut>": lambda case: case.once(point_metrics_of)["accuracy"],
    "Precision@<cut>": lambda case: case.once(point_metrics_of)["precision"],
    "Recall@<cut>": lambda case: case.once(point_metrics_of)["recall"],
    "F1@<cut>": lambda case: case.once(point_metrics_of)["f1"],
    "MCC@<cut>": lambda case: case.once(point_metrics_of)["mcc"],
    "Balanced-Accuracy@<cut>": lambda case: case.once(point_metrics_of)["balanced_accuracy"],
    "False-Alarm-Rate@<cut>": lambda case: case.once(point_metrics_of)["false_alarm_rate"],
    "Macro-Precision@<cut>": lambda case: case.once(point_metrics_of)["macro_precision"],
    "Macro-Recall@<cut>": lambda case: case.once(point_metrics_of)["macro_recall"],
    "Macro-F1@<cut>": lambda case: case.once(point_metrics_of)["macro_f1"],
    "Weighted-Precision@<cut>": lambda case: case.once(point_metrics_of)["weighted_precision"],
    "Weighted-Recall@<cut>": lambda case: case.once(point_metrics_of)["weighted_recall"],
    "Weighted-F1@<cut>": lambda case: case.once(point_metrics_of)["weighted_f1"],
    "F1@oracle": lambda case: case.once(best_f1_of).f1,
    "AUC-ROC": auc_roc_of,
    "AUC-PR": auc_pr_of,
    "R-AUC-ROC": lambda case: case.once(range_auc_of).roc,
    "R-AUC-PR": lambda case: case.once(range_auc_of).pr,
    "VUS-ROC": lambda case: case.once(vus_of).roc,
    "VUS-PR": lambda case: case.once(vus_of).pr,
    "Affiliation-Precision@<cut>": lambda case: case.once(affiliation_of).precision,
    "Affiliation-Recall@<cut>": lambda case: case.once(affiliation_of).recall,
    "Affiliation-F1@<cut>": lambda case: case.once(affiliation_of).f1,
    "Affiliation-F1@oracle": affiliation_f1_oracle_of,
    "Range-Precision@<cut>": lambda case: case.once(range_based_of).precision,
    "Range-Recall@<cut>": lambda case: case.once(range_based_of).recall,
    "Range-F1@<cut>": lambda case: case.once(range_based_of).f1,
    "Range-F1@oracle": range_f1_oracle_of,
    "PATE": pate_of,
    "PATE-F1@<cut>": pate_f1_of,
    "Event-Precision@<cut>": lambda case: case.once(event_wise_of).precision,
    "ADR@<cut>": lambda case: case.once(event_wise_of).recall,
    "Event-F1@<cut>": lambda case: case.once(event_wise_of).f1,
    "Delay@<cut>": detection_delay_of,
    "Precision-PA@<cut>": lambda case: case.once(pa_of).precision,
    "Recall-PA@<cut>": lambda case: case.once(pa_of).recall,
    "F1-PA@<cut>": f1_pa_of,
    "F1-PA@oracle": f1_pa_oracle_of,
    "F1-PA-random@oracle": lambda case: random_control(f1_pa_oracle, case.labels),
    "F1-PA%20@<cut>": lambda case: f1_pa_k_of(case, 0.2),
    "F1-PA%20@oracle": lambda case: f1_pa_k_oracle_of(case, 0.2),
    "F1-PA%K-area@<cut>": f1_pa_k_area_of,
    "F1-PA%K-area@oracle": f1_pa_k_area_oracle_of,
    "F1-composite@<cut>": f1_composite_of,
    "F1-composite@oracle": f1_composite_oracle_of,
}

_COMPUTE_BUDGETED: dict[str, Compute] = {
    "AUC-PR@prior": auc_pr_at_prior_of,
    "Incidents@<cut>": incidents_found_of,
    "Time-To-Alert@<cut>": time_to_alert_of,
}


@dataclass(frozen=True)
class Metric:
    """One metric: its texts and its function.

    Parameters
    ----------
    name : str
        Name of its column. In a column, ``<cut>`` is replaced by the policy of the threshold.
    rewards : str
        What raises it.
    flaws : str
        Its known flaws.
    range : str
        Values it can take, the best one last.
    chance : str
        Its value for a random score.
    source : str
        Publication that defines it.
    threshold : {"cut", "oracle", "none"}
        At a given cut, at its own best threshold, or over all thresholds.
    sequential : bool
        True if it needs points in time order.
    default : bool
        True if every result holds it: at all `CUTS` where it is point-wise or ``every_cut``, else at ``val`` alone.
    compute : callable
        From a case to its value.
    every_cut : bool
        True for a default metric of points in time order that every result holds at each cut that it is measured at.
    needs : sequence of str
        ``incidents`` and ``time``, if it needs to know them of the points.
    """

    name: str
    rewards: str
    flaws: str
    range: str
    chance: str
    source: str
    threshold: Literal["cut", "oracle", "none"]
    sequential: bool
    default: bool
    compute: Compute
    every_cut: bool = False
    needs: Sequence[str] = ()

    @property
    def best(self) -> float:
        """The best value that it can take: 1, or 0 where lower is better."""
        return float(self.range.rpartition(" ")[2])


def _metrics(group: str, compute: dict[str, Compute]) -> tuple[Metric, ...]:
    texts = tomllib.loads((files("benchmark.metrics") / "catalogue.toml").read_text("utf-8"))[group]
    return tuple(Metric(**entry, compute=compute[entry["name"]]) for entry in texts)


CATALOGUE: tuple[Metric, ...] = _metrics("metric", _COMPUTE)

BUDGETED: tuple[Metric, ...] = _metrics("budgeted", _COMPUTE_BUDGETED)
"""Metrics of tasks with budgets of false alarms."""

CUTS = ("val", "pot", "labelled", "share", "oracle")
"""Policies of a cut in the names of columns (`benchmark.evaluation.thresholds`). ``oracle``, the cut of the best F1, is
for point-wise metrics only."""

OF_TEST = "-test"
"""Ending of a policy that spends a budget on the normal points of the test."""

AT_BUDGETS = ("Recall@<cut>", "False-Alarm-Rate@<cut>", "Incidents@<cut>", "Time-To-Alert@<cut>")
"""Metrics that every result of a task with budgets holds at each of them."""

_BUDGET = re.compile(rf"(\d*\.)?\d+%({OF_TEST})?")


def is_policy(name: str) -> bool:
    """Whether a name is one of `CUTS` or the policy of a budget of false alarms, ``1%`` or ``1%-test``."""
    return name in CUTS or _BUDGET.fullmatch(name) is not None


@dataclass(frozen=True)
class Column:
    """A metric in a result.

    Parameters
    ----------
    name : str
        Name of the column; it carries the policy of the threshold.
    metric : Metric
        The metric.
    cut : str
        One of `CUTS` or the policy of a budget; empty if the metric is not measured at a given cut.
    """

    name: str
    metric: Metric
    cut: str = ""

    @property
    def default(self) -> bool:
        """True if every result has this column, where points are in time order if the metric needs that.

        Columns of ``labelled`` and ``share`` are only where a protocol has labelled validation points of both classes.
        """
        at_val_alone = self.metric.sequential and not self.metric.every_cut
        of_every_task = self.cut in ("", *CUTS)
        return self.metric.default and of_every_task and not (at_val_alone and self.cut not in ("", "val"))


def _columns() -> dict[str, Column]:
    columns = {}
    own = {metric.name for metric in CATALOGUE}
    for metric in CATALOGUE:
        if metric.threshold != "cut":
            columns[metric.name] = Column(metric.name, metric)
            continue
        for cut in CUTS:
            name = metric.name.replace("<cut>", cut)
            if name not in own and not (metric.sequential and cut == "oracle"):
                columns[name] = Column(name, metric, cut)
    return columns


COLUMNS: dict[str, Column] = _columns()
"""Every column that a result can have, by name, in the order of the catalogue."""

DEFAULT: tuple[str, ...] = tuple(name for name, column in COLUMNS.items() if column.default)
"""Names of the columns that every result has."""


def columns_named(names: Iterable[str]) -> list[Column]:
    """Look columns up, each once, in the order of the catalogue.

    Raises
    ------
    UnknownNameError
        For a name that is neither one of `COLUMNS` nor a column of a budget; it proposes similar names.
    """
    wanted = set(names)
    budgeted = {name: column for name in sorted(wanted - set(COLUMNS)) if (column := _budget_column(name))}
    if unknown := sorted(wanted - set(COLUMNS) - set(budgeted)):
        raise UnknownNameError("metric", unknown[0], COLUMNS)
    return [column for name, column in COLUMNS.items() if name in wanted] + list(budgeted.values())


def budget_columns(policies: Iterable[str]) -> list[str]:
    """Names of the columns that every result of a task with budgets has besides `DEFAULT`.

    Parameters
    ----------
    policies : iterable of str
        Policies of its budgets.
    """
    return ["AUC-PR@prior", *(name.replace("<cut>", policy) for policy in policies for name in AT_BUDGETS)]


@cache
def _budget_column(name: str) -> Column | None:
    """Return a column that only tasks with budgets have; None if the name is of none."""
    base, _, policy = name.partition("@")
    for metric in (*CATALOGUE, *BUDGETED):
        if metric.threshold != "cut":
            if name == metric.name:
                return Column(name, metric)
        elif metric.name == f"{base}@<cut>" and (_BUDGET.fullmatch(policy) or (metric in BUDGETED and policy in CUTS)):
            return Column(name, metric, policy)
    return None


def parse_metrics(text: str) -> tuple[str, ...]:
    """Names of the columns that ``--metrics`` asks for, in the order of the catalogue.

    Parameters
    ----------
    text : str
        Names with commas between them, in upper or lower case, or ``all``; empty for none.

    Raises
    ------
    UnknownNameError
        For a name that is none of `COLUMNS`.
    """
    names = [part for name in text.split(",") if (part := name.strip())]
    if names == ["all"]:
        return tuple(COLUMNS)
    spelled = {name.lower(): name for name in COLUMNS}
    return tuple(column.name for column in columns_named(spelled.get(name.lower(), name) for name in names))


def beyond_default(names: Iterable[str]) -> tuple[str, ...]:
    """Names of the columns that are not in every result, in the order of the catalogue."""
    return tuple(column.name for column in columns_named(names) if not column.default)
