"""One metric over seeds: its mean with an interval, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any

from benchmark.interfaces.cell import Cell, Result, Row
from benchmark.interfaces.commands import run_cell
from benchmark.stats.intervals import MeanInterval, mean_interval


@dataclass(frozen=True)
class Summary:
    """One metric of one method over seeds.

    Parameters
    ----------
    status : str
        ``OK``, ``UNDEFINED`` (the metric has no value on these labels), or the status of the first failed seed.
    reason : str
        Why there is no number; empty for ``OK``.
    interval : MeanInterval, optional
        Mean and 95 % interval over seeds; only for ``OK``.
    values : tuple of float
        One value per seed, in the order of the runs; empty unless the status is ``OK``.
    cells : tuple of Cell
        The cells of the runs, in the same order.
    """

    status: str
    reason: str = ""
    interval: MeanInterval | None = None
    values: tuple[float, ...] = ()
    cells: tuple[Cell, ...] = ()


def summarise(runs: Sequence[tuple[Cell, Result]], metric: str, extra_score: str = "") -> Summary:
    """Mean of a metric over seeds, where each seed is the mean over its tasks whose test labels have both classes.

    Parameters
    ----------
    runs : sequence of (Cell, Result)
        One per seed.
    metric : str
        Column of a row; ``a/b`` is b within a.
    extra_score : str
        Name of a further score of the fitted model to measure in place of its own; empty for its own.

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
    values = []
    for cell, result in runs:
        rows = [row["extra_scores"][extra_score] if extra_score else row for row in result.rows]
        numbers = [_value(row, metric) for row in rows if 0 < row["anomalous"] < row["points"]]
        if not numbers or any(number is None for number in numbers):
            reason = f"{metric} has no value at seed {cell.seed}: the metric is undefined there"
            return Summary("UNDEFINED", reason, cells=cells)
        values.append(sum(float(number) for number in numbers if number is not None) / len(numbers))
    return Summary("OK", interval=mean_interval(values), values=tuple(values), cells=cells)


def _value(row: Row, metric: str) -> Any:
    """Look a metric up; ``a/b`` is b within a."""
    for name in metric.split("/"):
        row = (row or {}).get(name)  # type: ignore[assignment]
    return row
