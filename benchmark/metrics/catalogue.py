"""Every metric of this package: what it rewards, what is wrong with it, what chance gets, and how it is computed.

`CATALOGUE` is what ``python -m benchmark metrics`` prints and what ``python -m benchmark bench metrics`` measures. Its
words are in ``catalogue.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

from benchmark.metrics import adjusted, affiliation, events, pate, point, ranges, ranking, volume
from benchmark.metrics.checks import Marks, Scores


@dataclass(frozen=True)
class Case:
    """What a metric may look at.

    Parameters
    ----------
    labels : ndarray of bool, shape (T,)
        True where a point is anomalous.
    scores : ndarray, shape (T,)
        Higher is more anomalous.
    flags : ndarray of bool, shape (T,)
        The scores, cut.
    window : int
        The dataset's VUS window, in points.
    """

    labels: Marks
    scores: Scores
    flags: Marks
    window: int


Compute = Callable[[Case], float]


@dataclass(frozen=True)
class Metric:
    """One metric, in words and as a function.

    Parameters
    ----------
    name : str
        Name of its column; ``<cut>`` stands for the policy that set the threshold.
    rewards : str
        What raises it.
    flaws : str
        What is known to be wrong with it.
    range : str
        Values it can take, the best one last.
    chance : str
        What a random score gets.
    source : str
        Where it is defined.
    threshold : {"cut", "oracle", "none"}
        At a cut, at the best of all thresholds, or over all of them.
    sequential : bool
        Whether it needs points in order of time.
    compute : callable
        From a case to its value.
    """

    name: str
    rewards: str
    flaws: str
    range: str
    chance: str
    source: str
    threshold: Literal["cut", "oracle", "none"]
    sequential: bool
    compute: Compute


def _point(name: str) -> Compute:
    return lambda case: point.point_metrics(case.labels, case.flags)[name]


_COMPUTE: dict[str, Compute] = {
    "Accuracy@<cut>": _point("accuracy"),
    "Precision@<cut>": _point("precision"),
    "Recall@<cut>": _point("recall"),
    "F1@<cut>": _point("f1"),
    "MCC@<cut>": _point("mcc"),
    "Balanced-Accuracy@<cut>": _point("balanced_accuracy"),
    "F1@oracle": lambda case: ranking.f1_oracle(case.labels, case.scores),
    "AUC-ROC": lambda case: ranking.auc_roc(case.labels, case.scores),
    "AUC-PR": lambda case: ranking.auc_pr(case.labels, case.scores),
    "R-AUC-ROC": lambda case: volume.range_auc(case.labels, case.scores, case.window).roc,
    "R-AUC-PR": lambda case: volume.range_auc(case.labels, case.scores, case.window).pr,
    "VUS-ROC": lambda case: volume.vus(case.labels, case.scores, case.window).roc,
    "VUS-PR": lambda case: volume.vus(case.labels, case.scores, case.window).pr,
    "Affiliation-Precision@<cut>": lambda case: affiliation.affiliation(case.labels, case.flags).precision,
    "Affiliation-Recall@<cut>": lambda case: affiliation.affiliation(case.labels, case.flags).recall,
    "Affiliation-F1@<cut>": lambda case: affiliation.affiliation(case.labels, case.flags).f1,
    "Affiliation-F1@oracle": lambda case: affiliation.affiliation_f1_oracle(case.labels, case.scores),
    "Range-Precision@<cut>": lambda case: ranges.range_based(case.labels, case.flags).precision,
    "Range-Recall@<cut>": lambda case: ranges.range_based(case.labels, case.flags).recall,
    "Range-F1@<cut>": lambda case: ranges.range_based(case.labels, case.flags).f1,
    "Range-F1@oracle": lambda case: ranges.range_f1_oracle(case.labels, case.scores),
    "PATE": lambda case: pate.pate(case.labels, case.scores, case.window, case.window),
    "PATE-F1@<cut>": lambda case: pate.pate_f1(case.labels, case.flags, case.window, case.window),
    "Event-Precision@<cut>": lambda case: events.event_wise(case.labels, case.flags).precision,
    "ADR@<cut>": lambda case: events.event_wise(case.labels, case.flags).recall,
    "Event-F1@<cut>": lambda case: events.event_wise(case.labels, case.flags).f1,
    "Delay@<cut>": lambda case: events.detection_delay(case.labels, case.flags),
    "F1-PA@<cut>": lambda case: adjusted.f1_pa(case.labels, case.flags),
    "F1-PA@oracle": lambda case: adjusted.f1_pa_oracle(case.labels, case.scores),
    "F1-PA-random@oracle": lambda case: adjusted.random_control(adjusted.f1_pa_oracle, case.labels),
    "F1-PA%20@<cut>": lambda case: adjusted.f1_pa_k(case.labels, case.flags, 0.2),
    "F1-PA%20@oracle": lambda case: adjusted.f1_pa_k_oracle(case.labels, case.scores, 0.2),
    "F1-PA%K-area@<cut>": lambda case: adjusted.f1_pa_k_area(case.labels, case.flags),
    "F1-PA%K-area@oracle": lambda case: adjusted.f1_pa_k_area_oracle(case.labels, case.scores),
    "F1-composite@<cut>": lambda case: adjusted.f1_composite(case.labels, case.flags),
    "F1-composite@oracle": lambda case: adjusted.f1_composite_oracle(case.labels, case.scores),
}


def _catalogue() -> tuple[Metric, ...]:
    words = tomllib.loads((files("benchmark.metrics") / "catalogue.toml").read_text("utf-8"))["metric"]
    return tuple(Metric(**entry, compute=_COMPUTE[entry["name"]]) for entry in words)


CATALOGUE: tuple[Metric, ...] = _catalogue()
