"""The rule that picks one setting among the trials of a detector, from training and validation data alone.

(a) **By the detector's own validation loss**, where every trial that did not fail reports one
    (``diagnostics/validation loss``). Trials are compared by it that agree in the parameters which change its unit or
    are none of the model's (`UNITS`). Each recording's loss is divided by that of the first of them, and the least mean
    over recordings wins. Where several such groups remain, their winners are compared by (b).
(b) **By synthetic anomalies** else: the setting with the highest mean over recordings of VUS-PR (of average precision
    where rows have no order) under the protocol ``synthetic``.

A trial that failed, or has no number on a recording, is never chosen. Of equal settings the earliest is chosen, so that
the method as it is written wins a tie. Where all trials failed it stays, and the choice says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from benchmark.interfaces.cell import Result
from benchmark.interfaces.spec import Spec

By = Literal["own loss", "own loss and synthetic anomalies", "synthetic anomalies", "default"]
"""What a setting was chosen by; ``default`` where nothing could be compared."""

LOSS = "validation loss"
"""Name of the number among a detector's diagnostics."""

UNITS = ("scaling", "smoothing")
"""Parameters that change the unit of a loss, or are none of the model's."""

METRICS = ("VUS-PR", "AUC-PR")
"""Metric under synthetic anomalies: the first that results have."""


@dataclass(frozen=True)
class Trial:
    """One setting and its numbers.

    Parameters
    ----------
    method : str
        ``name[param=value,…]``.
    status : str
        Status of its cell.
    found : mapping of str to float
        Metric under synthetic anomalies by recording; empty where one is missing.
    losses : mapping of str to float
        Own validation loss by recording; empty where it reports none.
    """

    method: str
    status: str
    found: Mapping[str, float]
    losses: Mapping[str, float]

    @classmethod
    def of(cls, method: str, result: Result) -> Trial:
        """Read the numbers of a trial from the result of its cell under ``synthetic``."""
        if not result.ok:
            return cls(method, result.status, {}, {})
        metric = next((name for name in METRICS if name in result.rows[0]), "")
        found = {row["task"]: row.get(metric) for row in result.rows}
        losses = {row["task"]: row.get("diagnostics", {}).get(LOSS) for row in result.rows}
        return cls(method, result.status, _complete(found), _complete(losses))


@dataclass(frozen=True)
class Choice:
    """The chosen setting.

    Parameters
    ----------
    method : str
        ``name[param=value,…]``.
    by : str
        What it was chosen by.
    trials : tuple of Trial
        All trials, the method as it is written first.
    """

    method: str
    by: By
    trials: tuple[Trial, ...]

    def record(self) -> dict[str, Any]:
        """Return the choice as JSON: method, by, and the numbers of each trial."""
        return asdict(self)


def choose(trials: Sequence[Trial]) -> Choice:
    """Choose one of the trials; see the module.

    Parameters
    ----------
    trials : sequence of Trial
        At least one; the method as it is written first.
    """
    first = trials[0]
    usable = [trial for trial in trials if trial.found]
    if not usable:
        return Choice(first.method, "default", tuple(trials))
    groups = _by_unit(usable)
    finalists = [least_loss(group) for group in groups]
    best = max(finalists or usable, key=lambda trial: sum(trial.found.values()) / len(trial.found))
    by: By = "synthetic anomalies"
    if groups:
        by = "own loss" if len(groups) == 1 else "own loss and synthetic anomalies"
    return Choice(best.method, by, tuple(trials))


def least_loss(trials: Sequence[Trial]) -> Trial:
    """Return the trial with the least loss in units of the first one; the earliest of equal ones."""
    return min(trials, key=lambda trial: mean_ratio(trial.losses, trials[0].losses))


def mean_ratio(losses: Mapping[str, float], reference: Mapping[str, float]) -> float:
    """Mean over recordings of losses as multiples of those of a reference; a reference of 0 counts as 1."""
    return sum(loss / (reference[name] or 1.0) for name, loss in losses.items()) / len(losses)


def _by_unit(trials: Sequence[Trial]) -> list[list[Trial]]:
    """Groups of trials whose losses have one unit; none where a trial reports no loss of the same recordings."""
    if not trials[0].losses or any(trial.losses.keys() != trials[0].losses.keys() for trial in trials):
        return []
    groups: dict[str, list[Trial]] = {}
    for trial in trials:
        params = Spec.parse(trial.method).params
        groups.setdefault(repr([params.get(name) for name in UNITS]), []).append(trial)
    return list(groups.values())


def _complete(numbers: Mapping[str, float | None]) -> dict[str, float]:
    """The numbers, or nothing where one is missing."""
    found = {name: float(number) for name, number in numbers.items() if number is not None}
    return found if len(found) == len(numbers) else {}
