"""From results of single seeds to one number with an interval, or to the reason why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmark.interfaces.cell import Cell, Result, Row
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
        Mean and 95 % interval over seeds; set for ``OK`` alone.
    values : tuple of float
        One value a seed, in the order of seeds given; empty but for ``OK``.
    cells : tuple of Cell
        Where it comes from, in the same order.
    """

    status: str
    reason: str = ""
    interval: MeanInterval | None = None
    values: tuple[float, ...] = ()
    cells: tuple[Cell, ...] = ()


def summarise(runs: Sequence[tuple[Cell, Result]], metric: str, alternative: str = "") -> Summary:
    """Mean of a metric over seeds, each seed the mean over its tasks whose test labels hold both classes.

    ``alternative`` names a further score of the same fitted model in place of the first (`Detector.alternatives`).

    One failed seed withholds the number: a mean over the seeds that worked would flatter a method that fails.
    """
    cells = tuple(cell for cell, _ in runs)
    for cell, result in runs:
        if not result.ok:
            hint = "" if result.status == "NOT_REGISTERED" else f"; rerun: {command(cell)}"
            return Summary(result.status, f"{result.reason}{hint}", cells=cells)
    values = []
    for cell, result in runs:
        rows = [row["alternatives"][alternative] if alternative else row for row in result.rows]
        numbers = [_found(row, metric) for row in rows if 0 < row["anomalous"] < row["points"]]
        if not numbers or any(number is None for number in numbers):
            reason = f"{metric} has no value at seed {cell.seed}: the test labels hold one class"
            return Summary("UNDEFINED", reason, cells=cells)
        values.append(sum(float(number) for number in numbers if number is not None) / len(numbers))
    return Summary("OK", interval=mean_interval(values), values=tuple(values), cells=cells)


def command(cell: Cell) -> str:
    """The command that runs a cell alone; one on real data needs their folder."""
    return cell.command + (" --data FOLDER" if cell.variant == "real" else "")


def _found(row: Row, metric: str) -> Any:
    """Look a metric up; ``a/b`` is b within a."""
    for name in metric.split("/"):
        row = (row or {}).get(name)  # type: ignore[assignment]
    return row
