"""Numbers of a section unit by unit: the attacks that a recall is averaged over.

A unit is a kind of attack in `nsl-kdd`, an incident in `adfa-ld` and `cloudtrail`; the grouping ``unit`` of the
protocol ``threat`` holds them. Every unit counts once, however many points it has: a flood of ten thousand connections
weighs no more than a break-in of ten. In `nsl-kdd` units of fewer than `LEAST` test points are left out, since their
recall is noise and the protocol leaves none of them out in turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf, isinf

import numpy as np

from benchmark.artifacts.comparison import Comparison
from benchmark.drawing.summary import Summary, limits_of, summarise
from benchmark.drawing.table import Column
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Result, Row
from benchmark.interfaces.numbers import Number
from benchmark.interfaces.spec import Spec
from benchmark.papers.threat_detection.account import EVENTS_A_DAY
from benchmark.papers.threat_detection.sections import SECTIONS, TWINS, Section
from benchmark.protocols.threat.division import LEAST
from benchmark.stats.intervals import MeanInterval
from benchmark.stats.unequal import unequal_interval

Runs = Sequence[tuple[Cell, Result]]

OF_TASKS = ("False-Alarm-Rate", "Alerts-A-Day")
"""Metrics of the normal points of a task, without units."""


@dataclass(frozen=True)
class UnitSummary(Summary):
    """A mean over incidents, then over seeds; its interval is a bootstrap over incidents and their seeds.

    Parameters
    ----------
    by_incident : mapping of str to tuple of float, optional
        Values of each incident, one for each seed that tests it.
    """

    by_incident: Mapping[str, tuple[float, ...]] | None = None

    @cached_property
    def interval(self) -> MeanInterval | None:
        """Mean and 95 % interval; over seeds alone where there are no incidents."""
        if self.status != "OK" or self.by_incident is None:
            return super().interval
        found = unequal_interval(self.by_incident, np.random.default_rng(0))
        return replace(found, mean=sum(self.values) / len(self.values))


def own_runs(section: Section, runs: Runs) -> Runs:
    """The runs that measure a section: of two cells a seed the second; see `ThreatArtifact.section_points`."""
    return [run for run in runs if _scenario(run[0]) == _scenario(runs[-1][0])]


def units(section: Section, runs: Runs) -> dict[int, dict[str, Row]]:
    """Measured units of a section by seed and name, over all tasks.

    Parameters
    ----------
    section : Section
        Which.
    runs : sequence of (Cell, Result)
        Those of `ThreatArtifact.section_points`, all successful.

    Returns
    -------
    dict of dict of dict
        Row of a unit, as `benchmark.evaluation.measure.measure_subgroups` makes it; that of its incident is added under
        ``incident``.
    """
    tested = {cell.seed: _tested(section, result) for cell, result in runs if _scenario(cell) == "known-kind"}
    found: dict[int, dict[str, Row]] = {}
    for cell, result in own_runs(section, runs):
        rows = found.setdefault(cell.seed, {})
        for task in result.rows:
            incidents = task["subgroups"].get("incident", {})
            for whole, row in task["subgroups"]["unit"].items():
                name = whole.partition(": ")[2]
                if row["anomalous"] and name in tested[cell.seed]:
                    rows[name] = row | ({"incident": incidents[name]} if name in incidents else {})
    return found


def summarise_units(section: Section, runs: Runs, metric: str) -> Summary:
    """One metric of one row of a section.

    Parameters
    ----------
    section, runs
        As for `units`; failed runs give a summary with their reason.
    metric : str
        A column of a unit (``Recall@1%``, ``AUC-ROC``): its mean over units, then over seeds. ``Incidents@<cut>``:
        share of incidents with a flagged point. ``Time-To-Alert@<cut>``: median over incidents. Metrics of `OF_TASKS`:
        mean over tasks; ``Alerts-A-Day`` is the false-alarm rate times `EVENTS_A_DAY`. Another column: as
        `benchmark.drawing.summary.summarise` gives it.
    """
    own = own_runs(section, runs)
    failed = next(((cell, result) for cell, result in runs if not result.ok), None)
    if failed is not None:
        return replace(summarise([failed], metric), cells=tuple(cell for cell, _ in own))
    base, _, cut = metric.partition("@")
    if base in OF_TASKS:
        return _of_tasks(own, base, cut)
    by_seed = units(section, runs)
    rows = {seed: {name: _value(row, metric) for name, row in found.items()} for seed, found in by_seed.items()}
    cells = tuple(cell for cell, _ in own)
    if base in ("Incidents", "Time-To-Alert") and not all(
        value is not None for found in rows.values() for value in found.values()
    ):
        return Summary("NOT_APPLICABLE", f"{section.dataset} has no incidents, or its points no time", cells=cells)
    if not all(rows.values()):
        return Summary("UNDEFINED", "no attack of this section is in the test of every seed", cells=cells)
    if not all(value is not None for found in rows.values() for value in found.values()):
        return summarise(own, metric)
    known = {
        seed: {name: float(value) for name, value in found.items() if value is not None} for seed, found in rows.items()
    }
    if base == "Time-To-Alert":
        middles = [float(np.median(list(found.values()))) for found in known.values()]
        if any(map(isinf, middles)):
            return Summary("UNDEFINED", "half of the incidents or more are not found at every seed", cells=cells)
        return _over_seeds(own, middles, metric)
    values = [sum(found.values()) / len(found) for found in known.values()]
    if section.dataset == "nsl-kdd":
        return _over_seeds(own, values, metric)
    names = dict.fromkeys(name for found in known.values() for name in found)
    by_incident = {name: tuple(found[name] for found in known.values() if name in found) for name in names}
    return _over_seeds(own, values, metric, by_incident)


def _of_tasks(runs: Runs, base: str, cut: str) -> Summary:
    factor = EVENTS_A_DAY if base == "Alerts-A-Day" else 1
    values = []
    for _, result in runs:
        rates = [task.get(f"False-Alarm-Rate@{cut}") for task in result.rows]
        known = [rate for rate in rates if rate is not None]
        if not known:
            reason = f"there is no false-alarm rate at the cut {cut}"
            return Summary("UNDEFINED", reason, cells=tuple(cell for cell, _ in runs))
        values.append(factor * sum(known) / len(known))
    return _over_seeds(runs, values, f"{base}@{cut}")


def _over_seeds(
    runs: Runs, values: Sequence[float], metric: str, by_incident: Mapping[str, tuple[float, ...]] | None = None
) -> Summary:
    cells = tuple(cell for cell, _ in runs)
    names = {f"seed {cell.seed}": value for cell, value in zip(cells, values, strict=True)}
    limits = (0.0, float(EVENTS_A_DAY)) if metric.startswith("Alerts-A-Day") else limits_of(metric)
    return UnitSummary("OK", "", tuple(values), cells, units=names, range=limits, by_incident=by_incident)


def _tested(section: Section, known: Result) -> set[str]:
    """Names of the units of a section: attacks of its novelty in the scenario ``known-kind`` of the same seed."""
    least = LEAST if section.dataset == "nsl-kdd" else 1
    found = set()
    for task in known.rows:
        for whole, row in task["subgroups"]["unit"].items():
            novelty, _, name = whole.partition(": ")
            if novelty in section.novelty and row["anomalous"] >= least:
                found.add(name)
    return found


def _value(row: Row, metric: str) -> float | None:
    """Value of a unit; infinite for the time to an alert that never comes, None where there is no such number."""
    base, _, cut = metric.partition("@")
    if base == "Incidents":
        return float(row[f"Recall@{cut}"] > 0) if "incident" in row and f"Recall@{cut}" in row else None
    if base == "Time-To-Alert":
        incident = row.get("incident", {})
        if metric not in incident:
            return None
        return inf if incident[metric] is None else float(incident[metric])
    return row.get(metric)


def _scenario(cell: Cell) -> str:
    return str(Spec.parse(cell.protocol).params.get("scenario", "known-kind"))


def without_data(artifact: Comparison, setting: Setting, columns: Sequence[Column]) -> list[Number]:
    """Numbers of the sections whose dataset has no twin, where twins are asked for: nothing can be said of them."""
    if setting.variant == "real":
        return []
    lacking = {
        key: one.dataset for key, one in SECTIONS.items() if key in artifact.sections and one.dataset not in TWINS
    }
    return [
        Number(key, "", row.method, row.label, column.metric, "UNDEFINED", f"{dataset} has no twin", {}, ())
        for key, dataset in lacking.items()
        for row in artifact.all_rows(key)
        for column in columns
    ]
