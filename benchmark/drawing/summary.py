"""One metric over seeds and recordings: its mean with an interval, or the reason why there is none.

A number of one task is averaged over seeds; its interval is of that mean, on the logit where the metric has a range
(`benchmark.stats.intervals.mean_interval`). A number that averages several recordings, the same at every seed, has the
interval of a bootstrap over clusters of recordings, recordings and seeds (`hierarchical_interval`): another set of
recordings would change it more than another seed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from functools import cache, cached_property
from typing import Any

import numpy as np

from benchmark.interfaces.cell import Cell, Result, Row
from benchmark.interfaces.commands import run_cell
from benchmark.interfaces.probe import SEPARATOR
from benchmark.stats.clusters import Clusters, cluster_positions
from benchmark.stats.intervals import Limits, MeanInterval, hierarchical_interval, mean_interval


@dataclass(frozen=True)
class Summary:
    """One metric of one method over seeds.

    Parameters
    ----------
    status : str
        ``OK``, ``UNDEFINED`` (the metric has no value on these labels), or the status of the first failed seed.
    reason : str
        Why there is no number; empty for ``OK``.
    values : tuple of float
        One value per seed, in the order of the runs; empty unless the status is ``OK``.
    cells : tuple of Cell
        The cells of the runs, in the same order.
    recordings : mapping of str to tuple of float
        Values of each recording, one per seed in the same order, where the number averages two recordings or more.
    units : mapping of str to float
        Parts that count as independent, scaled so that their mean is the number: seeds; or recordings, each averaged
        over seeds; or clusters of recordings. Two methods are compared over equal units.
    clusters : mapping of str to str or None, optional
        Cluster of each recording.
    range : (float, float), optional
        Lowest and highest value of the metric.
    """

    status: str
    reason: str = ""
    values: tuple[float, ...] = ()
    cells: tuple[Cell, ...] = ()
    recordings: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    units: Mapping[str, float] = field(default_factory=dict)
    clusters: Clusters | None = None
    range: Limits | None = None

    @cached_property
    def interval(self) -> MeanInterval | None:
        """Mean and 95 % interval; None unless the status is ``OK``. See the module. Computed where it is asked for."""
        if self.status != "OK":
            return None
        if self.recordings:
            return hierarchical_interval(self.recordings, self.clusters, np.random.default_rng(0))
        return mean_interval(self.values, limits=self.range)

    @property
    def limits(self) -> tuple[float, float] | None:
        """Limits of the interval; None for one seed, and for a number that is the same in every seed and recording."""
        if self.interval is None or not self.interval.low < self.interval.high:
            return None
        return self.interval.low, self.interval.high


def summarise(
    runs: Sequence[tuple[Cell, Result]], metric: str, extra_score: str = "", clusters: Clusters | None = None
) -> Summary:
    """Mean of a metric over seeds, where each seed is the mean over its tasks whose test labels have both classes.

    Parameters
    ----------
    runs : sequence of (Cell, Result)
        One per seed.
    metric : str
        Column of a row; ``a/b`` is b within a; ``a: b`` is number b of the probe a, of the machine or not.
    extra_score : str
        Name of a further score of the fitted model to measure in place of its own; empty for its own.
    clusters : mapping of str to str or None, optional
        Cluster of each recording (task) by name, if recordings resemble each other.

    Returns
    -------
    Summary
        One failed seed withholds the number: a mean over only the successful seeds would flatter a method that fails.
    """
    cells = tuple(cell for cell, _ in runs)
    for cell, result in runs:
        if not result.ok:
            hint = "" if result.status == "NOT_REGISTERED" else f"; rerun: {run_cell(*astuple(cell))}"
            return Summary(result.status, f"{result.reason}{hint}", cells=cells)
    seeds = []
    for cell, result in runs:
        numbers = _by_task(result, metric, extra_score)
        if not numbers or any(number is None for number in numbers.values()):
            reason = f"{metric} has no value at seed {cell.seed}: the metric is undefined there"
            return Summary("UNDEFINED", reason, cells=cells)
        seeds.append({task: float(number) for task, number in numbers.items() if number is not None})
    values = tuple(sum(numbers.values()) / len(numbers) for numbers in seeds)
    names = [task for task in seeds[0] if isinstance(task, str)] if seeds else []
    if len(names) > 1 and all(list(numbers) == names for numbers in seeds):
        recordings = {task: tuple(numbers[task] for numbers in seeds) for task in names}
        units = units_of(recordings, clusters)
        return Summary("OK", "", values, cells, recordings, units, clusters, limits_of(metric))
    units = {f"seed {cell.seed}": value for cell, value in zip(cells, values, strict=True)}
    return Summary("OK", "", values, cells, units=units, range=limits_of(metric))


def left_out(result: Result) -> str:
    """Say over how many of its tasks a mean is; empty where it is over all.

    A task whose test labels hold one class only has no value of most metrics, so `summarise` leaves it out.
    """
    measured = sum(map(_has_both_classes, result.rows))
    if measured == len(result.rows):
        return ""
    if why := of_one_class(result):
        return f"no mean: {why}"
    return f"means are over {measured} of {len(result.rows)} tasks: the test labels of the others hold one class only"


def of_one_class(result: Result) -> str:
    """Say that the test labels of all tasks hold one class; empty where those of a task hold both."""
    if any(map(_has_both_classes, result.rows)):
        return ""
    return f"the test labels of all {len(result.rows)} tasks hold one class only"


def _has_both_classes(row: Row) -> bool:
    return bool(0 < row["anomalous"] < row["points"])


@cache
def limits_of(metric: str) -> Limits | None:
    """Range of a metric by its text in the catalogue.

    Parameters
    ----------
    metric : str
        Column of a row, with its threshold policy (``F1@val``); of ``a/b`` the metric is b.

    Returns
    -------
    (float, float) or None
        None for a column that is not in the catalogue, and for a metric without a fixed range (a delay).
    """
    from benchmark.metrics.catalogue import BUDGETED, CATALOGUE

    column = metric.rpartition("/")[2]
    names = {column, f"{column.partition('@')[0]}@<cut>"}
    found = next((one for one in (*CATALOGUE, *BUDGETED) if one.name in names), None)
    ends = re.fullmatch(r"([−-]?[\d.]+) to ([−-]?[\d.]+)", found.range) if found else None
    if ends is None:
        return None
    low, high = sorted(float(end.replace("−", "-")) for end in ends.groups())
    return low, high


def _by_task(result: Result, metric: str, extra_score: str) -> dict[str | int, Any]:
    """Value of each task whose test labels have both classes, by its name (else its position); None is no value."""
    numbers = {}
    for index, whole in enumerate(result.rows):
        row = whole["extra_scores"][extra_score] if extra_score else whole
        if _has_both_classes(row):
            probe, asked, number = metric.partition(SEPARATOR)
            value = result.answers(index).get(probe, {}).get(number) if asked else _value(row, metric)
            numbers[whole.get("task", index)] = value
    return numbers


def units_of(recordings: Mapping[str, Sequence[float]], clusters: Clusters | None) -> dict[str, float]:
    """Share of each cluster in the mean over recordings, times the number of clusters, so that their mean is it."""
    names = list(recordings)
    means = np.array([np.mean(values) for values in recordings.values()])
    groups = cluster_positions(names, clusters)
    return {names[group[0]]: float(means[group].sum()) * len(groups) / len(names) for group in groups}


def of_recordings(values: Mapping[str, tuple[float, ...]], like: Summary) -> Summary:
    """Numbers that are made from those of other summaries, by recording.

    Parameters
    ----------
    values : mapping of str to tuple of float
        Values of each recording, one per seed.
    like : Summary
        Its cells, clusters, range and status are taken.
    """
    means = tuple(np.mean(list(values.values()), axis=0).tolist())
    return replace(like, values=means, recordings=values, units=units_of(values, like.clusters))


def _value(row: Row, metric: str) -> Any:
    """Look a metric up; ``a/b`` is b within a."""
    for name in metric.split("/"):
        row = (row or {}).get(name)  # type: ignore[assignment]
    return row
