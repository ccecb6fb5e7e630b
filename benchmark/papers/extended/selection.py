"""What the choice of parameters without labels is worth: its regret, and the agreement of the two rankings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np

from benchmark.artifacts.points import Point, PointArtifact
from benchmark.artifacts.time_series import clusters
from benchmark.drawing.summary import Summary
from benchmark.drawing.table import Column, Line, Table
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.dataset import Variant
from benchmark.interfaces.numbers import Number
from benchmark.selection.choice import Choice, Trial, choose
from benchmark.selection.space import candidates

METRIC = "VUS-PR"

BUDGET = 4
"""Trials of each method; the first of those that a larger budget draws."""

METHODS = (
    "norm", "trailing-norm", "pca", "knn", "trailing-knn", "iforest", "kmeans-ad", "dlinear", "linear-ae", "sub-pca",
)  # fmt: skip
"""Controls and learned detectors that cost seconds for a recording. Deep ones would take hours of two cores."""

ANY = "any of these"
"""Label of the row that chooses among the trials of all methods; its default is `REFERENCE`."""

REFERENCE = "trailing-norm"

COLUMNS = ("default", "rule", "oracle", "rule - default", "regret", "Spearman")


@dataclass(frozen=True)
class _Tried:
    """Trials of one row of the table, and their labelled numbers: by method, then by recording."""

    trials: tuple[Trial, ...]
    labelled: Mapping[str, Mapping[str, float]]


class Selection(PointArtifact):
    """Default, rule and oracle for each method and data set.

    The rule is that of `benchmark.selection.choice`. The oracle chooses the trial with the highest mean over the
    labelled test recordings; no one has it. All trials of all methods are run on both protocols, with one fit for both.
    """

    name = "extended/selection"
    kind: ClassVar[Literal["table", "figure"]] = "table"
    variants: ClassVar[tuple[Variant, ...]] = ("real",)
    in_all = False
    repetitions = 1
    title = f"{METRIC} of settings that are chosen without labels, against the default and the oracle's choice"
    sections: ClassVar[dict[str, str]] = {
        "smd": "SMD, 8 machines",
        "msl": "MSL, 27 traces",
        "smap": "SMAP, 54 traces",
        "nab-aws": "NAB-AWS, 17 series",
    }
    notes: ClassVar[tuple[str, ...]] = (
        f"{BUDGET} trials a method, the default among them, drawn by one rule for all (benchmark.selection.space). The "
        "rule chooses one setting for a data set: by the detector's own validation loss where its trials can be "
        "compared by it, else by synthetic anomalies in the validation rows (benchmark.selection.choice). The label "
        "says which.",
        "oracle: the trial with the highest mean on labelled test recordings. regret: oracle less rule, at least 0.",
        "Spearman: of the ranking of the trials under synthetic anomalies with that under labels, by recording; mean "
        "over the recordings on which both vary.",
        f"{ANY}: the choice among the trials of all methods by synthetic anomalies; its default is {REFERENCE}.",
        "Means over recordings with 95 % intervals over clusters and recordings (bootstrap). The choice is made once "
        "and held fixed in the interval.",
    )

    def cell(self, setting: Setting, section: str, method: str, protocol: str) -> Cell:
        """One trial; of SMD, the eight machines of the heading."""
        dataset = "smd[checked=true]" if section == "smd" else section
        return Cell(dataset=dataset, variant=setting.variant, protocol=protocol, seed=0, method=method)

    def points(self, setting: Setting) -> Iterator[Point]:
        """Every trial of every method in every section, under both protocols."""
        for section in self.sections:
            for method in METHODS:
                for trial in _trials(method):
                    for protocol in ("synthetic", "native"):
                        cell = self.cell(setting, section, trial, protocol)
                        yield Point(section, (method, trial, protocol), cell)

    def choice(self, results: Mapping[Cell, Result], setting: Setting, section: str, method: str) -> Choice:
        """The rule's choice for a method."""
        return choose(self._tried(results, setting, section, method).trials)

    def table(self, results: Mapping[Cell, Result], setting: Setting) -> Table:
        """One line per method and section, then one for the choice among all."""
        lines = []
        for section in self.sections:
            tried = {method: self._tried(results, setting, section, method) for method in METHODS}
            for method, one in tried.items():
                lines.append(self._line(setting, section, method, one, choose(one.trials), method))
            usable = [trial for one in tried.values() for trial in one.trials if trial.found]
            merged = {name: numbers for one in tried.values() for name, numbers in one.labelled.items()}
            whole = _Tried(tuple(Trial(one.method, one.status, one.found, {}) for one in usable), merged)
            if usable:
                lines.append(self._line(setting, section, ANY, whole, choose(whole.trials), REFERENCE))
        caption = f"{self.title}. Real data; {BUDGET} trials a method, one seed."
        return Table(caption, tuple(Column(name, better="neither") for name in COLUMNS), tuple(lines), self.notes)

    def numbers(self, results: Mapping[Cell, Result], setting: Setting) -> list[Number]:
        """Every number of the table."""
        return self.table(results, setting).numbers()

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Write the table in all formats."""
        return self.table(results, setting).write(stem)

    def _tried(self, results: Mapping[Cell, Result], setting: Setting, section: str, method: str) -> _Tried:
        trials, labelled = [], {}
        for trial in _trials(method):
            trials.append(Trial.of(trial, results[self.cell(setting, section, trial, "synthetic")]))
            labelled[trial] = _numbers(results[self.cell(setting, section, trial, "native")])
        return _Tried(tuple(trials), labelled)

    def _line(self, setting: Setting, section: str, label: str, tried: _Tried, choice: Choice, default: str) -> Line:
        cell = self.cell(setting, section, choice.method, "native")
        first, chosen = tried.labelled.get(default, {}), tried.labelled.get(choice.method, {})
        best = max(tried.labelled.values(), key=lambda one: sum(one.values()) / len(one) if one else -1.0)
        found = {
            "default": first,
            "rule": chosen,
            "oracle": best,
            "rule - default": _less(chosen, first),
            "regret": _less(best, chosen),
            "Spearman": agreement(tried.trials, tried.labelled),
        }
        measured = {name: _summary(cell, numbers, section, name) for name, numbers in found.items()}
        return Line(
            section=section,
            heading=self.sections[section],
            label=f"{label}, by {choice.by}",
            method=choice.method,
            role="control",
            published={},
            measured=measured,
        )


@cache
def _trials(method: str) -> tuple[str, ...]:
    return candidates(method, BUDGET)


def agreement(trials: Sequence[Trial], labelled: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Spearman's correlation over trials of the synthetic with the labelled numbers of each recording.

    Parameters
    ----------
    trials : sequence of Trial
        Numbers under synthetic anomalies; trials without any are left out.
    labelled : mapping of str to mapping of str to float
        Numbers under labels, by method and recording.

    Returns
    -------
    dict of str to float
        By recording, in [−1, 1]; without recordings that have fewer than three trials, or one on which either number
        is the same for all trials.
    """
    from scipy.stats import rankdata

    usable = [trial for trial in trials if trial.found and labelled.get(trial.method)]
    names = sorted({name for trial in usable for name in labelled[trial.method] if name in trial.found})
    correlations = {}
    for name in names:
        pairs = [(one.found[name], labelled[one.method].get(name)) for one in usable if name in one.found]
        both = np.array([pair for pair in pairs if pair[1] is not None], np.float64)
        if len(both) > 2 and (np.ptp(both, axis=0) > 0).all():
            ranks = rankdata(both, axis=0)
            correlations[name] = float(np.corrcoef(ranks.T)[0, 1])
    return correlations


def _numbers(result: Result) -> dict[str, float]:
    """The metric by recording; without recordings on which it is undefined."""
    return {row["task"]: float(row[METRIC]) for row in result.rows if row.get(METRIC) is not None} if result.ok else {}


def _less(first: Mapping[str, float], second: Mapping[str, float]) -> dict[str, float]:
    """Differences by recording; nothing unless both have the same recordings."""
    return {name: first[name] - second[name] for name in first} if first.keys() == second.keys() else {}


def _summary(cell: Cell, numbers: Mapping[str, float], section: str, name: str) -> Summary:
    if not numbers:
        return Summary("UNDEFINED", f"{name} has no value: a trial failed, or nothing varies", cells=(cell,))
    mean = sum(numbers.values()) / len(numbers)
    by_recording = {task: (value,) for task, value in numbers.items()} if len(numbers) > 1 else {}
    return Summary("OK", "", (mean,), (cell,), by_recording, dict(numbers), clusters(section, numbers))
